//! `warmcast calibrate`.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{transcript, warmcast};

/// What it says as JSON, run in a directory.
fn calibrated(directory: &Path, arguments: &[&str]) -> Value {
    let arguments = [&["calibrate"], arguments, &["--format", "json", "--quiet"]].concat();
    let output = warmcast(&arguments).current_dir(directory).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("is JSON")
}

fn parameter<'v>(answer: &'v Value, name: &str) -> Option<&'v Value> {
    answer["parameters"].as_array().expect("is a list").iter().find(|one| one["name"] == name)
}

fn value(answer: &Value, name: &str) -> f64 {
    parameter(answer, name).and_then(|one| one["value"].as_f64()).unwrap_or_else(|| panic!("{name} is told"))
}

fn codes(answer: &Value) -> Vec<&str> {
    let flags = answer["risk_flags"].as_array().expect("is a list").iter();
    flags.map(|flag| flag["code"].as_str().expect("is text")).collect()
}

/// Of 40 keys of which key `i` is asked for in proportion to 1 / (i + 1), without chance, four requests a second.
fn harmonic() -> String {
    let weights: Vec<f64> = (0..40).map(|key| 1.0 / f64::from(key + 1)).collect();
    let mut due = vec![0.0; 40];
    let mut out = "timestamp_s,key,size\n".to_owned();
    for nth in 0..6000u32 {
        due.iter_mut().zip(&weights).for_each(|(due, weight)| *due += weight);
        let key = (0..40).max_by(|a, b| f64::total_cmp(&due[*a], &due[*b])).expect("there are keys");
        due[key] -= weights.iter().sum::<f64>();
        out.push_str(&format!("{},key{key},1000\n", f64::from(nth) * 0.25));
    }
    out
}

#[test]
fn a_trace_becomes_a_scenario_that_every_command_reads() {
    let directory = tempfile::tempdir().expect("makes a directory");
    fs::write(directory.path().join("requests.csv"), harmonic()).expect("writes");
    let run = |arguments: &[&str]| warmcast(arguments).current_dir(directory.path()).output().expect("runs");
    let told = run(&["calibrate", "requests.csv", "-o", "mine.toml"]);
    insta::assert_snapshot!(transcript(&told));
    let text = fs::read_to_string(directory.path().join("mine.toml")).expect("was written");
    insta::assert_snapshot!(text);
    let predicted = run(&["predict", "mine.toml", "--format", "json"]);
    assert!(predicted.status.success(), "{}", String::from_utf8_lossy(&predicted.stderr));
    // What is written stays.
    let again = run(&["calibrate", "requests.csv", "-o", "mine.toml"]);
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("mine.toml exists already"));
    assert_eq!(fs::read_to_string(directory.path().join("mine.toml")).expect("is there"), text);
}

#[test]
fn every_parameter_has_an_interval_or_is_assumed() {
    let directory = tempfile::tempdir().expect("makes a directory");
    fs::write(directory.path().join("requests.csv"), harmonic()).expect("writes");
    let answer = calibrated(directory.path(), &["requests.csv"]);
    for one in answer["parameters"].as_array().expect("is a list") {
        let assumed = one["assumed"].as_bool().expect("is told");
        assert_eq!(assumed, one["interval"].is_null(), "{one}");
        let value = one["value"].as_f64().expect("is a number");
        if let Some(interval) = one["interval"].as_array() {
            assert!(interval[0].as_f64() <= Some(value) && Some(value) <= interval[1].as_f64(), "{one}");
        }
        for field in ["method", "source"] {
            assert!(one[field].as_str().is_some_and(|text| !text.is_empty()), "{one}");
        }
    }
    assert!((value(&answer, "workload.request_rate_per_minute") - 240.0).abs() < 1e-9);
    assert_eq!(value(&answer, "workload.mean_object_bytes"), 1000.0);
    assert!(parameter(&answer, "predictor.precision").is_none(), "nothing was said of a predictor");
}

#[test]
fn the_same_bytes_come_from_any_number_of_threads() {
    let directory = tempfile::tempdir().expect("makes a directory");
    fs::write(directory.path().join("requests.csv"), harmonic()).expect("writes");
    let run = |threads: &str| {
        let arguments = ["calibrate", "requests.csv", "--format", "json", "--threads", threads];
        warmcast(&arguments).current_dir(directory.path()).output().expect("runs").stdout
    };
    assert_eq!(run("1"), run("2"));
}

