//! From scenarios to a report: asks the engines.

use evaluation::{Engine, Metric, Note, Provenance, rank};
use model::screening;
use report::{Report, Section};
use scenario::Preset;

use crate::args::Common;
use crate::failure::Failure;
use crate::load::{Input, Loaded};

/// What a command asks of the engines.
pub(crate) struct Question<'a> {
    /// Name of the command.
    pub(crate) command: &'a str,
    /// Engine to ask; none asks every one that applies.
    pub(crate) engine: Option<Engine>,
    /// Metric to rank by.
    pub(crate) objective: Metric,
    /// Further options that change the answer, in a fixed order.
    pub(crate) options: Vec<String>,
}

/// Asks the engines and ranks the answers.
pub(crate) fn answer(input: Input, question: &Question<'_>, common: &Common) -> Result<Report, Failure> {
    let objective = question.objective;
    let provenance = provenance(question, &input, common);
    let sections: Result<Vec<_>, _> = input.scenarios.into_iter().map(|one| section(one, question)).collect();
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

fn section(loaded: Loaded, question: &Question<'_>) -> Result<Section, Failure> {
    let Loaded { scenario, places, .. } = loaded;
    let refused = |refusal: screening::Refusal| {
        Failure::at(places.locate(refusal.key).cloned(), &refusal.message, refusal.help)
    };
    let mut evaluations = screening::evaluate(&scenario).map_err(refused)?;
    let inputs = screening::inputs(&scenario).map_err(refused)?;
    let compared = scenario.strategies.iter().any(|strategy| strategy.preset == Preset::Predictive);
    let break_evens = match &scenario.predictor {
        Some(_) if compared => {
            screening::break_evens(&inputs, &screening::Bounds::from(&scenario.thresholds))
        }
        _ => vec![],
    };
    let without: Vec<&str> = scenario
        .strategies
        .iter()
        .filter(|strategy| !strategy.preset.has_closed_form())
        .map(|strategy| strategy.name.as_str())
        .collect();
    if evaluations.is_empty() {
        let message = format!("{} has no strategy with a closed form", scenario.name);
        return Err(Failure::usage(&message, "`warmcast simulate` plays any strategy"));
    }
    let mut notes: Vec<(Engine, Note)> =
        screening::notes(&scenario, &inputs).into_iter().map(|note| (Engine::Screening, note)).collect();
    if !without.is_empty() {
        let text = format!("No closed form for {}; use simulate.", without.join(", "));
        notes.push((Engine::Screening, Note { number: 0, text }));
    }
    rank(&mut evaluations, question.objective);
    Ok(Section { scenario, places, evaluations, differences: vec![], break_evens, notes })
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
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.=:/,+%".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", word.replace('\'', r"'\''")) }
}
