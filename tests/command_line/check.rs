//! `warmcast check`: verdicts, exit codes, and what CI systems read.

use std::fs;

use serde_json::Value;

use crate::{answer, flat, refusal, transcript, warmcast};

const MEMO: &str = "scenarios/weatherops_product.toml";

/// The memo's table, in a file of its own: what it says of precision and recall does not hold.
pub(crate) fn table_alone(directory: &std::path::Path) -> String {
    let text = fs::read_to_string(crate::root().join(MEMO)).expect("reads");
    let advice = text.find("# Its advice").expect("has it")..text.find("[gate]").expect("has a gate");
    let variants = text.find("[variant.documented]").expect("has variants");
    let path = directory.join("table.toml");
    fs::write(&path, text[..variants].replace(&text[advice], "")).expect("writes");
    path.display().to_string()
}

/// A check that fails its gate: exit 1.
fn failing(arguments: &[&str]) -> String {
    let output = warmcast(arguments).output().expect("runs");
    assert_eq!(output.status.code(), Some(1), "{}", transcript(&output));
    String::from_utf8(output.stdout).expect("prints UTF-8").replace("\r\n", "\n")
}

#[test]
fn the_memos_table_holds_and_its_advice_does_not() {
    insta::assert_snapshot!(failing(&["check", MEMO]));
}

#[test]
fn a_precision_of_080_passes_and_of_074_fails_with_remedies() {
    // The table's own claims pin the precision; the gate is what is tried here.
    let gate_alone = |precision: &str| {
        let text = fs::read_to_string(crate::root().join(MEMO)).expect("reads");
        let claims = text.find("[[claim]]").expect("has claims")..text.find("[gate]").expect("has a gate");
        let text =
            text.replace(&text[claims], "").replace("precision = 0.82", &format!("precision = {precision}"));
        warmcast(&["check", "-"]).write_stdin(text).output().expect("runs")
    };
    assert_eq!(gate_alone("0.80").status.code(), Some(0));
    let output = gate_alone("0.74");
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!(transcript(&output));
}

#[test]
fn junit_sarif_and_annotations_say_what_failed_and_where() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let (junit, sarif) = (directory.path().join("junit.xml"), directory.path().join("check.sarif"));
    let low = directory.path().join("low.toml");
    let text = fs::read_to_string(crate::root().join(MEMO)).expect("reads");
    fs::write(&low, text.replace("precision = 0.82", "precision = 0.74")).expect("writes");
    let name = |path: &std::path::Path| path.display().to_string();
    let output = warmcast(&[
        "check",
        &name(&low),
        "--junit",
        &name(&junit),
        "--sarif",
        &name(&sarif),
        "--annotations",
        "github",
    ])
    .output()
    .expect("runs");
    assert_eq!(output.status.code(), Some(1));

    insta::assert_snapshot!("junit", fs::read_to_string(junit).expect("reads"));
    let log: Value = serde_json::from_str(&fs::read_to_string(sarif).expect("reads")).expect("is JSON");
    let results = log["runs"][0]["results"].as_array().expect("is a list");
    let denied = results.iter().find(|one| one["ruleId"] == "prefetch-precision-low").expect("is reported");
    assert_eq!(denied["level"], "error");
    let region = &denied["locations"][0]["physicalLocation"]["region"];
    let line = 1 + text.lines().position(|line| line.starts_with("precision")).expect("is there");
    assert_eq!(region["startLine"], line);
    assert!(
        denied["message"]["text"].as_str().is_some_and(|text| text.contains("raise predictor precision"))
    );

    let annotations = String::from_utf8(output.stderr)
        .expect("is UTF-8")
        .replace(&name(&low).replace(':', "%3A"), "low.toml");
    insta::assert_snapshot!("annotations", annotations);
}

