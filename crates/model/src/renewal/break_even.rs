//! The precision, and the recall, from which predictive beats static in a real cache.

use evaluation::{BreakEven, Engine, Metric, WinSet};
use scenario::{Preset, Scenario};

use crate::renewal::answer::of;
use crate::renewal::question::{Warming, answerable, cache, fetch_time, warming};
use crate::renewal::{Cache, Forecasts};

/// What a break-even is told for.
const OBJECTIVES: [Metric; 3] = [Metric::ExpectedLatency, Metric::OriginLoad, Metric::CostPerHour];
/// Values at which strategies are compared before it is sought where one begins to win.
const SAMPLES: u32 = 8;
/// The least of them, in place of 0, of which there is no forecast.
const LEAST: f64 = 1e-3;
/// Relative difference that is none.
const TIE: f64 = 1e-9;
/// Halvings of what lies between two of them, ahead of a straight line.
const HALVINGS: usize = 6;

/// Sets what varies.
type Input = (&'static str, fn(&mut Forecasts, f64));

const INPUTS: [Input; 2] = [
    ("predictor.precision", |forecasts, value| forecasts.precision = value),
    ("predictor.recall", |forecasts, value| forecasts.recall = value),
];

/// Break-evens of predictive against static, for each objective, in precision and in recall; none where the scenario does
/// not predict or there is no closed form.
///
/// # Formula
/// None: both are worked out by [`of`] as the input varies, all others being what they are. What useless copies evict and
/// what useful ones save are both in it, so that a low precision may cost more than it gains.
///
/// # Accuracy
/// A stretch on which one wins is missed where it is shorter than an eighth of all values.
pub fn break_evens(scenario: &Scenario) -> Vec<BreakEven> {
    let strategy = scenario.strategies.iter().find(|strategy| strategy.preset == Preset::Predictive);
    let predicts = strategy.filter(|_| answerable(scenario).is_ok());
    let Some((warming, forecasts)) = predicts
        .and_then(|strategy| warming(scenario, strategy).ok())
        .and_then(|warming| Some((warming, warming.forecasts?)))
    else {
        return vec![];
    };
    let duel = Duel { scenario, cache: cache(scenario), warming, forecasts };
    let objectives =
        OBJECTIVES.into_iter().filter(|metric| *metric != Metric::CostPerHour || scenario.costs.is_some());
    let without = duel.with(None);
    let each = INPUTS.map(|input| duel.wins(input, without));
    let at = |(nth, objective): (usize, Metric)| {
        let of = |input: usize| BreakEven {
            engine: Engine::Renewal,
            strategy: "predictive",
            against: "static",
            objective,
            input: INPUTS[input].0,
            wins: each[input][nth].clone(),
        };
        [of(0), of(1)]
    };
    objectives.enumerate().flat_map(at).collect()
}

/// The same cache with forecasts and without.
struct Duel<'a> {
    scenario: &'a Scenario,
    cache: Cache,
    warming: Warming,
    forecasts: Forecasts,
}

impl Duel<'_> {
    /// Each objective, if forecasts are these.
    fn with(&self, forecasts: Option<Forecasts>) -> [f64; 3] {
        let warming = Warming { forecasts, ..self.warming };
        let outcome = of(self.cache.clone(), warming, fetch_time(self.scenario));
        [outcome.wait, outcome.origin_load(), outcome.hourly_cost(self.scenario).unwrap_or(0.0)]
    }

    /// Where forecasts win as an input varies, by each objective, of which `without` is what there is without them.
    fn wins(&self, (_, set): Input, without: [f64; 3]) -> [WinSet; 3] {
        // Below 0 where they win.
        let over = |at: f64| {
            let mut forecasts = self.forecasts;
            set(&mut forecasts, at);
            let found = self.with(Some(forecasts));
            [0, 1, 2].map(|nth| found[nth] - without[nth] * (1.0 - TIE))
        };
        let at = |nth: u32| (f64::from(nth) / f64::from(SAMPLES)).max(LEAST);
        let samples: Vec<(f64, [f64; 3])> = (0..=SAMPLES).map(|nth| (at(nth), over(at(nth)))).collect();
        [0, 1, 2].map(|nth| {
            let value = |at: f64| over(at)[nth];
            let mut intervals: Vec<(f64, f64)> = vec![];
            let mut begins = (samples[0].1[nth] < 0.0).then_some(0.0);
            for pair in samples.windows(2) {
                let [from, to] = [pair[0], pair[1]].map(|(at, over)| (at, over[nth]));
                match (from.1 < 0.0, to.1 < 0.0) {
                    (false, true) => begins = Some(turn(from, to, value)),
                    (true, false) => {
                        intervals.extend(begins.take().map(|begins| (begins, turn(from, to, value))))
                    }
                    _ => {}
                }
            }
            intervals.extend(begins.map(|begins| (begins, 1.0)));
            WinSet { intervals, at_zero: false }
        })
    }
}

/// Where a function changes its sign between two points.
fn turn(mut from: (f64, f64), mut to: (f64, f64), value: impl Fn(f64) -> f64) -> f64 {
    for _ in 0..HALVINGS {
        let middle = (from.0 + to.0) / 2.0;
        let here = (middle, value(middle));
        if (here.1 < 0.0) == (from.1 < 0.0) { from = here } else { to = here }
    }
    from.0 + from.1 / (from.1 - to.1) * (to.0 - from.0)
}

#[cfg(test)]
mod tests {
    use scenario::MEMO;

    use super::*;

    fn found(text: &str) -> Vec<BreakEven> {
        break_evens(&Scenario::from_toml("memo", text).unwrap_or_else(|problems| panic!("{problems}")))
    }

    /// Simulated (90 hours, twelve replications): predictive waits 0.1 ms longer than static at a precision of 0.12 and 2.4 ms
    /// less at 0.15, so that they are even about 0.121.
    #[test]
    fn predictive_of_the_memo_pays_from_the_precision_from_which_it_does() {
        let found = found(MEMO);
        let wins = |objective, input| {
            let one = found.iter().find(|one| (one.objective, one.input) == (objective, input));
            &one.expect("is told").wins
        };
        let precision = wins(Metric::ExpectedLatency, "predictor.precision").threshold().expect("one number");
        assert!((precision - 0.121).abs() < 1.5e-3, "{precision}");
        // A forecast replaces one fetch at most.
        assert!(wins(Metric::OriginLoad, "predictor.precision").intervals.is_empty());
        assert_eq!(wins(Metric::ExpectedLatency, "predictor.recall").intervals, [(0.0, 1.0)]);
        assert!(found.iter().all(|one| one.objective != Metric::CostPerHour), "nothing has a price");
    }

    #[test]
    fn without_forecasts_nothing_breaks_even() {
        let text = "[workload]\nrequest_rate_per_minute = 60\nkeys = 1000\nzipf_exponent = 1\nchurn_per_hour = 0\n\
                    [cache]\ncapacity_items = 100\nhit_latency_ms = 1\n\
                    [origin]\nmiss_penalty_ms = 10\nwarm_cost_ms = 10\n";
        assert!(found(text).is_empty());
    }

    /// A straight line and a parabola: 0.3, and the root of 0.09.
    #[test]
    fn turns_are_found() {
        let at = |value: &dyn Fn(f64) -> f64| turn((0.25, value(0.25)), (0.375, value(0.375)), value);
        assert!((at(&|x| x - 0.3) - 0.3).abs() < 1e-12);
        assert!((at(&|x| 0.09 - x * x) - 0.3).abs() < 2e-6);
    }
}