/// A file so large that its halves are read at once.
#[test]
fn a_large_table_tells_the_same_in_one_piece_and_in_halves() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let mut text = "timestamp_s,key,size\n".to_owned();
    for nth in 0..1_200_000u64 {
        let key = nth * nth % 10_007 * 1_000_003;
        text.push_str(&format!(
            "{}.{:03},{key},{}\n",
            1_700_000_000 + nth / 1000,
            nth % 1000,
            100 + key % 900
        ));
    }
    assert!(text.len() > 33 << 20);
    fs::write(directory.path().join("requests.csv"), text).expect("writes");
    let run = |more: &[&str]| {
        let arguments =
            [&["calibrate", "requests.csv", "--format", "json", "--max-memory", "4MiB"], more].concat();
        warmcast(&arguments).current_dir(directory.path()).output().expect("runs")
    };
    let (halves, whole) = (run(&[]), run(&["--threads", "1"]));
    assert!(halves.status.success(), "{}", String::from_utf8_lossy(&halves.stderr));
    assert_eq!(String::from_utf8_lossy(&halves.stdout), String::from_utf8_lossy(&whole.stdout));
    let answer: Value = serde_json::from_slice(&halves.stdout).expect("is JSON");
    let notes = answer["notes"].to_string();
    assert!(notes.contains("Memory does not hold all 1,200,000 requests"), "{notes}");
    let rate = value(&answer, "workload.request_rate_per_minute");
    assert!((rate / 60_000.0 - 1.0).abs() < 0.01, "{rate}");
}

/// Fitted on the first half of real traces, judged on the second: what was measured of reuse errs by at most half of what
/// independent draws err, at 1, 5, 10 and 30 % of the keys.
#[test]
fn measured_reuse_at_least_halves_the_error_of_independent_draws() {
    for trace in ["traces/twitter_c52_dev.keys.zst", "traces/retail_2010_2011.keys.zst"] {
        let answer = calibrated(crate::root(), &[trace]);
        let rows = answer["backtest"].as_array().expect("is a list");
        let mut judged = 0;
        for row in rows {
            let number = |name: &str| row[name].as_f64();
            let error = number("error").map(f64::abs);
            let flagged = row["risk_flags"] == "backtest-failed";
            assert_eq!(flagged, error.is_some_and(|error| error > 0.02), "{row}");
            if row["engine"] == "simulation" {
                let independent = number("independent_error").expect("is told").abs();
                assert!(error.is_some_and(|error| error <= independent / 2.0), "{row}");
                judged += 1;
            }
        }
        assert_eq!(judged, 4, "{trace}");
        let fails = rows.iter().any(|row| row["risk_flags"] == "backtest-failed");
        assert_eq!(codes(&answer).contains(&"backtest-failed"), fails);
    }
}

#[test]
fn scans_and_loops_are_flagged() {
    let answer = calibrated(crate::root(), &["traces/cloudphysics_io.oracleGeneral.bin.gz"]);
    let codes = codes(&answer);
    assert!(codes.contains(&"reuse-unsettled") && codes.contains(&"churn-not-told"), "{codes:?}");
}

#[test]
fn requests_for_ever_new_keys_leave_little_to_warm() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let rows: String =
        (0..3000u32).map(|nth| format!("{nth},{}\n", if nth % 4 == 0 { 1 } else { nth })).collect();
    fs::write(directory.path().join("new.csv"), format!("ts,key\n{rows}")).expect("writes");
    let answer = calibrated(directory.path(), &["new.csv"]);
    let little = answer["risk_flags"]
        .as_array()
        .expect("is a list")
        .iter()
        .find(|flag| flag["code"] == "little-reuse");
    let message = little.and_then(|flag| flag["message"].as_str()).expect("is raised");
    assert!(message.starts_with("75 % of the requests in new.csv are the first for their key"), "{message}");
    let calm = calibrated(crate::root(), &["traces/twitter_c52_dev.keys.zst"]);
    assert!(!codes(&calm).contains(&"little-reuse"));
}

/// Of a cache of two keys that are asked for in turn, with a third in between each time that misses: two of four requests hit.
#[test]
fn a_log_tells_latencies_capacity_and_lives_of_the_cache_that_wrote_it() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let mut text = "ts,key,hit,latency_ms,ttl\n".to_owned();
    for nth in 0..8000u32 {
        let (key, hit) = match nth % 4 {
            0 | 2 => ("a".to_owned(), true),
            1 => ("b".to_owned(), true),
            _ => (format!("c{nth}"), false),
        };
        let (hit, ms) = if hit { ("HIT", 2) } else { ("MISS", 52) };
        text.push_str(&format!("{nth},{key},{hit},{ms},300\n"));
    }
    fs::write(directory.path().join("log.csv"), text).expect("writes");
    let answer = calibrated(directory.path(), &["log.csv"]);
    assert_eq!(answer["inputs"][0]["kind"], "requests");
    assert_eq!(value(&answer, "cache.hit_latency_ms"), 2.0);
    assert_eq!(value(&answer, "origin.miss_penalty_ms"), 50.0);
    assert_eq!(value(&answer, "cache.ttl_s"), 300.0);
    // `a` is found within two keys, `b` within three.
    assert_eq!(value(&answer, "cache.capacity_items"), 3.0);
}

