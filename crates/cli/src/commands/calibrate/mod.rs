//! `warmcast calibrate`: from what was recorded to a scenario, each value with its interval and source.
//!
//! ```text
//! inputs ─► kind ─► Evidence ─► complete (what nothing told, marked assumed) ─► scenario.toml
//! trace ─► halves ─► back-test ─► findings ──┴─► table
//! ```

mod backtest;
mod inputs;
mod predictions;
mod requests;
mod sheet;
mod update;

use std::path::{Path, PathBuf};

use calibrate::{Asked, Draft, Dump, Evidence, HOT_SHARE, Level, Point, Series, WarmLog, of_snapshot};
use frames::{Table, Values};
use scenario::KeyList;
use trace::format::Snapshot;

use crate::Outcome;
use crate::args::{CalibrateArgs, Common};
use crate::failure::Failure;
use crate::files::{complain, csv, extension, write_all_whole};
use crate::input::{canonical, digest, faulty, options, refuse_overwriting, source};
use crate::sheets::{Answer, check_outputs, deliver_sheet, provenance};
use crate::spans::{Capacity, bytes, duration, share};
use backtest::Row;
use inputs::{Input, Kind, wrong};
use requests::{Loaded, counts_of};

pub(crate) fn run(args: &CalibrateArgs, common: &Common) -> Result<Outcome, Failure> {
    common.refuse_scenario_keys("calibrate")?;
    let (scenarios, tables): (Vec<PathBuf>, Vec<PathBuf>) =
        args.output.iter().cloned().partition(|path| extension(path) == "toml");
    check_outputs(&tables, common)?;
    let written = scenarios.iter().flat_map(|path| [path.clone(), counts_path(path)]);
    if let Some(path) = written.into_iter().find(|path| path.exists()) {
        let message = format!("{} exists already", path.display());
        return Err(Failure::usage(&message, "name another file, or remove this one first"));
    }
    let inputs: Vec<Input> = args.inputs.iter().map(|input| Input::of(input)).collect::<Result<_, _>>()?;
    inputs.iter().try_for_each(|input| refuse_overwriting(&input.path, &args.output))?;
    let told = Told::read(&inputs, args, common)?;
    let counts = told.counts.as_ref();
    let mut files = vec![];
    for path in &scenarios {
        let beside = counts_path(path);
        let popularity_file = beside.file_name().and_then(|name| name.to_str()).filter(|_| counts.is_some());
        let draft =
            Draft { evidence: &told.evidence, level: told.level, inputs: &told.names, popularity_file };
        files.push((path.clone(), draft.text().into_bytes()));
        if let Some(counts) = counts {
            files.push((beside.clone(), csv(&beside.display().to_string(), &counts_table(counts))?));
        }
    }
    let updated = args.update.as_deref().map(|path| update::updated(path, &told.evidence)).transpose()?;
    let mut sheet = sheet::sheet(&told);
    if let (Some(path), Some((text, notes))) = (&args.update, updated) {
        files.push((path.clone(), text.into_bytes()));
        sheet.notes.splice(0..0, notes);
    }
    write_all_whole(&files)?;
    let mut provenance = provenance(&inputs[0].path, command(args, &told.names), &tables, common)?;
    if let Some(digests) = &mut provenance.trace_digest {
        for input in &inputs[1..] {
            digests.push_str(&digest(&input.path)?.map_or(String::new(), |digest| format!(",{digest}")));
        }
    }
    deliver_sheet(&Answer { sheet: &sheet, list: "parameters", provenance, chart: None }, &tables, common)?;
    Ok(Outcome::Answered)
}

/// What all inputs say together.
struct Told {
    evidence: Evidence,
    level: Level,
    /// Names of the inputs, and what each was taken for.
    names: Vec<String>,
    kinds: Vec<Kind>,
    rows: Vec<Row>,
    trade_off: Vec<Point>,
    /// Keys and how often each was asked for, where that stands in place of a law.
    counts: Option<KeyList>,
}

