//! `warmcast plan`: which keys first, how many are worth it, how fast it is safe.

mod answer;
mod columns;
mod facts;
mod make;
mod notes;
mod runbook;
mod subject;
mod text;

use std::path::{Path, PathBuf};

use evaluation::Provenance;
use report::render::{Style, paragraph};
use report::sheet::Sheet;
use trace::format::{Head, Snapshot};

use crate::Outcome;
use crate::answer::quoted;
use crate::args::{Common, PlanArgs};
use crate::failure::Failure;
use crate::files::{complain, deliver, extension, is_stdin, is_stdout, print};
use crate::input::{canonical, digest, names_format, refuse_overwriting, source};
use crate::load::{Loaded, Variants, load};
use crate::sheets::{Answer, check_outputs, deliver_sheet};
use crate::spans::duration;
pub(crate) use columns::{COLUMNS, READING};
use facts::{Facts, rate, refuse_beside_a_scenario};
use make::Plan;
use subject::Subject;

/// Columns of what is told on stderr.
const WIDTH: usize = 80;

/// Where keys, cache and origin come from.
struct Sources<'a> {
    scenario: Option<&'a Path>,
    keys: Keys<'a>,
}

enum Keys<'a> {
    OfScenario,
    Trace(&'a Path),
    Snapshot(&'a Path),
}

pub(crate) fn run(args: &PlanArgs, common: &Common) -> Result<Outcome, Failure> {
    let outputs: Vec<PathBuf> = args.output.iter().filter(|path| !is_stdout(path)).cloned().collect();
    check_outputs(&outputs, common)?;
    refuse_runbook(args, common)?;
    let sources = Sources::of(args)?;
    sources.refuse_what_nothing_reads(args, common)?;
    let input = match sources.scenario {
        Some(path) => Some(load(&[path.to_owned()], common, Variants::First)?),
        None => None,
    };
    let scenario = match &input {
        Some(input) if input.scenarios.len() > 1 => {
            let message = "a plan is made for one variant, and --variant all names several";
            return Err(Failure::usage(message, "name one of them"));
        }
        Some(input) => input.scenarios.first(),
        None => None,
    };
    let subject = sources.subject(scenario, args, common)?;
    let mut facts = match scenario {
        Some(loaded) => Facts::of_scenario(loaded),
        None => Facts::of_options(&args.known, subject.counts.len())?,
    };
    let horizon = args.horizon.as_deref().map(|text| duration("--horizon", text)).transpose()?;
    facts.life.horizon = horizon.map(|micros| micros as f64 / 1e6);
    let plan = Plan::make(&subject, &facts, args)?;
    let sheet = answer::sheet(&plan, &subject, &facts);
    let json = common.format.is_some_and(|format| format.name == "json")
        || outputs.iter().any(|path| extension(path) == "json");
    let provenance = Provenance {
        version: env!("CARGO_PKG_VERSION"),
        seed: common.seed,
        scenario_digest: input.as_ref().map(|input| input.digest.clone()),
        trace_digest: sources.keys.path().filter(|_| json).map(digest).transpose()?.flatten(),
        command: command(&subject, scenario, &sources.keys, args, common),
    };
    if !args.runbook && outputs.is_empty() && common.format.is_none_or(|format| format.name == "csv") {
        print(&sheet.render("csv", "plan", &provenance, Style::default()))?;
        if !common.quiet {
            complain(&told(&sheet));
        }
        return Ok(Outcome::Answered);
    }
    if args.runbook {
        let Some(loaded) = scenario else {
            let message = "a runbook is of a scenario: cache, origin, strategies and thresholds stand there";
            return Err(Failure::usage(message, "name one beside --trace or --snapshot"));
        };
        let paths = sources.paths().map(|path| quoted(&path.display().to_string())).collect::<Vec<_>>();
        let list = format!("warmcast plan {}{}", paths.join(sources.keys.option()), options(args, common));
        let page = runbook::page(&plan, &subject, &facts, loaded, list, &provenance, common)?;
        return deliver(&page, args.output.first().map(PathBuf::as_path)).map(|()| Outcome::Answered);
    }
    let style = Style { width: super::stdout_width(), color: false };
    let summary = sheet.render("table", "plan", &provenance, style);
    deliver_sheet(&Answer { sheet: &sheet, list: "plan", provenance, chart: None }, &outputs, common)?;
    if !outputs.is_empty() && !common.quiet {
        print(&summary)?;
    }
    Ok(Outcome::Answered)
}

impl<'a> Sources<'a> {
    /// Tells scenarios, traces and snapshots apart: by the extension .toml, then by a header with a key and a count.
    fn of(args: &'a PlanArgs) -> Result<Self, Failure> {
        let named = match (&args.trace, &args.snapshot) {
            (Some(path), _) => Some(Keys::Trace(path)),
            (None, Some(path)) => Some(Keys::Snapshot(path)),
            (None, None) => None,
        };
        let Some(input) = args.input.as_deref() else {
            return Ok(Self { scenario: None, keys: named.unwrap_or(Keys::OfScenario) });
        };
        if let Some(keys) = named {
            // What is named beside a trace or a snapshot can only be the scenario.
            return Ok(Self { scenario: Some(input), keys });
        }
        if is_stdin(input) {
            let help = "write - for a scenario beside --trace or --snapshot, or --trace -, or --snapshot -";
            return Err(Failure::usage("a plan cannot tell what comes from standard input", help));
        }
        if extension(input) == "toml" {
            return Ok(Self { scenario: Some(input), keys: Keys::OfScenario });
        }
        let is_trace = names_format(input) || !is_snapshot(input)?;
        let keys = if is_trace { Keys::Trace(input) } else { Keys::Snapshot(input) };
        Ok(Self { scenario: None, keys })
    }

    fn subject(
        &self,
        scenario: Option<&Loaded>,
        args: &PlanArgs,
        common: &Common,
    ) -> Result<Subject, Failure> {
        let window = args.known.window.as_deref().map(|text| duration("--window", text)).transpose()?;
        let mut subject = match (&self.keys, scenario) {
            (Keys::Trace(path), _) => Subject::of_trace(path, &args.read, common)?,
            (Keys::Snapshot(path), _) => {
                Subject::of_snapshot(path, window.map(|micros| micros as f64 / 1e6))?
            }
            (Keys::OfScenario, Some(loaded)) => Subject::of_scenario(loaded)?,
            (Keys::OfScenario, None) => {
                return Err(Failure::usage(
                    "there is nothing to plan",
                    "name a scenario, a trace or a snapshot",
                ));
            }
        };
        if let Some(text) = &args.known.request_rate {
            subject.rate = Some(rate("--request-rate", text)?.get() / 60.0);
        }
        if let Some(loaded) = scenario {
            subject = subject.timed_by(&loaded.scenario);
        }
        if let Some(text) = &args.max_age {
            subject.leave_out(duration("--max-age", text)?)?;
        }
        Ok(subject)
    }

    fn paths(&self) -> impl Iterator<Item = &Path> {
        self.scenario.into_iter().chain(self.keys.path())
    }

    fn refuse_what_nothing_reads(&self, args: &PlanArgs, common: &Common) -> Result<(), Failure> {
        match self.scenario {
            Some(_) => refuse_beside_a_scenario(args)?,
            None => common.refuse_scenario_keys("plan")?,
        }
        let refuse =
            |option: &str, why: &str| Err(Failure::usage(&format!("{option} {why}"), "leave it out"));
        if let Some(path) = self.keys.path() {
            refuse_overwriting(path, &args.output)?;
        }
        match self.keys {
            Keys::OfScenario if args.known.window.is_some() => refuse("--window", "is for a snapshot"),
            Keys::OfScenario if args.known.request_rate.is_some() => {
                let help = "write --set workload.request_rate_per_minute=300/s";
                Err(Failure::usage("--request-rate says what the scenario says", help))
            }
            Keys::Trace(_) if args.known.window.is_some() => {
                refuse("--window", "is for a snapshot; a trace tells its times, or --request-rate does")
            }
            Keys::OfScenario | Keys::Snapshot(_) if !canonical(&args.read).is_empty() => {
                refuse(canonical(&args.read).trim(), "is for a trace, and none is read")
            }
            _ => Ok(()),
        }
    }
}

impl Keys<'_> {
    fn path(&self) -> Option<&Path> {
        match self {
            Self::OfScenario => None,
            Self::Trace(path) | Self::Snapshot(path) => Some(path),
        }
    }

    /// What stands between a scenario and these on the command line.
    fn option(&self) -> &'static str {
        match self {
            Self::Snapshot(_) => " --snapshot ",
            Self::Trace(_) | Self::OfScenario => " --trace ",
        }
    }
}

