//! No strategy avoids more misses than one that knows the future, on the same budget.

use evaluation::Metric;
use scenario::Scenario;
use warmcast_sim::warming::Experiment;

/// Unit sizes, no time to live, an idle origin; every job warms as many keys, as often.
const SCENARIO: &str = r#"
[workload]
WORKLOAD
[cache]
capacity_items = 400
hit_latency_ms = 1
policy = "POLICY"
restart_at_s = [1800]
[origin]
miss_penalty_ms = 0
warm_cost_ms = 0
[predictor]
precision = 0.9
recall = 0.9
horizon_s = 60
[[strategy]]
name = "clairvoyant"
preset = "custom"
job = [{ selector = "clairvoyant", window_s = 600, keys = 50, SCHEDULE }]
[[strategy]]
name = "hot set"
preset = "custom"
job = [{ selector = "popularity", keys = 50, SCHEDULE }]
[[strategy]]
name = "popular"
preset = "custom"
job = [{ selector = "popular", keys = 50, SCHEDULE }]
[[strategy]]
name = "recent"
preset = "custom"
job = [{ selector = "recent", window_s = 3600, keys = 50, SCHEDULE }]
[[strategy]]
name = "trending"
preset = "custom"
job = [{ selector = "trending", window_s = 600, keys = 50, SCHEDULE }]
[[strategy]]
name = "scored"
preset = "custom"
job = [{ selector = "frequency-recency", window_s = 600, keys = 50, SCHEDULE }]
[[strategy]]
name = "next"
preset = "custom"
job = [{ selector = "next-key", accesses = 3000, keys = 50, SCHEDULE }]
[[strategy]]
name = "taught by its own work"
preset = "custom"
job = [{ selector = "popular", learns_from_warming = true, keys = 50, SCHEDULE }]
[[strategy]]
name = "parents first"
preset = "custom"
job = [{ selector = "depth", keys = 50, SCHEDULE }]
[[strategy]]
name = "most valuable"
preset = "custom"
job = [{ selector = "value", window_s = 600, keys = 50, SCHEDULE }]
[[strategy]]
name = "by the score of memory"
preset = "custom"
job = [{ selector = "memory-score", window_s = 600, keys = 50, SCHEDULE }]
[[strategy]]
name = "those of a prefix"
preset = "custom"
job = [{ selector = "popular", prefix = "1", keys = 50, SCHEDULE }]
[[strategy]]
name = "predicted"
preset = "custom"
job = [{ selector = "oracle", keys = 50, SCHEDULE }]
[simulation]
duration_s = 3600
measure_from_s = 0
replications = 6
"#;

#[test]
fn nobody_beats_who_knows_the_future() {
    let workloads = [
        "request_rate_per_minute = \"5/s\"\nkeys = 5_000\nzipf_exponent = 0.8\nchurn_per_hour = 1",
        "request_rate_per_minute = \"2/s\"\nkeys = 1_000\nhotset_fraction = 0.5\nhot_keys = 300\nchurn_per_hour = 0.5",
    ];
    for workload in workloads {
        for (policy, schedule) in [
            ("lru", "schedule = \"every\", every_s = 60"),
            ("fifo", "schedule = \"every\", every_s = 60"),
            ("sieve", "schedule = \"every\", every_s = 300"),
            ("lru", "schedule = \"at-start\""),
        ] {
            let text = SCENARIO
                .replace("WORKLOAD", workload)
                .replace("POLICY", policy)
                .replace("SCHEDULE", schedule);
            let scenario = Scenario::from_toml("bound", &text).expect("is sound");
            let answer = Experiment::new(&scenario, 3).expect("plays").run(6, || ()).expect("adds up");
            assert!(answer.evaluations[0].get(Metric::CoverageGain).expect("is measured").value > 0.0);
            for other in &answer.differences {
                let hits = other.metrics.iter().find(|(metric, _)| *metric == Metric::HitRatio);
                let (_, less) = hits.expect("both have it");
                let half = less.half_width.expect("six replications");
                assert!(
                    less.value <= half,
                    "{policy}, {schedule}: {} by {less:?}\n{workload}",
                    other.strategy
                );
            }
        }
    }
}
