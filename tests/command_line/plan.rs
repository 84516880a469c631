//! `warmcast plan`: what it prints, what it needs, what it refuses.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::{answer, flat, transcript, warmcast};

const TRACE: &str = "traces/cloudphysics_io.oracleGeneral.bin.gz";
const SNAPSHOT: &str = "key,count,last_access,size\n\
    user:1,900,2026-01-05T10:00:00Z,512\n\
    user:2,300,2026-01-05T10:00:00Z,512\n\
    user:3,300,2026-01-05T11:00:00Z,2048\n\
    user:4,50,,\n\
    user:5,10,2026-01-01T10:00:00Z,100\n";
const HEADER: &str = "rank,key,not_before_s,expected_hits,expected_use_probability,fetch_cost_ms,bytes\n";

/// Runs `plan` beside a file with this text.
fn beside(name: &str, text: &str, arguments: &[&str]) -> String {
    let directory = tempfile::tempdir().expect("makes a directory");
    fs::write(directory.path().join(name), text).expect("writes");
    transcript(
        &warmcast(&[&["plan"], arguments].concat()).current_dir(directory.path()).output().expect("runs"),
    )
}

/// What is wrong with a snapshot.
fn refused(text: &str, arguments: &[&str]) -> String {
    let told = flat(&beside("s.csv", text, &[&["s.csv"], arguments].concat()));
    assert!(told.starts_with("exit 2 --- stdout --- stderr"), "{told}");
    told
}

#[test]
fn a_scenario_is_planned_by_the_hour() {
    insta::assert_snapshot!(answer(&["plan", "scenarios/reference.toml", "--format", "table"]));
}

#[test]
fn a_trace_is_planned_with_a_cache_and_an_origin_from_options() {
    let options = ["--capacity", "10%", "--origin-cap", "30/s", "--fetch", "5ms", "--miss", "20ms"];
    insta::assert_snapshot!(answer(&[&["plan", TRACE, "--format", "table"][..], &options].concat()));
}

#[test]
fn a_snapshot_alone_gives_an_order_and_says_what_is_missing() {
    insta::assert_snapshot!(beside("s.csv", SNAPSHOT, &["s.csv", "--capacity", "3"]));
}

/// With a time to live T alone a copy answers λ T requests and is used with probability 1 − e^(−λ T): for 60 requests an
/// hour and 5 minutes, 5 and 0.993262; for 12 an hour, 1 and 0.632121. Of 2/s at 80 %, less (Σ λ / (1 + λ T)) misses/s.
#[test]
fn a_time_to_live_is_worked_by_hand() {
    let text = "key,count\ncold,12\nhot,60\n";
    let options = ["--ttl", "5m", "--window", "1h", "--keys", "all", "--quiet"];
    assert_eq!(
        beside("s.csv", text, &[&["s.csv"][..], &options].concat()),
        format!("exit 0\n--- stdout\n{HEADER}1,hot,,5.0,0.993262,,\n2,cold,,1.0,0.632121,,\n--- stderr\n")
    );
    let paced = beside("s.csv", text, &[&["s.csv", "--origin-cap", "2/s"][..], &options].concat());
    // Misses: 60/3600/6 + 12/3600/2 = 0.0044444; 1 / (1.6 − 0.0044444) = 0.627 s; the first copy is as much older.
    assert!(paced.contains("\n1,hot,0.0,4.98955,0.993191,,\n2,cold,0.627,1.0,0.632121,,\n"), "{paced}");
}