/// Refuses a runbook in anything but Markdown.
fn refuse_runbook(args: &PlanArgs, common: &Common) -> Result<(), Failure> {
    if !args.runbook {
        return Ok(());
    }
    let refuse = |message: &str, help: &str| Err(Failure::usage(message, help));
    if common.format.is_some_and(|format| format.name != "markdown") {
        return refuse("a runbook is Markdown", "leave --format out");
    }
    match &args.output[..] {
        [] => Ok(()),
        [path] if is_stdout(path) || extension(path) == "md" => Ok(()),
        [_] => refuse("a runbook is Markdown", "end the name of the file in .md"),
        _ => refuse("a runbook is one file", "name one, and write the plan in a run of its own"),
    }
}

/// Title and notes, for whoever watches a plan being piped.
fn told(sheet: &Sheet) -> String {
    let mut out = String::new();
    paragraph("", "", &sheet.title, WIDTH, &mut out);
    sheet.notes.iter().for_each(|note| paragraph("  ", "  ", note, WIDTH, &mut out));
    out
}

/// Whether a file begins as a snapshot does.
fn is_snapshot(path: &Path) -> Result<bool, Failure> {
    let (source, name) = source(path)?;
    Ok(Snapshot::sniff(&Head { bytes: &source.head, whole: source.whole, name: &name }))
}

