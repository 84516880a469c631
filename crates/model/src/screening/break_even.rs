//! Break-even: the precision, or the recall, from which predictive beats static.
//!
//! With all other inputs fixed, every objective of the closed form is affine in precision and in recall between
//! a few known points: where a flag's threshold is crossed, and where recall stops binding because capacity
//! does. On each such piece the difference "predictive − static" is a straight line, so its sign, and with it
//! the set of values at which predictive wins, is exact.
//!
//! Without flags, by score, with A > 0: p* = 1 − (M − R·χ/120) / (W + R/2). By latency: p* = 1 − M/W, so that
//! predictive wins at every precision where the warm cost is below the miss penalty. By ops load: never.

use super::closed_form::{Bounds, Inputs, Outcome, predictive, static_warming};
use evaluation::{BreakEven, Engine, Metric, WinSet};

/// Distance within which a root counts as lying on the end of its piece.
const SNAP: f64 = 1e-9;

/// The input that a break-even is sought for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// Predictor precision.
    Precision,
    /// Predictor recall.
    Recall,
}

impl Input {
    /// Scenario key of the input.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Precision => "predictor.precision",
            Self::Recall => "predictor.recall",
        }
    }

    fn set(self, inputs: &Inputs, value: f64) -> Inputs {
        match self {
            Self::Precision => Inputs { predictive_precision: value, ..*inputs },
            Self::Recall => Inputs { predictive_recall: value, ..*inputs },
        }
    }

    /// Values between which every objective is affine in this input; unsorted, not all in range.
    fn kinks(self, inputs: &Inputs, bounds: &Bounds) -> Vec<f64> {
        let hot = inputs.hot();
        let churn = inputs.churn_per_hour / 60.0;
        let overfetch = 1.0 - inputs.predictive_precision;
        let limit = bounds.max_prefetch_load_share;
        match self {
            // ops = limit·R at K·χm + A·(1 − p) = limit
            Self::Precision => {
                let added = inputs.added();
                vec![bounds.min_precision, 1.0 - (limit - (hot + added) * churn) / added]
            }
            // A = (1 − hot)·r up to the surplus; ops = limit·R at hot·χm + A·(χm + 1 − p) = limit
            Self::Recall => {
                let surplus = (inputs.cache_capacity_fraction - hot).max(0.0);
                let heavy = (limit - hot * churn) / (churn + overfetch);
                vec![
                    bounds.min_recall,
                    bounds.min_recall_when_capacity_short,
                    surplus / (1.0 - hot),
                    heavy / (1.0 - hot),
                ]
            }
        }
    }
}

/// Objectives that a break-even is told for.
const OBJECTIVES: [Metric; 4] =
    [Metric::ExpectedLatency, Metric::OpsLoad, Metric::WarmCoverage, Metric::Score];

/// Break-evens of predictive against static, for each objective, in precision and in recall.
pub fn break_evens(inputs: &Inputs, bounds: &Bounds) -> Vec<BreakEven> {
    let each =
        OBJECTIVES.iter().flat_map(|objective| [(*objective, Input::Precision), (*objective, Input::Recall)]);
    each.filter_map(|(objective, input)| {
        let wins = break_even(inputs, bounds, objective, input)?;
        Some(BreakEven {
            engine: Engine::Screening,
            strategy: "predictive",
            against: "static",
            objective,
            input: input.key(),
            wins,
        })
    })
    .collect()
}

/// Where predictive beats static by `objective` as `input` runs over [0, 1]; none where the closed form has no
/// such objective.
pub fn break_even(inputs: &Inputs, bounds: &Bounds, objective: Metric, input: Input) -> Option<WinSet> {
    let value: fn(&Outcome) -> f64 = match objective {
        Metric::ExpectedLatency => |o| o.latency_ms,
        Metric::OpsLoad => |o| o.ops_per_minute,
        Metric::WarmCoverage | Metric::HitRatio => |o| -o.coverage,
        Metric::Score => |o| o.score,
        _ => return None,
    };
    // Negative where predictive wins.
    let difference = |x: f64| {
        let at = input.set(inputs, x);
        value(&predictive(&at, bounds)) - value(&static_warming(&at, bounds))
    };
    let mut ends: Vec<f64> =
        input.kinks(inputs, bounds).into_iter().filter(|x| *x > 0.0 && *x < 1.0).collect();
    ends.extend([0.0, 1.0]);
    ends.sort_by(f64::total_cmp);
    let mut intervals: Vec<(f64, f64)> = vec![];
    for piece in ends.windows(2) {
        let Some((low, high)) = negative_part(piece[0], piece[1], &difference) else { continue };
        match intervals.last_mut() {
            Some(last) if low - last.1 <= SNAP => last.1 = high,
            _ => intervals.push((low, high)),
        }
    }
    Some(WinSet { intervals, at_zero: difference(0.0) < 0.0 })
}

