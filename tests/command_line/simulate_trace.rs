//! `warmcast simulate --trace`.

use std::fs;

use crate::answer;

const TRACE: &str = "traces/cloudphysics_io.oracleGeneral.bin.gz";

/// A restart in the middle of the trace, in front of an origin that answers at once.
const RESTART: &str = r#"
[cache]
capacity_items = 5000
hit_latency_ms = 0
restart_at_request = [56936]
[origin]
miss_penalty_ms = 0
warm_cost_ms = 0
[[strategy]]
preset = "demand"
[[strategy]]
name = "static-top"
preset = "custom"
job = [{ selector = "popular", schedule = "at-start", order = "coldest-first" }]
[simulation]
measure_from_request = 56936
interval_requests = 1000
"#;

/// Misses in all and in the first 1,000 and 10,000 requests, from libCacheSim 0.3.5
/// (crates/sim/tests/data/warm_start_cloudphysics.csv: `cold` and `static_top` at 5,000 items).
#[test]
fn a_restart_misses_exactly_as_often_as_a_cold_and_a_preloaded_start() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    let (scenario, series) = (at("restart.toml"), at("series.csv"));
    fs::write(&scenario, RESTART).expect("writes");
    for (policy, demand, static_top) in [
        ("lru", [46_389, 765, 5_702], [46_260, 669, 5_573]),
        ("sieve", [46_364, 765, 5_702], [46_254, 669, 5_573]),
    ] {
        let policy = format!("cache.policy={policy}");
        answer(&["simulate", &scenario, "--trace", TRACE, "--set", &policy, "--series", &series]);
        let text = fs::read_to_string(&series).expect("was written");
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let names = rows.headers().expect("has one").clone();
        let column = |name: &str| names.iter().position(|found| found == name).expect("is there");
        let (strategy, misses) = (column("strategy"), column("misses"));
        let rows: Vec<_> = rows.records().map(|row| row.expect("is CSV")).collect();
        for (name, expected) in [("demand", demand), ("static-top", static_top)] {
            let counts = rows.iter().filter(|row| &row[strategy] == name);
            let counts: Vec<f64> = counts.map(|row| row[misses].parse().expect("is a number")).collect();
            let found = [counts.len(), 1, 10].map(|first| counts[..first].iter().sum::<f64>() as u64);
            assert_eq!(found, expected, "{policy}, {name}");
        }
    }
}
