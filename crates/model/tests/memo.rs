//! The screening engine against numbers that the memo's own helper gave.

use evaluation::{Flag, Metric};
use scenario::{MEMO, Preset, Scenario, Strategy};
use warmcast_model::screening::{
    Bounds, Columns, Inputs, Outcome, Outcomes, PRESETS, demand, evaluate, evaluate_columns, hybrid,
    predictive, static_warming,
};

const HELPER: Bounds = Bounds {
    min_precision: 0.75,
    min_recall: 0.60,
    min_recall_when_capacity_short: 0.80,
    max_prefetch_load_share: 0.40,
    max_capacity_gap: 1e-6,
    max_prewarm_churn_per_hour: 0.20,
    min_steady_share_of_hotset: 0.50,
    min_steady_hit_rate: 0.0,
    max_cold_burst_churn_per_hour: 0.30,
};

struct Row {
    inputs: Inputs,
    strategy: Preset,
    rank: usize,
    expected: [f64; 4],
    flags: String,
}

fn golden() -> Vec<Row> {
    let mut reader = csv::Reader::from_path("tests/data/memo_cases.csv").expect("opens");
    let rows = reader.records().map(|record| {
        let record = record.expect("reads");
        let number = |column: usize| record[column].parse::<f64>().expect("is a number");
        Row {
            inputs: inputs([1, 2, 3, 4, 5, 6, 7, 8, 9].map(number)),
            strategy: Preset::named(&record[10]).expect("is known"),
            rank: record[11].parse().expect("is a rank"),
            expected: [12, 13, 14, 15].map(number),
            flags: record[16].to_owned(),
        }
    });
    rows.collect()
}

/// Rate, hot set, capacity, churn, hit, miss, warm, recall, precision: the order of the golden file.
fn inputs(n: [f64; 9]) -> Inputs {
    Inputs {
        request_rate_per_minute: n[0],
        hotset_fraction: n[1],
        cache_capacity_fraction: n[2],
        churn_per_hour: n[3],
        hit_latency_ms: n[4],
        miss_penalty_ms: n[5],
        warm_cost_ms: n[6],
        predictive_recall: n[7],
        predictive_precision: n[8],
    }
}

fn answer(preset: Preset, inputs: &Inputs, bounds: &Bounds) -> Outcome {
    match preset {
        Preset::Static => static_warming(inputs, bounds),
        Preset::Predictive => predictive(inputs, bounds),
        Preset::Demand => demand(inputs, bounds),
        Preset::Hybrid => hybrid(inputs, bounds, &scenario::Rails::default()),
        other => panic!("{} has no closed form", other.name()),
    }
}

fn numbers(outcome: &Outcome) -> [f64; 4] {
    [outcome.latency_ms, outcome.ops_per_minute, outcome.coverage, outcome.score]
}

fn codes(outcome: &Outcome) -> String {
    outcome.flags.iter().map(Flag::code).collect::<Vec<_>>().join(";")
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-9 * expected.abs()
}

#[test]
fn every_number_flag_and_rank_of_the_helper_is_reproduced() {
    let rows = golden();
    assert_eq!(rows.len(), 1200);
    for row in &rows {
        let outcome = answer(row.strategy, &row.inputs, &HELPER);
        for (found, expected) in numbers(&outcome).into_iter().zip(row.expected) {
            assert!(close(found, expected), "{:?} {:?}: {found} is not {expected}", row.strategy, row.inputs);
        }
        assert_eq!(codes(&outcome), row.flags, "{:?} {:?}", row.strategy, row.inputs);
        let mut order = PRESETS;
        order.sort_by(|a, b| {
            answer(*a, &row.inputs, &HELPER).score.total_cmp(&answer(*b, &row.inputs, &HELPER).score)
        });
        assert_eq!(order[row.rank - 1], row.strategy, "rank {} of {:?}", row.rank, row.inputs);
    }
}

#[test]
fn columns_give_the_same_bits_as_single_points() {
    let points: Vec<Inputs> = golden().iter().map(|row| row.inputs).collect();
    let column = |field: fn(&Inputs) -> f64| points.iter().map(field).collect::<Vec<_>>();
    let mut outcomes = [Outcomes::default(), Outcomes::default(), Outcomes::default()];
    let columns = Columns {
        request_rate_per_minute: &column(|p| p.request_rate_per_minute),
        hotset_fraction: &column(|p| p.hotset_fraction),
        cache_capacity_fraction: &column(|p| p.cache_capacity_fraction),
        churn_per_hour: &column(|p| p.churn_per_hour),
        hit_latency_ms: &column(|p| p.hit_latency_ms),
        miss_penalty_ms: &column(|p| p.miss_penalty_ms),
        warm_cost_ms: &column(|p| p.warm_cost_ms),
        predictive_recall: &column(|p| p.predictive_recall),
        predictive_precision: &column(|p| p.predictive_precision),
    };
    evaluate_columns(&columns, &Bounds::default(), &mut outcomes);
    for (preset, outcomes) in PRESETS.into_iter().zip(&outcomes) {
        for (at, point) in points.iter().enumerate() {
            assert_eq!(outcomes.get(at), answer(preset, point, &Bounds::default()));
        }
    }
}

