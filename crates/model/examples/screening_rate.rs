//! How many points the closed form evaluates in a second, on one core: a million points, nine input columns,
//! and for three strategies latency, ops load, coverage, score and flags. `benches/against_numpy.py` runs it.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::time::Instant;

use warmcast_model::screening::{Bounds, Columns, Outcomes, evaluate_columns};

const POINTS: usize = 1_000_000;
const ROUNDS: usize = 15;
const BLOCK: usize = 2048;

fn main() {
    // Weyl sequences: every column even in its range, no two alike, the same in the NumPy script.
    let column = |nth: usize, low: f64, high: f64| -> Vec<f64> {
        let step = ((nth + 2) as f64).sqrt().fract();
        (0..POINTS).map(|i| low + (high - low) * (0.5 + step * i as f64).fract()).collect()
    };
    let columns: Vec<Vec<f64>> = [
        (0.0, 5000.0),
        (0.0, 1.0),
        (0.0, 1.0),
        (0.0, 1.0),
        (0.0, 50.0),
        (0.0, 500.0),
        (0.0, 50.0),
        (0.0, 1.0),
        (0.0, 1.0),
    ]
    .iter()
    .enumerate()
    .map(|(nth, (low, high))| column(nth, *low, *high))
    .collect();
    let columns = Columns {
        request_rate_per_minute: &columns[0],
        hotset_fraction: &columns[1],
        cache_capacity_fraction: &columns[2],
        churn_per_hour: &columns[3],
        hit_latency_ms: &columns[4],
        miss_penalty_ms: &columns[5],
        warm_cost_ms: &columns[6],
        predictive_recall: &columns[7],
        predictive_precision: &columns[8],
    };
    let bounds = Bounds::default();
    let mut outcomes = [Outcomes::default(), Outcomes::default(), Outcomes::default()];
    let mut seconds: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            evaluate_columns(std::hint::black_box(&columns), &bounds, &mut outcomes);
            std::hint::black_box(&outcomes);
            start.elapsed().as_secs_f64()
        })
        .collect();
    seconds.sort_by(f64::total_cmp);
    let mut blocked: Vec<f64> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            in_blocks(std::hint::black_box(&columns), &bounds);
            start.elapsed().as_secs_f64()
        })
        .collect();
    blocked.sort_by(f64::total_cmp);
    // Checksums prove that both programs computed the same thing.
    let sum = |pick: fn(&Outcomes) -> f64| outcomes.iter().map(pick).sum::<f64>();
    let flags: u32 = outcomes.iter().flat_map(|one| &one.flags).map(|flags| flags.0.count_ones()).sum();
    println!(
        "{{\"median_s\": {}, \"blocked_s\": {}, \"score\": {}, \"coverage\": {}, \"flags\": {flags}}}",
        seconds[ROUNDS / 2],
        blocked[ROUNDS / 2],
        sum(|one| one.score.iter().sum()),
        sum(|one| one.coverage.iter().sum()),
    );
}

/// The same points block by block, each block's answers used before the next overwrites them, as a CSV batch does.
fn in_blocks(columns: &Columns<'_>, bounds: &Bounds) {
    let mut outcomes = [Outcomes::default(), Outcomes::default(), Outcomes::default()];
    for start in (0..POINTS).step_by(BLOCK) {
        let block = start..POINTS.min(start + BLOCK);
        let part = Columns {
            request_rate_per_minute: &columns.request_rate_per_minute[block.clone()],
            hotset_fraction: &columns.hotset_fraction[block.clone()],
            cache_capacity_fraction: &columns.cache_capacity_fraction[block.clone()],
            churn_per_hour: &columns.churn_per_hour[block.clone()],
            hit_latency_ms: &columns.hit_latency_ms[block.clone()],
            miss_penalty_ms: &columns.miss_penalty_ms[block.clone()],
            warm_cost_ms: &columns.warm_cost_ms[block.clone()],
            predictive_recall: &columns.predictive_recall[block.clone()],
            predictive_precision: &columns.predictive_precision[block.clone()],
        };
        evaluate_columns(&part, bounds, &mut outcomes);
        std::hint::black_box(&outcomes);
    }
}
