//! The oracle delivers what it states, whatever the workload.

use evaluation::Metric;
use scenario::Scenario;
use warmcast_sim::warming::Experiment;

const WORKLOADS: [(&str, &str); 5] = [
    (
        "few requests for many keys",
        "request_rate_per_minute = 300\nkeys = 50_000\nzipf_exponent = 0.6\nchurn_per_hour = 0",
    ),
    (
        "Zipf and churn",
        "request_rate_per_minute = \"50/s\"\nkeys = 10_000\nzipf_exponent = 1.1\nchurn_per_hour = 5",
    ),
    (
        "every key is asked for, so that wrong ones are phantoms",
        "request_rate_per_minute = \"200/s\"\nkeys = 500\nzipf_exponent = 0\nchurn_per_hour = 0",
    ),
    (
        "two classes in bursts",
        "request_rate_per_minute = \"20/s\"\nkeys = 5_000\nhotset_fraction = 0.6\nchurn_per_hour = 1\narrivals = \"bursty\"",
    ),
    (
        "a day's profile",
        "request_rate_per_minute = \"10/s\"\nkeys = 20_000\nzipf_exponent = 0.9\nchurn_per_hour = 0.2\nhourly = [1, 9, 1, 5, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
    ),
];

#[test]
fn measured_precision_and_recall_are_those_stated() {
    for (name, workload) in WORKLOADS {
        for (precision, recall, weighting) in
            [(0.8, 0.85, "requests"), (0.35, 0.3, "requests"), (0.6, 0.95, "keys")]
        {
            let text = format!(
                r#"
                [workload]
                {workload}
                [cache]
                capacity_items = 400
                hit_latency_ms = 1
                [origin]
                miss_penalty_ms = 20
                warm_cost_ms = 10
                [predictor]
                precision = {precision}
                recall = {recall}
                weighting = "{weighting}"
                horizon_s = 300
                [[strategy]]
                preset = "predictive"
                [simulation]
                duration_s = 3600
                "#
            );
            let scenario = Scenario::from_toml(name, &text).expect("is sound");
            let answer = Experiment::new(&scenario, 2).expect("plays").run(3, || ()).expect("adds up");
            let found = |metric| answer.evaluations[0].get(metric).expect("is measured").value;
            let measured = [found(Metric::PredictorPrecision), found(Metric::Recall)];
            let stated = [precision, recall];
            let off = measured.iter().zip(stated).map(|(found, stated)| (found - stated).abs());
            assert!(off.fold(0.0, f64::max) < 0.01, "{name}, {weighting}: {measured:?}, not {stated:?}");
        }
    }
}
