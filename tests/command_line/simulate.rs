//! `warmcast simulate`.

use std::fs;

use crate::{answer, flat, refusal};

const MEMO: &str = "scenarios/weatherops_product.toml";

#[test]
fn the_memo_is_played() {
    let quick = ["simulate", MEMO, "--replications", "3", "--set", "simulation.duration_s=20m"];
    insta::assert_snapshot!(answer(&quick));
}

#[test]
fn an_answer_in_json_has_half_widths_and_a_ledger_that_balances_on_any_number_of_threads() {
    let ask = |threads: &str| {
        let arguments = ["simulate", MEMO, "--replications", "4", "--format", "json", "--threads", threads];
        answer(&[&arguments[..], &["--set", "simulation.duration_s=10m", "--set", "cache.ttl_s=60"]].concat())
    };
    let one = ask("1");
    assert_eq!(one, ask("2"));
    assert_eq!(one, ask("8"));
    let json: serde_json::Value = serde_json::from_str(&one).expect("is JSON");
    let evaluations = json["evaluations"].as_array().expect("is a list");
    assert_eq!(evaluations.len(), 4);
    for evaluation in evaluations {
        assert_eq!(evaluation["engine"], "simulation");
        assert!(evaluation["metrics"]["hit_ratio"]["half_width"].as_f64().expect("is a number") > 0.0);
        let count = |name: &str| evaluation["ledger"][name].as_u64().expect("is a count");
        let fates = ["used", "evicted_unused", "expired_unused", "overwritten_unused", "mismatched"];
        let fates = fates.map(count).iter().sum::<u64>() + count("resident_unused_at_end");
        assert_eq!(count("filled"), fates);
    }
}

#[test]
fn a_half_width_is_reached_and_one_that_is_none_is_refused() {
    let quick = ["simulate", MEMO, "--format", "json", "--set", "simulation.duration_s=5m", "--half-width"];
    for (width, metric, most) in
        [("hit-ratio=0.01", "hit_ratio", 0.01), ("latency=2%", "expected_latency_ms", 2.3)]
    {
        let json: serde_json::Value =
            serde_json::from_str(&answer(&[&quick[..], &[width]].concat())).expect("is JSON");
        for evaluation in json["evaluations"].as_array().expect("is a list") {
            let half = evaluation["metrics"][metric]["half_width"].as_f64().expect("is a number");
            // 2 % of 114 ms, the slowest strategy there can be.
            assert!(half > 0.0 && half <= most, "{width}: {half}");
        }
    }
    for (width, what) in [
        ("hit-ratio", "it says no width"),
        ("warmth=1", "there is no such metric"),
        ("latency=x", "is no number"),
        ("latency=0", "above 0"),
        ("latency=300%", "between 0 and 1"),
    ] {
        let told = flat(&refusal(&["simulate", MEMO, "--half-width", width]));
        assert!(told.contains(what), "{width}: {told}");
    }
}

#[test]
fn what_cannot_be_played_is_refused_at_its_place() {
    let refuse = |set: &str| flat(&refusal(&["simulate", MEMO, "--replications", "1", "--set", set]));
    for (set, what) in [
        ("cache.policy=lur", "there is no policy `lur`"),
        ("cache.policy=belady", "belady has to know what is asked for next"),
        ("simulation.measure_from_s=3h", "nothing is left to count"),
        ("workload.request_rate_per_minute=0", "nobody asks for anything"),
        ("simulation.duration_s=1e12", "too long"),
        ("origin.servers=0", "0 lets nothing through"),
        ("cache.ttl_jitter=0.1", "speaks of a time to live, and there is none"),
        ("workload.burst_factor=3", "arrivals have none"),
        ("origin.service_variation=3", "only a log-normal service time"),
        ("workload.hourly=[1, 2]", "no profile of a day"),
    ] {
        let told = refuse(set);
        assert!(told.contains(what) && told.contains("--set:1:"), "{set}: {told}");
    }
}

#[test]
fn a_cache_that_holds_nothing_and_a_time_to_live_of_nothing_never_hit() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("none.csv").display().to_string();
    for set in ["cache.capacity_fraction=0", "cache.ttl_s=0"] {
        answer(&["simulate", MEMO, "--replications", "2", "--set", set, "-o", &path]);
        let text = fs::read_to_string(&path).expect("was written");
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let column =
            rows.headers().expect("has one").iter().position(|name| name == "hit_ratio").expect("is there");
        assert!(rows.records().all(|row| &row.expect("is CSV")[column] == "0.0"), "{text}");
    }
}
