//! Engines that do not know each other give the same hit ratio at each time behind a restart.

use model::renewal::{Cold, cache, warming};
use scenario::Scenario;
use sim::warming::{Experiment, Moment};
use warmcast::{model, scenario, sim};

/// 5,000 keys at 1,000 requests a second, of which 1,500 fit; the cache is emptied after 4 s.
const SCENARIO: &str = r#"
[workload]
request_rate_per_minute = "1000/s"
keys = 5000
zipf_exponent = 0.9
hot_keys = 200
churn_per_hour = 40

[cache]
capacity_items = 1500
hit_latency_ms = 1
restart_at_s = [4]

[origin]
miss_penalty_ms = 50
warm_cost_ms = 50

[simulation]
duration_s = 5.7
measure_from_s = 4
interval_s = 0.1
"#;

/// Requests that all replications together play in an interval: a hit ratio has a standard error of 0.0022 at most.
const REPLICATIONS: u32 = 500;

/// When the cache is emptied, in seconds: what began with it at first has ended by then.
const RESTART: f64 = 4.0;

/// How far they may be apart: four standard errors, and a tenth of an interval's rise.
fn allowed(hit_ratio: f64, requests: f64, rise: f64) -> f64 {
    4.0 * (hit_ratio * (1.0 - hit_ratio) / requests).sqrt() + 0.1 * rise.abs() + 5e-4
}

/// The share of requests that find a copy, by the formula, between two times behind the restart.
fn between(cold: &Cold<'_>, fetch: f64, from: f64, to: f64) -> f64 {
    const POINTS: u32 = 10;
    let at = |nth: u32| from + (to - from) * (f64::from(nth) + 0.5) / f64::from(POINTS);
    (0..POINTS).map(|nth| at_time(cold, fetch, at(nth))).sum::<f64>() / f64::from(POINTS)
}

/// The hit ratio at a time, which an origin that is short of time reaches later than it was asked for.
fn at_time(cold: &Cold<'_>, fetch: f64, time: f64) -> f64 {
    let (mut low, mut high) = (-fetch, time - fetch);
    let at_once = cold.at(high);
    if at_once.time <= time + 1e-9 {
        return at_once.hit_ratio;
    }
    for _ in 0..40 {
        let middle = (low + high) / 2.0;
        if cold.at(middle).time <= time { low = middle } else { high = middle }
    }
    cold.at(low).hit_ratio
}

fn compare(strategies: &str, origin: &str, answers: f64, since: f64) {
    let text = SCENARIO.replace("warm_cost_ms = 50", &format!("warm_cost_ms = 50\n{origin}")) + strategies;
    let scenario = Scenario::from_toml("cold", &text).expect("is a scenario");
    let played = Experiment::new(&scenario, 1).expect("can be played");
    let series = played.run(REPLICATIONS, || ()).expect("is sound").series;
    for (strategy, series) in scenario.strategies.iter().zip(series) {
        let (mut cache, warming) =
            (cache(&scenario), warming(&scenario, strategy).expect("has a closed form"));
        if let Some(keys) = warming.follows {
            cache.follow(keys);
        }
        let cold =
            Cold::new(&cache, &warming).expect("has a closed form").in_front_of(answers, cache.fetch / 2.0);
        let mut compared = 0;
        let mut before = 0.0;
        for Moment { from_s, to_s, requests, hits, .. } in &series {
            let (from, to) = (from_s - RESTART, to_s - RESTART);
            // Nothing is known of a full cache.
            if from < since - 1e-9 || cold.at(to - cache.fetch).copies > cache.capacity {
                continue;
            }
            let [requests, hits] = [requests, hits].map(|mean| mean.as_ref().expect("is counted").value);
            let (found, expected) = (hits / requests, between(&cold, cache.fetch, from, to));
            let allowed = allowed(expected, requests * f64::from(REPLICATIONS), expected - before);
            assert!(
                (found - expected).abs() < allowed,
                "{}, {from:.1} s: simulated {found:.4}, formula {expected:.4} ± {allowed:.4}",
                strategy.name
            );
            before = expected;
            compared += 1;
        }
        assert!(compared >= 8, "{}: {compared} intervals", strategy.name);
    }
}

#[test]
fn whatever_is_warmed_at_the_start_and_however_fast() {
    compare(
        r#"
[[strategy]]
preset = "demand"

[[strategy]]
preset = "static"
[strategy.budget]
rate_per_minute = "300/s"

[[strategy]]
preset = "restart-recent"

[[strategy]]
name = "popular-again"
preset = "custom"
[strategy.budget]
rate_per_minute = "100/s"
burst = 100
skip_fresh = false
[[strategy.job]]
selector = "popularity"
schedule = "at-start"
keys = 300

[[strategy]]
name = "coldest-first"
preset = "custom"
[strategy.budget]
workers = 20
[[strategy.job]]
selector = "popularity"
schedule = "at-start"
order = "coldest-first"
keys = 400

[[strategy]]
name = "recent-coldest-first"
preset = "custom"
[strategy.budget]
rate_per_minute = "600/s"
burst = 50
[[strategy.job]]
selector = "recent"
window_s = 2
schedule = "at-start"
order = "coldest-first"
keys = 500
"#,
        "",
        f64::INFINITY,
        0.0,
    );
}

/// 20 servers of 50 ms answer 400 fetches a second, all of them at about the same instants; so they are looked at from the
/// fourth round on.
#[test]
fn an_origin_that_is_short_of_servers_answers_later() {
    compare("[[strategy]]\npreset = \"demand\"\n", "servers = 20\n", 400.0, 0.2);
}