/// 159 hits, 410 misses and 69 expired, of which the first row has no time of its own: a hit ratio of 0.25, counted with awk.
#[test]
fn counters_of_nginx_plus_need_no_help() {
    let answer = calibrated(crate::root(), &["traces/nginxplus_http_cache.csv"]);
    assert_eq!(answer["inputs"][0]["kind"], "counters");
    let ratio = value(&answer, "cache.capacity_fraction");
    assert!((ratio - 159.0 / (159.0 + 409.0 + 69.0)).abs() < 1e-9, "{ratio}");
    let rate = value(&answer, "workload.request_rate_per_minute");
    assert!((rate - 637.0 / (2554.077 - 5.105) * 60.0).abs() < 1e-3, "{rate}");
    assert_eq!(codes(&answer), ["thin-telemetry"]);
}

#[test]
fn an_access_log_is_sorted_and_its_made_up_times_are_noticed() {
    let answer = calibrated(crate::root(), &["traces/apache_combined_600.log"]);
    assert!(codes(&answer).contains(&"artificial-times"), "{:?}", codes(&answer));
    let repairs = answer["repairs"].to_string();
    assert!(repairs.contains("out of order, sorted by time"), "{repairs}");
}

/// Rounds a minute apart name two keys that are asked for and one that is not; a third key beyond the hot set is asked for
/// without having been named. The ten hot keys are asked for ten times as often.
#[test]
fn predictions_are_judged_by_requests() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let (mut requests, mut said) = ("ts,key\n".to_owned(), "ts,key,score\n".to_owned());
    for minute in 0..60 {
        for hot in 0..100 {
            requests.push_str(&format!("{},h{}\n", f64::from(minute * 60) + f64::from(hot) * 0.1, hot % 10));
        }
        for (nth, key) in ["a", "b", "c"].iter().enumerate() {
            requests.push_str(&format!("{},{key}{}\n", minute * 60 + 20 + nth as i32, minute % 20));
        }
        for (key, score) in [("a", 0.9), ("b", 0.6), ("z", 0.3)] {
            said.push_str(&format!("{},{key}{},{score}\n", minute * 60, minute % 20));
        }
    }
    fs::write(directory.path().join("requests.csv"), requests).expect("writes");
    fs::write(directory.path().join("said.csv"), said).expect("writes");
    let answer = calibrated(directory.path(), &["requests.csv", "said.csv"]);
    assert!((value(&answer, "predictor.precision") - 2.0 / 3.0).abs() < 1e-9);
    assert!((value(&answer, "predictor.recall") - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!(value(&answer, "predictor.horizon_s"), 60.0);
    let surest = answer["trade_off"].as_array().and_then(|points| points.last()).expect("has scores");
    assert_eq!((surest["precision"].as_f64(), surest["score_at_least"].as_f64()), (Some(1.0), Some(0.9)));
    let alone = warmcast(&["calibrate", "predictions:said.csv"])
        .current_dir(directory.path())
        .output()
        .expect("runs");
    assert!(String::from_utf8_lossy(&alone.stderr).contains("no trace tells what was asked for"));
}

#[test]
fn a_warmers_log_and_a_snapshot_tell_what_they_can() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let rows: String = (0..200)
        .map(|nth| format!("{nth},k,{},{}\n", if nth % 5 == 0 { "error" } else { "ok" }, 30))
        .collect();
    fs::write(directory.path().join("warmer.csv"), format!("ts,key,result,duration_ms\n{rows}"))
        .expect("writes");
    let counts: String = (1..=300u32).map(|rank| format!("k{rank},{}.5\n", 3000 / rank)).collect();
    fs::write(directory.path().join("hot.csv"), format!("key,count\n{counts}")).expect("writes");
    let answer = calibrated(directory.path(), &["warmer.csv", "hot.csv", "-o", "mine.toml"]);
    assert_eq!(value(&answer, "origin.warm_cost_ms"), 30.0);
    assert_eq!(value(&answer, "origin.failure_share"), 0.2);
    let text = fs::read_to_string(directory.path().join("mine.toml")).expect("was written");
    assert!(text.contains("popularity_file = \"mine.counts.csv\""), "{text}");
    assert!(text.contains("Fidelity: frequency snapshot"), "{text}");
    let predicted = warmcast(&["predict", "mine.toml"]).current_dir(directory.path()).output().expect("runs");
    assert!(predicted.status.success(), "{}", String::from_utf8_lossy(&predicted.stderr));
}

