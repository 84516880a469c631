//! The screening engine: one scenario from text to ranked answers, and a million points in columns.
//!
//! `cargo bench --bench screening`; against NumPy: `python3 benches/against_numpy.py`.

use divan::Bencher;
use divan::counter::ItemsCount;
use model::screening::{Bounds, Columns, Outcomes, evaluate, evaluate_columns};
use scenario::{MEMO, Scenario};

fn main() {
    divan::main();
}

/// The memo's scenario, from text to evaluations.
#[divan::bench]
fn one_scenario_from_text(bencher: Bencher) {
    bencher.bench(|| {
        let scenario = Scenario::from_toml("memo", divan::black_box(MEMO)).expect("resolves");
        evaluate(&scenario).expect("in range")
    });
}

/// The memo's scenario, already resolved.
#[divan::bench]
fn one_scenario(bencher: Bencher) {
    let scenario = Scenario::from_toml("memo", MEMO).expect("resolves");
    bencher.bench(|| evaluate(divan::black_box(&scenario)).expect("in range"));
}

/// A million points for three strategies, on one core.
#[divan::bench(sample_count = 20)]
fn a_million_points(bencher: Bencher) {
    const POINTS: usize = 1_000_000;
    let column = |nth: usize, high: f64| -> Vec<f64> {
        let step = ((nth + 2) as f64).sqrt().fract();
        (0..POINTS).map(|i| high * (0.5 + step * i as f64).fract()).collect()
    };
    let highs = [5000.0, 1.0, 1.0, 1.0, 50.0, 500.0, 50.0, 1.0, 1.0];
    let columns: Vec<Vec<f64>> = highs.iter().enumerate().map(|(nth, high)| column(nth, *high)).collect();
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
    let mut outcomes = [Outcomes::default(), Outcomes::default(), Outcomes::default()];
    bencher.counter(ItemsCount::new(3 * POINTS)).bench_local(|| {
        evaluate_columns(divan::black_box(&columns), &Bounds::default(), &mut outcomes);
        divan::black_box(&outcomes);
    });
}
