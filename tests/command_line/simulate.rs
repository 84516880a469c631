//! `warmcast simulate`.

use std::fs;

use crate::{answer, flat, refusal};

const MEMO: &str = "scenarios/weatherops_product.toml";

#[test]
fn the_memo_is_played() {
    let quick = ["simulate", MEMO, "--replications", "3", "--set", "simulation.duration_s=20m"];
    insta::assert_snapshot!(answer(&quick));
}

#[test]
fn an_answer_in_json_has_half_widths_and_a_ledger_that_balances_on_any_number_of_threads() {
    let ask = |threads: &str| {
        let arguments = ["simulate", MEMO, "--replications", "4", "--format", "json", "--threads", threads];
        answer(&[&arguments[..], &["--set", "simulation.duration_s=10m", "--set", "cache.ttl_s=60"]].concat())
    };
    let one = ask("1");
    assert_eq!(one, ask("2"));
    assert_eq!(one, ask("8"));
    let json: serde_json::Value = serde_json::from_str(&one).expect("is JSON");
    let evaluations = json["evaluations"].as_array().expect("is a list");
    assert_eq!(evaluations.len(), 4);
    for evaluation in evaluations {
        assert_eq!(evaluation["engine"], "simulation");
        assert!(evaluation["metrics"]["hit_ratio"]["half_width"].as_f64().expect("is a number") > 0.0);
        let count = |name: &str| evaluation["ledger"][name].as_u64().expect("is a count");
        let fates = ["used", "evicted_unused", "expired_unused", "overwritten_unused", "mismatched"];
        let fates = fates.map(count).iter().sum::<u64>() + count("resident_unused_at_end");
        assert_eq!(count("filled"), fates);
    }
}

#[test]
fn a_half_width_is_reached_and_one_that_is_none_is_refused() {
    let quick = ["simulate", MEMO, "--format", "json", "--set", "simulation.duration_s=5m", "--half-width"];
    for (width, metric, most) in
        [("hit-ratio=0.01", "hit_ratio", 0.01), ("latency=2%", "expected_latency_ms", 2.3)]
    {
        let json: serde_json::Value =
            serde_json::from_str(&answer(&[&quick[..], &[width]].concat())).expect("is JSON");
        for evaluation in json["evaluations"].as_array().expect("is a list") {
            let half = evaluation["metrics"][metric]["half_width"].as_f64().expect("is a number");
            // 2 % of 114 ms, the slowest strategy there can be.
            assert!(half > 0.0 && half <= most, "{width}: {half}");
        }
    }
    for (width, what) in [
        ("hit-ratio", "it says no width"),
        ("warmth=1", "there is no such metric"),
        ("latency=x", "is no number"),
        ("latency=0", "above 0"),
        ("latency=300%", "between 0 and 1"),
    ] {
        let told = flat(&refusal(&["simulate", MEMO, "--half-width", width]));
        assert!(told.contains(what), "{width}: {told}");
    }
}

/// 873 sessions, all warmed within 5 s after a restart, with a time to live of 300 s.
const SESSIONS: &str = r#"
[workload]
request_rate_per_minute = 436.5
keys = 873
zipf_exponent = 0
churn_per_hour = 0
[cache]
capacity_items = 873
hit_latency_ms = 1
ttl_s = 300
restart_at_s = [1200]
[origin]
miss_penalty_ms = 0
warm_cost_ms = 0
[[strategy]]
preset = "restart-recent"
budget = { rate_per_minute = "174.6/s" }
[[strategy]]
name = "lately"
preset = "custom"
job = [{ selector = "trending", window_s = "20m", schedule = "every", every_s = "1m" }]
[[strategy]]
preset = "demand"
[simulation]
replications = 20
"#;

#[test]
fn sessions_warmed_after_a_restart_expire_together() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("sessions.toml");
    fs::write(&path, SESSIONS).expect("writes");
    let path = path.display().to_string();
    let ratio = |from: u32, to: u32, strategy: &str| {
        let from = format!("simulation.measure_from_s={}", 1200 + from);
        let to = format!("simulation.duration_s={}", 1200 + to);
        let json = answer(&["simulate", &path, "--format", "json", "--quiet", "--set", &from, "--set", &to]);
        let json: serde_json::Value = serde_json::from_str(&json).expect("is JSON");
        let list = json["evaluations"].as_array().expect("is a list");
        let found = list.iter().find(|one| one["strategy"] == strategy).expect("is there");
        found["metrics"]["hit_ratio"]["value"].as_f64().expect("is a number")
    };
    // Means over seeds of an independent event simulation, and λT/(1 + λT) = 2.5/3.5 in the long run.
    for (from, to, expected) in [(10, 290, 1.0), (300, 330, 0.18), (1800, 3600, 0.714)] {
        let found = ratio(from, to, "restart-recent");
        assert!((found - expected).abs() < 0.02, "{from} to {to} s: {found}");
    }
    // What was asked for in the last 20 minutes are all sessions, warmed anew within a minute of their end.
    assert!(ratio(300, 330, "lately") > 0.9);
    // Without warming a session is asked for once before it hits: 1 - (1 - e^-t/120)/(t/120) over the first 120 s.
    let cold = ratio(0, 120, "demand");
    assert!((cold - 0.368).abs() < 0.02, "{cold}");
}

