//! `warmcast simulate`: scenarios played in virtual time, again and again.

use std::sync::atomic::{AtomicU64, Ordering};

use evaluation::{Engine, Metric, Note, rank};
use report::{Report, Section};
use sim::warming::{Answer, Contradiction, Difference, Experiment};

use super::rendered;
use crate::Outcome;
use crate::answer::{Question, provenance};
use crate::args::{Common, SimulateArgs};
use crate::failure::Failure;
use crate::files::deliver;
use crate::load::{Loaded, Variants, load};
use crate::progress::Progress;

/// Metrics whose differences are told.
const COMPARED: [Metric; 3] = [Metric::ExpectedLatency, Metric::HitRatio, Metric::OriginLoad];

pub(crate) fn run(args: &SimulateArgs, common: &Common) -> Result<Outcome, Failure> {
    let output = args.output.as_deref();
    let format = common.format_for(output)?;
    let input = load(&args.scenarios, common, Variants::First)?;
    let objective = args.objective.rank_by;
    let options = args.replications.map(|count| format!("--replications {count}")).into_iter().collect();
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
    let mut sections = vec![];
    for (loaded, (experiment, replications)) in input.scenarios.into_iter().zip(&experiments) {
        let played = || progress.at(done.fetch_add(1, Ordering::Relaxed) + 1);
        let answer = experiment.run(*replications, played).map_err(|error| unsound(&error))?;
        sections.push(section(loaded, answer, objective));
    }
    drop(progress);
    let report = Report { provenance, objective, sections, judgement: None };
    deliver(&rendered(&report, format, common, output.is_some()), output)?;
    Ok(Outcome::Answered)
}

fn experiment(loaded: &Loaded, common: &Common) -> Result<Experiment, Failure> {
    Experiment::new(&loaded.scenario, common.seed).map_err(|refusal| {
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

fn section(loaded: Loaded, answer: Answer, objective: Metric) -> Section {
    let Loaded { scenario, places } = loaded;
    let simulation = &scenario.simulation;
    let note = |text: String| (Engine::Simulation, Note { number: 0, text });
    let mut notes = vec![note(format!(
        "{} replications, each counted from {} s to {} s; ± is half of a 95 % interval for the mean.",
        answer.replications,
        simulation.measure_from.get(),
        simulation.duration.get()
    ))];
    notes.extend(answer.differences.iter().filter_map(|one| difference(one).map(note)));
    let mut evaluations = answer.evaluations;
    rank(&mut evaluations, objective);
    Section { scenario, places, evaluations, break_evens: vec![], notes }
}

/// A difference in words; none where there is nothing to compare.
fn difference(difference: &Difference) -> Option<String> {
    let told =
        difference.metrics.iter().filter(|(metric, _)| COMPARED.contains(metric)).map(|(metric, found)| {
            let spec = metric.spec();
            let half = found.half_width.map_or(String::new(), |half| format!(" ± {}", metric.show(half)));
            let unit = if spec.unit.is_empty() { String::new() } else { format!(" {}", spec.unit) };
            let sign = if found.value > 0.0 { "+" } else { "" };
            format!("{} {sign}{}{half}{unit}", spec.title, metric.show(found.value))
        });
    let told: Vec<String> = told.collect();
    let gain = difference.variance_ratio.map_or(String::new(), |ratio| {
        format!(" Pairing makes the variance of the difference in hit ratio {ratio:.1} times smaller.")
    });
    (!told.is_empty()).then(|| {
        format!(
            "{} against {}, on the same requests: {}.{gain}",
            difference.strategy,
            difference.from,
            told.join(", ")
        )
    })
}