impl Told {
    fn read(inputs: &[Input], args: &CalibrateArgs, common: &Common) -> Result<Self, Failure> {
        let hot_share = args.hot.as_deref().map_or(Ok(HOT_SHARE), |text| share("--hot", text))?;
        let horizon = args.horizon.as_deref().map(|text| duration("--horizon", text)).transpose()?;
        let horizon = horizon.map(|micros| micros as f64 / 1e6);
        // Two halves are read at once, lists grow by doubling, and estimates need as much again.
        let memory = (bytes("--max-memory", &args.max_memory)? / 4.0) as usize;
        let asked = Asked { hot_share, seed: common.seed };
        let capacities = args.capacities.iter().map(|text| Capacity::parse(text, false));
        let capacities: Vec<_> = capacities.collect::<Result<_, Failure>>()?;
        let mut told = Self {
            evidence: Evidence::default(),
            level: Level::Aggregates,
            names: vec![],
            kinds: vec![],
            rows: vec![],
            trade_off: vec![],
            counts: None,
        };
        let mut traces = vec![];
        for input in inputs.iter().filter(|input| input.kind != Kind::Predictions) {
            let (name, evidence, level) = match input.kind {
                Kind::Requests | Kind::Predictions => {
                    let trace = Loaded::read(&input.path, &args.read, memory, common)?;
                    let keys = (trace.kept.keys.len() as f64 / trace.kept.rate).round() as u64;
                    let mut sizes: Vec<u64> =
                        capacities.iter().map(|capacity| capacity.at_least_one(keys)).collect();
                    sizes.dedup();
                    let (evidence, tested) = rayon::join(
                        || trace.evidence(asked),
                        || backtest::backtest(&trace.requests(), &sizes, asked),
                    );
                    let (rows, findings) = tested?;
                    told.rows.extend(rows);
                    told.evidence.findings.extend(findings);
                    told.count(&evidence, || trace.counts());
                    let name = trace.name.clone();
                    traces.push(trace);
                    (name, evidence, Level::Trace)
                }
                Kind::Counters => {
                    let (source, name) = source(&input.path)?;
                    let map = options(&args.read)?.map;
                    let series =
                        Series::read(source.content(), &map).and_then(|series| series.evidence(&name));
                    let evidence = series.map_err(|error| wrong(&name, &error))?;
                    (name, evidence, Level::Aggregates)
                }
                Kind::Snapshot => {
                    let (source, name) = source(&input.path)?;
                    let snapshot = Snapshot::read(source.content()).map_err(|fault| faulty(&name, &fault))?;
                    if snapshot.keys.iter().all(|key| key.count <= 0.0) {
                        let message = format!("{name} has no key with a count");
                        return Err(Failure::usage(
                            &message,
                            "name a snapshot with keys that were asked for",
                        ));
                    }
                    let evidence = of_snapshot(&snapshot.keys, hot_share, &name);
                    told.count(&evidence, || counts_of(&name, &snapshot.keys));
                    (name, evidence, Level::Frequencies)
                }
                Kind::Dump => {
                    let (source, name) = source(&input.path)?;
                    let dump = Dump::read(source.content()).map_err(|error| wrong(&name, &error))?;
                    (name.clone(), dump.evidence(&name), Level::Aggregates)
                }
                Kind::WarmLog => {
                    let (source, name) = source(&input.path)?;
                    let log = WarmLog::read(source.content()).map_err(|error| wrong(&name, &error))?;
                    (name.clone(), log.evidence(&name), Level::Aggregates)
                }
            };
            told.add(name, input.kind, evidence, level);
        }
        for input in inputs.iter().filter(|input| input.kind == Kind::Predictions) {
            let Some(trace) = traces.first() else {
                let message = format!(
                    "{} are predictions, and no trace tells what was asked for",
                    input.path.display()
                );
                return Err(Failure::usage(&message, "name the trace of requests beside them"));
            };
            let hot = told.evidence.get("workload.hot_keys").map_or(10, |hot| hot.value as usize);
            let (evidence, quality) = predictions::judged(&input.path, trace, hot, horizon, common)?;
            told.trade_off.extend(quality.trade_off);
            told.add(crate::files::shown_name(&input.path), input.kind, evidence, Level::Aggregates);
        }
        if !common.quiet {
            told.names
                .iter()
                .zip(&told.kinds)
                .for_each(|(name, kind)| complain(&format!("{name}: taken as {}\n", kind.name())));
        }
        told.evidence.complete();
        Ok(told)
    }

    /// Takes the counts of the first input in which they stand in place of a law.
    fn count(&mut self, evidence: &Evidence, counts: impl FnOnce() -> KeyList) {
        if self.counts.is_none() && evidence.counted.is_some() {
            self.counts = Some(counts());
        }
    }

    fn add(&mut self, name: String, kind: Kind, evidence: Evidence, level: Level) {
        self.evidence.join(evidence);
        self.level = self.level.max(level);
        self.names.push(name);
        self.kinds.push(kind);
    }
}

/// The command, with what changes the answer.
fn command(args: &CalibrateArgs, names: &[String]) -> String {
    let mut command = format!("calibrate {}", names.join(" "));
    let options = [
        ("--hot", args.hot.as_ref()),
        ("--horizon", args.horizon.as_ref()),
        ("--max-memory", Some(&args.max_memory)),
    ];
    for (option, text) in options {
        command.push_str(&text.map_or(String::new(), |text| format!(" {option} {text}")));
    }
    command.push_str(&format!(" --capacities {}", args.capacities.join(",")));
    command.push_str(&canonical(&args.read));
    command
}

/// Where the counts of a scenario go: beside it, `mine.counts.csv` for `mine.toml`.
fn counts_path(scenario: &Path) -> PathBuf {
    scenario.with_extension("counts.csv")
}

fn counts_table(list: &KeyList) -> Table {
    let (keys, counts) = list.rows.iter().map(|row| (row.key.to_string(), row.count)).unzip();
    Table::new().with("key", Values::Text(keys)).with("count", Values::Number(counts))
}
