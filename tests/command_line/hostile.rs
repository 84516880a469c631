//! What a careless script, a full disk or an adversary may do to the program.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use crate::{answer, files_below, flat, refusal, root, transcript, warmcast};

const MEMO: &str = "scenarios/weatherops_product.toml";

/// The memo scenario with something replaced, read from standard input.
fn asked(command: &[&str], replace: &[(&str, &str)]) -> std::process::Output {
    let mut text = fs::read_to_string(root().join(MEMO)).expect("reads");
    for (old, new) in replace {
        assert!(text.contains(old), "{old}");
        text = text.replace(old, new);
    }
    warmcast(command).write_stdin(text).output().expect("runs")
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_warmcast"));
    command.current_dir(root()).env_remove("GITHUB_ACTIONS");
    command
}

#[cfg(target_os = "linux")]
#[test]
fn a_failure_that_nobody_can_be_told_of_is_still_exit_2() {
    let full = fs::File::options().write(true).open("/dev/full").expect("opens");
    let status = program().args(["predict", "no-such-file.toml"]).stderr(full).status().expect("runs");
    assert_eq!(status.code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_does_not_fit_on_the_disk_is_a_failure() {
    let full = || fs::File::options().write(true).open("/dev/full").expect("opens");
    let status =
        program().args(["predict", MEMO]).stdout(full()).stderr(Stdio::null()).status().expect("runs");
    assert_eq!(status.code(), Some(2));
}

#[test]
fn a_gate_fails_even_where_nobody_reads_the_verdict() {
    let mut child = program()
        .args(["check", MEMO, "--set", "predictor.precision=0.74"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("ends").code(), Some(1));
}

#[cfg(unix)]
#[test]
fn devices_and_links_are_written_through_and_modes_are_kept() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name);
    fs::write(at("real.json"), "old").expect("writes");
    fs::set_permissions(at("real.json"), fs::Permissions::from_mode(0o600)).expect("sets");
    symlink(at("real.json"), at("link.json")).expect("links");
    answer(&["predict", MEMO, "-o", &at("link.json").display().to_string()]);
    assert!(at("link.json").is_symlink());
    assert!(fs::read_to_string(at("real.json")).expect("reads").contains("warmcast/1"));
    assert_eq!(fs::metadata(at("real.json")).expect("is there").permissions().mode() & 0o777, 0o600);
    assert_eq!(files_below(directory.path()).len(), 2, "nothing else is left");

    symlink("/dev/null", at("null.json")).expect("links");
    answer(&["predict", MEMO, "-o", &at("null.json").display().to_string()]);
    assert!(!fs::metadata("/dev/null").expect("is there").is_file());
}

#[test]
fn numbers_that_would_overflow_are_refused() {
    for set in ["cache.hit_latency_ms=1e300", "workload.request_rate_per_minute=1e16"] {
        assert!(flat(&refusal(&["predict", MEMO, "--set", set])).contains("the most that is taken"), "{set}");
    }
    let zipf =
        [&["predict", MEMO][..], &["--set", "workload.keys=10000", "--set", "workload.zipf_exponent=1e103"]]
            .concat();
    assert!(flat(&refusal(&zipf)).contains("the most that is taken"));
    let output = asked(
        &["predict", "-", "--format", "json"],
        &[
            ("hit_latency_ms = 14", "hit_latency_ms = 9e15"),
            ("miss_penalty_ms = 100", "miss_penalty_ms = 9e15"),
        ],
    );
    let text = transcript(&output);
    assert!(
        text.starts_with("exit 0") && !text.contains("null,\n        \"unit") && !text.contains("NaN"),
        "{text}"
    );
}

#[test]
fn a_zero_with_a_sign_is_a_zero() {
    let found =
        answer(&["predict", MEMO, "--set", "workload.request_rate_per_minute=-0.0", "--format", "csv"]);
    assert!(!found.contains("-0"), "{found}");
}

#[test]
fn variants_that_are_none_are_refused() {
    for wrong in
        ["variant = 3\n", "variant = [1]\n", "[[variant]]\n", "[variant]\na = 1\n", "[variant.a.variant.b]\n"]
    {
        let output = asked(
            &["predict", "-"],
            &[("name = \"weatherops_product\"\n", ""), ("[workload]", &format!("{wrong}\n[workload]"))],
        );
        assert_eq!(output.status.code(), Some(2), "{wrong}: {}", transcript(&output));
    }
    assert!(
        refusal(&["predict", MEMO, "--set", "variant.a.cache.ttl_s=3"]).contains("a variant cannot be set")
    );
    assert!(
        refusal(&["sweep", MEMO, "--vary", "variant.a.predictor.recall=0,1"])
            .contains("a variant cannot be set")
    );
}

#[test]
fn a_variant_replaces_lists_of_text_and_adds_what_has_another_name() {
    let text = "\n[variant.a]\ngate.deny = []\n[[variant.a.strategy]]\nname = \"0\"\npreset = \"demand\"\n";
    let output = asked(
        &["check", "-", "--variant", "a", "--format", "json", "--set", "predictor.precision=0.74"],
        &[("\n[workload]", &format!("{text}\n[workload]"))],
    );
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    assert!(found.get("denied").is_none(), "{found}");
    let strategies = found["evaluations"].as_array().expect("is a list");
    let screened = strategies.iter().filter(|one| one["engine"] == "screening").count();
    assert_eq!(screened, 5, "the four of the base and one more");
}

#[test]
fn a_baseline_that_compares_nothing_is_no_baseline() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("baseline.json");
    let name = path.display().to_string();
    let table = crate::check::table_alone(directory.path());
    let check = |text: &str| {
        fs::write(&path, text).expect("writes");
        warmcast(&["check", &table, "--baseline", &name]).output().expect("runs")
    };
    let empty = check("{\"schema\": \"warmcast/1\", \"evaluations\": []}");
    assert_eq!(empty.status.code(), Some(2));
    assert!(flat(&transcript(&empty)).contains("no answer in common"));
    let good = answer(&["predict", &table, "--format", "json"]);
    assert_eq!(check(&good).status.code(), Some(0));
    // A metric that only the baseline has is gone.
    let renamed =
        good.replace("\"hit_ratio\"", "\"hit_rate\"").replace("\"warm_coverage\"", "\"warm_cover\"");
    assert!(flat(&transcript(&check(&renamed))).contains("is new: the baseline does not have it"));
    let output = warmcast(&["check", &table, "--baseline", &name, "--set", "cache.capacity_fraction=0.42"])
        .output()
        .expect("runs");
    assert!(
        flat(&transcript(&output)).contains("break_even_precision_score is gone"),
        "{}",
        transcript(&output)
    );
}