/// Two strategies with a queue each: a finding points at the queue of the one that it is about.
#[test]
fn a_flag_points_at_the_key_of_its_own_strategy() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let (scenario, sarif) = (directory.path().join("queues.toml"), directory.path().join("queues.sarif"));
    let warmer = |name: &str, queue: u32| {
        format!(
            "[[strategy]]\nname = '{name}'\npreset = 'custom'\nbudget = {{ workers = 1, queue = {queue} }}\n\
             [[strategy.job]]\nselector = 'popularity'\nschedule = 'at-start'\nkeys = 100\n"
        )
    };
    let text = "[workload]\nrequest_rate_per_minute = '10/s'\nkeys = 1000\nzipf_exponent = 0.8\nhot_keys = 100\n\
        churn_per_hour = 0\n[cache]\ncapacity_items = 200\nhit_latency_ms = 1\n[origin]\nmiss_penalty_ms = 50\n\
        warm_cost_ms = 5\n[gate]\ndeny = ['queue-overflow']\n"
        .to_owned()
        + &warmer("roomy", 500)
        + &warmer("narrow", 10);
    fs::write(&scenario, &text).expect("writes");
    failing(&["check", &scenario.display().to_string(), "--sarif", &sarif.display().to_string()]);
    let log: Value = serde_json::from_str(&fs::read_to_string(sarif).expect("reads")).expect("is JSON");
    let results = log["runs"][0]["results"].as_array().expect("has results");
    let found: Vec<&Value> = results.iter().filter(|one| one["ruleId"] == "queue-overflow").collect();
    let line = text.lines().position(|line| line.contains("queue = 10 ")).expect("is there") + 1;
    let lines: Vec<&Value> =
        found.iter().map(|one| &one["locations"][0]["physicalLocation"]["region"]["startLine"]).collect();
    assert_eq!(lines, [line], "{found:?}");
}

#[test]
fn a_baseline_names_what_moved_and_only_worse_fails() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let baseline = directory.path().join("baseline.json").display().to_string();
    let table = table_alone(directory.path());
    answer(&["predict", &table, "--engine", "screening", "-o", &baseline]);
    assert!(!answer(&["check", &table, "--baseline", &baseline]).contains("moved"));
    // A longer miss is worse; within 2 % it is let pass.
    let slower = ["check", &table, "--baseline", &baseline, "--set", "origin.miss_penalty_ms=100.01"];
    insta::assert_snapshot!("baseline_moved", failing(&slower));
    let tolerant = [&slower[..], &["--tolerance", "2%"]].concat();
    assert!(!answer(&tolerant).contains("moved"));
    let faster = ["check", &table, "--baseline", &baseline, "--set", "origin.miss_penalty_ms=99.99"];
    let found = flat(&answer(&faster));
    assert!(found.contains(", better") && !found.contains("moved for the worse"), "{found}");
}

#[test]
fn a_baseline_that_is_none_is_refused() {
    assert!(
        flat(&refusal(&["check", MEMO, "--baseline", "Cargo.toml"]))
            .contains("not a result of an earlier run")
    );
    assert!(
        flat(&refusal(&["check", MEMO, "--baseline", "no-such.json"])).contains("cannot read no-such.json")
    );
    assert!(
        flat(&refusal(&["check", MEMO, "--baseline", "Cargo.toml", "--tolerance", "much"]))
            .contains("Cargo.toml")
    );
}

#[test]
fn a_check_that_cannot_fail_is_refused() {
    let text = fs::read_to_string(crate::root().join(MEMO)).expect("reads");
    let bare = &text[..text.find("[[claim]]").expect("has claims")];
    let output = warmcast(&["check", "-"]).write_stdin(bare).output().expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(transcript(&output).contains("there is nothing to check"));
    assert!(refusal(&["check", MEMO, "--baseline", "Cargo.lock", "--tolerance", "5"]).contains("Cargo.lock"));
}

#[test]
fn json_holds_the_claims_of_every_variant() {
    let found: Value =
        serde_json::from_str(&answer(&["check", "scenarios/reference.toml", "--format", "json"]))
            .expect("is JSON");
    let claims = found["claims"].as_array().expect("is a list");
    let of = |variant: &str| claims.iter().filter(|claim| claim["variant"] == variant).count();
    assert_eq!((of("documented"), of("pessimistic")), (7, 7));
    assert_eq!(claims[0]["verdict"], "holds");
    assert_eq!(claims[0]["bound"]["at_most"], 60.0);
    assert_eq!(found["passes"], true);
}