/// Worked examples of the memo's own tests (T1 to T3), as listed in the project's reference notes A0.
#[test]
fn worked_examples_come_out() {
    let check = |n: [f64; 9], preset, latency: f64, ops: Option<f64>, score: f64, flags: usize| {
        let outcome = answer(preset, &inputs(n), &HELPER);
        let rounds_to = |found: f64, shown: f64| {
            assert!((found - shown).abs() < 5e-4, "{preset:?}: {found}, not {shown}")
        };
        rounds_to(outcome.latency_ms, latency);
        rounds_to(outcome.score, score);
        if let Some(ops) = ops {
            rounds_to(outcome.ops_per_minute, ops);
        }
        assert_eq!(outcome.flags.iter().count(), flags, "{preset:?}");
    };
    let t1 = [180.0, 0.4, 0.55, 0.18, 12.0, 95.0, 4.0, 0.88, 0.84];
    check(t1, Preset::Predictive, 54.846, Some(4.617), 57.1545, 0);
    check(t1, Preset::Static, 69.0, Some(0.216), 69.108, 0);
    check(t1, Preset::Demand, 75.84, Some(0.0164), 75.8482, 0);
    let t2 = [200.0, 0.5, 0.45, 0.22, 15.0, 110.0, 6.0, 0.55, 0.58];
    check(t2, Preset::Static, 75.5, Some(0.33), 78.665, 2);
    check(t2, Preset::Predictive, 75.5, None, 80.165, 3);
    check(t2, Preset::Demand, 86.39, None, 86.3988, 0);
    let t3 = [150.0, 0.35, 0.35, 0.55, 18.0, 120.0, 5.0, 0.4, 0.6];
    check(t3, Preset::Static, 96.0, None, 97.7406, 1);
    check(t3, Preset::Predictive, 96.0, None, 99.2406, 2);
    check(t3, Preset::Demand, 119.1, None, 122.1039, 2);
}

#[test]
fn the_embedded_scenario_gives_the_memos_table() {
    let scenario = Scenario::from_toml("memo", MEMO).expect("resolves");
    let evaluations = evaluate(&scenario).expect("in range");
    let table = [
        ("static", "72.0", "0.29", "0.42", ""),
        ("predictive", "59.1", "5.30", "0.55", ""),
        ("demand", "80.4", "0.02", "0.34", "low-steady-hit-rate"),
    ];
    for (strategy, latency, ops, coverage, flags) in table {
        let found = evaluations.iter().find(|e| e.strategy == strategy).expect("is there");
        let show = |metric: Metric| metric.show(found.get(metric).expect("has it").value);
        assert_eq!(show(Metric::ExpectedLatency), latency);
        assert_eq!(show(Metric::OpsLoad), ops);
        assert_eq!(show(Metric::WarmCoverage), coverage);
        assert_eq!(found.risk_flags.iter().map(|f| f.code.code()).collect::<Vec<_>>().join(";"), flags);
    }
}

#[test]
fn zero_capacity_covers_nothing() {
    let empty = inputs([210.0, 0.42, 0.0, 0.2, 14.0, 100.0, 4.0, 0.85, 0.82]);
    for preset in PRESETS {
        let outcome = answer(preset, &empty, &Bounds::default());
        assert_eq!(outcome.coverage, 0.0);
        assert_eq!(outcome.latency_ms, 114.0);
    }
}

#[test]
fn hybrid_clamps_then_stops_as_precision_falls_or_churn_rises() {
    let base = Scenario::from_toml("memo", MEMO).expect("resolves");
    let hybrid_at = |precision: &str, churn: &str| {
        let text = MEMO
            .replace("precision = 0.82", &format!("precision = {precision}"))
            .replace("churn_per_hour = 0.20", &format!("churn_per_hour = {churn}"));
        let mut scenario = Scenario::from_toml("memo", &text).expect("resolves");
        scenario.strategies = vec![Strategy::preset(Preset::Hybrid)];
        evaluate(&scenario).expect("in range").remove(0)
    };
    assert_eq!(base.predictor.as_ref().map(|p| p.precision.get()), Some(0.82));
    let coverage =
        |precision, churn| hybrid_at(precision, churn).get(Metric::WarmCoverage).expect("has it").value;
    let rails =
        |precision, churn| hybrid_at(precision, churn).rails.iter().map(|r| r.rail).collect::<Vec<_>>();
    // hot = 0.42, A = min(0.13, 0.58 x 0.85) = 0.13, by hand
    let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-12, "{found}");
    near(coverage("0.78", "0.30"), 0.55);
    near(coverage("0.77", "0.30"), 0.42 + 0.065);
    near(coverage("0.82", "0.31"), 0.42 + 0.065);
    near(coverage("0.74", "0.31"), 0.42);
    assert!(rails("0.78", "0.30").is_empty());
    assert_eq!(rails("0.77", "0.31"), ["clamp_below_precision", "clamp_above_churn_per_hour"]);
    assert_eq!(rails("0.74", "0.31"), ["stop_below_precision"]);
    let flags: Vec<_> = hybrid_at("0.74", "0.31").risk_flags.iter().map(|f| f.code.code()).collect();
    assert_eq!(flags, ["prefetch-precision-low", "churn-spikes-increase-prewarm-cost"]);
}

#[test]
fn churn_beyond_the_formula_is_refused_not_clamped() {
    let text = MEMO.replace("churn_per_hour = 0.20", "churn_per_hour = 1.5");
    let scenario = Scenario::from_toml("memo", &text).expect("a rate above 1 per hour is a fine rate");
    let refusal = evaluate(&scenario).expect_err("refused");
    assert_eq!(refusal.key, "workload.churn_per_hour");
}
