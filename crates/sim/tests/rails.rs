//! Rails against timelines worked out by hand: which operations begin when, and what becomes of the others.
//!
//! Keys are warmed in order by one worker unless said otherwise, and a warm fetch takes 1 s, so that without a rail key k
//! begins at k seconds. Intervals of a second show when fetches were sent.

use std::sync::Arc;

use evaluation::Ledger;
use trace::synthetic::Objects;
use trace::{Keys, Sizes, Widths};
use warmcast_sim::eviction::Chosen;
use warmcast_sim::warming::{
    Between, Breakdowns, Breaker, Budget, CacheSetup, Job, LatencyStop, Measure, MemoryShare, OnWrite,
    OriginSetup, Outcome, Phase, Pressure, PressureStop, Rail, Recorded, Requests, Room, Schedule, Selector,
    Setup, Slow, replicate,
};

const SECOND: i64 = 1_000_000_000;

/// Warms keys 0, 1, 2, ... at the start, one after the other.
fn warming(keys: u32) -> Setup {
    let cache = CacheSetup {
        policy: Chosen::parse("lru").expect("is there"),
        capacity: 1000,
        bytes: None,
        fill_on_miss: true,
        on_write: OnWrite::Nothing,
        ttl: None,
        hit_latency: 1,
    };
    let measure = Measure { from: 0, until: 100 * SECOND, interval: SECOND };
    Setup {
        jobs: vec![Job::new(Selector::Keys((0..keys).collect()), Schedule::AtStart, 1000)],
        budget: Budget { workers: Some(1), ..Budget::default() },
        hot_keys: 1,
        ..Setup::calm(cache, OriginSetup::idle(SECOND), measure)
    }
}

/// Plays it to requests at whole seconds.
fn played(setup: &Setup, requests: &[(i64, u32)]) -> Outcome {
    let (times, keys) = requests.iter().map(|(at, key)| (at * SECOND, *key)).unzip();
    let recorded = Requests::Recorded(Arc::new(Recorded { times, keys, known: 100, ..Recorded::default() }));
    replicate(&recorded, &[Arc::new(setup.clone())], 1, 0).expect("no contradiction").remove(0)
}

/// Plays it without requests, to keys of these names and sizes.
fn of_names(setup: &Setup, names: &[&str], sizes: &[u64]) -> Outcome {
    let mut widths = Widths::default();
    sizes.iter().for_each(|size| widths.push(*size));
    let ends = names.iter().scan(0, |end, name| {
        *end += name.len() as u64;
        Some(*end)
    });
    let keys = Keys::Texts { bytes: names.concat().into_bytes(), ends: ends.collect() };
    let objects = Arc::new(Objects::recorded(&keys, &Sizes::OfKeys(widths), &[]));
    let recorded = Recorded { known: names.len() as u32, objects, ..Recorded::default() };
    let recorded = Requests::Recorded(Arc::new(recorded));
    replicate(&recorded, &[Arc::new(setup.clone())], 1, 0).expect("no contradiction").remove(0)
}

/// The seconds in which warm fetches were sent, once for each.
fn begun(outcome: &Outcome) -> Vec<usize> {
    let each = outcome.series.iter().enumerate();
    each.flat_map(|(second, counts)| vec![second; counts.warm_fetches as usize]).collect()
}

/// Fates that are not 0 in these timelines.
fn fates(ledger: &Ledger) -> [u64; 6] {
    let Ledger { planned, attempted, filled, failed, held_back, unfinished_at_end, .. } = *ledger;
    [planned, attempted, filled, failed, held_back, unfinished_at_end]
}

fn stop(above: i64) -> LatencyStop {
    LatencyStop {
        above: above * SECOND,
        over: 1,
        of_demand: false,
        taken_for: None,
        fills: true,
        resume_below: None,
        resume_after: None,
    }
}

/// The fetches that begin in seconds 3 to 5 take 4 s.
fn slow() -> Vec<Slow> {
    vec![Slow { from: 3 * SECOND, until: 6 * SECOND, factor: 4.0 }]
}

