//! `warmcast advise`: JSON for an orchestrator.

use std::fs;

use serde_json::{Value, json};

use crate::{flat, transcript, warmcast};

const MEMO: &str = "scenarios/weatherops_product.toml";

fn advised(state: &Value, more: &[&str]) -> Value {
    let arguments = [&["advise", MEMO, "--state", "-"][..], more].concat();
    let output = warmcast(&arguments).write_stdin(state.to_string()).output().expect("runs");
    assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
    serde_json::from_slice(&output.stdout).expect("is JSON")
}

fn refused(state: &str) -> String {
    let output = warmcast(&["advise", MEMO, "--state", "-"]).write_stdin(state).output().expect("runs");
    assert_eq!(output.status.code(), Some(2), "{}", transcript(&output));
    flat(&transcript(&output))
}

#[test]
fn an_answer_is_given_back_with_the_next_reading() {
    let state = |precision: f64, previous: Option<&Value>| json!({ "precision": precision, "recall": 0.85, "churn_per_hour": 0.2, "n": 500, "previous": previous });
    let first = advised(&state(0.9, None), &[]);
    assert_eq!(first["advice"]["profile"], "predictive");
    let second = advised(&state(0.74, Some(&first)), &[]);
    assert_eq!(
        (&second["advice"]["profile"], &second["advice"]["changed"]),
        (&json!("static"), &json!(true))
    );
    assert_eq!(second["advice"]["because"][0]["code"], "prefetch-precision-low");
    assert_eq!(second["advice"]["because"][0]["threshold"], 0.75);
    let mut last = second;
    for reading in 1..=3 {
        last = advised(&state(0.9, Some(&last)), &[]);
        let profile = if reading < 3 { "static" } else { "predictive" };
        assert_eq!(last["advice"]["profile"], profile, "{last}");
    }
}

#[test]
fn little_that_is_known_is_static_with_a_note() {
    let found = advised(&json!({ "precision": { "value": 0.95, "n": 12 }, "recall": 0.9, "n": 5000 }), &[]);
    assert_eq!(found["advice"]["profile"], "static");
    assert!(found["advice"]["notes"][0].as_str().is_some_and(|note| note.contains("12 predictions")));
    assert_eq!(advised(&json!({}), &[])["advice"]["profile"], "static");
}

#[test]
fn a_state_that_is_none_is_refused_with_its_place() {
    assert!(refused("{\"precision\": 1.2}").contains("precision is 1.2, and goes from 0 to 1"));
    assert!(refused("{\"precisoin\": 0.9}").contains("line 1 column 12"));
    assert!(refused("{\"previous\": {\"profile\": \"turbo\"}}").contains("turbo"));
    assert!(refused("not json").contains("line 1"));
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("state.json");
    fs::write(&path, "{}").expect("writes");
    let name = path.display().to_string();
    let output = warmcast(&["advise", MEMO, "--state", &name, "--format", "csv"]).output().expect("runs");
    assert_eq!(output.status.code(), Some(2), "{}", transcript(&output));
}