#[test]
fn time_series_come_as_rows_and_as_a_picture() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let at = |name: &str| directory.path().join(name).display().to_string();
    fs::write(at("sessions.toml"), SESSIONS).expect("writes");
    let (csv, svg) = (at("series.csv"), at("series.svg"));
    let range = ["simulation.measure_from_s=1100", "simulation.duration_s=1800", "simulation.interval_s=10"];
    let mut arguments = vec!["simulate", "sessions.toml", "--series", &csv, "--series", &svg];
    range.iter().for_each(|set| arguments.extend(["--set", set]));
    let path = at("sessions.toml");
    arguments[1] = &path;
    answer(&arguments);
    let text = fs::read_to_string(&csv).expect("was written");
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    let column =
        rows.headers().expect("has one").iter().position(|name| name == "hit_ratio").expect("is there");
    let found: Vec<_> = rows.records().map(|row| row.expect("is CSV")).collect();
    assert_eq!(found.len(), 3 * 70);
    let ratio = |strategy: &str, from: &str| -> f64 {
        let row = found.iter().find(|row| &row[1] == strategy && &row[2] == from).expect("is there");
        row[column].parse().expect("is a number")
    };
    // Before the restart, just behind it, while the warmed copies live, and when they end.
    assert!((ratio("demand", "1100.0") - 0.714).abs() < 0.06);
    assert!(ratio("demand", "1200.0") < 0.15 && ratio("restart-recent", "1290.0") > 0.99);
    assert!(ratio("restart-recent", "1510.0") < 0.3);
    assert!(fs::read_to_string(&svg).expect("was written").starts_with("<svg"));
}

#[test]
fn strategies_without_a_closed_form_are_named_and_left_to_the_simulation() {
    let told = flat(&answer(&["predict", "scenarios/reference.toml"]));
    assert!(told.contains("No closed form for lately-popular; use simulate."), "{told}");
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("sessions.toml");
    let path = path.display().to_string();
    // In the long run what is warmed after a restart is what demand brings; of keys that are named every hour it is not.
    fs::write(&path, SESSIONS).expect("writes");
    let told = flat(&answer(&["predict", &path, "--engine", "renewal"]));
    assert!(told.contains("restart-recent 1.0 0.00 0.714"), "{told}");
    assert!(
        told.contains("No closed form for lately with custom (strategy.job.selector); use simulate."),
        "{told}"
    );
    let others = SESSIONS.replace("preset = \"demand\"", "preset = \"popular\"");
    fs::write(&path, others.replace("preset = \"restart-recent\"", "preset = \"hour-of-day\""))
        .expect("writes");
    let told = flat(&refusal(&["predict", &path]));
    assert!(told.contains("sessions has no strategy with a closed form"), "{told}");
}

#[test]
fn jobs_that_do_not_hang_together_are_refused() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("jobs.toml");
    let refuse = |strategy: &str| {
        let text = SESSIONS.split("[[strategy]]").next().expect("has a beginning").to_owned() + strategy;
        fs::write(&path, text).expect("writes");
        flat(&refusal(&["simulate", &path.display().to_string()]))
    };
    for (strategy, what) in [
        ("[[strategy]]\npreset = \"custom\"", "is custom and has no jobs"),
        (
            "[[strategy]]\npreset = \"static\"\njob = [{ selector = \"popular\", schedule = \"at-start\" }]",
            "and a preset",
        ),
        (
            "[[strategy]]\npreset = \"custom\"\njob = [{ selector = \"popular\" }]",
            "needs `selector` and `schedule`",
        ),
        (
            "[[strategy]]\npreset = \"custom\"\njob = [{ selector = \"recent\", schedule = \"at-start\" }]",
            "needs `window_s`",
        ),
        (
            "[[strategy]]\npreset = \"custom\"\njob = [{ selector = \"popular\", schedule = \"every\" }]",
            "schedule = \"every\" needs `every_s`",
        ),
        (
            "[[strategy]]\npreset = \"custom\"\njob = [{ selector = \"oracle\", schedule = \"at-start\" }]",
            "has no [predictor]",
        ),
        (
            "[[strategy]]\npreset = \"custom\"\njob = [{ selector = \"popular\", schedule = \"every\", every_s = 0 }]",
            "that never ends",
        ),
    ] {
        let told = refuse(strategy);
        assert!(told.contains(what), "{strategy}: {told}");
    }
}

