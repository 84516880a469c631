//! `warmcast predict` on scenarios.

use serde_json::Value;

use crate::{answer, flat, refusal, warmcast};

const MEMO: &str = "scenarios/weatherops_product.toml";

fn json(arguments: &[&str]) -> Value {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    serde_json::from_str(&answer(&all)).expect("is JSON")
}

#[test]
fn the_memo_scenario_prints_the_memos_table() {
    insta::assert_snapshot!(answer(&["predict", MEMO]));
}

#[test]
fn every_format_of_the_memo_scenario() {
    insta::assert_snapshot!("predict_markdown", answer(&["predict", MEMO, "--format", "markdown"]));
    insta::assert_snapshot!("predict_csv", answer(&["predict", MEMO, "--format", "csv"]));
    insta::assert_snapshot!("predict_json", answer(&["predict", MEMO, "--format", "json"]));
}

#[test]
fn rank_by_changes_the_order_and_says_so() {
    let order = |objective: &str| {
        let found = json(&["predict", MEMO, "--rank-by", objective]);
        let answers = found["evaluations"].as_array().expect("is a list").iter();
        let names = answers.filter(|one| one["engine"] == "screening");
        names.map(|one| one["strategy"].as_str().expect("is text").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(order("latency"), ["predictive", "hybrid", "static", "demand"]);
    assert_eq!(order("ops-load"), ["demand", "static", "predictive", "hybrid"]);
    assert_eq!(order("hit-ratio"), ["predictive", "hybrid", "static", "demand"]);
    assert!(answer(&["predict", MEMO, "--rank-by", "ops-load"]).contains("best first by ops load"));
}

#[test]
fn overrides_answer_and_flag() {
    let found =
        json(&["predict", MEMO, "--set", "predictor.precision=0.74", "--set", "cache.hit_latency_ms=20ms"]);
    let predictive = &found["evaluations"][0];
    assert_eq!(predictive["strategy"], "predictive");
    assert_eq!(predictive["risk_flags"][0]["code"], "prefetch-precision-low");
    assert_eq!(predictive["risk_flags"][0]["observed"], 0.74);
    let hybrid =
        found["evaluations"].as_array().expect("is a list").iter().find(|one| one["strategy"] == "hybrid");
    assert_eq!(hybrid.expect("is there")["rails"][0]["rail"], "stop_below_precision");
}

#[test]
fn physical_keys_give_the_shares() {
    let text = "[workload]\nrequest_rate_per_minute = \"300/s\"\nkeys = 10_000\nzipf_exponent = 0.8\n\
        churn_per_hour = 0.1\nmean_object_bytes = \"1KiB\"\n[cache]\ncapacity_bytes = \"1000KiB\"\nhit_latency_ms = 0\n\
        [origin]\nmiss_penalty_ms = 100\nwarm_cost_ms = 0\n[predictor]\nprecision = 1\nrecall = 1\n";
    let output = warmcast(&["predict", "-", "--format", "json"]).write_stdin(text).output().expect("runs");
    let found: Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    let coverage = |strategy: &str| {
        let mut all = found["evaluations"].as_array().expect("is a list").iter();
        all.find(|one| one["strategy"] == strategy).expect("is there")["metrics"]["warm_coverage"]["value"]
            .as_f64()
    };
    // Top 1 % and top 10 % of 10,000 keys at exponent 0.8: 0.3000 and 0.5706 (theory E4).
    assert!((coverage("static").expect("a number") - 0.3000).abs() < 5e-5);
    assert!((coverage("predictive").expect("a number") - 0.5706).abs() < 5e-5);
}

#[test]
fn what_nobody_measured_is_marked() {
    let assumptions = |set: &str| {
        let found = json(&["predict", MEMO, "--set", set]);
        let list = found["assumptions"].as_array().expect("is a list").clone();
        list.iter()
            .map(|one| {
                format!("{}={}", one["key"].as_str().expect("text"), one["value"].as_str().expect("text"))
            })
            .collect::<Vec<_>>()
    };
    let found = assumptions("workload.request_rate_per_minute=210");
    for expected in ["cache.hit_latency_ms=14", "predictor.recall=0.85", "workload.keys=10000"] {
        assert!(found.iter().any(|one| one == expected), "{expected} in {found:?}");
    }
    // A hot set by default is no measurement; a value from the command line is not the inferred one.
    assert!(assumptions("workload.keys=50000").iter().any(|one| one == "workload.hot_keys=500"));
    assert!(!assumptions("cache.hit_latency_ms=9").iter().any(|one| one.starts_with("cache.hit_latency_ms")));
}

#[test]
fn variants_are_first_by_default_named_or_all() {
    let reference = "scenarios/reference.toml";
    let variants = |arguments: &[&str]| {
        let found = json(&[&["predict", reference], arguments].concat());
        let mut names: Vec<_> = found["evaluations"]
            .as_array()
            .expect("is a list")
            .iter()
            .map(|one| one["variant"].as_str().expect("is text").to_owned())
            .collect();
        names.dedup();
        names
    };
    assert_eq!(variants(&[]), ["documented"]);
    assert_eq!(variants(&["--variant", "pessimistic"]), ["pessimistic"]);
    assert_eq!(variants(&["--variant", "all"]), ["documented", "pessimistic"]);
    assert!(flat(&refusal(&["predict", reference, "--variant", "rosy"])).contains("no variant `rosy`"));
}

#[test]
fn answers_do_not_depend_on_threads_or_colour_of_the_terminal() {
    let one = answer(&["predict", MEMO, "--format", "json", "--threads", "1"]);
    assert_eq!(
        one,
        answer(&["predict", MEMO, "--format", "json", "--threads", "2", "--color", "never", "--quiet"])
    );
}

#[test]
fn the_renewal_engine_answers_where_it_has_a_closed_form_and_says_where_not() {
    insta::assert_snapshot!("predict_renewal", answer(&["predict", MEMO, "--engine", "renewal"]));
    // Churn beyond the memo's range.
    let churned = ["predict", "scenarios/invalid/churn_beyond_screening.toml"];
    let both = flat(&answer(&churned));
    assert!(both.contains("(renewal), best first") && both.contains("takes churn from 0 to 1"), "{both}");
    let crowd = ["--set", "cache.policy=sieve", "--engine", "renewal"];
    let refused = flat(&refusal(&[&["predict", MEMO], &crowd[..]].concat()));
    assert!(refused.contains("eviction by sieve (cache.policy); use simulate"), "{refused}");
    let batch = flat(&refusal(&["predict", "--batch", "no.csv", "--engine", "renewal"]));
    assert!(batch.contains("answered by the screening engine"), "{batch}");
}
