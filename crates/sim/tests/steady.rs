//! From when on a run is steady.

use scenario::{Items, Quantity, Scenario};
use warmcast_sim::warming::{Experiment, Unsettled};

fn scenario(duration: u32, more: &str) -> Result<Scenario, String> {
    let text = format!(
        r#"
        [workload]
        request_rate_per_minute = "100/s"
        keys = 10_000
        zipf_exponent = 0.8
        churn_per_hour = 0
        [cache]
        capacity_items = 1_000
        hit_latency_ms = 0
        {more}
        [origin]
        miss_penalty_ms = 0
        warm_cost_ms = 0
        [[strategy]]
        preset = "demand"
        [simulation]
        duration_s = {duration}
        steady_state = true
        "#
    );
    Scenario::from_toml("steady", &text).map_err(|problems| problems.to_string())
}

/// An empty LRU is as warm as it gets at its fill time, and at 85.4 % of it within 5 % of that: theory E9 of the
/// project's notes, from Che's approximation (1,472 requests for 10,000 keys, exponent 0.8 and 1,000 items: 14.7 s).
#[test]
fn a_cold_start_is_not_counted_and_little_more_is_left_out() {
    let experiment = Experiment::new(&scenario(600, "").expect("is sound"), 1).expect("can be played");
    let (from, until) = experiment.settle().expect("settles").counted();
    assert!((0.7 * 14.7..120.0).contains(&from), "{from}");
    assert_eq!(until, 600.0);
}

/// Where every key fits, hits grow until each has been asked for, the rarest once in seven minutes (Σ i^-0.8 / 10000^-0.8 / 100 s).
#[test]
fn what_still_fills_up_is_not_steady() {
    let mut scenario = scenario(60, "").expect("is sound");
    scenario.cache.capacity = Items::wrap(10_000.0);
    let unsettled = Experiment::new(&scenario, 1).expect("can be played").settle().err();
    assert!(matches!(unsettled, Some(Unsettled::Never(_))), "{unsettled:?}");
}

#[test]
fn a_restart_has_no_steady_state() {
    let told = scenario(600, "restart_at_s = [300]").expect_err("is refused");
    assert!(told.contains("a restart is a transient"), "{told}");
}
