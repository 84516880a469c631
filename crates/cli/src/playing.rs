//! Scenarios that are played: ready to be, and how often they were.

use evaluation::{Engine, Evaluation, Metric, Note, rank};
use report::judge::{Verdict, judge_claims};
use report::sheet::grouped;
use report::{Places, Section, flag_disagreement};
use scenario::Scenario;
use sim::warming::{Answer, Contradiction, Experiment, Inputs, Unplayable, Unsettled};

use crate::args::Common;
use crate::failure::Failure;
use crate::series::Track;
use crate::watching::Watching;

/// A scenario, ready to be played.
pub(crate) fn experiment(
    scenario: &Scenario,
    places: &Places,
    inputs: &Inputs,
    common: &Common,
) -> Result<Experiment, Failure> {
    settled(scenario, inputs, common.seed, |refusal| {
        Failure::at(places.locate(refusal.key).cloned(), &refusal.message, &refusal.help)
    })
}

/// The same with a seed, where `refused` says how a refusal is told.
pub(crate) fn settled(
    scenario: &Scenario,
    inputs: &Inputs,
    seed: u64,
    refused: impl Fn(Unplayable) -> Failure,
) -> Result<Experiment, Failure> {
    let experiment = Experiment::with(scenario, inputs, seed).map_err(&refused)?;
    experiment.settle().map_err(|unsettled| match unsettled {
        Unsettled::Never(refusal) => refused(refusal),
        Unsettled::Unsound(contradiction) => unsound(&contradiction),
    })
}

/// A run whose numbers contradict each other has no answer.
pub(crate) fn unsound(contradiction: &Contradiction) -> Failure {
    Failure::usage(
        &format!("the simulation has lost count: {contradiction}"),
        "this is an error in warmcast; please report it with the scenario and the command",
    )
}

/// What there is to say of a run.
pub(crate) fn notes(experiment: &Experiment, answer: &Answer) -> Vec<(Engine, Note)> {
    let remarks = experiment.remarks().iter().cloned();
    let texts = std::iter::once(how_counted(experiment, answer)).chain(remarks);
    texts.map(|text| (Engine::Simulation, Note { number: 0, text })).collect()
}

/// How often it was played and what was counted.
fn how_counted(experiment: &Experiment, answer: &Answer) -> String {
    let (from, until) = experiment.counted();
    if answer.certain {
        return format!(
            "One replication, counted from {from} s to {until} s: two came out alike to the last count, so that nothing in it is random, and there are no intervals."
        );
    }
    let count = answer.replications;
    let count = if count == 1 { "1 replication".to_owned() } else { format!("{count} replications, each") };
    let mut text = format!(
        "{count} counted from {from} s to {until} s; ± is half of a 95 % interval for the mean; the variance ratio says how many times the variance of the difference in hit ratio would be on other requests for each strategy."
    );
    if experiment.repeats_requests() {
        text.push_str(" All play the same requests and differ in the luck of origin, cache and predictor alone: ± says nothing of another day's requests.");
    }
    text
}

/// Plays the strategies of which a claim or the gate asks what no formula answers, and adds what comes of it.
pub(crate) fn play_what_is_judged(
    section: &mut Section,
    inputs: &Inputs,
    objective: Metric,
    common: &Common,
) -> Result<(), Failure> {
    let mut scenario = section.scenario.clone();
    let open = unanswered(section);
    scenario.strategies.retain(|strategy| open.contains(&strategy.name));
    if scenario.strategies.is_empty() {
        return Ok(());
    }
    let experiment = experiment(&scenario, &section.places, inputs, common)?;
    let replications = scenario.simulation.replications.get() as u32;
    let watching = Watching::new(common, (experiment.requests() * f64::from(replications)) as u64);
    let watch = watching.run(replications, experiment.requests(), objective);
    let answer = experiment.run(replications, watch).map_err(|error| unsound(&error))?;
    section.notes.extend(notes(&experiment, &answer));
    let mut evaluations = answer.evaluations;
    rank(&mut evaluations, objective);
    section.evaluations.extend(evaluations);
    Ok(())
}

/// Plays all strategies, adds what comes of it, and says what happened over time; nothing where that is more than
/// `most` requests and nobody said how often.
pub(crate) fn play_all(
    section: &mut Section,
    inputs: &Inputs,
    objective: Metric,
    replications: Option<u32>,
    most: f64,
    common: &Common,
) -> Result<Vec<Track>, Failure> {
    let experiment = match experiment(&section.scenario, &section.places, inputs, common) {
        Ok(experiment) => experiment,
        // What cannot be played has its formulas.
        Err(Failure::Input(_)) if replications.is_none() => return Ok(vec![]),
        Err(failure) => return Err(failure),
    };
    let count = replications.unwrap_or(section.scenario.simulation.replications.get() as u32);
    let worlds = section.scenario.strategies.len() as f64;
    let requests = experiment.requests() * f64::from(count) * worlds;
    if replications.is_none() && requests > most {
        let text = format!(
            "Not played: {count} replications for {worlds} strategies are {} requests; `--replications {count}` plays them.",
            grouped(requests as u64)
        );
        section.notes.push((Engine::Simulation, Note { number: 0, text }));
        return Ok(vec![]);
    }
    let watching = Watching::new(common, (experiment.requests() * f64::from(count)) as u64);
    let watch = watching.run(count, experiment.requests(), objective);
    let answer = experiment.run(count, watch).map_err(|error| unsound(&error))?;
    section.notes.extend(notes(&experiment, &answer));
    let names: Vec<String> = answer.evaluations.iter().map(|answer| answer.strategy.clone()).collect();
    let scenario = section.title();
    let track = |(strategy, moments)| Track { scenario: scenario.clone(), strategy, moments };
    let tracks = names.into_iter().zip(answer.series).map(track).collect();
    let mut evaluations = answer.evaluations;
    rank(&mut evaluations, objective);
    section.evaluations.extend(evaluations);
    section.differences = answer.differences;
    flag_disagreement(&mut section.evaluations, &section.scenario.thresholds);
    Ok(tracks)
}

/// Strategies of which something is asked that only a simulation can answer.
fn unanswered(section: &Section) -> Vec<String> {
    let may_be_played = |engine: Option<Engine>| engine.is_none_or(|engine| engine == Engine::Simulation);
    let claims = judge_claims(section).into_iter();
    let open =
        claims.filter(|result| result.verdict == Verdict::Unsupported && may_be_played(result.claim.engine));
    let mut open: Vec<String> = open.filter_map(|result| result.claim.strategy).collect();
    let gate = &section.scenario.gate;
    if !gate.deny.is_empty() && may_be_played(gate.engine) {
        let answered = |strategy: &str| {
            let heard =
                |answer: &Evaluation| answer.strategy == strategy && gate.speaks_for(strategy, answer.engine);
            section.evaluations.iter().any(heard)
        };
        let names = section.scenario.strategies.iter().map(|strategy| &strategy.name);
        let gated = names.filter(|name| gate.speaks_for(name, Engine::Simulation) && !answered(name));
        open.extend(gated.cloned());
    }
    open
}
