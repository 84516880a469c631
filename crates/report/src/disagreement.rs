//! Engines that were asked the same and answer differently.

use evaluation::{Estimate, Evaluation, Flag, Metric, RiskFlag};
use scenario::Thresholds;

/// Flags every answer whose hit ratio differs from that of an engine before it by more than the bound; what is uncertain
/// about either is allowed for. What was flagged before is judged anew.
pub fn flag_disagreement(evaluations: &mut [Evaluation], thresholds: &Thresholds) {
    let most = thresholds.max_engine_difference.get();
    for answer in evaluations.iter_mut() {
        answer.risk_flags.retain(|flag| flag.code != Flag::EnginesDisagree);
    }
    for nth in 1..evaluations.len() {
        let (before, rest) = evaluations.split_at_mut(nth);
        let answer = &mut rest[0];
        let others =
            before.iter().filter(|other| other.strategy == answer.strategy && other.engine != answer.engine);
        let found = others
            .filter_map(|other| differs(answer, other, most))
            .max_by(|a, b| a.observed.total_cmp(&b.observed));
        if let Some(flag) = found {
            answer.risk_flags.push(flag);
            answer.risk_flags.sort_by_key(|flag| flag.code);
        }
    }
}

fn differs(answer: &Evaluation, other: &Evaluation, most: f64) -> Option<RiskFlag> {
    let (here, there) = (answer.get(Metric::HitRatio)?, other.get(Metric::HitRatio)?);
    let unsure = |found: Estimate| found.half_width.unwrap_or(0.0);
    let apart = (here.value - there.value).abs() - unsure(here) - unsure(there);
    (apart > most).then(|| {
        let message = format!(
            "{} gives a hit ratio of {:.3}, {} gives {:.3}",
            answer.engine, here.value, other.engine, there.value
        );
        Flag::EnginesDisagree.raise(apart, most, message)
    })
}

#[cfg(test)]
mod tests {
    use evaluation::Engine;

    use super::*;

    fn answer(engine: Engine, ratio: f64, half_width: Option<f64>) -> Evaluation {
        Evaluation {
            scenario: "s".into(),
            variant: None,
            strategy: "static".into(),
            engine,
            metrics: vec![(Metric::HitRatio, Estimate { value: ratio, half_width })],
            windows: vec![],
            ledger: None,
            risk_flags: vec![],
            rails: vec![],
        }
    }

    #[test]
    fn answers_that_lie_farther_apart_than_the_bound_are_flagged_once() {
        let flagged = |ratio, half_width| {
            let mut answers =
                [answer(Engine::Screening, 0.5, None), answer(Engine::Renewal, ratio, half_width)];
            flag_disagreement(&mut answers, &Thresholds::default());
            assert!(answers[0].risk_flags.is_empty());
            answers[1].risk_flags.len()
        };
        assert_eq!([flagged(0.549, None), flagged(0.551, None), flagged(0.449, None)], [0, 1, 1]);
        // An interval that reaches to within the bound is no disagreement.
        assert_eq!(flagged(0.56, Some(0.02)), 0);
    }
}