#[test]
fn a_plan_goes_to_files_and_its_summary_to_the_terminal() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    let arguments = ["plan", "scenarios/starter.toml", "--set", "origin.cap_per_minute=100/s", "--keys", "3"];
    let (csv, json, parquet) = (at("plan.csv"), at("plan.json"), at("plan.parquet"));
    let told = answer(&[&arguments[..], &["-o", &csv, "-o", &json, "-o", &parquet]].concat());
    assert!(told.starts_with("starter: warm 3 of 10,000 keys, finished "), "{told}");
    let rows = fs::read_to_string(&csv).expect("reads");
    assert_eq!(rows, answer(&[&arguments[..], &["--format", "csv"]].concat()));
    assert_eq!(rows, answer(&arguments), "CSV is what it prints");
    assert!(rows.starts_with(HEADER));
    let json: Value = serde_json::from_str(&fs::read_to_string(&json).expect("reads")).expect("is JSON");
    assert_eq!(json["schema"], "warmcast/1");
    assert_eq!(
        json["provenance"]["command"],
        "warmcast plan starter --set origin.cap_per_minute=100/s --keys 3 --utilization 0.8"
    );
    // The coldest is loaded first; the most valuable, rank 1, last.
    let ranks: Vec<_> =
        json["plan"].as_array().expect("has rows").iter().map(|row| row["rank"].as_u64()).collect();
    assert_eq!(ranks, [Some(3), Some(2), Some(1)]);
    assert_eq!((&json["pace"][0]["from_hour"], &json["pace"][0]["to_hour"]), (&0.into(), &24.into()));
    assert!(json["curve"].as_array().is_some_and(|curve| curve.len() == 11));
    assert!(Path::new(&parquet).exists());
    let hottest: Vec<String> = answer(&[&arguments[..], &["--first", "hottest"]].concat())
        .lines()
        .skip(1)
        .map(|line| line.split(',').take(2).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(hottest, ["1 1", "2 2", "3 3"]);
}

#[test]
fn keys_of_a_snapshot_are_planned_for_the_cache_of_a_scenario() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("s.csv");
    fs::write(&path, SNAPSHOT).expect("writes");
    let path = path.display().to_string();
    let set = [
        "workload.keys=10",
        "workload.hot_keys=1",
        "cache.capacity_items=3",
        "cache.capacity_fraction=0.53333",
    ];
    let set: Vec<&str> = set.iter().flat_map(|key| ["--set", key]).collect();
    let plan = answer(&[&["plan", "scenarios/starter.toml", "--snapshot", &path][..], &set].concat());
    assert_eq!(plan.lines().count(), 4, "{plan}");
    assert!(plan.contains(",user:1,,") && plan.contains(",5.0,512\n"), "{plan}");
}

#[test]
fn the_hours_of_the_day_let_the_warmer_work_or_wait() {
    // Nobody asks by night; by day the misses take what may be used of the cap.
    let night = "workload.hourly=[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0,0]";
    let arguments =
        ["plan", "scenarios/starter.toml", "--set", night, "--set", "origin.cap_per_minute=20/s", "--quiet"];
    let plan = answer(&[&arguments[..], &["--keys", "1"]].concat());
    // The first turn comes when hour 22 begins.
    assert_eq!(plan.lines().nth(1).and_then(|row| row.split(',').nth(2)), Some("79200.0"), "{plan}");
    let plan = answer(&[&arguments[..], &["--keys", "1", "--from-hour", "23"]].concat());
    assert_eq!(plan.lines().nth(1).and_then(|row| row.split(',').nth(2)), Some("0.0"), "{plan}");
}

#[test]
fn what_is_wrong_with_a_snapshot_is_told_with_its_place_and_a_remedy() {
    for (text, message) in [
        ("", "s.csv is empty help: "),
        ("key,count\n", "s.csv has no keys"),
        ("key,count\na,0\n", "every count is 0"),
        ("key,count\na,1\nb,-2\n", "s.csv: record 2, line 3: `count`: `-2` is no number of 0 or more"),
        ("key,count\na,NaN\n", "record 1, line 2: `count`: `NaN` is no number of 0 or more"),
        (
            "key,count\na,1\na,2\n",
            "record 2, line 3: the key `a` stands in line 2 already help: add their counts up",
        ),
        ("key,count,size\na,1,x\n", "record 1, line 2: `size`: `x` is no size in bytes"),
        ("key,count\na,1\nb\n", "record 2, line 3: there are 1 fields, and none for the count"),
        (
            "key,count,fetch_ms\na,1,5\nb,1,\n",
            "some keys of s.csv have a fetch_ms and others have none help: add --fetch",
        ),
    ] {
        let told = refused(text, &["--capacity", "1"]);
        assert!(told.contains(message), "{text:?}: {told}");
    }
    let told = flat(&beside("s.csv", "key,size\na,1\n", &["--snapshot", "s.csv", "--capacity", "1"]));
    assert!(told.contains("line 1: the header has no column for the count, but `key`, `size`"), "{told}");
}

