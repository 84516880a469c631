//! `warmcast validate`: formulas against simulation.

use serde_json::Value;

use crate::{answer, flat, refusal};

/// The names that other programs read.
const NAMES: [&str; 11] = [
    "strategy",
    "metric",
    "scenarios",
    "median_abs_error",
    "p90_abs_error",
    "p99_abs_error",
    "max_abs_error",
    "median_rel_error",
    "p99_rel_error",
    "worst_scenario",
    "worst_seed",
];

fn validated(threads: &str) -> String {
    answer(&["validate", "--scenarios", "2", "--seed", "2", "--format", "json", "--threads", threads])
}

#[test]
fn errors_are_small_and_the_same_on_any_number_of_threads() {
    let text = validated("1");
    assert_eq!(text, validated("2"));
    let found: Value = serde_json::from_str(&text).expect("is JSON");
    let rows = found["validation"].as_array().expect("is a list");
    assert!(rows.len() >= 12, "{rows:?}");
    for row in rows {
        let row = row.as_object().expect("is a row");
        assert!(row.keys().eq(NAMES), "{row:?}");
        if row["metric"] == "hit_ratio" {
            let error = row["max_abs_error"].as_f64().expect("is a number");
            assert!(error < 0.01, "{row:?}");
        }
    }
}

#[test]
fn the_worst_scenario_can_be_played_and_predicted() {
    let found: Value = serde_json::from_str(&validated("2")).expect("is JSON");
    let worst = found["validation"][0]["worst_scenario"].as_str().expect("is text");
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("worst.toml").display().to_string();
    std::fs::write(&path, worst).expect("writes");
    assert!(answer(&["predict", &path, "--engine", "renewal"]).contains("predictive"));
}

#[test]
fn every_comparison_can_be_had() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let [points, quantiles] =
        ["points.json", "quantiles.json"].map(|name| directory.path().join(name).display().to_string());
    answer(&["validate", "--scenarios", "1", "--seed", "2", "--points", &points, "-o", &quantiles]);
    let read = |path: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(path).expect("is there")).expect("is JSON")
    };
    let rows = |path: &str, name: &str| read(path)[name].as_array().expect("is a list").clone();
    let (points, quantiles) = (rows(&points, "points"), rows(&quantiles, "validation"));
    // Of one scenario, every quantile is that one error.
    for point in &points {
        let same = |row: &&Value| ["strategy", "metric"].iter().all(|name| row[name] == point[name]);
        let of = quantiles.iter().find(same).expect("is summed up");
        let error = point["error"].as_f64().expect("is a number").abs();
        assert_eq!(of["max_abs_error"].as_f64(), Some(error), "{point:?}");
    }
    assert!(points.len() >= 12, "{points:?}");
}

#[test]
fn outputs_that_nobody_could_write_are_refused_before_any_work() {
    assert!(flat(&refusal(&["validate", "-o", "errors.doc"])).contains("does not say in which format"));
    assert!(flat(&refusal(&["validate", "--points", "errors.doc"])).contains("does not say in which format"));
    assert!(flat(&refusal(&["validate", "--set", "cache.ttl_s=5"])).contains("--set"));
    assert!(refusal(&["validate", "--scenarios", "0"]).contains("0 is not in 1..=100000"));
}
