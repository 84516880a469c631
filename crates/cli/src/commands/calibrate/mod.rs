//! `warmcast calibrate`: from what was recorded to a scenario, each value with its interval and source.
//!
//! ```text
//! inputs ─► Evidence ─► complete (what nothing told, marked assumed) ─► scenario.toml
//!    └─► halves ─► back-test ─► findings ──┴─► table
//! ```

mod backtest;
mod requests;
mod sheet;

use std::path::{Path, PathBuf};

use calibrate::{Asked, Draft, Evidence, HOT_SHARE, Level};
use frames::{Table, Values};
use scenario::KeyList;

use crate::Outcome;
use crate::args::{CalibrateArgs, Common};
use crate::failure::Failure;
use crate::files::{csv, extension, write_all_whole};
use crate::input::{canonical, refuse_overwriting};
use crate::sheets::{Answer, check_outputs, deliver_sheet, provenance};
use crate::spans::{Capacity, share};
use requests::Loaded;

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
    args.inputs.iter().try_for_each(|input| refuse_overwriting(input, &args.output))?;
    let hot_share = args.hot.as_deref().map_or(Ok(HOT_SHARE), |text| share("--hot", text))?;
    let capacities = args.capacities.iter().map(|text| Ok((text, Capacity::parse(text, false)?)));
    let capacities: Vec<_> = capacities.collect::<Result<_, Failure>>()?;
    let asked = Asked { hot_share, seed: common.seed };
    let loaded: Vec<Loaded> =
        args.inputs.iter().map(|input| Loaded::read(input, &args.read, common)).collect::<Result<_, _>>()?;
    let mut told = Evidence::default();
    let mut rows = vec![];
    for trace in &loaded {
        let (evidence, _) = trace.evidence(asked);
        told.join(evidence);
        let keys = trace.keys.len() as u64;
        let sizes = capacities.iter().map(|(text, capacity)| capacity.of(text, keys));
        let (more, findings) =
            backtest::backtest(&trace.requests(), &sizes.collect::<Result<Vec<_>, _>>()?, asked)?;
        rows.extend(more);
        told.findings.extend(findings);
    }
    told.complete();
    let names: Vec<String> = loaded.iter().map(|trace| trace.name.clone()).collect();
    let counted = told.counted.and_then(|_| loaded.first());
    let mut files = vec![];
    for path in &scenarios {
        let beside = counts_path(path);
        let popularity_file = beside.file_name().and_then(|name| name.to_str()).filter(|_| counted.is_some());
        let draft = Draft { evidence: &told, level: Level::Trace, inputs: &names, popularity_file };
        files.push((path.clone(), draft.text().into_bytes()));
        if let Some(trace) = counted {
            files.push((beside.clone(), csv(&beside.display().to_string(), &counts_table(&trace.counts()))?));
        }
    }
    write_all_whole(&files)?;
    let sheet = sheet::sheet(format!("Calibrated from {}", names.join(", ")), &told, Level::Trace, &rows);
    let mut command = format!("calibrate {}", names.join(" "));
    if let Some(hot) = &args.hot {
        command.push_str(&format!(" --hot {hot}"));
    }
    command.push_str(&canonical(&args.read));
    let provenance = provenance(&args.inputs[0], command, &tables, common)?;
    deliver_sheet(&Answer { sheet: &sheet, list: "parameters", provenance, chart: None }, &tables, common)?;
    Ok(Outcome::Answered)
}

/// Where the counts of a scenario go: beside it, `mine.counts.csv` for `mine.toml`.
fn counts_path(scenario: &Path) -> PathBuf {
    scenario.with_extension("counts.csv")
}

fn counts_table(list: &KeyList) -> Table {
    let (keys, counts) =
        list.rows.iter().map(|row| (row.key.to_string(), row.count.unwrap_or(0.0) as u64)).unzip();
    Table::new().with("key", Values::Text(keys)).with("count", Values::Count(counts))
}
