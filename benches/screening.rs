//! The screening engine: one scenario from text to ranked answers, and a million points in columns.
//!
//! `cargo bench --bench screening`; against NumPy: `python3 benches/against_numpy.py`.

#![allow(clippy::disallowed_methods, reason = "a benchmark makes its input")]

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

/// A million rows from CSV to CSV, the whole program with reading and writing.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn a_million_rows_from_csv_to_csv(bencher: Bencher) {
    const ROWS: usize = 1_000_000;
    let directory = tempfile::tempdir().expect("makes a directory");
    let (input, output) = (directory.path().join("in.csv"), directory.path().join("out.csv"));
    let mut text = String::from(
        "request_rate_per_minute,hotset_fraction,cache_capacity_fraction,churn_per_hour,hit_latency_ms,\
         miss_penalty_ms,warm_cost_ms,predictive_recall,predictive_precision\n",
    );
    for row in 0..ROWS {
        let share = |nth: usize| (0.5 + ((nth + 2) as f64).sqrt().fract() * row as f64).fract();
        let line = (0..9).map(|nth| {
            let high = [5000.0, 1.0, 1.0, 1.0, 50.0, 500.0, 50.0, 1.0, 1.0][nth];
            format!("{:.6}", high * share(nth))
        });
        text.push_str(&(line.collect::<Vec<_>>().join(",") + "\n"));
    }
    std::fs::write(&input, text).expect("writes");
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let mut program = std::process::Command::new(env!("CARGO_BIN_EXE_warmcast"));
        let status =
            program.args(["predict", "--quiet", "--batch"]).arg(&input).arg("-o").arg(&output).status();
        assert!(status.expect("runs").success());
    });
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
