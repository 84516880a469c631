//! The closed form over columns: a million points at a time, in vector code.

use super::closed_form::{Bounds, FlagSet, Inputs, Outcome, demand, predictive, static_warming};
use scenario::Preset;

/// Strategies that a batch answers for, in the memo's order, which decides ties.
pub const PRESETS: [Preset; 3] = [Preset::Static, Preset::Predictive, Preset::Demand];

/// Columns of inputs, all of the same length; units as in [`Inputs`].
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "each is the field of the same name of Inputs")]
pub struct Columns<'a> {
    pub request_rate_per_minute: &'a [f64],
    pub hotset_fraction: &'a [f64],
    pub cache_capacity_fraction: &'a [f64],
    pub churn_per_hour: &'a [f64],
    pub hit_latency_ms: &'a [f64],
    pub miss_penalty_ms: &'a [f64],
    pub warm_cost_ms: &'a [f64],
    pub predictive_recall: &'a [f64],
    pub predictive_precision: &'a [f64],
}

/// Columns of outcomes of one strategy; units as in [`Outcome`].
#[derive(Debug, Clone, Default, PartialEq)]
#[expect(missing_docs, reason = "each is the field of the same name of Outcome")]
pub struct Outcomes {
    pub latency_ms: Vec<f64>,
    pub ops_per_minute: Vec<f64>,
    pub coverage: Vec<f64>,
    pub score: Vec<f64>,
    pub flags: Vec<FlagSet>,
}

impl Outcomes {
    /// The outcome at one point.
    pub fn get(&self, point: usize) -> Outcome {
        Outcome {
            latency_ms: self.latency_ms[point],
            ops_per_minute: self.ops_per_minute[point],
            coverage: self.coverage[point],
            score: self.score[point],
            flags: self.flags[point],
        }
    }

    fn resize(&mut self, points: usize) {
        for column in [&mut self.latency_ms, &mut self.ops_per_minute, &mut self.coverage, &mut self.score] {
            column.resize(points, 0.0);
        }
        self.flags.resize(points, FlagSet(0));
    }
}

/// Evaluates the strategies of [`PRESETS`] at every point; `outcomes` is resized to fit.
///
/// # Panics
/// Where the columns differ in length.
pub fn evaluate_columns(columns: &Columns<'_>, bounds: &Bounds, outcomes: &mut [Outcomes; 3]) {
    let points = columns.request_rate_per_minute.len();
    for strategy in outcomes.iter_mut() {
        strategy.resize(points);
    }
    let [fixed, predicted, demanded] = outcomes;
    over_columns(columns, bounds, fixed, static_warming);
    over_columns(columns, bounds, predicted, predictive);
    over_columns(columns, bounds, demanded, demand);
}

#[inline(always)]
fn over_columns(
    columns: &Columns<'_>,
    bounds: &Bounds,
    outcomes: &mut Outcomes,
    strategy: impl Fn(&Inputs, &Bounds) -> Outcome,
) {
    let n = columns.request_rate_per_minute.len();
    // Slices of one known length, so that the loop below needs no bounds checks.
    let rate = &columns.request_rate_per_minute[..n];
    let hotset = &columns.hotset_fraction[..n];
    let capacity = &columns.cache_capacity_fraction[..n];
    let churn = &columns.churn_per_hour[..n];
    let hit = &columns.hit_latency_ms[..n];
    let miss = &columns.miss_penalty_ms[..n];
    let warm = &columns.warm_cost_ms[..n];
    let recall = &columns.predictive_recall[..n];
    let precision = &columns.predictive_precision[..n];
    let latency_out = &mut outcomes.latency_ms[..n];
    let ops_out = &mut outcomes.ops_per_minute[..n];
    let coverage_out = &mut outcomes.coverage[..n];
    let score_out = &mut outcomes.score[..n];
    let flags_out = &mut outcomes.flags[..n];
    for i in 0..n {
        let inputs = Inputs {
            request_rate_per_minute: rate[i],
            hotset_fraction: hotset[i],
            cache_capacity_fraction: capacity[i],
            churn_per_hour: churn[i],
            hit_latency_ms: hit[i],
            miss_penalty_ms: miss[i],
            warm_cost_ms: warm[i],
            predictive_recall: recall[i],
            predictive_precision: precision[i],
        };
        let outcome = strategy(&inputs, bounds);
        latency_out[i] = outcome.latency_ms;
        ops_out[i] = outcome.ops_per_minute;
        coverage_out[i] = outcome.coverage;
        score_out[i] = outcome.score;
        flags_out[i] = outcome.flags;
    }
}
