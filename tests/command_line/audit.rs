//! `warmcast check --claims`: the audit of the reference systems is current.

use std::fs;

use crate::{root, transcript, warmcast};

pub(crate) const SYSTEMS: [&str; 5] = [
    "scenarios/weatherops_product.toml",
    "scenarios/origin_protected_service.toml",
    "scenarios/session_restart.toml",
    "scenarios/market_symbols.toml",
    "scenarios/memory_aware_warmup.toml",
];

/// What was searched for stands at the end, and takes minutes.
fn without_changes(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    text.split("\n## What would make them hold").next().unwrap_or_default().trim_end().to_owned()
}

#[test]
fn the_committed_audit_is_current() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("claims.md");
    let name = path.display().to_string();
    let arguments = [&["check"][..], &SYSTEMS, &["--claims", &name]].concat();
    let output = warmcast(&arguments).output().expect("runs");
    assert_eq!(output.status.code(), Some(1), "{}", transcript(&output));
    let found = without_changes(&fs::read_to_string(path).expect("reads"));
    let committed = fs::read_to_string(root().join("reports/claims.md")).expect("reads");
    assert!(committed.contains("## What would make them hold"), "changes were searched for");
    assert!(found == without_changes(&committed), "`just audit` makes reports/claims.md again");
}

/// `--suggest` finds the key whose value keeps everything from being read.
#[test]
fn a_change_is_found_and_holds() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let [junit, sarif] = ["x.xml", "x.sarif"].map(|name| directory.path().join(name).display().to_string());
    let arguments = [
        "check",
        "scenarios/session_restart.toml",
        "--junit",
        &junit,
        "--sarif",
        &sarif,
        "--variant",
        "as_built",
        "--suggest",
        "--format",
        "json",
        "--set",
        "simulation.replications=3",
    ];
    let output = warmcast(&arguments).output().expect("runs");
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    let claims = found["claims"].as_array().expect("is a list");
    let warm = claims.iter().find(|claim| claim["id"] == "warm-at-first").expect("is there");
    // Nothing that is warmed has the name that readers know.
    assert_eq!(warm["changes"][0]["key"], "strategy.warmed.budget.key_match_share");
    assert_eq!(warm["changes"][0]["value"], "1");
    for path in [&junit, &sarif] {
        let told = fs::read_to_string(path).expect("reads");
        assert!(told.contains("it would hold with strategy.warmed.budget.key_match_share = 1 ("), "{told}");
    }
    let sum = claims.iter().find(|claim| claim["id"] == "1000-commands").expect("is there");
    assert!(sum["changes"].is_null(), "no key changes what a claim states itself");
}
