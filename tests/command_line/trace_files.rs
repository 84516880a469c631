//! Traces that are broken, and `warmcast trace`.

use std::fs;
use std::io::Write;

use crate::{answer, flat, transcript, warmcast};

/// A file with these bytes, and what `replay` says of it: without and with `--skip-bad 1`.
fn told(name: &str, bytes: &[u8]) -> String {
    let directory = tempfile::tempdir().expect("makes a directory");
    fs::write(directory.path().join(name), bytes).expect("writes");
    let run = |more: &[&str]| {
        let arguments =
            [&["replay", name, "--policies", "lru", "--capacities", "2", "--format", "csv"], more].concat();
        transcript(&warmcast(&arguments).current_dir(directory.path()).output().expect("runs"))
    };
    format!("{}=== --skip-bad 1\n{}", run(&[]), run(&["--skip-bad", "1"]))
}

fn record(time: u32, key: u64, size: u32) -> Vec<u8> {
    [&time.to_le_bytes()[..], &key.to_le_bytes(), &size.to_le_bytes(), &(-1i64).to_le_bytes()].concat()
}

#[test]
fn a_binary_record_cut_short() {
    let mut bytes: Vec<u8> = (0..10).flat_map(|nth| record(nth, u64::from(nth % 3), 10)).collect();
    bytes.truncate(235);
    insta::assert_snapshot!(told("cut.oracleGeneral", &bytes));
}

#[test]
fn a_binary_whose_time_runs_backwards() {
    let bytes: Vec<u8> = [5, 7, 6, 8].into_iter().flat_map(|time| record(time, 1, 10)).collect();
    insta::assert_snapshot!(told("back.oracleGeneral", &bytes));
}

#[test]
fn a_row_with_a_missing_field() {
    insta::assert_snapshot!(told("missing.csv", b"timestamp_s,key,size\n1,a,10\n2,b\n3,c,5\n"));
}

#[test]
fn a_negative_size() {
    insta::assert_snapshot!(told("negative.csv", b"timestamp_s,key,size\n1,a,10\n2,b,-1\n3,a,5\n"));
}

#[test]
fn times_that_run_backwards() {
    insta::assert_snapshot!(told("back.csv", b"timestamp_s,key,size\n1,a,10\n3,b,1\n2,a,5\n4,a,5\n"));
}

#[test]
fn times_that_run_backwards_a_little() {
    let directory = tempfile::tempdir().expect("makes a directory");
    fs::write(directory.path().join("late.csv"), "timestamp_s,key\n1,a\n3,b\n2,a\n2.5,b\n4,a\n")
        .expect("writes");
    let run = |command: &[&str]| {
        let arguments = [command, &["late.csv", "--late", "1s"]].concat();
        transcript(&warmcast(&arguments).current_dir(directory.path()).output().expect("runs"))
    };
    let replayed =
        run(&["replay", "--policies", "lru", "--capacities", "2", "--ttl", "2s", "--format", "csv"]);
    let converted = run(&["trace", "convert", "-o", "out.csv"]);
    let written = fs::read_to_string(directory.path().join("out.csv")).expect("reads");
    insta::assert_snapshot!(format!("{replayed}{converted}{written}"));
}

#[test]
fn an_empty_file() {
    insta::assert_snapshot!(told("empty.csv", b""));
}

#[test]
fn a_header_and_nothing_else() {
    insta::assert_snapshot!(told("header.csv", b"timestamp_s,key,size\n"));
}

#[test]
fn a_gzip_cut_short() {
    let mut text = "timestamp_s,key,size\n".to_owned();
    (0..60_000).for_each(|nth| text.push_str(&format!("{nth},{},5\n", nth * 7919 % 1000)));
    let mut packed = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    packed.write_all(text.as_bytes()).expect("packs");
    let packed = packed.finish().expect("packs");
    let told = flat(&told("cut.csv.gz", &packed[..packed.len() / 2]));
    assert!(told.contains("exit 2") && told.contains("the compressed data ends in the middle"), "{told}");
    assert!(told.contains("record ") && told.contains("line ") && told.contains("byte "), "{told}");
    assert!(told.contains("1 bad record passed over"), "{told}");
}

