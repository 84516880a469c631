//! `warmcast predict --batch`.

use std::fs;

use crate::{answer, files_below, flat, refusal, root, transcript, warmcast};

const HEADER: &str = "request_rate_per_minute,hotset_fraction,cache_capacity_fraction,churn_per_hour,hit_latency_ms,\
    miss_penalty_ms,warm_cost_ms,predictive_recall,predictive_precision";
const ROW: &str = "210,0.42,0.55,0.20,14,100,4,0.85,0.82";

fn input(text: &str) -> (tempfile::TempDir, String) {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("in.csv");
    fs::write(&path, text).expect("writes");
    let path = path.display().to_string();
    (directory, path)
}

/// The helper's own answers: every number to 1e-9, every rank and flag, in order.
#[test]
fn the_golden_cases_come_out() {
    let golden = fs::read_to_string(root().join("crates/model/tests/data/memo_cases.csv")).expect("reads");
    let mut inputs: Vec<String> =
        golden.lines().map(|line| line.split(',').take(10).collect::<Vec<_>>().join(",")).collect();
    inputs.dedup();
    assert_eq!(inputs.len(), 401);
    let (_directory, path) = input(&inputs.join("\n"));
    let found = answer(&[
        "predict",
        "--batch",
        &path,
        "--engine",
        "screening",
        "--format",
        "csv",
        "--rank-by",
        "score",
        "--set",
        "thresholds.min_steady_hit_rate=0",
    ]);
    assert_eq!(found.lines().count(), golden.lines().count());
    for (ours, theirs) in found.lines().zip(golden.lines()) {
        for (column, (a, b)) in ours.split(',').zip(theirs.split(',')).enumerate() {
            let same = match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(x), Ok(y)) if (12..16).contains(&column) => (x - y).abs() <= 1e-9 * y.abs(),
                _ => a == b,
            };
            assert!(same, "column {column}: {a} is not {b} in\n{ours}\n{theirs}");
        }
    }
}

#[test]
fn other_columns_are_carried_through_in_their_place_and_quoted_where_they_must_be() {
    let (_directory, path) = input(&format!("note,{HEADER},case\n\"a, \"\"b\"\"\",{ROW},7\n"));
    let found = answer(&["predict", "--batch", &path]);
    let lines: Vec<_> = found.lines().collect();
    assert_eq!(lines.len(), 4);
    assert!(lines[0].starts_with("note,request_rate_per_minute") && lines[0].ends_with("score,risk_flags"));
    assert!(lines[1].starts_with(&format!("\"a, \"\"b\"\"\",{ROW},7,predictive,1,59.09")), "{}", lines[1]);
}

#[test]
fn numbers_may_carry_units() {
    let (_directory, path) = input(&format!("{HEADER}\n\"3.5/s\",42%,0.55,4.8/d,0.014s,100ms,4,85 %,0.82\n"));
    let found = answer(&["predict", "--batch", &path]);
    assert!(found.contains(",predictive,1,59.09"), "{found}");
}

#[test]
fn standard_input_streams_and_a_file_takes_the_answers_whole() {
    let text = format!("{HEADER}\n{ROW}\n");
    let (directory, path) = input(&text);
    let from_file = answer(&["predict", "--batch", &path]);
    let output = warmcast(&["predict", "--batch", "-"]).write_stdin(text).output().expect("runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), from_file);
    let out = directory.path().join("out.csv");
    answer(&["predict", "--batch", &path, "-o", &out.display().to_string()]);
    assert_eq!(fs::read_to_string(out).expect("reads"), from_file);
}

/// More rows than fit into what is in flight at once.
#[test]
fn blocks_come_out_in_order_on_any_number_of_threads() {
    let rows: String = (0..30_000).map(|case| format!("{case},{ROW}\n")).collect();
    let (_directory, path) = input(&format!("case,{HEADER}\n{rows}"));
    let one = answer(&["predict", "--batch", &path, "--threads", "1"]);
    assert_eq!(one, answer(&["predict", "--batch", &path, "--threads", "3"]));
    let cases: Vec<u32> = one
        .lines()
        .skip(1)
        .step_by(3)
        .map(|line| line.split(',').next().expect("a field").parse().expect("a number"))
        .collect();
    assert!(cases.iter().copied().eq(0..30_000));
}

#[test]
fn bad_rows_and_headers_are_refused_with_their_line_and_nothing_is_written() {
    let rows = |bad: &str| format!("{HEADER}\n{ROW}\n{bad}\n");
    let cases = [
        ("empty", String::new()),
        ("missing_column", HEADER.replace(",churn_per_hour", "") + "\n"),
        ("column_twice", format!("{HEADER},warm_cost_ms\n")),
        ("column_of_the_answers", format!("{HEADER},score\n")),
        ("ragged_row", rows("210,0.42,0.55")),
        ("open_quote", format!("case,{HEADER}\n\"open,{ROW}\n2,{ROW}\n")),
        ("open_quote_at_the_end", format!("{HEADER},note\n{ROW},1\n{ROW},\"open\n{ROW},3\n")),
        ("text_for_a_number", rows(&ROW.replace("0.20", "lots"))),
        ("empty_field", rows(&ROW.replace("0.20", ""))),
        ("out_of_range", rows(&ROW.replace("0.42", "42"))),
        ("not_a_number", rows(&ROW.replace("0.42", "nan"))),
        ("infinite", rows(&ROW.replace("210", "inf"))),
        ("churn_beyond_the_formula", rows(&ROW.replace("0.20", "1.5"))),
    ];
    for (name, text) in cases {
        let (directory, path) = input(&text);
        let message = refusal(&["predict", "--batch", &path]).replace(&path, "in.csv");
        insta::with_settings!({ snapshot_suffix => name, omit_expression => true }, {
            insta::assert_snapshot!("batch", message.split_whitespace().collect::<Vec<_>>().join(" "));
        });
        let out = directory.path().join("out.csv");
        refusal(&["predict", "--batch", &path, "-o", &out.display().to_string()]);
        assert_eq!(files_below(directory.path()).len(), 1, "{name}: only the input is there");
    }
}

#[test]
fn a_batch_takes_thresholds_and_no_other_key() {
    let (_directory, path) = input(&format!("{HEADER}\n{ROW}\n"));
    assert!(answer(&["predict", "--batch", &path]).contains("low-steady-hit-rate"));
    let relaxed = answer(&["predict", "--batch", &path, "--set", "thresholds.min_steady_hit_rate=0"]);
    assert!(!relaxed.contains("low-steady-hit-rate"));
    assert!(
        flat(&refusal(&["predict", "--batch", &path, "--set", "cache.ttl_s=5"]))
            .contains("`cache` has no meaning here")
    );
    assert!(
        flat(&refusal(&["predict", "--batch", &path, "--format", "json"])).contains("a batch answers in CSV")
    );
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::io::Read;
    use std::process::{Command, Stdio};
    let rows: String = (0..30_000).map(|case| format!("{case},{ROW}\n")).collect();
    let (_directory, path) = input(&format!("case,{HEADER}\n{rows}"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_warmcast"))
        .args(["predict", "--batch", &path])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("starts");
    let mut first = [0_u8; 100];
    child.stdout.take().expect("is piped").read_exact(&mut first).expect("reads"); // and closes the pipe
    let output = child.wait_with_output().expect("ends");
    assert_eq!(output.status.code(), Some(0), "{}", transcript(&output));
    assert!(output.stderr.is_empty(), "{}", transcript(&output));
}