#[test]
fn a_claim_on_a_break_even_that_is_nowhere_fails() {
    let claim = "\n[[claim]]\nid = \"soon\"\nstrategy = \"predictive\"\nmetric = \"break_even_recall_latency\"\nat_most = 0.5\n";
    let output = asked(
        &["check", "-", "--set", "cache.capacity_fraction=0.42"],
        &[("\n[gate]", &format!("{claim}\n[gate]"))],
    );
    assert_eq!(output.status.code(), Some(1));
    assert!(
        flat(&transcript(&output))
            .contains("fails: soon: break_even_recall_latency of predictive at most 0.5, found never")
    );
}

#[test]
fn axes_that_are_no_single_value_or_the_same_value_are_refused() {
    let sweep = |vary: &[&str]| {
        let mut arguments = vec!["sweep", MEMO];
        vary.iter().for_each(|axis| arguments.extend(["--vary", axis]));
        flat(&refusal(&arguments))
    };
    assert!(sweep(&["strategy=[{preset='static'}]"]).contains("varies a whole section or list"));
    assert!(sweep(&["predictor={precision=0.5}"]).contains("varies a whole section or list"));
    assert!(sweep(&["name=a,b"]).contains("varies what no engine reads"));
    assert!(sweep(&["claim.static-latency.equals=1,2"]).contains("varies what no engine reads"));
    let twice = ["strategy.hybrid.rails.clamp_share=0,1", "strategy.3.rails.clamp_share=0,1"];
    assert!(sweep(&twice).contains("varies what another --vary does"));
    assert!(
        sweep(&["predictor.recall=9999999999999999999999999.1:9999999999999999999999999.2:0.1"])
            .contains("not a decimal number")
    );
}

#[test]
fn text_for_terminals_and_pages_holds_no_control_characters() {
    for name in ["\"a\\u001b[31mred\"", "\"two\\nlines\"", "\"\"", "\"..\""] {
        let output =
            asked(&["predict", "-"], &[("name = \"weatherops_product\"", &format!("name = {name}"))]);
        assert_eq!(output.status.code(), Some(2), "{name}");
    }
}

#[test]
fn options_without_meaning_are_refused() {
    assert!(refusal(&["schema", "--set", "a=b"]).contains("`schema` has no use for --set"));
    assert!(
        refusal(&["explain", "hybrid", "--format", "json"]).contains("`explain` has no use for --format")
    );
    assert!(refusal(&["init", "--variant", "a"]).contains("`init` has no use for --variant"));
    assert!(
        flat(&refusal(&[
            "sweep",
            MEMO,
            "--vary",
            "predictor.recall=0,1",
            "-o",
            "x.parquet",
            "--format",
            "csv"
        ]))
        .contains("leave out --format")
    );
    assert!(refusal(&["predict", "-", "-"]).contains("standard input is named twice"));
    let rails =
        asked(&["predict", "-"], &[("preset = \"static\"", "preset = \"static\"\nrails.clamp_share = 0.1")]);
    assert!(flat(&transcript(&rails)).contains("only the preset hybrid reads `clamp_share`"));
}

#[test]
fn a_report_that_cannot_be_written_whole_is_not_written_at_all() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let folder = directory.path().join("weatherops_product");
    fs::create_dir_all(folder.join("results.json")).expect("makes a directory");
    refusal(&["report", "-o", &directory.path().display().to_string()]);
    assert!(files_below(directory.path()).is_empty());
}

