//! Files of keys that jobs name.

use std::fs;

use serde_json::Value;

use crate::{answer, flat, refusal};

/// Ten requests a second apart, each for a key of its own; the origin answers at once.
const SCENARIO: &str = r#"
[workload]
trace = "requests.csv"
[cache]
capacity_items = 20
hit_latency_ms = 0
[origin]
miss_penalty_ms = 0
warm_cost_ms = 0
[simulation]
duration_s = 10
measure_from_s = 0
[[strategy]]
name = "listed"
preset = "custom"
job = [{ selector = "keys", schedule = "at-start", file = "keys.csv" }]
[[strategy]]
name = "predicted"
preset = "custom"
job = [{ selector = "predictions", schedule = "every", every_s = 1, file = "said.csv", window_s = 1 }]
"#;

fn written(keys: &str, said: &str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().expect("makes a directory");
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).expect("writes");
    let requests: String = (0..10).map(|nth| format!("{nth},key-{nth}\n")).collect();
    write("requests.csv", &format!("time,key\n{requests}"));
    write("keys.csv", keys);
    write("said.csv", said);
    write("files.toml", SCENARIO);
    let path = directory.path().join("files.toml").display().to_string();
    (directory, path)
}

#[test]
fn keys_and_predictions_of_files_are_warmed_and_what_nobody_asks_for_is_told() {
    // Of the keys four are asked for later and one never is; key-0 comes at the very instant at which it is warmed.
    let keys = "key-0\nkey-1\nkey-5\nkey-9\nstranger\n";
    // Said in time for key-3 and key-7, too late for key-2, in vain for another.
    let said = "ts,key,score\n2,key-3,0.9\n5,key-2,0.8\n6,key-7,0.7\n6,stranger,0.9\n";
    let (_directory, path) = written(keys, said);
    let text = answer(&["simulate", &path, "--format", "json"]);
    let json: Value = serde_json::from_str(&text).expect("is JSON");
    let find = |strategy: &str| {
        let all = json["evaluations"].as_array().expect("is a list");
        all.iter().find(|one| one["strategy"] == strategy).expect("is there").clone()
    };
    let counts = |strategy: &str| {
        let ledger = &find(strategy)["ledger"];
        ["planned", "filled", "used"].map(|name| ledger[name].as_u64().expect("is a count"))
    };
    assert_eq!(counts("listed"), [5, 5, 4]);
    // Key-2 is there already when it is said.
    assert_eq!(counts("predicted"), [4, 3, 2]);
    let ratio =
        |strategy: &str| find(strategy)["metrics"]["hit_ratio"]["value"].as_f64().expect("is a number");
    assert_eq!((ratio("listed"), ratio("predicted")), (0.4, 0.2));
    assert!(text.contains("nobody asks for the keys of 1 of 5 rows"), "{text}");
}

#[test]
fn files_that_do_not_hold_what_they_should_are_refused_at_their_place() {
    let said = "ts,key,score\n2,key-3,0.9\n";
    for (keys, said, what) in [
        ("key-0\n", "key,score\nkey-3,0.9\n", "does not say when each key was predicted"),
        ("", said, "has no keys"),
        ("key-0\n", "ts,key,score\n2,key-3,high\n", "said.csv:2:"),
    ] {
        let (_directory, path) = written(keys, said);
        let told = flat(&refusal(&["simulate", &path]));
        assert!(told.contains(what), "{told}");
    }
    let (directory, path) = written("key-0\n", said);
    fs::remove_file(directory.path().join("keys.csv")).expect("is there");
    let told = flat(&refusal(&["simulate", &path]));
    assert!(told.contains("keys.csv") && told.contains("files.toml:16:"), "{told}");
}

/// A key in four requests is the less popular of two; nothing is filled but what is warmed.
const MEASURED: &str = r#"
[workload]
popularity_file = "counts.csv"
request_rate_per_minute = "10/s"
churn_per_hour = 0
hot_keys = 1
[cache]
capacity_items = 1
hit_latency_ms = 0
fill_on_miss = false
[origin]
miss_penalty_ms = 1
warm_cost_ms = 1
[simulation]
duration_s = 2000
measure_from_s = 10
[[strategy]]
name = "most popular"
preset = "static"
[[strategy]]
name = "listed"
preset = "custom"
job = [{ selector = "keys", schedule = "at-start", file = "keys.csv" }]
"#;

fn measured(counts: &str, beside: &str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().expect("makes a directory");
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).expect("writes");
    write("counts.csv", counts);
    write("keys.csv", "key\n\"the, other\"\n");
    write("files.toml", &MEASURED.replace("hot_keys = 1", beside));
    let path = directory.path().join("files.toml").display().to_string();
    (directory, path)
}

#[test]
fn a_measured_popularity_is_played_and_its_keys_are_known_by_their_names() {
    let counts = "key,count,last_access\n\"the, other\",1,12\none,3,7\nnone,0,0\n";
    let (_directory, path) = measured(counts, "hot_keys = 1");
    let json: Value =
        serde_json::from_str(&answer(&["simulate", &path, "--format", "json"])).expect("is JSON");
    let ratio = |strategy: &str| {
        let all = json["evaluations"].as_array().expect("is a list");
        let one = all.iter().find(|one| one["strategy"] == strategy).expect("is there");
        one["metrics"]["hit_ratio"]["value"].as_f64().expect("is a number")
    };
    // Shares of 3/4 and 1/4; five standard errors of 19,900 draws are 0.0154, and there are several replications.
    assert!((ratio("most popular") - 0.75).abs() < 0.0154, "{}", ratio("most popular"));
    assert!((ratio("listed") - 0.25).abs() < 0.0154, "{}", ratio("listed"));
    // The closed form knows the share of the hot set.
    let predicted = answer(&["predict", &path, "--format", "json"]);
    let json: Value = serde_json::from_str(&predicted).expect("is JSON");
    let first = json["evaluations"]
        .as_array()
        .expect("is a list")
        .iter()
        .find(|one| one["strategy"] == "most popular");
    assert_eq!(first.expect("is there")["metrics"]["warm_coverage"]["value"], 0.75, "{predicted}");
    let plan = answer(&["plan", &path, "--horizon", "1h", "--format", "csv"]);
    // The cache holds one key.
    assert_eq!(plan.lines().skip(1).map(|row| row.split(',').nth(1)).collect::<Vec<_>>(), [Some("one")]);
}

#[test]
fn a_popularity_that_is_none_or_one_too_many_is_refused_at_its_place() {
    let counts = "key,count\na,3\nb,1\n";
    for (counts, beside, what) in [
        ("key\na\n", "", "does not say how often `a` was asked for"),
        ("key,count\na,1\na,2\n", "", "counts `a` twice, as its keys 1 and 2"),
        ("key,count\na,0\n", "", "nobody asked for any key"),
        ("key,count\na,-1\n", "", "count `-1` is not a number of 0 or more"),
        (counts, "zipf_exponent = 1", "`workload.zipf_exponent` beside workload.popularity_file"),
        (counts, "keys = 2", "`workload.keys` beside workload.popularity_file"),
        (counts, "hot_keys = 3", "the hot set of 3 keys is larger than all 2 keys"),
        (counts, "hot_keys = 1\nhotset_fraction = 0.5", "which receive 0.7500 of the requests"),
    ] {
        let (_directory, path) = measured(counts, beside);
        let told = refusal(&["simulate", &path]);
        assert!(told.contains(what), "{what}: {told}");
    }
}
