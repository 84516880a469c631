//! What the scenario does not say.

use evaluation::Engine;

use super::Known;

pub(super) fn all(known: &Known<'_>) -> Vec<String> {
    let Known { section, facts, subject, .. } = known;
    let scenario = &section.scenario;
    let mut unknown = vec![];
    if facts.limits.is_empty() {
        unknown.push("What the origin can take (`origin.servers`, `origin.cap_per_minute`): without it there is neither a safe pace nor a number of instances.".to_owned());
    }
    if subject.name != scenario.name {
        unknown.push(format!("How {} hits and restarts: hit ratios, latencies and times behind a restart are those of the scenario's own keys.", subject.name));
    }
    if known.deploy.is_none() {
        unknown.push("What a restart does: no closed form; `simulate` plays it.".to_owned());
    }
    if known.warmers().all(|strategy| strategy.budget.instances.get() <= 1.0) {
        unknown.push("How many instances the fleet has.".to_owned());
    }
    if scenario.predictor.is_none() {
        unknown.push("How good a predictor is (`predictor`): none is described.".to_owned());
    }
    if subject.sizes.is_empty() {
        unknown.push("How large the keys are: the list counts objects, not bytes.".to_owned());
    }
    unknown
        .push("Who the owners are: put names and ways to reach them beside the table of flags.".to_owned());
    unknown.extend(scenario.assumptions.iter().map(|one| {
        format!("`{} = {}` is {}, not measured: {}", one.key, one.value, one.confidence.name(), one.why)
    }));
    // What screening leaves out matters where nothing better answers.
    unknown.extend(
        section
            .notes
            .iter()
            .filter(|(engine, note)| {
                note.number == 0 && (known.deploy.is_none() || *engine != Engine::Screening)
            })
            .map(|(engine, note)| format!("{engine}: {}", note.text)),
    );
    unknown.extend(facts.notes.iter().cloned());
    unknown.extend(known.plan.notes.iter().cloned());
    unknown
}