#[test]
fn one_slow_fetch_stops_a_latched_warmer_for_good() {
    let mut setup = warming(8);
    setup.origin.slow = slow();
    setup.rails.latency = Some(stop(2));
    // What is planned at 50 s is held back, too.
    let again = Job {
        schedule: Schedule::Every { period: 900 * SECOND, first: 50 * SECOND },
        ..setup.jobs[0].clone()
    };
    setup.jobs.push(again);
    let found = played(&setup, &[]);
    // Key 3 begins at 3 s and is there at 7 s; it was too slow, and is filled.
    assert_eq!(begun(&found), [0, 1, 2, 3]);
    assert_eq!(fates(&found.ledger), [16, 4, 4, 0, 12, 0]);
    let acted = found.rails[Rail::Latency as usize];
    assert_eq!((acted.times, acted.first, acted.found, acted.latched), (1, Some(7 * SECOND), 4e9, true));
}

#[test]
fn a_stop_that_recovers_lets_the_others_wait() {
    let mut setup = warming(6);
    setup.origin.slow = slow();
    setup.rails.latency = Some(LatencyStop { resume_after: Some(10 * SECOND), ..stop(2) });
    let found = played(&setup, &[]);
    // Stopped at 7 s, when key 3 is there; on from 17 s.
    assert_eq!(begun(&found), [0, 1, 2, 3, 17, 18]);
    assert_eq!(fates(&found.ledger), [6, 6, 6, 0, 0, 0]);
}

#[test]
fn a_stop_ends_when_misses_are_fast_again() {
    let mut setup = warming(6);
    setup.origin.slow = slow();
    setup.rails.latency = Some(LatencyStop { of_demand: true, resume_below: Some(2 * SECOND), ..stop(2) });
    // The miss of 5 s takes 4 s and ends at 9 s: not below 2 s. That of 20 s ends at 21 s.
    let found = played(&setup, &[(5, 90), (20, 91)]);
    assert_eq!(begun(&found), [0, 1, 2, 3, 21, 22]);
    // The mean of two: (4 + 1) / 2 s is not below 2 s, and the third is not sent before 30 s.
    setup.rails.latency = setup.rails.latency.map(|stop| LatencyStop { over: 2, above: 2 * SECOND, ..stop });
    let found = played(&setup, &[(5, 90), (20, 91), (30, 92)]);
    // Means: 1 s at 2 s, 1 s at 3 s, (1 + 4) / 2 at 7 s; begun anew, (4 + 1) / 2 at 21 s, 1 s at 31 s.
    assert_eq!(begun(&found), [0, 1, 2, 3, 31, 32]);
}

/// A1 as built: the bound is compared with the timeout of 5 s, which is above 2 s, when the first fetch succeeds and before
/// the cache is written. Ten warmers have ten fetches under way (reference systems, A1: "warms 0 keys, at most 10 origin
/// fetches, then rejects all requests").
#[test]
fn a_stop_that_measures_its_own_timeout_warms_nothing() {
    let mut setup = warming(50);
    setup.budget = Budget { workers: Some(10), retries: 3, backoff: SECOND / 10, ..Budget::default() };
    setup.origin.timeout = Some(5 * SECOND);
    setup.rails.latency = Some(LatencyStop { taken_for: Some(5 * SECOND), fills: false, ..stop(2) });
    let found = played(&setup, &[(20, 0)]);
    assert_eq!(begun(&found), [0; 10]);
    assert_eq!(fates(&found.ledger), [50, 10, 0, 10, 40, 0]);
    assert_eq!((found.counts.warm_hits, found.counts.misses), (0, 1));
    // With a timeout below the bound it never stops; the last of five waves of ten ends at 5 s.
    setup.rails.latency = setup.rails.latency.map(|stop| LatencyStop { taken_for: Some(SECOND), ..stop });
    assert_eq!(fates(&played(&setup, &[]).ledger), [50, 50, 50, 0, 0, 0]);
}

/// A1 as documented: a fetch that times out is not measured, however long it took.
#[test]
fn a_fetch_that_times_out_does_not_stop_the_warmer() {
    let mut setup = warming(5);
    setup.origin.slow = slow();
    setup.origin.timeout = Some(3 * SECOND);
    setup.rails.latency = Some(stop(2));
    let found = played(&setup, &[]);
    // Key 3 is given up at 6 s.
    assert_eq!(begun(&found), [0, 1, 2, 3, 6]);
    assert_eq!(fates(&found.ledger), [5, 5, 4, 1, 0, 0]);
}

