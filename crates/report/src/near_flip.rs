//! Decisions that would be another if an input were a little different.

use evaluation::{BreakEven, Evaluation, Flag, Metric, RiskFlag};
use scenario::Scenario;

use crate::Section;

/// The flag, where a flip is nearer than the bound: both as shares of an input's own value.
pub fn near_flip(
    distance: f64,
    least: f64,
    strategy: &str,
    key: &str,
    own: &str,
    flips: &str,
) -> Option<RiskFlag> {
    (distance < least).then(|| {
        let message = format!("{key} is {own}, and at {flips} {strategy} is no longer best");
        Flag::DecisionNearFlip.raise(distance, least, message)
    })
}

/// Flags the best answer of every engine where a break-even lies near the scenario's own value.
pub fn flag_near_flip(section: &mut Section, objective: Metric) {
    let least = section.scenario.thresholds.min_flip_distance.get();
    let mut raised = vec![];
    for (nth, answer) in section.evaluations.iter().enumerate() {
        let first = section.evaluations[..nth].iter().all(|before| before.engine != answer.engine);
        let flips = section
            .break_evens
            .iter()
            .filter(|one| one.engine == answer.engine && one.objective == objective);
        let near = flips.filter(|one| first && speaks_of(one, answer, &section.scenario));
        let near = near.filter_map(|one| nearest(one, &section.scenario));
        if let Some(flip) = near.min_by(|a, b| distance(a).total_cmp(&distance(b))) {
            let (key, own, at) = flip;
            let (own, at) = (own.to_string(), format!("{at:.3}"));
            let flag = near_flip(distance(&flip), least, &answer.strategy, key, &own, &at);
            raised.extend(flag.map(|flag| (nth, flag)));
        }
    }
    for (nth, flag) in raised {
        section.evaluations[nth].risk_flags.push(flag);
    }
}

/// Input, its own value, and a value at which the decision flips.
type Flip = (&'static str, f64, f64);

fn distance((_, own, flip): &Flip) -> f64 {
    ((flip - own) / own).abs()
}

/// Whether the strategy that is best is one of the two that are compared.
fn speaks_of(one: &BreakEven, answer: &Evaluation, scenario: &Scenario) -> bool {
    let strategy = scenario.strategies.iter().find(|strategy| strategy.name == answer.strategy);
    strategy.is_some_and(|strategy| [one.strategy, one.against].contains(&strategy.preset.name()))
}

/// The end of a stretch that is nearest to the scenario's own value; ends of the whole range are none.
fn nearest(one: &BreakEven, scenario: &Scenario) -> Option<Flip> {
    let predictor = scenario.predictor.as_ref()?;
    let own = match one.input {
        "predictor.precision" => predictor.precision.get(),
        "predictor.recall" => predictor.recall.get(),
        _ => return None,
    };
    let ends = one.wins.intervals.iter().flat_map(|(low, high)| [*low, *high]);
    let flips = ends.filter(|end| *end > 0.0 && *end < 1.0).map(|flip| (one.input, own, flip));
    flips.filter(|(_, own, _)| *own > 0.0).min_by(|a, b| distance(a).total_cmp(&distance(b)))
}
