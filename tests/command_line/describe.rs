//! `explain`, `schema`, `init`, `completions`, `man`: the program describing itself.

use std::fs;

use serde_json::Value;

use crate::{answer, flat, refusal, root};

#[test]
fn explain_tells_keys_flags_strategies_and_metrics() {
    let found: Vec<_> = [
        "predictor.precision",
        "low-steady-hit-rate",
        "hybrid",
        "origin load",
        "clamp share",
        "cache",
        "engines",
    ]
    .iter()
    .map(|what| answer(&["explain", what]))
    .collect();
    insta::assert_snapshot!(found.join("----\n"));
    assert_eq!(
        answer(&["explain", "scenario"]),
        fs::read_to_string(root().join("scenarios/reference.toml")).expect("reads")
    );
    assert!(flat(&refusal(&["explain", "precison"])).contains("did you mean `precision`?"));
}

#[test]
fn the_committed_schema_is_the_one_in_force_and_describes_every_key() {
    let schema = answer(&["schema"]);
    let committed = fs::read_to_string(root().join("scenarios/scenario.schema.json")).expect("reads");
    assert_eq!(
        schema,
        committed.replace("\r\n", "\n"),
        "run: cargo run -- schema > scenarios/scenario.schema.json"
    );
    let schema: Value = serde_json::from_str(&schema).expect("is JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let precision = &schema["properties"]["predictor"]["properties"]["precision"];
    assert!(
        precision["description"].as_str().is_some_and(|text| text.starts_with("Share of the predicted keys"))
    );
}

#[test]
fn the_starter_answers_and_passes_its_own_check() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("mine.toml").display().to_string();
    answer(&["init", "-o", &path]);
    assert_eq!(fs::read_to_string(&path).expect("reads"), answer(&["init"]));
    assert!(answer(&["predict", &path]).starts_with("mine (screening, renewal), best first by latency"));
    assert!(answer(&["check", &path]).contains("check passes"));
    assert!(flat(&refusal(&["init", "-o", &path])).contains("exists already"));
}

#[test]
fn completions_and_the_manual_page_name_every_command() {
    let man = answer(&["man"]);
    let bash = answer(&["completions", "bash"]);
    for command in
        ["init", "report", "predict", "sweep", "plan", "check", "explain", "schema", "completions", "man"]
    {
        assert!(man.contains(&format!("warmcast\\-{command}")), "{command} is not in the manual page");
        assert!(bash.contains(command), "{command} is not completed");
    }
    for shell in ["zsh", "fish", "powershell", "elvish"] {
        assert!(answer(&["completions", shell]).contains("predict"));
    }
}

#[test]
fn help_is_a_snapshot() {
    insta::assert_snapshot!("help", answer(&["--help"]).replace(".exe", ""));
    insta::assert_snapshot!("help_predict", answer(&["predict", "--help"]).replace(".exe", ""));
}