#[test]
fn a_circuit_breaker_opens_probes_and_closes() {
    let mut setup = warming(9);
    setup.rails.breaker = Some(Breaker { failures: 2, pause: 5 * SECOND });
    // In the slow time fetches would take 9 s, and are given up after 2 s.
    setup.origin.timeout = Some(2 * SECOND);
    setup.origin.slow = vec![Slow { from: SECOND, until: 14 * SECOND, factor: 9.0 }];
    let found = played(&setup, &[]);
    // Key 0 is there at 1 s; keys 1 and 2 fail at 3 and 5 s: open until 10 s. The probe, key 3, fails at 12 s: open until
    // 17 s. The next, key 4, is there at 18 s, and all goes on.
    assert_eq!(begun(&found), [0, 1, 3, 10, 17, 18, 19, 20, 21]);
    assert_eq!(fates(&found.ledger), [9, 9, 6, 3, 0, 0]);
    let acted = found.rails[Rail::Breaker as usize];
    assert_eq!((acted.times, acted.first, acted.found), (2, Some(5 * SECOND), 2.0));
}

#[test]
fn while_a_probe_is_under_way_nothing_else_is_sent() {
    let mut setup = warming(9);
    setup.budget.workers = Some(3);
    setup.rails.breaker = Some(Breaker { failures: 3, pause: 5 * SECOND });
    setup.origin.timeout = Some(2 * SECOND);
    setup.origin.slow = vec![Slow { from: 0, until: SECOND, factor: 9.0 }];
    // Three fail at 2 s, one after the other: behind the first two of them another begins at once. What becomes of those
    // two at 3 s does not count. One probe at 7 s; three at a time from 8 s on.
    assert_eq!(begun(&played(&setup, &[])), [0, 0, 0, 2, 2, 7, 8, 8, 8]);
}

fn pressure(levels: &[(i64, f64)]) -> Vec<Pressure> {
    levels.iter().map(|(from, percent)| Pressure { from: from * SECOND, percent: *percent }).collect()
}

#[test]
fn a_pressure_stop_has_hysteresis() {
    let mut setup = warming(7);
    setup.pressure =
        pressure(&[(0, 50.0), (3, 90.0), (10, 85.0), (20, 79.0), (22, 85.0), (23, 90.0), (30, 0.0)]);
    setup.rails.pressure =
        Some(PressureStop { at: 90.0, below: 80.0, latches: false, between: Between::Operations });
    let found = played(&setup, &[]);
    // Nothing begins at 3 s itself. 85 % keeps a warmer stopped, and does not stop one.
    assert_eq!(begun(&found), [0, 1, 2, 20, 21, 22, 30]);
    assert_eq!(found.rails[Rail::Pressure as usize].times, 2);
    // One that latches: what has not begun by 3 s is held back.
    setup.rails.pressure = setup.rails.pressure.map(|stop| PressureStop { latches: true, ..stop });
    let found = played(&setup, &[]);
    assert_eq!((begun(&found), fates(&found.ledger)), (vec![0, 1, 2], [7, 3, 3, 0, 4, 0]));
}

