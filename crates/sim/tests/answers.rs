//! What a simulation says of transients and queues, against what is known of them from formulas.

use std::sync::Arc;

use evaluation::{Evaluation, Metric};
use scenario::Scenario;
use warmcast_sim::warming::{Experiment, Requests, replicate, setups, workload};

fn scenario(text: &str) -> Scenario {
    Scenario::from_toml("test.toml", text).expect("resolves")
}

fn first(text: &str) -> Evaluation {
    let scenario = scenario(text);
    let replications = scenario.simulation.replications.get() as u32;
    let experiment = Experiment::new(&scenario, 1).expect("can be played");
    let answer = experiment.run(replications, || {}).expect("no contradiction");
    answer.evaluations.into_iter().next().expect("one strategy")
}

fn value(evaluation: &Evaluation, metric: Metric) -> f64 {
    evaluation.get(metric).unwrap_or_else(|| panic!("no {metric}")).value
}

/// LRU, N = 10⁴, α = 0.8, C = 10³, 100 requests a second, restarted when it is full.
const RESTART: &str = "
    strategy = [{ preset = 'demand' }]
    [workload]
    request_rate_per_minute = 6000
    keys = 10000
    zipf_exponent = 0.8
    churn_per_hour = 0
    [cache]
    capacity_items = 1000
    hit_latency_ms = 0
    restart_at_s = [50]
    [origin]
    miss_penalty_ms = 0
    warm_cost_ms = 0
    [simulation]
    measure_from_s = 50
    duration_s = 90
    interval_s = 0.5
    replications = 300
    tolerance = 0.04366597";

/// Theory of a cold start of LRU: 90 % of H = 0.436660 is reached at 0.726 of T = 1472.48 requests, and the restart costs
/// C - (1 - H) T = 170.5 misses (Che's approximation while the cache fills; N = 10⁴, α = 0.8, C = 10³). A tolerance of
/// 0.1 H asks for that time.
#[test]
fn a_cold_cache_recovers_when_it_has_filled_as_far_as_theory_says() {
    let found = value(&first(RESTART), Metric::TimeToRecover);
    // The end of an interval of 50 requests stands for its middle.
    let share = (found - 0.25) * 100.0 / 1472.48;
    assert!((share - 0.726).abs() < 0.03, "{share}");

    let scenario = scenario(RESTART);
    let requests = Requests::Synthetic(Arc::new(workload(&scenario).expect("can be played")));
    let (restarted, _) = setups(&scenario).expect("can be played");
    let mut unbroken = restarted.clone();
    unbroken.restarts.clear();
    let worlds = [Arc::new(restarted), Arc::new(unbroken)];
    let excess: i64 = (0..300)
        .map(|replication| {
            let found = replicate(&requests, &worlds, 1, replication).expect("no contradiction");
            found[0].counts.misses as i64 - found[1].counts.misses as i64
        })
        .sum();
    let excess = excess as f64 / 300.0;
    assert!((excess - 170.5).abs() < 4.0, "{excess}");
}

/// Erlang's C: the mean wait of M/M/c in service times is C(c, a)/(c - a): 0.204590 for (10, 8), 1.0 for (1, 0.5).
#[test]
fn fetches_wait_as_in_a_queue_with_several_servers() {
    for (servers, per_second, wait, busy) in [(10, 80, 0.204_590, 0.8), (1, 5, 1.0, 0.5)] {
        let text = format!(
            "strategy = [{{ preset = 'demand' }}]
            [workload]
            request_rate_per_minute = '{per_second}/s'
            keys = 100
            zipf_exponent = 0
            churn_per_hour = 0
            [cache]
            capacity_items = 0
            hit_latency_ms = 0
            [origin]
            miss_penalty_ms = 100
            warm_cost_ms = 100
            servers = {servers}
            service = 'exponential'
            coalesce = false
            [simulation]
            measure_from_s = 50
            duration_s = {}
            replications = 8",
            80_000 / per_second
        );
        let found = first(&text);
        let services = value(&found, Metric::OriginWait) / 100.0;
        assert!((services / wait - 1.0).abs() < 0.05, "{servers} servers: {services}");
        let utilisation = value(&found, Metric::OriginUtilisation);
        assert!((utilisation - busy).abs() < 0.01, "{servers} servers: {utilisation}");
    }
}

/// 873 sessions warmed in 5 s after a restart, a fixed time to live of 300 s, half a request a minute for each: an
/// independent event simulation has a hit ratio of 1.00 up to 290 s and 0.179 from 300 to 330 s, a tenth of a life.
#[test]
fn sessions_warmed_together_fall_off_a_cliff_together() {
    let found = first(
        "[workload]
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
        preset = 'restart-recent'
        budget = { rate_per_minute = '174.6/s', batch_delay_ms = 0 }
        [simulation]
        measure_from_s = 1200
        duration_s = 1800
        interval_s = 30
        replications = 20",
    );
    let cliff = value(&found, Metric::ExpiryCliff);
    assert!((cliff - 0.821).abs() < 0.02, "{cliff}");
    // They expire as fast as they were warmed; in the first second nine in ten of 7.3 requests filled a session, too.
    for (metric, expected) in [(Metric::WarmPeak, 174.6), (Metric::ExpiredPeak, 174.6 + 6.5)] {
        let peak = value(&found, metric);
        assert!((peak - expected).abs() <= 2.0, "{metric}: {peak}");
    }
}

/// Ten fetches a second may begin, three at once: 12 in the first second at most, worked by hand.
#[test]
fn seconds_are_over_the_cap_when_more_was_sent_than_can_begin_in_one() {
    let text = |rate: u32| {
        format!(
            "strategy = [{{ preset = 'demand' }}]
            [workload]
            request_rate_per_minute = '{rate}/s'
            keys = 100
            zipf_exponent = 0
            churn_per_hour = 0
            arrivals = 'regular'
            [cache]
            capacity_items = 0
            hit_latency_ms = 0
            [origin]
            miss_penalty_ms = 0
            warm_cost_ms = 0
            coalesce = false
            cap_per_minute = '10/s'
            cap_burst = 3
            [simulation]
            measure_from_s = 10
            duration_s = 40
            replications = 1"
        )
    };
    assert_eq!(value(&first(&text(12)), Metric::TimeOverCap), 0.0);
    assert_eq!(value(&first(&text(14)), Metric::TimeOverCap), 30.0);
    assert_eq!(first(&text(14)).get(Metric::OriginUtilisation), None);
}

/// One server, fetches of 60 s, two keys asked for within seconds, 100 s: the warm operation of the first ends at 60 s
/// with a request that has waited for it, that of the second behind the end. One copy was used, none in time.
#[test]
fn what_a_fetch_brings_behind_the_end_is_neither_used_nor_in_time() {
    let found = first(
        "strategy = [{ preset = 'static' }]
        [workload]
        request_rate_per_minute = 60
        keys = 2
        zipf_exponent = 0
        hot_keys = 2
        churn_per_hour = 0
        [cache]
        capacity_items = 2
        hit_latency_ms = 0
        [origin]
        miss_penalty_ms = 60000
        warm_cost_ms = 60000
        servers = 1
        [simulation]
        duration_s = 100
        replications = 20",
    );
    let ledger = found.ledger.as_ref().expect("a simulation has a ledger");
    assert_eq!((ledger.filled, ledger.used), (20, 20));
    assert_eq!(value(&found, Metric::Timeliness), 0.0);
}