#[test]
fn what_cannot_be_played_is_refused_at_its_place() {
    let refuse = |set: &str| flat(&refusal(&["simulate", MEMO, "--replications", "1", "--set", set]));
    for (set, what) in [
        ("cache.policy=lur", "there is no policy `lur`"),
        ("cache.policy=belady", "belady has to know what is asked for next"),
        ("simulation.measure_from_s=3h", "nothing is left to count"),
        ("workload.request_rate_per_minute=0", "nobody asks for anything"),
        ("simulation.duration_s=1e12", "too long"),
        ("origin.servers=0", "0 lets nothing through"),
        ("cache.ttl_jitter=0.1", "speaks of a time to live, and there is none"),
        ("workload.burst_factor=3", "arrivals have none"),
        ("origin.service_variation=3", "only log-normal and empirical service times"),
        ("origin.service=\"empirical\"", "need a list of them"),
        ("origin.service_times_ms=[1, 2]", "only empirical service times"),
        ("strategy.static.budget.deadline_s=0", "0 lets nothing through"),
        ("strategy.static.rails.stop_latches=true", "belongs to `stop_above_origin_latency_ms`"),
        ("strategy.static.rails.resume=false", "belongs to `interrupt_at_s`"),
        ("strategy.static.rails.break_after_failures=3", "needs break_after_failures and break_for_s"),
        ("strategy.static.rails.stop_at_pressure_percent=90", "nothing says how high the pressure is"),
        ("strategy.static.rails.clamp_share=0.1", "only the preset hybrid reads `clamp_share`"),
        ("pressure_levels=[90, 80, 70]", "no levels of pressure"),
        ("strategy.static.budget.bytes=\"1MB\"", "objects have no size"),
        ("strategy.static.budget.fit=\"skip\"", "any number of them is allowed"),
        (
            "strategy.static.budget.memory_fraction=[1, 1, 1, 0]",
            "needs memory_available_bytes and memory_fraction",
        ),
        ("strategy.static.budget.memory_floor_bytes=1", "belongs to `memory_available_bytes`"),
        ("workload.hourly=[1, 2]", "no profile of a day"),
    ] {
        let told = refuse(set);
        assert!(told.contains(what) && told.contains("--set:1:"), "{set}: {told}");
    }
}

#[test]
fn a_cache_that_holds_nothing_and_a_time_to_live_of_nothing_never_hit() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("none.csv").display().to_string();
    for set in ["cache.capacity_fraction=0", "cache.ttl_s=0"] {
        answer(&["simulate", MEMO, "--replications", "2", "--set", set, "-o", &path]);
        let text = fs::read_to_string(&path).expect("was written");
        let mut rows = csv::Reader::from_reader(text.as_bytes());
        let column =
            rows.headers().expect("has one").iter().position(|name| name == "hit_ratio").expect("is there");
        assert!(rows.records().all(|row| &row.expect("is CSV")[column] == "0.0"), "{text}");
    }
}

/// A published warmer as it is built: its stop measures its own timeout (reference systems, A1: "warms 0 keys").
const MEASURES_ITS_TIMEOUT: &str = r#"[workload]
request_rate_per_minute = "50/s"
keys = 1000
zipf_exponent = 0.9
churn_per_hour = 0
mean_object_bytes = 1000
[cache]
capacity_items = 500
hit_latency_ms = 1
[origin]
miss_penalty_ms = 100
warm_cost_ms = 100
timeout_ms = "5s"
[[strategy]]
preset = "demand"
[[strategy]]
name = "as-built"
preset = "custom"
budget = { workers = 10, rate_per_minute = "100/s", burst = 100 }
rails = { stop_above_origin_latency_ms = "2s", origin_latency_is = "timeout", slow_fetch_fills = false }
[[strategy.job]]
selector = "popularity"
schedule = "at-start"
keys = 300
[simulation]
duration_s = 60
measure_from_s = 0
replications = 3
"#;

#[test]
fn a_rail_that_acted_is_told_with_when_and_how_often() {
    let directory = tempfile::tempdir().expect("makes a directory");
    let path = directory.path().join("as_built.toml").display().to_string();
    fs::write(&path, MEASURES_ITS_TIMEOUT).expect("writes");
    let told = flat(&answer(&["simulate", &path]));
    let rail = "rail stop_above_origin_latency_ms (as-built): a mean time of fetches of 5000.0 ms is above 2000 ms: 1.0 \
                stops, the first at 0.1 s, in 3 of 3 replications, for good in 3.";
    assert!(told.contains(rail), "{told}");
    // Ten workers have ten fetches under way in each of three replications.
    assert!(told.contains("as-built: 900 planned = 870 held back + 30 attempted"), "{told}");
    let json: serde_json::Value =
        serde_json::from_str(&answer(&["simulate", &path, "--format", "json"])).expect("is JSON");
    let evaluation = &json["evaluations"].as_array().expect("is a list")[1];
    assert_eq!((&evaluation["ledger"]["filled"], &evaluation["ledger"]["failed"]), (&0.into(), &30.into()));
    assert_eq!(evaluation["rails"][0]["rail"], "stop_above_origin_latency_ms");
}
