//! Bad input: one clear message with its place, exit 2, nothing written.

use crate::{files_below, flat, refusal, root, transcript, warmcast};

#[test]
fn every_invalid_scenario_is_refused_with_its_place_and_a_remedy() {
    let mut seen = 0;
    for path in files_below(&root().join("scenarios/invalid")) {
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("has a name").to_owned();
        let relative = format!("scenarios/invalid/{name}.toml");
        // Where one engine refuses, another may answer.
        let message = refusal(&["predict", &relative, "--engine", "screening"]);
        assert!(message.contains(&format!("[{relative}:")), "{message}");
        insta::with_settings!({ snapshot_suffix => name, omit_expression => true }, {
            insta::assert_snapshot!("message", message);
        });
        seen += 1;
    }
    assert!(seen >= 12, "only {seen} invalid scenarios");
}

#[test]
fn no_command_writes_anything_for_an_invalid_scenario() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    let bad = "scenarios/invalid/out_of_range.toml";
    refusal(&["report", bad, "-o", &at("reports")]);
    refusal(&["predict", bad, "-o", &at("answer.json")]);
    refusal(&["check", bad, "--junit", &at("junit.xml"), "--sarif", &at("check.sarif")]);
    refusal(&["sweep", bad, "--vary", "predictor.recall=0:1:0.5", "-o", &at("sweep.csv")]);
    assert_eq!(files_below(directory.path()), Vec::<std::path::PathBuf>::new());
}

#[test]
fn one_bad_scenario_among_good_ones_leaves_no_answer() {
    let message = refusal(&["predict", "scenarios/weatherops_product.toml", "scenarios/invalid/empty.toml"]);
    assert!(message.contains("the scenario is empty"), "{message}");
}

#[test]
fn a_missing_file_and_a_directory_are_named() {
    assert!(flat(&refusal(&["predict", "no-such-file.toml"])).contains("cannot read no-such-file.toml"));
    assert!(flat(&refusal(&["predict", "scenarios"])).contains("scenarios is a directory"));
    assert!(flat(&refusal(&["predict", "--batch", "scenarios"])).contains("scenarios is a directory"));
    assert!(
        flat(&refusal(&["predict", "--batch", "no-such-file.csv"])).contains("cannot read no-such-file.csv")
    );
}

#[test]
fn standard_input_is_named_in_messages() {
    let output = warmcast(&["predict", "-"]).write_stdin("[workload]\nx = 1\n").output().expect("runs");
    let text = transcript(&output);
    assert!(text.starts_with("exit 2\n") && text.contains("[<stdin>:2:1]"), "{text}");
}

#[test]
fn an_override_is_checked_like_the_file() {
    let memo = "scenarios/weatherops_product.toml";
    let message = refusal(&["predict", memo, "--set", "predictor.precision=42", "--set", "cache.size=1"]);
    assert!(message.contains("unknown key `size`") && message.contains("for 42 % write 0.42"), "{message}");
    assert!(flat(&refusal(&["predict", memo, "--set", "predictor.precision"])).contains("has no value"));
}

#[test]
fn wrong_usage_exits_2() {
    for arguments in
        [&["frobnicate"][..], &["predict"], &["predict", "a", "--rank-by", "beauty"], &["sweep", "a"]]
    {
        let output = warmcast(arguments).output().expect("runs");
        assert_eq!(output.status.code(), Some(2), "{}", transcript(&output));
    }
}

#[test]
fn an_output_in_an_impossible_place_is_refused() {
    let memo = "scenarios/weatherops_product.toml";
    assert!(flat(&refusal(&["predict", memo, "-o", "Cargo.toml/answer.json"])).contains("cannot write"));
    assert!(flat(&refusal(&["predict", memo, "-o", "answer.xlsx"])).contains("does not say in which format"));
}
