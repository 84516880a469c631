//! Jobs that wait for something to happen: a promotion that becomes known, a key that is written.

use evaluation::{Evaluation, Metric};
use scenario::Scenario;
use warmcast_sim::warming::Experiment;

/// Every key fits, nothing expires, and the origin answers at once.
fn played(workload: &str, strategies: &str) -> Vec<Evaluation> {
    let text = format!(
        r#"
        [workload]
        request_rate_per_minute = "50/s"
        keys = 200
        zipf_exponent = 0.8
        churn_per_hour = 0
        {workload}
        [cache]
        capacity_items = 1000
        hit_latency_ms = 0
        [origin]
        miss_penalty_ms = 0
        warm_cost_ms = 0
        {strategies}
        [simulation]
        duration_s = 600
        measure_from_s = 0
        "#
    );
    let scenario = Scenario::from_toml("occasions", &text).expect("is sound");
    let experiment = Experiment::new(&scenario, 1).expect("can be played");
    experiment.run(3, || {}).expect("no contradiction").evaluations
}

fn value(answer: &Evaluation, metric: Metric) -> f64 {
    answer.get(metric).expect("has it").value
}

const STRATEGIES: &str =
    "[[strategy]]\npreset = \"demand\"\n[[strategy]]\nname = \"warmed\"\npreset = \"custom\"\n";

/// Three replications, a crowd of 20 keys in each. By hand: each key is warmed once, and its first request, which misses
/// without warming, hits. 60 s at 40 a second leave no key out but with a probability of 20 (19/20)^2400.
#[test]
fn a_promotion_that_is_known_ahead_has_no_misses() {
    let crowd = r#"
        [[workload.crowd]]
        at_s = 300
        for_s = 60
        keys = 20
        rate_per_minute = 2400
        known_ahead_s = 30
    "#;
    let strategies =
        format!("{STRATEGIES}job = [{{ selector = \"promoted\", schedule = \"on-promotion\" }}]");
    let all = played(crowd, &strategies);
    let misses = |answer: &Evaluation| {
        value(answer, Metric::OriginLoad) * 10.0 - value(answer, Metric::OpsLoad) * 10.0
    };
    let ledger = all[1].ledger.expect("has one");
    assert_eq!((ledger.planned, ledger.filled, ledger.used, ledger.late), (60, 60, 60, 0));
    assert!(
        (misses(&all[0]) - misses(&all[1]) - 20.0).abs() < 1e-6,
        "{} {}",
        misses(&all[0]),
        misses(&all[1])
    );
}

/// Without warming a copy is right until its key is first written, and stale from then on; warmed at every write, at
/// once, it never is.
#[test]
fn what_is_warmed_when_it_is_written_is_never_stale() {
    let updates = "updates_per_minute = 120\nupdates = \"uniform\"";
    let strategies = format!("{STRATEGIES}job = [{{ selector = \"written\", schedule = \"on-write\" }}]");
    let all = played(updates, &strategies);
    // Of 200 keys each is written once in 100 s on average: half-way through most copies are stale.
    assert!(value(&all[0], Metric::StaleHitRatio) > 0.5, "{}", value(&all[0], Metric::StaleHitRatio));
    assert_eq!(value(&all[1], Metric::StaleHitRatio), 0.0);
    let ledger = all[1].ledger.expect("has one");
    // 1,200 writes in each of three replications, within four standard deviations.
    assert!((f64::from(ledger.planned as u32) - 3600.0).abs() < 4.0 * 60.0, "{ledger:?}");
    assert_eq!((ledger.planned, ledger.attempted), (ledger.filled, ledger.filled));
}

#[test]
fn what_never_happens_is_refused() {
    for (job, what) in [
        ("{ selector = \"written\", schedule = \"on-write\" }", "nothing is"),
        ("{ selector = \"promoted\", schedule = \"on-promotion\" }", "nobody knows of a promotion"),
        ("{ selector = \"popular\", schedule = \"on-write\" }", "on-write and written go together"),
        ("{ selector = \"popular\", schedule = \"at-start\", tenant = \"x\" }", "there is no tenant `x`"),
    ] {
        let text = format!(
            "[workload]\nrequest_rate_per_minute = 60\nkeys = 100\nzipf_exponent = 1\nchurn_per_hour = 0\n\
             [cache]\ncapacity_items = 10\nhit_latency_ms = 1\n[origin]\nmiss_penalty_ms = 1\nwarm_cost_ms = 1\n\
             [[strategy]]\npreset = \"custom\"\njob = [{job}]\n"
        );
        let told = Scenario::from_toml("x", &text).expect_err("is refused").to_string();
        assert!(told.contains(what), "{told}");
    }
}