#[test]
fn a_line_without_end() {
    let mut bytes = b"timestamp_s,key,size\n1,a,1\n".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 5 << 20));
    bytes.extend(b"\n2,a,1\n");
    insta::assert_snapshot!(told("line.csv", &bytes));
}

#[test]
fn one_bad_record_more_than_allowed_ends_the_run() {
    let output = warmcast(&["replay", "-", "--policies", "lru", "--capacities", "2", "--skip-bad", "2"])
        .write_stdin("timestamp_s,key,size\n1,a,-1\n1,a,-1\n1,a,-1\n2,a,1\n")
        .output()
        .expect("runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        flat(&String::from_utf8_lossy(&output.stderr)).contains("record 3, line 4"),
        "{}",
        transcript(&output)
    );
}

#[test]
fn a_trace_survives_conversion_there_and_back() {
    const TRACE: &str = "traces/cloudphysics_io.oracleGeneral.bin.gz";
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    let replayed = |trace: &str| {
        let found = answer(&[
            "replay",
            trace,
            "--quiet",
            "--format",
            "csv",
            "--policies",
            "gdsf,belady",
            "--bytes",
            "--capacities",
            "8MiB,64MiB",
        ]);
        found.lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    let wanted = replayed(TRACE);
    for name in ["a.csv", "b.csv.gz", "c.oracleGeneral", "d.oracleGeneral.zst", "e.parquet"] {
        let path = at(name);
        assert_eq!(answer(&["trace", "convert", TRACE, "-o", &path, "--quiet"]), "");
        assert_eq!(replayed(&path), wanted, "{name}");
    }
    // What comes back is the file that went out, to the byte.
    let back = at("back.oracleGeneral");
    answer(&["trace", "convert", &at("b.csv.gz"), "-o", &back, "--quiet"]);
    let original = at("original.oracleGeneral");
    answer(&["trace", "convert", TRACE, "-o", &original, "--quiet"]);
    assert!(fs::read(back).expect("reads") == fs::read(original).expect("reads"));
}

#[test]
fn statistics_of_a_trace() {
    const TRACE: &str = "traces/cloudphysics_io.oracleGeneral.bin.gz";
    insta::assert_snapshot!(answer(&["trace", "stats", TRACE, "--quiet"]));
}

#[test]
fn the_curve_is_what_replay_counts_and_sizes_a_cache() {
    const TRACE: &str = "traces/cloudphysics_io.oracleGeneral.bin.gz";
    let capacities = "1000,5000,20000";
    let curve = answer(&["trace", "mrc", TRACE, "--quiet", "--format", "csv", "--capacities", capacities]);
    let replay = answer(&[
        "replay",
        TRACE,
        "--quiet",
        "--format",
        "csv",
        "--policies",
        "lru",
        "--capacities",
        capacities,
    ]);
    let column = |text: &str, nth: usize| {
        text.lines()
            .skip(1)
            .map(|line| line.split(',').nth(nth).unwrap_or_default().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(column(&curve, 1), column(&replay, 5));
    insta::assert_snapshot!(answer(&[
        "trace",
        "mrc",
        TRACE,
        "--quiet",
        "--capacities",
        capacities,
        "--target",
        "30%",
        "--target",
        "0.9"
    ]));
    insta::assert_snapshot!(answer(&[
        "trace",
        "mrc",
        TRACE,
        "--quiet",
        "--capacities",
        capacities,
        "--target",
        "30%",
        "--sample",
        "10%"
    ]));
}

#[test]
fn keys_that_look_like_headers_or_comments_are_keys_where_the_file_says_so() {
    let directory = tempfile::tempdir().expect("makes a directory");
    for (name, text, keys) in [
        ("a.keys", "key\nurl\nkey\n", "2"),
        ("b.keys", "a,b\nc;d e\na,b\n", "2"),
        ("c.csv", "key\n# x\nkey\n", "2"),
        ("d.csv", "# a comment\nkey,size\na,512.0\nb,7\n", "2"),
    ] {
        fs::write(directory.path().join(name), text).expect("writes");
        let output = warmcast(&["trace", "stats", name, "-q", "--format", "csv"])
            .current_dir(directory.path())
            .output();
        let output = output.expect("runs");
        let found = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(found.contains(&format!("\nkeys,{keys}.0,")), "{name}: {}", transcript(&output));
    }
}
