//! The closed form over columns: a million points at a time, in vector code.

use std::ops::Range;

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

/// Points evaluated for one strategy before the next takes its turn, so that inputs are still in the cache.
const BLOCK: usize = 2048;

/// Evaluates the strategies of [`PRESETS`] at every point; `outcomes` is resized to fit.
///
/// # Panics
/// Where the columns differ in length.
pub fn evaluate_columns(columns: &Columns<'_>, bounds: &Bounds, outcomes: &mut [Outcomes; 3]) {
    let points = columns.request_rate_per_minute.len();
    for strategy in outcomes.iter_mut() {
        strategy.resize(points);
    }
    for start in (0..points).step_by(BLOCK) {
        let block = start..points.min(start + BLOCK);
        evaluate_block(columns, bounds, outcomes, block);
    }
}

// No fused multiply-add among the targets: it rounds once where the formula rounds twice, and every machine is to
// give the same bits.
#[multiversion::multiversion(targets("x86_64+avx512f+avx512dq+avx512vl", "x86_64+avx2"))]
fn evaluate_block(columns: &Columns<'_>, bounds: &Bounds, outcomes: &mut [Outcomes; 3], block: Range<usize>) {
    let [fixed, predicted, demanded] = outcomes;
    over_columns(columns, bounds, fixed, block.clone(), static_warming);
    over_columns(columns, bounds, predicted, block.clone(), predictive);
    over_columns(columns, bounds, demanded, block, demand);
}

#[inline(always)]
fn over_columns(
    columns: &Columns<'_>,
    bounds: &Bounds,
    outcomes: &mut Outcomes,
    block: Range<usize>,
    strategy: impl Fn(&Inputs, &Bounds) -> Outcome,
) {
    // Slices of one known length, so that the loop below needs no bounds checks.
    let n = block.len();
    let rate = &columns.request_rate_per_minute[block.clone()][..n];
    let hotset = &columns.hotset_fraction[block.clone()][..n];
    let capacity = &columns.cache_capacity_fraction[block.clone()][..n];
    let churn = &columns.churn_per_hour[block.clone()][..n];
    let hit = &columns.hit_latency_ms[block.clone()][..n];
    let miss = &columns.miss_penalty_ms[block.clone()][..n];
    let warm = &columns.warm_cost_ms[block.clone()][..n];
    let recall = &columns.predictive_recall[block.clone()][..n];
    let precision = &columns.predictive_precision[block.clone()][..n];
    let latency_out = &mut outcomes.latency_ms[block.clone()][..n];
    let ops_out = &mut outcomes.ops_per_minute[block.clone()][..n];
    let coverage_out = &mut outcomes.coverage[block.clone()][..n];
    let score_out = &mut outcomes.score[block.clone()][..n];
    let flags_out = &mut outcomes.flags[block][..n];
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