/// The part of the piece (low, high) on which a function that is affine there is negative.
fn negative_part(low: f64, high: f64, function: &impl Fn(f64) -> f64) -> Option<(f64, f64)> {
    let width = high - low;
    if width <= SNAP {
        return None;
    }
    // Two inner points, for at the ends a flag may already have changed.
    let (a, b) = (low + 0.25 * width, low + 0.75 * width);
    let (at_a, at_b) = (function(a), function(b));
    let slope = (at_b - at_a) / (b - a);
    let root = a - at_a / slope;
    if slope != 0.0 && root > low + SNAP && root < high - SNAP {
        return Some(if slope > 0.0 { (low, root) } else { (root, high) });
    }
    (at_a < 0.0 || at_b < 0.0).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The memo's inputs; A0 of the project's reference notes gives the break-evens below, worked by hand.
    const MEMO: Inputs = Inputs {
        request_rate_per_minute: 210.0,
        hotset_fraction: 0.42,
        cache_capacity_fraction: 0.55,
        churn_per_hour: 0.20,
        hit_latency_ms: 14.0,
        miss_penalty_ms: 100.0,
        warm_cost_ms: 4.0,
        predictive_recall: 0.85,
        predictive_precision: 0.82,
    };

    fn wins(inputs: Inputs, objective: Metric, input: Input) -> String {
        break_even(&inputs, &Bounds::default(), objective, input).expect("has the objective").to_string()
    }

    #[test]
    fn the_memos_break_even_precision_by_score_is_0_192() {
        assert_eq!(wins(MEMO, Metric::Score, Input::Precision), "above 0.192");
        // Without the low-precision flag: p* = 1 - (M - R χ/120) / (W + R/2)
        let unflagged = Bounds { min_precision: 0.0, ..Bounds::default() };
        let set = break_even(&MEMO, &unflagged, Metric::Score, Input::Precision).expect("answers");
        let closed_form: f64 = 1.0 - (100.0 - 210.0 * 0.2 / 120.0) / (4.0 + 105.0);
        assert!((set.threshold().expect("one number") - closed_form).abs() < 1e-12);
    }

    #[test]
    fn break_even_by_score_moves_with_traffic_alone() {
        for (rate, wins_at) in [(30.0, "always"), (1_000.0, "above 0.805"), (10_000.0, "above 0.983")] {
            assert_eq!(
                wins(Inputs { request_rate_per_minute: rate, ..MEMO }, Metric::Score, Input::Precision),
                wins_at
            );
        }
    }

    #[test]
    fn by_latency_predictive_always_wins_while_warming_is_cheaper_than_a_miss() {
        assert_eq!(wins(MEMO, Metric::ExpectedLatency, Input::Precision), "always");
        let dear = Inputs { warm_cost_ms: 400.0, ..MEMO };
        assert_eq!(wins(dear, Metric::ExpectedLatency, Input::Precision), "above 0.750"); // 1 - 100/400
        let equal = Inputs { warm_cost_ms: 100.0, ..MEMO };
        assert_eq!(wins(equal, Metric::ExpectedLatency, Input::Precision), "above 0");
        assert_eq!(wins(MEMO, Metric::ExpectedLatency, Input::Recall), "above 0");
    }

    #[test]
    fn predictive_never_wins_by_ops_load_nor_without_free_capacity() {
        assert_eq!(wins(MEMO, Metric::OpsLoad, Input::Precision), "never");
        assert_eq!(wins(MEMO, Metric::OpsLoad, Input::Recall), "never");
        let full = Inputs { cache_capacity_fraction: 0.42, ..MEMO };
        for input in [Input::Precision, Input::Recall] {
            assert_eq!(wins(full, Metric::ExpectedLatency, input), "never");
            assert_eq!(wins(full, Metric::Score, input), "never");
        }
    }

    /// The set of a scan over 20,001 values is the set in closed form.
    #[test]
    fn closed_form_and_scan_agree_on_random_inputs() {
        use proptest::prelude::*;
        let inputs = (
            (0.0..5000.0f64, 0.0..=1.0f64, 0.0..=1.0f64, 0.0..=1.0f64),
            (0.0..50.0f64, 0.0..300.0f64, 0.0..600.0f64, 0.0..=1.0f64, 0.0..=1.0f64),
        );
        proptest!(ProptestConfig::with_cases(64), |(((rate, hotset, capacity, churn), (hit, miss, warm, recall, precision)) in inputs)| {
            let inputs = Inputs {
                request_rate_per_minute: rate, hotset_fraction: hotset, cache_capacity_fraction: capacity,
                churn_per_hour: churn, hit_latency_ms: hit, miss_penalty_ms: miss, warm_cost_ms: warm,
                predictive_recall: recall, predictive_precision: precision,
            };
            let bounds = Bounds::default();
            for (objective, value) in [
                (Metric::ExpectedLatency, (|o| o.latency_ms) as fn(&Outcome) -> f64),
                (Metric::Score, |o| o.score),
            ] {
                for input in [Input::Precision, Input::Recall] {
                    let set = break_even(&inputs, &bounds, objective, input).expect("answers");
                    for step in 0..=20_000 {
                        let x = f64::from(step) / 20_000.0;
                        let at = input.set(&inputs, x);
                        let difference = value(&predictive(&at, &bounds)) - value(&static_warming(&at, &bounds));
                        let near_end = set.intervals.iter().any(|(low, high)| (x - low).abs() < 1e-6 || (x - high).abs() < 1e-6);
                        if !near_end && difference.abs() > 1e-9 {
                            let inside = set.intervals.iter().any(|(low, high)| x > *low && x < *high);
                            prop_assert_eq!(inside, difference < 0.0, "{} at {}: {:?}", input.key(), x, set);
                        }
                    }
                }
            }
        });
    }
}
