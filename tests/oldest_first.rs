//! Engines that do not know each other give the same where the oldest copy is evicted.

use warmcast::evaluation::Metric;
use warmcast::model::renewal;
use warmcast::scenario::Scenario;
use warmcast::sim::warming::Experiment;

/// 20,000 keys, demand and a warmer of the hot set.
fn scenario(rate: u32, keys: &str, cache: &str, miss_ms: u32) -> Scenario {
    let settles = 6_000_000 / rate;
    let text = format!(
        "[workload]\nrequest_rate_per_minute = \"{rate}/s\"\nzipf_exponent = 0.9\n{keys}\n\
         [cache]\npolicy = \"fifo\"\nhit_latency_ms = 1\n{cache}\n\
         [origin]\nmiss_penalty_ms = {miss_ms}\nwarm_cost_ms = {miss_ms}\n\
         [[strategy]]\npreset = \"demand\"\n[[strategy]]\npreset = \"static\"\n\
         [simulation]\nduration_s = {settles}\nmeasure_from_s = {}\n",
        settles / 3
    );
    Scenario::from_toml("fifo", &text).unwrap_or_else(|problems| panic!("{problems:?}"))
}

/// Hit ratio within 0.001, latency within half a percent of what 4 million requests tell.
#[test]
fn formulas_agree_with_simulation() {
    let cases = [
        (50, "keys = 20000\nchurn_per_hour = 0.5", "capacity_items = 2000", 50),
        (30, "keys = 20000\nchurn_per_hour = 8", "capacity_items = 2000", 50),
        (50, "keys = 20000\nchurn_per_hour = 0.5", "capacity_items = 100", 50),
        (50, "keys = 20000\nchurn_per_hour = 2", "capacity_items = 5000\nttl_s = 60", 50),
        (500, "keys = 20000\nchurn_per_hour = 1", "capacity_items = 1000\nttl_s = 30", 400),
        (200, "keys = 5000\nchurn_per_hour = 0", "capacity_items = 20", 300),
    ];
    for (rate, keys, cache, miss_ms) in cases {
        let scenario = scenario(rate, keys, cache, miss_ms);
        let formulas = renewal::evaluate(&scenario).evaluations;
        let played = Experiment::new(&scenario, 1).expect("can be played").run(1, || ()).expect("is sound");
        assert_eq!(formulas.len(), 2, "{cache}");
        for (formula, simulated) in formulas.iter().zip(&played.evaluations) {
            let both = |metric| [formula, simulated].map(|one| one.get(metric).expect("is answered").value);
            let [found, expected] = both(Metric::HitRatio);
            assert!(
                (found - expected).abs() < 0.001,
                "{rate} {cache} {}: {found} {expected}",
                formula.strategy
            );
            let [found, expected] = both(Metric::ExpectedLatency);
            assert!((found / expected - 1.0).abs() < 0.005, "{rate} {cache}: {found} {expected} ms");
        }
    }
}