/// The command with only what changes the answer.
fn command(
    subject: &Subject,
    scenario: Option<&Loaded>,
    keys: &Keys<'_>,
    args: &PlanArgs,
    common: &Common,
) -> String {
    let beside = scenario.filter(|loaded| loaded.scenario.name != subject.name);
    let beside = beside.map_or(String::new(), |loaded| loaded.scenario.name.clone() + keys.option());
    let runbook = if args.runbook { " --runbook" } else { "" };
    format!("warmcast plan {beside}{}{}{runbook}", subject.name, options(args, common))
}

/// The options that change a plan, as typed.
fn options(args: &PlanArgs, common: &Common) -> String {
    let mut words = scenario_options(common);
    words.extend(facts::canonical(&args.known));
    let typed = [
        ("--keys", args.keys.clone()),
        ("--first", args.first.map(|first| first.name().to_owned())),
        ("--from-hour", (args.from_hour > 0).then(|| args.from_hour.to_string())),
        ("--horizon", args.horizon.clone()),
        ("--utilization", Some(args.utilization.clone())),
        ("--hit-ratio", args.hit_ratio.clone()),
        ("--max-age", args.max_age.clone()),
    ];
    words.extend(typed.into_iter().filter_map(|(option, text)| Some(format!("{option} {}", text?))));
    let words: String = words.into_iter().map(|word| format!(" {word}")).collect();
    words + &canonical(&args.read)
}

/// The options that change a scenario, as typed.
fn scenario_options(common: &Common) -> Vec<String> {
    let variant = common.variant.iter().map(|variant| format!("--variant {variant}"));
    variant.chain(common.set.iter().map(|assignment| format!("--set {}", quoted(assignment)))).collect()
}
