//! Corners in which an earlier engine did not do what is written of it, each as small as it gets.

use trace::synthetic::{Arrivals, Law, ObjectSpec, Spec, WallClock};

use super::*;

const EDGE: i64 = 10 * STEP;

/// A cache and an origin without limits, warming by `jobs`.
fn world(jobs: Vec<Job>) -> Setup {
    let policy = Chosen::parse("lru").expect("is there");
    Setup {
        cache: CacheSetup {
            policy,
            capacity: 100,
            bytes: None,
            fill_on_miss: true,
            on_write: OnWrite::Nothing,
            ttl: None,
            hit_latency: 1,
        },
        origin: OriginSetup::idle(STEP),
        jobs,
        budget: Budget::default(),
        rails: Rails::default(),
        pressure: vec![],
        hot_keys: 1,
        clock: WallClock::default(),
        ranking: None,
        restarts: vec![],
        flushes: vec![],
        crowds: vec![],
        measure: Measure { from: 0, until: EDGE, interval: EDGE },
        marks: None,
    }
}

/// Warms these keys once.
fn at(first: i64, keys: &[u32]) -> Vec<Job> {
    let schedule = Schedule::Every { period: 1000 * EDGE, first };
    vec![Job::new(Selector::Keys(keys.into()), schedule, 100)]
}

fn outcome(setup: Setup, requests: &[(i64, u32)]) -> Outcome {
    let twin = Setup { jobs: vec![], ..setup.clone() };
    let requests: Vec<_> = requests.iter().map(|(at, key)| (at * STEP, *key)).collect();
    played(&requests, [twin, setup]).remove(1)
}

#[test]
fn a_key_is_warmed_though_a_miss_that_fills_nothing_is_under_way() {
    let mut setup = world(at(STEP / 2, &[0]));
    setup.cache.fill_on_miss = false;
    let found = outcome(setup, &[(0, 0), (5, 0), (7, 0)]);
    assert_eq!((found.counts.warm_hits, found.ledger.deduplicated), (2, 0));
}

#[test]
fn a_sliding_life_with_jitter_ends() {
    for seed in 0..20 {
        let mut setup = world(vec![]);
        setup.cache.ttl = Some(Lives { mean: STEP, jitter: 1.0, sliding: true });
        setup.origin.demand.mean = 0;
        // Renewed at 0.01 steps for two at most, whatever its first life was. One shorter than 0.01 is rare.
        let times = vec![0, STEP / 100, STEP * 21 / 10];
        let recorded = Recorded { times, keys: vec![0; 3], known: 1, ..Recorded::default() };
        let found = replicate(&Requests::Recorded(Arc::new(recorded)), &[Arc::new(setup)], seed, 0);
        let misses = found.expect("no contradiction")[0].counts.misses;
        assert_eq!(misses, 2, "seed {seed}");
    }
}

#[test]
fn no_more_requests_fail_than_there_are() {
    let mut setup = world(vec![]);
    setup.origin.failure_share = 1.0;
    setup.measure.from = 2 * STEP;
    setup.origin.demand.mean = 3 * STEP;
    let found = outcome(setup, &[(0, 0), (0, 1), (1, 2), (3, 3)]);
    assert_eq!((found.counts.requests, found.errors), (1, 1));
}

#[test]
fn a_key_that_came_meanwhile_is_not_fetched_by_a_try_anew() {
    let mut setup = world(at(0, &[0]));
    (setup.budget.retries, setup.budget.backoff) = (1, 3 * STEP);
    // The first try gives up in the slow time; the miss of step 3 fills the cache at 4; the try of step 5 is in vain.
    setup.origin.timeout = Some(2 * STEP);
    setup.origin.slow = vec![Slow { from: 0, until: 1, factor: 9.0 }];
    assert_eq!(outcome(setup, &[(3, 0)]).ledger.attempts, 1);
}

#[test]
fn requests_wait_for_the_miss_under_way_though_a_try_anew_came_and_went() {
    let mut setup = world(at(0, &[0]));
    (setup.budget.retries, setup.budget.backoff) = (1, 2 * STEP);
    setup.origin.failure_share = 1.0;
    setup.origin.demand.mean = 5 * STEP;
    // Tries from 0 to 1 and from 3 to 4, the miss from 2 to 7.
    let counts = outcome(setup, &[(2, 0), (6, 0)]).counts;
    assert_eq!((counts.misses, counts.delayed), (1, 1));
}

#[test]
fn a_pause_between_batches_lasts() {
    let mut setup = world(at(0, &[0, 1]));
    setup.budget.rate = Some(Rate { per_second: 2.0, burst: 1.0 });
    setup.budget.batch = Some((2, 7 * STEP));
    setup.origin.warm.mean = 3 * STEP;
    setup.origin.demand.mean = STEP;
    // Key 1 waits for the token of step 5, and a miss brings it at 2. The batch ends at 3, with a pause up to 10.
    let mut later = at(4 * STEP, &[2]);
    setup.jobs.append(&mut later);
    assert_eq!(outcome(setup, &[(1, 1)]).ledger.unfinished_at_end, 1);
}

#[test]
fn what_is_counted_has_its_first_instant_and_not_its_last() {
    // Requests are counted from the first instant on, and there are none at the last.
    let found = [0, EDGE].map(|first| outcome(world(at(first, &[0, 1, 2])), &[]));
    let seen = found.map(|found| (found.counts.warm_fetches, found.origin_peak));
    assert_eq!(seen, [(3, 3), (0, 0)]);
}

#[test]
fn only_operations_that_wait_take_places_in_the_queue() {
    let mut setup = world(at(5 * STEP, &[0, 1]));
    setup.budget.queue = Some(1);
    assert_eq!(outcome(setup.clone(), &[(0, 0)]).ledger.dropped_queue, 0, "key 0 is fresh");
    setup.budget.queue = Some(0);
    assert_eq!(outcome(setup, &[]).ledger.dropped_queue, 0, "nobody has to wait");
}

#[test]
fn a_fetch_that_never_ends_keeps_its_request_waiting() {
    let mut setup = world(vec![]);
    setup.origin.demand.mean = i64::MAX;
    assert_eq!(outcome(setup, &[(0, 0)]).latency.max(), Some(i64::MAX as u64));
}

#[test]
fn a_job_that_follows_the_hot_set_warms_no_more_keys_than_it_may() {
    let mut setup = world(at(0, &[]));
    setup.jobs[0] = Job::new(Selector::Popularity, Schedule::OnChange, 0);
    setup.hot_keys = 50;
    (setup.measure.until, setup.measure.interval) = (36_000 * STEP, 36_000 * STEP);
    let requests = Requests::Synthetic(Arc::new(Spec {
        keys: 1000,
        law: Arc::new(Law::zipf(1000, 1.0)),
        rate_per_s: 1.0,
        arrivals: Arrivals::Poisson,
        hourly: None,
        clock: WallClock::default(),
        hot_keys: 50,
        churn_per_hour: 1.0,
        events: vec![],
        contents: None,
        updates: None,
        objects: ObjectSpec::default(),
    }));
    let found = replicate(&requests, &[Arc::new(setup)], 1, 0).expect("no contradiction");
    assert_eq!(found[0].counts.warm_fetches, 0);
}
