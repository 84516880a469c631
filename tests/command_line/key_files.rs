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