#[test]
fn a_scenario_that_there_is_keeps_everything_else() {
    let directory = tempfile::tempdir().expect("makes a directory");
    fs::write(directory.path().join("requests.csv"), harmonic()).expect("writes");
    let path = directory.path().join("mine.toml");
    fs::copy(crate::root().join("scenarios/starter.toml"), &path).expect("copies");
    let before = fs::read_to_string(&path).expect("reads");
    calibrated(directory.path(), &["requests.csv", "--update", "mine.toml"]);
    let after = fs::read_to_string(&path).expect("reads");
    // Lines that went and came, in order; all others stand as they did.
    let gone: Vec<&str> = before.lines().filter(|line| !after.contains(line)).collect();
    let new: Vec<&str> = after.lines().filter(|line| !before.contains(line)).collect();
    insta::assert_snapshot!(format!("- {}\n+ {}", gone.join("\n- "), new.join("\n+ ")));
    let predicted = warmcast(&["predict", "mine.toml"]).current_dir(directory.path()).output().expect("runs");
    assert!(predicted.status.success(), "{}", String::from_utf8_lossy(&predicted.stderr));
    calibrated(directory.path(), &["requests.csv", "--update", "mine.toml"]);
    assert_eq!(fs::read_to_string(&path).expect("reads"), after, "a second time changes nothing");
    // What would be no scenario any more stays as it is.
    let broken = "[workload]\nrequest_rate_per_minute = 5\nhotset_fraction = 2\n";
    fs::write(&path, broken).expect("writes");
    let refused = warmcast(&["calibrate", "requests.csv", "--update", "mine.toml"]);
    let refused = { refused }.current_dir(directory.path()).output().expect("runs");
    assert_eq!(refused.status.code(), Some(2));
    assert_eq!(fs::read_to_string(&path).expect("reads"), broken);
}

/// What nobody can calibrate from, and what the program says.
#[test]
fn hostile_inputs_are_refused_or_repaired_by_name() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let counters = |row: &dyn Fn(u32) -> String| {
        let rows: String = (0..40).map(|nth| row(nth) + "\n").collect();
        format!("time,hits,misses,requests\n{rows}")
    };
    let mut told = String::new();
    let cases: [(&str, String); 13] = [
        ("empty.csv", String::new()),
        ("header.csv", "ts,key\n".to_owned()),
        (
            "epochs.csv",
            "ts,key\n".to_owned()
                + &(0..50u64)
                    .map(|nth| format!("{},a\n", (1_700_000_000 + nth) * if nth < 25 { 1 } else { 1000 }))
                    .collect::<String>(),
        ),
        (
            "jump.csv",
            "ts,key\n".to_owned()
                + &(0..50u64)
                    .map(|nth| format!("{},a\n", nth + if nth < 25 { 0 } else { 1_000_000 }))
                    .collect::<String>(),
        ),
        (
            "shuffled.csv",
            "ts,key\n".to_owned()
                + &(0..50u64).map(|nth| format!("{},a\n", nth * 17 % 50)).collect::<String>(),
        ),
        ("negative.csv", counters(&|nth| format!("{nth},-{nth},1,5"))),
        ("above.csv", counters(&|nth| format!("{nth},{},1,{}", 7 + nth % 2, 5 - nth % 2))),
        ("nan.csv", counters(&|nth| format!("{nth},NaN,1,5"))),
        ("same.csv", counters(&|nth| format!("7,{nth},{nth},{}", 2 * nth))),
        ("units.csv", "time_s,hits,misses\n1700000000000,1,1\n1700000001000,2,2\n".to_owned()),
        ("words.csv", "time,hits,misses\n1,many,1\n".to_owned()),
        ("one.csv", "time,hits,misses\n1,1,1\n".to_owned()),
        ("wide.csv", format!("time,hits,{}\n", vec!["x"; 1_000_000].join(","))),
    ];
    for (name, text) in cases {
        fs::write(directory.path().join(name), text).expect("writes");
        let output =
            warmcast(&["calibrate", name, "--quiet"]).current_dir(directory.path()).output().expect("runs");
        assert_eq!(output.status.code(), Some(2), "{name}");
        told.push_str(&format!("=== {name}\n{}", String::from_utf8_lossy(&output.stderr)));
    }
    insta::assert_snapshot!(told);
    let mended = counters(&|nth| match nth {
        5 => "5,-1,1,5".to_owned(),
        9 => "8,3,2,5".to_owned(),
        12 => "12,nan,2,5".to_owned(),
        20 => "20,9,2,5".to_owned(),
        _ => format!("{},3,2,5", if nth > 30 { nth + 500 } else { nth }),
    });
    fs::write(directory.path().join("mended.csv"), mended).expect("writes");
    let answer = calibrated(directory.path(), &["mended.csv"]);
    insta::assert_snapshot!(serde_json::to_string_pretty(&answer["repairs"]).expect("is JSON"));
    assert!((value(&answer, "cache.capacity_fraction") - 0.6).abs() < 1e-9);
}
