//! How many points the closed form evaluates in a second, on one core: a million points, nine input columns,
//! and for three strategies latency, ops load, coverage, score and flags. `benches/against_numpy.py` runs it.
#![allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::time::Instant;

use warmcast_model::screening::{Bounds, Columns, Outcomes, evaluate_columns};

const POINTS: usize = 1_000_000;
const ROUNDS: usize = 15;

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
    // Checksums prove that both programs computed the same thing.
    let sum = |pick: fn(&Outcomes) -> f64| outcomes.iter().map(pick).sum::<f64>();
    let flags: u32 = outcomes.iter().flat_map(|one| &one.flags).map(|flags| flags.0.count_ones()).sum();
    println!(
        "{{\"median_s\": {}, \"best_s\": {}, \"worst_s\": {}, \"score\": {}, \"coverage\": {}, \"flags\": {flags}}}",
        seconds[ROUNDS / 2],
        seconds[0],
        seconds[ROUNDS - 1],
        sum(|one| one.score.iter().sum()),
        sum(|one| one.coverage.iter().sum()),
    );
}