#[test]
fn unsound_and_missing_keys_are_told_together() {
    let output = asked(
        &["predict", "-"],
        &[("hotset_fraction = 0.42", "hotset_fraction = 42"), ("miss_penalty_ms = 100\n", "")],
    );
    let text = flat(&transcript(&output));
    assert!(
        text.contains("42 is not a fraction") && text.contains("`origin.miss_penalty_ms` is missing"),
        "{text}"
    );
    assert!(!text.contains("`workload.hotset_fraction` is missing"), "{text}");
}

#[cfg(unix)]
#[test]
fn an_interruption_leaves_no_file_behind() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let out = directory.path().join("sweep.csv").display().to_string();
    let million = [
        "sweep",
        MEMO,
        "--vary",
        "predictor.precision=0:0.999:0.001",
        "--vary",
        "predictor.recall=0:0.999:0.001",
    ];
    let mut child = program().args(million).args(["-o", &out]).stdout(Stdio::null()).spawn().expect("starts");
    while files_below(directory.path()).is_empty() {
        assert!(
            child.try_wait().expect("is asked").is_none(),
            "the sweep ended before it could be interrupted"
        );
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    let told = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("runs");
    assert!(told.success());
    assert_eq!(child.wait().expect("ends").code(), Some(130));
    assert!(files_below(directory.path()).is_empty());
}

/// A long run says in a pipe how long it will take, and nothing else; what stood in its files before stays.
#[cfg(unix)]
#[test]
fn an_interrupted_simulation_leaves_its_files_as_they_were() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    fs::write(at("series.csv"), "before\n").expect("writes");
    let long = ["simulate", MEMO, "--replications", "2", "--set", "simulation.duration_s=1e8"];
    let files = ["-o", &at("answer.json"), "--series", &at("series.csv")];
    let mut child = program()
        .args(long)
        .args(files)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut told = BufReader::new(child.stderr.take().expect("is piped"));
    let mut first = String::new();
    told.read_line(&mut first).expect("reads");
    assert!(first.contains("requests will take about"), "{first}");
    std::thread::sleep(std::time::Duration::from_millis(300));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("runs");
    assert!(sent.success());
    assert_eq!(child.wait().expect("ends").code(), Some(130));
    let mut rest = String::new();
    told.read_to_string(&mut rest).expect("reads");
    assert_eq!(rest, "");
    assert_eq!(files_below(directory.path()), [directory.path().join("series.csv")]);
    assert_eq!(fs::read_to_string(at("series.csv")).expect("reads"), "before\n");
}

#[cfg(target_os = "linux")]
#[test]
fn standard_output_by_another_name_is_appended_to_not_replaced() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let log = directory.path().join("log");
    fs::write(&log, "before\n").expect("writes");
    let append = fs::File::options().append(true).open(&log).expect("opens");
    let status =
        program().args(["predict", MEMO, "-o", "/dev/stdout", "--format", "csv"]).stdout(append).status();
    assert!(status.expect("runs").success());
    let text = fs::read_to_string(&log).expect("reads");
    assert!(text.starts_with("before\nscenario,variant"), "{text}");
}

#[test]
fn two_outputs_that_are_one_file_are_refused_before_a_verdict() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let (one, other) = (directory.path().join("x.xml"), directory.path().join(".").join("x.xml"));
    let name = |path: &std::path::Path| path.display().to_string();
    assert!(
        flat(&refusal(&["check", MEMO, "--junit", &name(&one), "--sarif", &name(&other)]))
            .contains("are one file")
    );
    let table = name(&directory.path().join("x.csv"));
    let twice: [&[&str]; 2] =
        [&["validate", "--points", &table, "-o", &table], &["check", MEMO, "-o", &table, "-o", &table]];
    for arguments in twice {
        assert!(flat(&refusal(arguments)).contains("is named twice as an output"), "{arguments:?}");
    }
    assert!(files_below(directory.path()).is_empty());
}

#[test]
fn a_remark_speaks_of_the_value_beside_it() {
    let variant = "\n[variant.a.predictor]\nprecision = 0.9\n[variant.a.inferred]\n\"predictor.recall\" = \"for this variant\"";
    let output =
        asked(&["predict", "-", "--format", "json"], &[("\n[workload]", &format!("{variant}\n[workload]"))]);
    let found: serde_json::Value = serde_json::from_slice(&output.stdout).expect("is JSON");
    let why = |key: &str| {
        let mut all = found["assumptions"].as_array().expect("is a list").iter();
        all.find(|one| one["key"] == key).map(|one| one["why"].as_str().expect("is text").to_owned())
    };
    assert_eq!(why("predictor.precision"), None, "the base's remark is not on the variant's value");
    assert_eq!(why("predictor.recall").as_deref(), Some("for this variant"));
    assert!(why("cache.hit_latency_ms").is_some());
}
