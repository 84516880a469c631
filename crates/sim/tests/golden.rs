//! Miss counts of libCacheSim on a real trace, to the miss.
//!
//! `data/eviction_cloudphysics.csv` and `data/warm_start_cloudphysics.csv` were made with libCacheSim 0.3.5; the trace
//! is one virtual machine's disk, from cacheMon/cache_dataset, CC BY 4.0 (data/README.md).

mod golden_trace;

use std::sync::Arc;

use golden_trace::{cloudphysics, exact_starts, ours};
use trace::Trace;
use warmcast_sim::eviction::Chosen;
use warmcast_sim::warming::{
    self, CacheSetup, Job, Measure, OnWrite, OriginSetup, Recorded, Requests, Schedule, Selector, replicate,
};
use warmcast_sim::{Counted, Interval, Popularity, Replay, Setup, Start, Stretch};

#[test]
fn every_policy_misses_as_often_as_the_reference() {
    let trace = cloudphysics();
    assert_eq!((trace.len(), trace.keys.len()), (113_872, 48_974));
    assert_eq!(trace.working_set_bytes(), Some(2_029_769_728));
    let next = trace.next_uses();
    let whole = Stretch::of(&trace, &next);
    let mut rows = csv::Reader::from_reader(&include_bytes!("data/eviction_cloudphysics.csv")[..]);
    let (mut exact, mut wrong) = (0, vec![]);
    for row in rows.records() {
        let row = row.expect("is CSV");
        let policy = ours(&row[1], &row[2]);
        let chosen = Chosen::parse(&policy).expect("is known");
        let capacity = row[4].parse().expect("is a number");
        let setup = Setup { capacity, bytes: &row[3] == "bytes", ttl: None, seed: 1, express: true };
        let found = replay(&trace, &whole, 0, Replay::new(&chosen, setup, Start::Warm, None)).total.misses;
        let wanted: u64 = row[6].parse().expect("is a number");
        let right = match &row[7] {
            "exact" => found == wanted,
            // Its sketch is what differs here: without a protected part its collisions decide.
            _ if policy.contains("protected=0") => true,
            _ => found.abs_diff(wanted) as f64 <= 0.01 * trace.len() as f64,
        };
        exact += u32::from(&row[7] == "exact");
        if !right {
            wrong.push(format!("{policy} {} {capacity}: {found}, not {wanted}", &row[3]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(exact > 100, "{exact}");
}

/// Plays a trace to a cache, counting from a request on.
fn replay(trace: &Trace, whole: &Stretch, from: usize, mut replay: Replay) -> Counted {
    let (before, after) = whole.split_at(from);
    let mut popularity = Popularity::default();
    popularity.note(&before, trace.keys.len());
    popularity.look_ahead(&after, trace.keys.len());
    popularity.rank(&trace.keys);
    replay.reserve(trace.keys.len());
    replay.prepare(&before);
    replay.begin(Some(&popularity), None);
    replay.measure(&after);
    replay.finish().expect("is sound")
}

#[test]
fn every_start_misses_as_often_as_the_reference() {
    let trace = cloudphysics();
    let next = trace.next_uses();
    let whole = Stretch::of(&trace, &next);
    let mut rows = csv::Reader::from_reader(&include_bytes!("data/warm_start_cloudphysics.csv")[..]);
    let (mut exact, mut wrong) = (0, vec![]);
    for row in rows.records() {
        let row = row.expect("is CSV");
        let start = match &row[3] {
            "warm" => Start::Warm,
            "cold" => Start::Cold,
            _ => Start::StaticTop,
        };
        if &row[1] == "qdlp" {
            continue;
        }
        let chosen = Chosen::parse(&ours(&row[1], &row[2])).expect("is known");
        let number = |column: usize| row[column].parse::<u64>().expect("is a number");
        let setup = Setup { capacity: number(5), bytes: false, ttl: None, seed: 1, express: true };
        let run = Replay::new(&chosen, setup, start, Some(Interval::Requests(1000)));
        let run = replay(&trace, &whole, number(4) as usize, run);
        let misses = |count: usize| run.intervals.iter().take(count).map(|one| one.misses).sum::<u64>();
        let found = [run.total.requests, run.total.misses, misses(1), misses(10)];
        let wanted = [6, 7, 8, 9].map(number);
        assert_eq!(misses(usize::MAX), run.total.misses);
        let indicative = matches!(&row[1], "lirs" | "wtinylfu");
        let right = match indicative {
            true if &row[1] == "wtinylfu" => true,
            true => found[1].abs_diff(wanted[1]) as f64 <= 0.01 * found[0] as f64,
            false => found == wanted,
        };
        exact += u32::from(!indicative);
        if !right {
            wrong.push(format!("{} {start:?} {}: {found:?}, not {wanted:?}", &row[1], &row[5]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(exact > 90, "{exact}");
}

/// The same rows, played in virtual time: request n at n ms, an origin that answers at once, a restart (or none) where
/// counting begins, and for `static_top` a warmer that loads its list at that instant.
#[test]
fn a_restart_in_virtual_time_misses_as_often_as_the_reference() {
    const MILLI: i64 = 1_000_000;
    let trace = cloudphysics();
    let whole = Stretch::of(&trace, &[]);
    let requests = Requests::Recorded(Arc::new(Recorded {
        times: (0..trace.len() as i64).map(|nth| nth * MILLI).collect(),
        keys: trace.requests.clone(),
        known: trace.keys.len() as u32,
        ..Recorded::default()
    }));
    let mut exact = 0;
    for (row, policy) in exact_starts() {
        let chosen = Chosen::parse(&policy).expect("is known");
        let number = |column: usize| row[column].parse::<u64>().expect("is a number");
        let (from, capacity) = (number(4) as usize, number(5));
        let at = from as i64 * MILLI;
        let mut setup =
            at_once(chosen, capacity, Measure { from: at, until: i64::MAX, interval: 1000 * MILLI });
        setup.measure.until = trace.len() as i64 * MILLI;
        if &row[3] != "warm" {
            setup.restarts = vec![at];
        }
        if &row[3] == "static_top" {
            let mut popularity = Popularity::default();
            popularity.note(&whole.split_at(from).0, trace.keys.len());
            popularity.rank(&trace.keys);
            let hottest = popularity.hottest(capacity, false);
            let keys: Arc<[u32]> = hottest.iter().rev().map(|hot| hot.key).collect();
            setup.jobs = vec![Job::new(Selector::Keys(keys), Schedule::AtStart, capacity)];
        }
        let outcome = &replicate(&requests, &[Arc::new(setup)], 1, 0).expect("adds up")[0];
        let misses = |count: usize| outcome.series.iter().take(count).map(|one| one.misses).sum::<u64>();
        let found = [outcome.counts.requests, outcome.counts.misses, misses(1), misses(10)];
        assert_eq!(found, [6, 7, 8, 9].map(number), "{policy} {} {capacity}", &row[3]);
        exact += 1;
    }
    assert!(exact > 80, "{exact}");
}

/// A cache in front of an origin that answers at once.
fn at_once(policy: Chosen, capacity: u64, measure: Measure) -> warming::Setup {
    let cache = CacheSetup {
        policy,
        capacity,
        bytes: None,
        fill_on_miss: true,
        on_write: OnWrite::Nothing,
        ttl: None,
        hit_latency: 0,
    };
    warming::Setup::calm(cache, OriginSetup::idle(0), measure)
}
