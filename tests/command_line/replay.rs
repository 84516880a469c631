//! `warmcast replay`.

use std::fs;

use crate::{answer, flat, refusal, root, transcript, warmcast};

const TRACE: &str = "traces/cloudphysics_io.oracleGeneral.bin.gz";

/// CSV rows of a replay, with `--quiet`.
fn rows(arguments: &[&str]) -> Vec<String> {
    let found = answer(&[&["replay", TRACE, "--quiet", "--format", "csv"], arguments].concat());
    found.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_trace_is_replayed_without_being_told_anything() {
    let output = warmcast(&["replay", TRACE]).output().expect("runs");
    insta::assert_snapshot!(transcript(&output));
}

/// Misses of libCacheSim 0.3.5; crates/sim/tests holds the others.
#[test]
fn rows_come_in_the_order_and_words_of_the_command_line() {
    let found = rows(&["--policies", "sieve,lru,s3-fifo:fill=main", "--capacities", "5000,1000"]);
    let wanted = [
        "sieve,5000,113872,24074,89798,",
        "sieve,1000,113872,19897,93975,",
        "lru,5000,113872,22345,91527,",
        "lru,1000,113872,19049,94823,",
        "s3-fifo:fill=main,5000,113872,28183,85689,",
        "s3-fifo:fill=main,1000,113872,19867,94005,",
    ];
    assert_eq!(found.len(), wanted.len());
    for (found, wanted) in found.iter().zip(wanted) {
        assert!(found.starts_with(wanted), "{found} is not {wanted}…");
    }
}

#[test]
fn bytes_count_with_units_and_as_shares_of_the_working_set() {
    let found = rows(&["--bytes", "--policies", "lru,gdsf", "--capacities", "64MiB,512MiB"]);
    assert!(found[0].starts_with("lru,64MiB,113872,19669,94203,"), "{}", found[0]);
    assert!(found[3].starts_with("gdsf,512MiB,113872,43382,70490,"), "{}", found[3]);
    // The working set is 2,029,769,728 bytes.
    let share = rows(&["--bytes", "--policies", "lru", "--capacities", "25%"]);
    let same = rows(&["--bytes", "--policies", "lru", "--capacities", "507442432"]);
    assert_eq!(share[0].replace("25%", "507442432"), same[0]);
}

#[test]
fn each_start_counts_from_the_same_request() {
    let misses = |start: &str| {
        let found = rows(&[
            "--policies",
            "lru",
            "--capacities",
            "20000",
            "--measure-from",
            "56936",
            "--start",
            start,
        ]);
        found[0].split(',').map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(misses("warm")[2..5], ["56936", "20534", "36402"]);
    assert_eq!(misses("cold")[4], "36637");
    assert_eq!(misses("static-top")[4], "30335");
}

#[test]
fn intervals_add_up_to_the_whole() {
    let parts = rows(&["--policies", "s3-fifo", "--capacities", "1000", "--interval", "10000"]);
    assert_eq!(parts.len(), 12);
    assert!(parts[11].starts_with("s3-fifo,1000,110000,3872,"), "{}", parts[11]);
    let misses =
        |row: &String| row.split(',').nth(5).and_then(|cell| cell.parse::<u64>().ok()).expect("is a count");
    assert_eq!(parts.iter().map(misses).sum::<u64>(), 94_017);
    // Two hours in half hours; the last request stands at the very end of the fourth.
    let parts = rows(&["--policies", "s3-fifo", "--capacities", "1000", "--interval", "30m"]);
    assert_eq!(parts.iter().map(misses).sum::<u64>(), 94_017);
}

#[test]
fn threads_change_nothing() {
    let with = |threads: &str| {
        rows(&["--threads", threads, "--policies", "lru,arc,redis-lru", "--capacities", "1%,10%"])
    };
    assert_eq!(with("1"), with("4"));
}

#[test]
fn a_seed_names_the_draws_of_sampled_policies() {
    let with =
        |seed: &str| rows(&["--seed", seed, "--policies", "redis-lru,redis-lfu", "--capacities", "1000"]);
    assert_eq!(with("7"), with("7"));
    assert_ne!(with("7"), with("8"));
}

#[test]
fn a_stream_gives_what_the_file_gives() {
    let bytes = fs::read(root().join(TRACE)).expect("reads");
    let arguments =
        ["--quiet", "--format", "csv", "--policies", "lru,sieve,w-tinylfu", "--capacities", "500,5000"];
    for more in
        [&["--measure-from", "30000", "--start", "static-top"][..], &["--interval", "7000"], &["--bytes"]]
    {
        let from_file = answer(&[&["replay", TRACE], &arguments[..], more].concat());
        let from_stream = answer(&[&["replay", TRACE, "--stream"], &arguments[..], more].concat());
        let piped = warmcast(&[&["replay", "-"], &arguments[..], more].concat())
            .write_stdin(bytes.clone())
            .output()
            .expect("runs");
        assert_eq!(from_file, from_stream);
        assert_eq!(from_file, String::from_utf8(piped.stdout).expect("is text"));
    }
}

#[test]
fn what_needs_the_whole_trace_says_so_of_a_stream() {
    let bytes = fs::read(root().join(TRACE)).expect("reads");
    for (arguments, what) in [
        (&["--policies", "belady", "--capacities", "10"][..], "belady needs the whole trace"),
        (&["--policies", "lru", "--capacities", "1%"], "--capacities 1% needs the whole trace"),
        (
            &["--policies", "lru", "--capacities", "9", "--measure-from", "50%"],
            "--measure-from 50% needs the whole trace",
        ),
    ] {
        let run = |more: &[&str]| {
            warmcast(&[&["replay", "-"], arguments, more].concat())
                .write_stdin(bytes.clone())
                .output()
                .expect("runs")
        };
        let refused = run(&[]);
        let told = flat(&String::from_utf8_lossy(&refused.stderr));
        assert_eq!(refused.status.code(), Some(2));
        assert!(told.contains(what) && told.contains("--load"), "{told}");
        assert_eq!(run(&["--load"]).status.code(), Some(0));
    }
}

#[test]
fn time_to_live_ends_hits() {
    let misses = |arguments: &[&str]| {
        let found = rows(&[&["--policies", "lru", "--capacities", "100%"], arguments].concat());
        found[0].split(',').nth(4).and_then(|cell| cell.parse::<u64>().ok()).expect("is a count")
    };
    let (forever, long, sliding, fixed) = (
        misses(&[]),
        misses(&["--ttl", "1d"]),
        misses(&["--ttl", "5m", "--sliding"]),
        misses(&["--ttl", "5m"]),
    );
    assert_eq!(forever, 48_974, "a cache of all keys misses each once");
    assert_eq!(long, forever);
    assert!(forever < sliding && sliding < fixed, "{forever} {sliding} {fixed}");
}

#[test]
fn an_object_larger_than_the_cache_misses_and_is_named() {
    let output = warmcast(&["replay", "-", "--bytes", "--policies", "lru", "--capacities", "100"])
        .write_stdin("timestamp_s,key,size\n1,a,10\n2,b,5000\n3,b,5000\n4,a,10\n")
        .output()
        .expect("runs");
    insta::assert_snapshot!(transcript(&output));
}

#[test]
fn answers_come_in_every_format() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    let names = ["a.csv", "a.json", "a.md", "a.txt", "a.parquet", "a.svg", "a.png"].map(at);
    let mut arguments =
        vec!["replay", TRACE, "--quiet", "--policies", "lru,fifo", "--capacities", "100,1000"];
    names.iter().for_each(|name| arguments.extend(["-o", name]));
    assert_eq!(answer(&arguments), "");
    let read = |nth: usize| fs::read(&names[nth]).expect("was written");
    assert!(
        String::from_utf8(read(0)).expect("is text").starts_with("policy,capacity,requests,hits,misses,")
    );
    let json: serde_json::Value = serde_json::from_slice(&read(1)).expect("is JSON");
    assert_eq!(json["schema"], "warmcast/1");
    assert_eq!(json["replays"][1]["misses"], 94_823);
    // sha256sum of the file.
    let digest = "f79e87cbc2e474ecca4979bba71f02f0787b9321d44daa6d330982b504a7761d";
    assert_eq!(json["provenance"]["trace_digest"], digest);
    assert!(String::from_utf8(read(2)).expect("is text").contains("| policy | capacity |"));
    assert!(read(4).starts_with(b"PAR1") && read(5).starts_with(b"<svg") && read(6).starts_with(b"\x89PNG"));
}

#[test]
fn wrong_usage_is_refused_before_the_trace_is_read() {
    for (arguments, what) in [
        (&["--policies", "lur"][..], "there is no policy `lur`"),
        (&["--policies", "clock:bits=9"], "`9` is no value for clock's `bits`"),
        (&["--policies", "lru:k=2"], "lru has no parameter `k`"),
        (&["--capacities", "0"], "a cache holds something"),
        (&["--capacities", "1GiB"], "`replay --bytes`"),
        (&["--capacities", "101%"], "no share"),
        (&["--measure-from", "100%"], "is no request"),
        (&["--interval", "0"], "holds nothing"),
        (&["--ttl", "5"], "needs its unit"),
        (&["-o", "answer.xls"], "does not say in which format"),
    ] {
        let told = flat(&refusal(&[&["replay", "no-such-trace"], arguments].concat()));
        assert!(told.contains(what), "{arguments:?}: {told}");
    }
}

/// Runs on a file of its own in a directory of its own.
fn on(name: &str, text: &str, arguments: &[&str]) -> std::process::Output {
    let directory = tempfile::tempdir().expect("makes a directory");
    fs::write(directory.path().join(name), text).expect("writes");
    warmcast(arguments).current_dir(directory.path()).output().expect("runs")
}

fn printed(output: &std::process::Output) -> String {
    assert_eq!(output.status.code(), Some(0), "{}", transcript(output));
    String::from_utf8(output.stdout.clone()).expect("is text")
}

#[test]
fn a_stated_time_to_live_counts_for_all_and_that_of_the_trace_only_where_asked_for() {
    let text = "timestamp_s,key,size,ttl\n0,a,1,2\n3,a,1,2\n6,a,1,2\n";
    let replay = |more: &[&str]| {
        let arguments =
            ["replay", "t.csv", "-q", "--policies", "lru", "--capacities", "9", "--format", "csv"];
        printed(&on("t.csv", text, &[&arguments, more].concat()))
    };
    for stream in [&[][..], &["--stream"]] {
        assert!(replay(&[&["--ttl", "1h"], stream].concat()).contains("lru,9,3,2,1,"));
        assert!(replay(&[&["--ttl", "trace"], stream].concat()).contains("lru,9,3,0,3,"));
    }
}

#[test]
fn what_is_preloaded_expires_as_the_trace_says() {
    let text = "timestamp_s,key,size,ttl\n0,a,1,2\n1,a,1,2\n100,a,1,2\n200,a,1,2\n";
    let found = printed(&on(
        "t.csv",
        text,
        &[
            "replay",
            "t.csv",
            "-q",
            "--policies",
            "lru",
            "--capacities",
            "9",
            "--ttl",
            "trace",
            "--measure-from",
            "2",
            "--start",
            "static-top",
            "--format",
            "csv",
        ],
    ));
    // Preloaded when counting starts, at 100 s: the first request hits, the second comes too late.
    assert!(found.contains("lru,9,2,1,1,"), "{found}");
}

#[test]
fn percentages_are_those_that_are_written() {
    let text: String = (1..=100).map(|key| format!("{key}\n")).collect();
    let found = printed(&on(
        "h.keys",
        &text,
        &["replay", "h.keys", "-q", "--policies", "fifo", "--capacities", "29%,57%,58%", "--format", "csv"],
    ));
    let evictions: Vec<_> = found.lines().skip(1).filter_map(|line| line.rsplit(',').next()).collect();
    assert_eq!(evictions, ["71", "43", "42"]);
}

#[test]
fn the_trace_is_never_written_over() {
    let output = on("t.csv", "key\na\n", &["replay", "t.csv", "-q", "--capacities", "1", "-o", "./t.csv"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(flat(&String::from_utf8_lossy(&output.stderr)).contains("is the trace itself"));
}

#[test]
fn intervals_too_short_to_count_are_refused() {
    for arguments in [
        &["replay", "t.csv", "--capacities", "1", "--interval", "1ms"][..],
        &["replay", "t.csv", "--stream", "--capacities", "1", "--interval", "1ms"],
        &["trace", "stats", "t.csv", "--window", "1ms"],
    ] {
        let output = on("t.csv", "ts,key\n0,a\n1000000,b\n", arguments);
        assert_eq!(output.status.code(), Some(2), "{}", transcript(&output));
        assert!(
            flat(&String::from_utf8_lossy(&output.stderr)).contains("s or more"),
            "{}",
            transcript(&output)
        );
    }
}

#[test]
fn a_trace_of_few_keys_is_answered_by_default() {
    assert!(printed(&on("f.keys", "a\nb\na\n", &["replay", "f.keys", "-q"])).contains("100%"));
}