#[test]
fn what_is_not_known_is_asked_for_and_not_made_up() {
    for (arguments, message) in [
        (&[][..], "nothing says how long a warmed copy is of use"),
        (&["--capacity", "5"], "the 5 keys asked for fit into a cache of 5 help: add --horizon 1h"),
        (&["--ttl", "5m"], "a time to live needs the rate of requests, which s.csv does not tell"),
        (&["--capacity", "2", "--origin-cap", "1/s"], "a pace beside the traffic needs the rate of requests"),
        (&["--capacity", "1KiB"], "s.csv has 1 key without a size help: write it in objects"),
        (&["--capacity", "0"], "--capacity 0: nothing fits into that"),
        (&["--capacity", "NaN"], "--capacity NaN:"),
        (&["--capacity", "2", "--keys", "3"], "--keys 3: there are 2 that are asked for and fit"),
        (&["--capacity", "2", "--keys", "0"], "--keys 0: that plans nothing"),
        (&["--capacity", "2", "--keys", "few"], "--keys few: that is no number of keys"),
        (
            &["--capacity", "2", "--hit-ratio", "0.5"],
            "--hit-ratio is for the pace, and nothing limits the origin",
        ),
        (&["--capacity", "2", "--set", "a=b"], "`plan` has no use for --set"),
        (&["--capacity", "2", "--skip-bad", "1"], "--skip-bad 1 is for a trace, and none is read"),
        (&["--capacity", "2", "--utilization", "80"], "for 80 % write 0.8"),
        (
            &["--capacity", "2", "--origin-cap", "0/s", "--request-rate", "1/s"],
            "--origin-cap 0/s: nothing is no rate",
        ),
        (
            &["--capacity", "2", "--origin-cap", "1/h", "--request-rate", "1/s"],
            "there is no room for warming: the traffic alone sends the origin",
        ),
        (
            &["--ttl", "10s", "--window", "1h", "--origin-cap", "0.2/s", "--keys", "5", "--hit-ratio", "1"],
            "at this pace 2 keys can be warmed within one time to live of 10 s",
        ),
    ] {
        let told = refused(SNAPSHOT, arguments);
        assert!(told.contains(message) && told.contains("help: "), "{arguments:?}: {told}");
    }
    let told = flat(&beside("s.csv", SNAPSHOT, &["none.csv", "--capacity", "2"]));
    assert!(told.contains("cannot read none.csv"), "{told}");
    let told = flat(&beside("s.csv", SNAPSHOT, &["-"]));
    assert!(told.contains("a plan cannot tell what comes from standard input"), "{told}");
}

#[test]
fn more_keys_than_live_long_enough_are_cut_and_it_is_said() {
    let arguments = [
        "s.csv",
        "--ttl",
        "10s",
        "--window",
        "1h",
        "--origin-cap",
        "0.2/s",
        "--hit-ratio",
        "1",
        "--keys",
        "all",
    ];
    let told = flat(&beside("s.csv", SNAPSHOT, &arguments));
    // 0.16 fetches/s: the second begins after 6.25 s, the third after 12.5 s, when the first has expired.
    assert!(
        told.contains("Cut from 5 keys: at this pace 2 keys can be warmed within one time to live"),
        "{told}"
    );
}

#[test]
fn an_origin_without_headroom_is_told_at_its_place() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("s.toml");
    let starter =
        answer(&["init"]).replace("warm_cost_ms = 5", "cap_per_minute = \"20/s\"\nwarm_cost_ms = 5");
    fs::write(&path, starter).expect("writes");
    let output = warmcast(&["plan", "s.toml"]).current_dir(directory.path()).output().expect("runs");
    insta::assert_snapshot!(transcript(&output));
}

#[test]
fn old_keys_are_left_out_where_that_is_asked_for() {
    let told = beside("s.csv", SNAPSHOT, &["s.csv", "--capacity", "2", "--keys", "all", "--max-age", "1d"]);
    assert!(told.contains("2 keys left out: not asked for lately"), "{told}");
    let told =
        flat(&beside("s.csv", "key,count\na,1\nb,1\n", &["s.csv", "--capacity", "1", "--max-age", "1d"]));
    assert!(told.contains("--max-age: s.csv does not tell when keys were last asked for"), "{told}");
}

#[test]
fn a_plan_is_explained_with_its_columns() {
    insta::assert_snapshot!(answer(&["explain", "plan"]));
}
