//! `warmcast simulate`: scenarios played in virtual time, again and again.

use evaluation::{Metric, rank};
use report::{Report, Section};
use sim::statistics::{Stopping, Target};
use sim::warming::{Answer, Experiment};

use super::rendered;
use crate::Outcome;
use crate::answer::{Question, provenance};
use crate::args::{Common, SimulateArgs};
use crate::failure::Failure;
use crate::files::{complain, deliver, refuse_twice};
use crate::input::{ReadArgs, canonical, refuse_overwriting};
use crate::load::{Loaded, Variants, load_with, refuse_stdin_twice};
use crate::playing::{experiment, notes, unsound};
use crate::series::{Track, deliver_series};
use crate::sheets::check_outputs;
use crate::watching::Watching;

/// Replications after which a half-width is given up.
const MOST_REPLICATIONS: u32 = 100_000;

/// When to stop.
struct Until {
    metric: Metric,
    rule: Stopping,
}

impl Until {
    fn parse(text: &str) -> Result<Self, Failure> {
        let wrong = |why: &str| {
            Failure::usage(&format!("--half-width {text}: {why}"), "write hit-ratio=0.005, or latency=2%")
        };
        let (name, width) = text.split_once('=').ok_or_else(|| wrong("it says no width"))?;
        let metric = Metric::named(name.trim()).ok_or_else(|| wrong("there is no such metric"))?;
        if !Experiment::tells(metric) {
            return Err(wrong("all replications together tell that, none of them alone"));
        }
        let (number, relative) = match width.trim().strip_suffix('%') {
            Some(percent) => (percent.trim(), true),
            None => (width.trim(), false),
        };
        let number: f64 = number.parse().map_err(|_| wrong("the width is no number"))?;
        let target = if relative { Target::Relative(number / 100.0) } else { Target::Absolute(number) };
        let rule = Stopping::new(target).map_err(|error| wrong(&error.to_string()))?;
        Ok(Self { metric, rule })
    }
}

pub(crate) fn run(args: &SimulateArgs, common: &Common) -> Result<Outcome, Failure> {
    let output = args.output.as_deref();
    let format = common.format_for(output)?;
    refuse_twice(args.series.iter().chain(&args.output))?;
    if let Some(trace) = &args.trace {
        refuse_stdin_twice(args.scenarios.iter().chain([trace]))?;
        let outputs: Vec<_> = args.series.iter().chain(&args.output).cloned().collect();
        refuse_overwriting(trace, &outputs)?;
    }
    let input = load_with(&args.scenarios, common, Variants::First, &args.read, args.trace.as_deref())?;
    let traces = input.scenarios.iter().any(|loaded| loaded.inputs.recording.is_some());
    if !traces && args.read != ReadArgs::default() {
        let message = format!("`{}` speaks of a trace, and there is none", canonical(&args.read).trim());
        return Err(Failure::usage(&message, "add --trace FILE, or leave it out"));
    }
    let objective = args.objective.rank_by;
    check_outputs(&args.series, common)?;
    let until = args.half_width.as_deref().map(Until::parse).transpose()?;
    let count = args.replications.map(|count| format!("--replications {count}"));
    let width = args.half_width.as_ref().map(|text| format!("--half-width {text}"));
    let trace = args.trace.iter().map(|trace| format!("--trace {}", trace.display()));
    let read = canonical(&args.read).trim().to_owned();
    let read = Some(read).filter(|read| !read.is_empty());
    let options = trace.chain(read).chain(count).chain(width).collect();
    let question = Question { command: "simulate", engine: None, objective, plays: false, options };
    let provenance = provenance(&question, &input, common);
    let experiments: Vec<(Experiment, u32)> = input
        .scenarios
        .iter()
        .map(|loaded| {
            let replications =
                args.replications.unwrap_or(loaded.scenario.simulation.replications.get() as u32);
            Ok((experiment(&loaded.scenario, &loaded.places, &loaded.inputs, common)?, replications))
        })
        .collect::<Result<_, Failure>>()?;
    let total: f64 = experiments.iter().map(|(one, count)| one.requests() * f64::from(*count)).sum();
    let watching = Watching::new(common, total as u64);
    let (mut sections, mut tracks) = (vec![], vec![]);
    for (loaded, (experiment, replications)) in input.scenarios.into_iter().zip(&experiments) {
        let told = until.as_ref().map_or(objective, |until| until.metric);
        let watch = watching.run(*replications, experiment.requests(), told);
        let answer = match &until {
            None => experiment.run(*replications, watch),
            Some(until) => experiment.run_until(until.metric, &until.rule, MOST_REPLICATIONS, watch),
        };
        let answer = answer.map_err(|error| unsound(&error))?;
        if answer.precise == Some(false) {
            let name = &loaded.scenario.name;
            complain(&format!("{name}: {MOST_REPLICATIONS} replications do not reach that half-width\n"));
        }
        let (section, series) = section(loaded, experiment, answer, objective);
        sections.push(section);
        tracks.extend(series);
    }
    drop(watching);
    if !args.series.is_empty() {
        deliver_series(&tracks, provenance.clone(), &args.series, common)?;
    }
    let report = Report { provenance, objective, sections, judgement: None };
    deliver(&rendered(&report, format, common, output.is_some()), output)?;
    Ok(Outcome::Answered)
}

fn section(
    loaded: Loaded,
    experiment: &Experiment,
    answer: Answer,
    objective: Metric,
) -> (Section, Vec<Track>) {
    let Loaded { scenario, places, .. } = loaded;
    let notes = notes(experiment, &answer);
    let mut evaluations = answer.evaluations;
    let names: Vec<String> = evaluations.iter().map(|answer| answer.strategy.clone()).collect();
    rank(&mut evaluations, objective);
    let differences = answer.differences;
    let section =
        Section { scenario, places, evaluations, differences, break_evens: vec![], notes, sensitivity: None };
    let track = |(strategy, moments)| Track { scenario: section.title(), strategy, moments };
    let tracks = names.into_iter().zip(answer.series).map(track).collect();
    (section, tracks)
}