#[test]
fn pressure_is_looked_at_where_a_batch_or_a_plan_begins() {
    let mut setup = warming(7);
    setup.budget.batch = Some((3, 0));
    setup.pressure = pressure(&[(1, 95.0), (20, 0.0)]);
    let stop = PressureStop { at: 90.0, below: 90.0, latches: false, between: Between::Batches };
    setup.rails.pressure = Some(stop);
    // The batch of keys 0 to 2 is finished under pressure.
    assert_eq!(begun(&played(&setup, &[])), [0, 1, 2, 20, 21, 22, 23]);
    // A plan is finished under pressure, and another does not begin.
    setup.rails.pressure = Some(PressureStop { between: Between::Phases, latches: true, ..stop });
    let (selector, schedule) =
        (Selector::Keys([50, 51].into()), Schedule::Every { period: 900 * SECOND, first: 2 * SECOND });
    setup.jobs.push(Job { selector, schedule, ..setup.jobs[0].clone() });
    let found = played(&setup, &[]);
    assert_eq!(begun(&found), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(fates(&found.ledger), [9, 7, 7, 0, 2, 0]);
}

#[test]
fn a_warmer_that_breaks_down_resumes_or_starts_over() {
    let mut setup = warming(5);
    setup.rails.breakdowns = Breakdowns { at: vec![2 * SECOND], lasts: 10 * SECOND, resumes: true };
    // Key 1 is there at 2 s, when it breaks down.
    let found = played(&setup, &[]);
    assert_eq!((begun(&found), fates(&found.ledger)), (vec![0, 1, 12, 13, 14], [5, 5, 5, 0, 0, 0]));
    // It plans all five anew at 12 s; keys 0 and 1 are fresh.
    setup.rails.breakdowns.resumes = false;
    let found = played(&setup, &[]);
    assert_eq!((begun(&found), fates(&found.ledger)), (vec![0, 1, 12, 13, 14], [10, 5, 5, 0, 3, 0]));
    assert_eq!(found.ledger.skipped_fresh, 2);
    // One that does not look fetches them again.
    setup.budget.skip_fresh = false;
    let found = played(&setup, &[]);
    assert_eq!((begun(&found), found.ledger.overwritten_unused), (vec![0, 1, 12, 13, 14, 15, 16], 2));
}

/// A2: the deadline is looked at ahead of each batch.
#[test]
fn what_has_not_begun_by_the_deadline_is_held_back() {
    let mut setup = warming(10);
    setup.budget = Budget { batch: Some((2, SECOND / 2)), deadline: Some(6 * SECOND), ..Budget::default() };
    // Batches of two at 0, 1.5, 3 and 4.5 s; that of 6 s may not begin at the deadline.
    let found = played(&setup, &[]);
    assert_eq!(begun(&found), [0, 0, 1, 1, 3, 3, 4, 4]);
    assert_eq!(fates(&found.ledger), [10, 8, 8, 0, 2, 0]);
    setup.budget.deadline = Some(6 * SECOND + 1);
    assert_eq!(played(&setup, &[]).ledger.held_back, 0);
}

#[test]
fn instances_multiply_what_the_origin_does_and_not_what_this_cache_gets() {
    let mut setup = warming(3);
    setup.origin.servers = Some(1);
    setup.budget.instances = 4;
    let found = played(&setup, &[]);
    // One server: this cache's fetch first, then the three others', so that key k's is over at 4k + 1 s; the next is sent
    // at once and waits for the three.
    assert_eq!(begun(&found), [0, 0, 0, 0, 1, 1, 1, 1, 5, 5, 5, 5]);
    assert_eq!(fates(&found.ledger), [3, 3, 3, 0, 0, 0]);
    assert_eq!((found.counts.warm_fetches, found.origin_peak), (12, 4));
}

#[test]
fn a_key_that_never_matches_takes_room_and_is_never_hit() {
    let mut setup = warming(3);
    (setup.cache.capacity, setup.budget.key_match_share) = (3, 0.0);
    // Keys 90, 91 fill the cache at 1 s; three copies that nobody asks for push them out by 3 s.
    let found = played(&setup, &[(0, 90), (0, 91), (10, 90), (10, 0), (20, 90)]);
    assert_eq!((found.counts.misses, found.counts.hits(), found.counts.warm_hits), (4, 1, 0));
    assert_eq!((found.ledger.filled, found.ledger.mismatched, found.ledger.used), (3, 3, 0));
    // The warmer finds its own copies fresh.
    let again = Job {
        schedule: Schedule::Every { period: 900 * SECOND, first: 5 * SECOND },
        ..setup.jobs[0].clone()
    };
    setup.jobs.push(again);
    assert_eq!(played(&setup, &[]).ledger.skipped_fresh, 3);
}

#[test]
fn a_wrong_value_is_hit_and_counted() {
    let mut setup = warming(2);
    setup.budget.value_correct_share = 0.0;
    let found = played(&setup, &[(5, 0), (6, 0), (7, 90), (9, 90)]);
    assert_eq!((found.counts.hits(), found.counts.warm_hits, found.counts.wrong_hits), (3, 2, 2));
    assert_eq!((found.ledger.filled, found.ledger.mismatched, found.ledger.used), (2, 2, 0));
}

/// A4: the budget depends on the pressure when the plan is made, and is filled from the front.
#[test]
fn a_plan_takes_what_memory_its_pressure_leaves() {
    let mut setup = warming(6);
    let share = MemoryShare {
        available: 100,
        shares: [0.8, 0.48, 0.16, 0.0],
        levels: [70.0, 80.0, 90.0],
        floor: 10,
        cap: 0.9,
    };
    setup.budget.room.memory = Some(share);
    let names = ["a", "b", "c", "d", "e", "f"];
    let sizes = [10, 5, 40, 30, 2, 3];
    let warmed = |setup: &Setup| {
        let ledger = of_names(setup, &names, &sizes).ledger;
        (ledger.filled, ledger.over_budget)
    };
    // Of 80 bytes: 10 + 5 + 40, and 30 does not fit. Skipping it leaves room for 2 + 3.
    assert_eq!(warmed(&setup), (3, 3));
    setup.budget.room.skips = true;
    assert_eq!(warmed(&setup), (5, 1));
    setup.budget.room.skips = false;
    // Moderate, 48 bytes: 10 + 5. High, 16: the same. Critical: nothing.
    for (percent, filled) in [(70.0, 2), (85.0, 2), (90.0, 0)] {
        setup.pressure = pressure(&[(0, percent)]);
        assert_eq!(warmed(&setup), (filled, 6 - filled), "{percent}");
    }
    // A rise behind the plan comes too late, and bytes bound it, too.
    setup.pressure = pressure(&[(1, 95.0)]);
    assert_eq!(warmed(&setup), (3, 3));
    setup.budget.room.bytes = Some(12);
    assert_eq!(warmed(&setup), (1, 5));
}

/// A4: the stop is looked at between phases alone. All keys are of importance 5.
#[test]
fn a_stop_between_phases_lets_the_phase_at_hand_end() {
    let mut setup = warming(6);
    let phase = |least, most, share| Phase { least, most, share, of_rest: false, only_above: 0 };
    // Four keys of a byte; none is important enough for the second phase, and the third takes the other two.
    setup.budget.room = Room {
        bytes: Some(6),
        phases: vec![phase(5, 10, 4.0 / 6.0), phase(8, 10, 1.0), phase(1, 5, 2.0 / 6.0)],
        ..Room::default()
    };
    assert_eq!(begun(&played(&setup, &[])), [0, 1, 2, 3, 4, 5]);
    setup.pressure = pressure(&[(1, 95.0), (20, 0.0)]);
    setup.rails.pressure =
        Some(PressureStop { at: 90.0, below: 90.0, latches: false, between: Between::Phases });
    assert_eq!(begun(&played(&setup, &[])), [0, 1, 2, 3, 20, 21]);
}

#[test]
fn a_key_waits_for_the_key_above_it() {
    let mut setup = warming(5);
    setup.budget.workers = Some(2);
    let names = ["a:b:c", "a:b", "x", "a", "y"];
    // Two at a time, as they come.
    assert_eq!(begun(&of_names(&setup, &names, &[1; 5])), [0, 0, 1, 1, 2]);
    // a, x; a:b, y; a:b:c: each behind the one above it, and nobody else waits.
    setup.budget.dependencies = true;
    let found = of_names(&setup, &names, &[1; 5]);
    assert_eq!(begun(&found), [0, 0, 1, 1, 2]);
    // With workers for all of them only a, x and y begin at once.
    setup.budget.workers = None;
    let found = of_names(&setup, &names, &[1; 5]);
    assert_eq!(begun(&found), [0, 0, 0, 1, 2]);
    assert_eq!(fates(&found.ledger), [5, 5, 5, 0, 0, 0]);
    // What is aside at a deadline is held back, and what a failure above leaves goes on.
    setup.budget.deadline = Some(SECOND + SECOND / 2);
    assert_eq!(fates(&of_names(&setup, &names, &[1; 5]).ledger), [5, 4, 4, 0, 1, 0]);
    setup.budget.deadline = None;
    setup.origin.failure_share = 1.0;
    assert_eq!(fates(&of_names(&setup, &names, &[1; 5]).ledger), [5, 5, 0, 5, 0, 0]);
}
