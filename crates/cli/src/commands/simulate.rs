//! `warmcast simulate`: scenarios played in virtual time, again and again.

use std::sync::atomic::{AtomicU64, Ordering};

use evaluation::{Engine, Metric, Note, rank};
use report::{Report, Section};
use sim::statistics::{Stopping, Target};
use sim::warming::{Answer, Contradiction, Experiment};

use super::rendered;
use crate::Outcome;
use crate::answer::{Question, provenance};
use crate::args::{Common, SimulateArgs};
use crate::failure::Failure;
use crate::files::{complain, deliver};
use crate::load::{Loaded, Variants, load};
use crate::progress::Progress;
use crate::series::{Track, deliver_series};
use crate::sheets::check_outputs;

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
    let input = load(&args.scenarios, common, Variants::First)?;
    let objective = args.objective.rank_by;
    check_outputs(&args.series, common)?;
    let until = args.half_width.as_deref().map(Until::parse).transpose()?;
    let count = args.replications.map(|count| format!("--replications {count}"));
    let width = args.half_width.as_ref().map(|text| format!("--half-width {text}"));
    let options = count.into_iter().chain(width).collect();
    let question = Question { command: "simulate", engine: None, objective, options };
    let provenance = provenance(&question, &input, common);
    let experiments: Vec<(Experiment, u32)> = input
        .scenarios
        .iter()
        .map(|loaded| {
            let replications =
                args.replications.unwrap_or(loaded.scenario.simulation.replications.get() as u32);
            Ok((experiment(loaded, common)?, replications))
        })
        .collect::<Result<_, Failure>>()?;
    let total = experiments.iter().map(|(_, replications)| u64::from(*replications)).sum();
    let progress = Progress::replications(common, total);
    let done = AtomicU64::new(0);
    let (mut sections, mut tracks) = (vec![], vec![]);
    for (loaded, (experiment, replications)) in input.scenarios.into_iter().zip(&experiments) {
        let played = || progress.at(done.fetch_add(1, Ordering::Relaxed) + 1);
        let answer = match &until {
            None => experiment.run(*replications, played),
            Some(until) => experiment.run_until(until.metric, &until.rule, MOST_REPLICATIONS, played),
        };
        let answer = answer.map_err(|error| unsound(&error))?;
        if answer.precise == Some(false) {
            let name = &loaded.scenario.name;
            complain(&format!("{name}: {MOST_REPLICATIONS} replications do not reach that half-width\n"));
        }
        let (section, series) = section(loaded, answer, objective);
        sections.push(section);
        tracks.extend(series);
    }
    drop(progress);
    if !args.series.is_empty() {
        deliver_series(&tracks, provenance.clone(), &args.series, common)?;
    }
    let report = Report { provenance, objective, sections, judgement: None };
    deliver(&rendered(&report, format, common, output.is_some()), output)?;
    Ok(Outcome::Answered)
}

fn experiment(loaded: &Loaded, common: &Common) -> Result<Experiment, Failure> {
    Experiment::with(&loaded.scenario, &loaded.inputs, common.seed).map_err(|refusal| {
        Failure::at(loaded.places.locate(refusal.key).cloned(), &refusal.message, &refusal.help)
    })
}

/// A run whose numbers contradict each other has no answer.
fn unsound(contradiction: &Contradiction) -> Failure {
    Failure::usage(
        &format!("the simulation has lost count: {contradiction}"),
        "this is an error in warmcast; please report it with the scenario and the command",
    )
}

fn section(loaded: Loaded, answer: Answer, objective: Metric) -> (Section, Vec<Track>) {
    let Loaded { scenario, places, .. } = loaded;
    let simulation = &scenario.simulation;
    let note = |text: String| (Engine::Simulation, Note { number: 0, text });
    let notes = vec![note(format!(
        "{} replications, each counted from {} s to {} s; ± is half of a 95 % interval for the mean; the variance ratio says how many times the variance of the difference in hit ratio would be on other requests for each strategy.",
        answer.replications,
        simulation.measure_from.get(),
        simulation.duration.get()
    ))];
    let mut evaluations = answer.evaluations;
    let names: Vec<String> = evaluations.iter().map(|answer| answer.strategy.clone()).collect();
    rank(&mut evaluations, objective);
    let differences = answer.differences;
    let section = Section { scenario, places, evaluations, differences, break_evens: vec![], notes };
    let track = |(strategy, moments)| Track { scenario: section.title(), strategy, moments };
    let tracks = names.into_iter().zip(answer.series).map(track).collect();
    (section, tracks)
}
