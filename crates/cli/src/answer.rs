//! From scenarios to a report: asks the engines.

use evaluation::{BreakEven, Engine, Evaluation, Metric, Note, Provenance, rank};
use model::renewal::NoClosedForm;
use model::{renewal, screening};
use report::render::capital;
use report::{Places, Report, Section, flag_disagreement, flag_near_flip};
use scenario::{Preset, Scenario};
use sim::warming::Inputs;

use crate::args::Common;
use crate::failure::Failure;
use crate::load::{Input, Loaded};
use crate::playing::play_what_is_judged;

/// What a command asks of the engines.
pub(crate) struct Question<'a> {
    /// Name of the command.
    pub(crate) command: &'a str,
    /// Engine to ask; none asks every one that applies.
    pub(crate) engine: Option<Engine>,
    /// Metric to rank by.
    pub(crate) objective: Metric,
    /// Whether a simulation answers what claims and the gate ask and no formula knows.
    pub(crate) plays: bool,
    /// Further options that change the answer, in a fixed order.
    pub(crate) options: Vec<String>,
}

/// Asks the engines and ranks the answers.
pub(crate) fn answer(input: Input, question: &Question<'_>, common: &Common) -> Result<Report, Failure> {
    let objective = question.objective;
    let provenance = provenance(question, &input, common);
    let sections: Result<Vec<_>, _> =
        input.scenarios.into_iter().map(|one| section(one, question, common)).collect();
    Ok(Report { provenance, objective, sections: sections?, judgement: None })
}

/// Where the answers come from.
pub(crate) fn provenance(question: &Question<'_>, input: &Input, common: &Common) -> Provenance {
    Provenance {
        version: env!("CARGO_PKG_VERSION"),
        seed: common.seed,
        scenario_digest: Some(input.digest.clone()),
        trace_digest: input.trace_digest.clone(),
        command: canonical(question, input, common),
    }
}

fn section(loaded: Loaded, question: &Question<'_>, common: &Common) -> Result<Section, Failure> {
    ask(loaded.scenario, loaded.places, &loaded.inputs, question, common)
}

/// Asks the engines of one scenario.
pub(crate) fn ask(
    scenario: Scenario,
    places: Places,
    inputs: &Inputs,
    question: &Question<'_>,
    common: &Common,
) -> Result<Section, Failure> {
    let asked = |engine: Engine| question.engine.is_none_or(|one| one == engine);
    let (mut evaluations, mut break_evens, mut notes) = (vec![], vec![], vec![]);
    if asked(Engine::Screening) {
        match screened(&scenario) {
            Ok(found) => (evaluations, break_evens, notes) = found,
            Err(refusal) if question.engine.is_some() => {
                let place = places.locate(refusal.key).cloned();
                return Err(Failure::at(place, &refusal.message, refusal.help));
            }
            Err(refusal) => notes.push((Engine::Screening, remark(capital(&refusal.message) + "."))),
        }
        rank(&mut evaluations, question.objective);
    }
    if asked(Engine::Renewal) {
        let renewal::Answer { evaluations: mut found, unanswered } = renewal::evaluate(&scenario);
        rank(&mut found, question.objective);
        if !found.is_empty() {
            notes.extend(renewal::notes(&scenario).into_iter().map(|note| (Engine::Renewal, note)));
            break_evens.extend(renewal::break_evens(&scenario));
        }
        evaluations.extend(found);
        notes.extend(no_closed_form(&unanswered).map(|text| (Engine::Renewal, remark(text))));
    }
    if evaluations.is_empty() && !question.plays {
        let message = format!("{} has no strategy with a closed form", scenario.name);
        let why: Vec<&str> = notes.iter().map(|(_, note)| note.text.as_str()).collect();
        let message = if why.is_empty() { message } else { format!("{message}: {}", why.join(" ")) };
        return Err(Failure::usage(&message, "`warmcast simulate` plays any strategy"));
    }
    let mut section =
        Section { scenario, places, evaluations, differences: vec![], break_evens, notes, sensitivity: None };
    if question.plays {
        play_what_is_judged(&mut section, inputs, question.objective, common)?;
    }
    flag_disagreement(&mut section.evaluations, &section.scenario.thresholds);
    flag_near_flip(&mut section, question.objective);
    Ok(section)
}

type Screened = (Vec<Evaluation>, Vec<BreakEven>, Vec<(Engine, Note)>);

/// What the memo's closed form says.
fn screened(scenario: &Scenario) -> Result<Screened, screening::Refusal> {
    let evaluations = screening::evaluate(scenario)?;
    let inputs = screening::inputs(scenario)?;
    let compared = scenario.strategies.iter().any(|strategy| strategy.preset == Preset::Predictive);
    let break_evens = match &scenario.predictor {
        Some(_) if compared => {
            screening::break_evens(&inputs, &screening::Bounds::from(&scenario.thresholds))
        }
        _ => vec![],
    };
    let mut notes = screening::notes(scenario, &inputs);
    let without: Vec<&str> = scenario
        .strategies
        .iter()
        .filter(|strategy| !strategy.preset.has_closed_form())
        .map(|strategy| strategy.name.as_str())
        .collect();
    if !without.is_empty() {
        notes.push(remark(format!("No closed form for {}; use simulate.", without.join(", "))));
    }
    let notes = notes.into_iter().map(|note| (Engine::Screening, note)).collect();
    Ok((evaluations, break_evens, notes))
}

fn remark(text: String) -> Note {
    Note { number: 0, text }
}

/// Which strategies have no closed form, and why; those with one reason together.
pub(crate) fn no_closed_form(unanswered: &[(String, NoClosedForm)]) -> impl Iterator<Item = String> {
    let mut reasons: Vec<(&NoClosedForm, Vec<&str>)> = vec![];
    for (strategy, reason) in unanswered {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, strategies)) => strategies.push(strategy),
            None => reasons.push((reason, vec![strategy])),
        }
    }
    reasons.into_iter().map(|(NoClosedForm { key, what }, strategies)| {
        format!("No closed form for {} with {what} ({key}); use simulate.", strategies.join(", "))
    })
}

/// The command with only what changes the answer, in one fixed order.
fn canonical(question: &Question<'_>, input: &Input, common: &Common) -> String {
    let mut words = vec!["warmcast".to_owned(), question.command.to_owned()];
    let mut names: Vec<_> = input.scenarios.iter().map(|one| one.scenario.name.clone()).collect();
    names.dedup();
    words.extend(names);
    words.extend(common.variant.iter().map(|variant| format!("--variant {variant}")));
    words.extend(common.set.iter().map(|assignment| format!("--set {}", quoted(assignment))));
    words.extend(question.engine.map(|engine| format!("--engine {engine}")));
    words.push(format!("--rank-by {}", question.objective.spec().short));
    words.extend(question.options.iter().cloned());
    words.join(" ")
}

/// A word as a shell would take it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.=:/,+%".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
