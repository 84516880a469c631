//! Curves of LRU: exact ones against a cache that is played and against another program, sampled ones against exact
//! ones.

use std::collections::VecDeque;
use std::io::Cursor;

use proptest::prelude::*;
use warmcast_trace::reuse::{Curve, Estimate, Rate, Recorder, Sampled, spread};
use warmcast_trace::{Keys, Options, Passed, Rules, Sizes, Source, Stream, Trace, Wanted, format};

/// A trace of these keys, ids in order of first appearance.
fn trace(requests: &[u64]) -> Trace {
    let mut ids = std::collections::BTreeMap::new();
    let mut keys = vec![];
    let mut id = |key: &u64| {
        *ids.entry(*key).or_insert_with(|| {
            keys.push(*key);
            keys.len() as u32 - 1
        })
    };
    let requests = requests.iter().map(&mut id).collect();
    Trace {
        keys: Keys::Numbers(keys),
        requests,
        sizes: Sizes::None,
        times: vec![],
        ttls: vec![],
        ops: vec![],
        bytes: None,
        detailed: false,
        span: None,
        passed: Passed::default(),
        found: vec![],
        largest: None,
    }
}

/// Hits of a cache that keeps its keys in a queue, from a request on.
fn played(trace: &Trace, capacity: usize, measure_from: usize) -> u64 {
    let mut queue = VecDeque::new();
    let mut hits = 0;
    for (nth, key) in trace.requests.iter().enumerate() {
        match queue.iter().position(|other| other == key) {
            Some(place) => {
                queue.remove(place);
                hits += u64::from(nth >= measure_from);
            }
            None if queue.len() == capacity => {
                queue.pop_front();
            }
            None => (),
        }
        if capacity > 0 {
            queue.push_back(*key);
        }
    }
    hits
}

fn some_trace() -> impl Strategy<Value = Trace> {
    let requests = (1u64..60)
        .prop_flat_map(|keys| proptest::collection::vec((0..keys).prop_map(move |a| a * a / keys), 0..300));
    requests.prop_map(|requests| trace(&requests))
}

fn rate(share: f64) -> Rate {
    Rate::new(share).expect("is a share")
}

proptest! {
    #[test]
    fn the_curve_is_that_of_a_cache_that_is_played(trace in some_trace(), measure_from in 0usize..320) {
        let curve = Curve::of(&trace, measure_from);
        prop_assert_eq!(curve.requests(), trace.len().saturating_sub(measure_from) as u64);
        for capacity in 0..trace.keys.len() + 2 {
            prop_assert_eq!(curve.hits(capacity as u64), played(&trace, capacity, measure_from));
        }
        prop_assert_eq!(curve.hits(u64::MAX), curve.hits(curve.keys()));
        prop_assert_eq!(curve.misses(u64::MAX), curve.first_requests());
    }

    #[test]
    fn more_capacity_never_lowers_the_hit_ratio(trace in some_trace(), seed: u64) {
        let (curve, sampled) = (Curve::of(&trace, 0), Sampled::of(&trace, 0, rate(0.7), seed));
        let mut before = (Some(0.0), 0.0);
        for capacity in 0..trace.keys.len() as u64 + 2 {
            let now = curve.hit_ratio(capacity);
            let estimate = sampled.estimate(capacity).map_or(0.0, |estimate| estimate.hit_ratio);
            prop_assert!(now >= before.0 || trace.is_empty());
            prop_assert!((before.1..=1.0).contains(&estimate));
            before = (now, estimate);
        }
    }

    #[test]
    fn the_least_capacity_reaches_its_target_and_one_less_falls_short(trace in some_trace(), target in 0.0..1.0f64) {
        let curve = Curve::of(&trace, 0);
        match curve.least_capacity(target) {
            Some(capacity) => {
                prop_assert!(curve.hit_ratio(capacity) >= Some(target));
                prop_assert!(capacity == 0 || curve.hit_ratio(capacity - 1) < Some(target));
            }
            None => prop_assert!(curve.hit_ratio(u64::MAX).is_none_or(|most| most < target)),
        }
    }

    #[test]
    fn requests_piece_by_piece_give_the_same_curve(trace in some_trace(), piece in 1usize..100) {
        let mut recorder = Recorder::default();
        for ids in trace.requests.chunks(piece) {
            recorder.reserve(ids.iter().max().map_or(0, |most| *most as usize + 1));
            recorder.record(ids);
        }
        prop_assert_eq!(recorder.finish(), Curve::of(&trace, 0));
    }

    #[test]
    fn a_sample_of_every_key_is_exact(trace in some_trace(), measure_from in 0usize..320, seed: u64) {
        let curve = Curve::of(&trace, measure_from);
        let sampled = Sampled::of(&trace, measure_from, rate(1.0), seed);
        prop_assert_eq!(sampled.first_requests(), curve.first_requests());
        prop_assert_eq!(sampled.sampled_requests(), curve.requests());
        for capacity in 0..trace.keys.len() as u64 + 2 {
            let exact = curve.hit_ratio(capacity).map(|hit_ratio| Estimate { hit_ratio, half_width: 0.0 });
            let found = sampled.estimate(capacity);
            prop_assert_eq!(found.map(|found| found.half_width), exact.map(|exact| exact.half_width));
            // 1 - misses / N and hits / N are rounded apart.
            let apart = found.zip(exact).map_or(0.0, |(found, exact)| (found.hit_ratio - exact.hit_ratio).abs());
            prop_assert!(apart < 1e-15, "{} at {}", apart, capacity);
        }
    }
}

#[test]
fn an_empty_trace_has_no_hit_ratio() {
    let trace = trace(&[]);
    let curve = Curve::of(&trace, 0);
    assert_eq!((curve.hit_ratio(5), curve.least_capacity(0.0), curve.keys()), (None, None, 0));
    assert_eq!(Sampled::of(&trace, 0, rate(0.5), 1).estimate(5), None);
    assert_eq!(Recorder::default().finish(), curve);
}

#[test]
fn a_target_that_first_requests_forbid_has_no_capacity() {
    let curve = Curve::of(&trace(&[1, 2, 1, 2]), 0);
    assert_eq!(
        [0.0, 0.5, 0.500_001, f64::NAN].map(|target| curve.least_capacity(target)),
        [Some(0), Some(2), None, None]
    );
}

fn cloudphysics() -> Trace {
    let bytes: &[u8] = include_bytes!("../../../traces/cloudphysics_io.oracleGeneral.bin.gz");
    let source = Source::open(Cursor::new(bytes)).expect("opens");
    let head = format::Head { bytes: &source.head.clone(), whole: source.whole, name: "" };
    let format = format::named("oracle-general").expect("is a format");
    let reader = (format.open)(source.content(), &Options::default(), &head).expect("reads");
    Trace::load(&mut Stream::new(reader, Rules::default(), 0), Wanted::default()).expect("loads")
}

/// Misses of LRU that libCacheSim 0.3.5 counted on that trace (crates/sim/tests/data/README.md).
#[test]
fn misses_are_those_of_another_program() {
    let trace = cloudphysics();
    let cold = include_str!("../../sim/tests/data/eviction_cloudphysics.csv");
    let warm = include_str!("../../sim/tests/data/warm_start_cloudphysics.csv");
    let mut checked = 0;
    for row in cold.lines().chain(warm.lines()) {
        let cells: Vec<&str> = row.split(',').collect();
        let number = |cell: usize| cells[cell].parse::<u64>().expect("is a number");
        let (from, capacity, requests, misses) = match cells[1..4] {
            ["lru", "", "items"] => (0, number(4), number(5), number(6)),
            ["lru", "", "warm"] => (number(4), number(5), number(6), number(7)),
            _ => continue,
        };
        let curve = Curve::of(&trace, from as usize);
        assert_eq!((curve.requests(), curve.misses(capacity)), (requests, misses), "{row}");
        checked += 1;
    }
    assert_eq!(checked, 6);
}

/// Random numbers (splitmix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let state = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let state = (state ^ (state >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        state ^ (state >> 31)
    }

    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Requests under Zipf's law.
fn zipf(requests: usize, keys: u64, exponent: f64, seed: u64) -> Vec<u64> {
    let sum = |sum: &mut f64, rank: u64| {
        *sum += (rank as f64).powf(-exponent);
        Some(*sum)
    };
    let sums: Vec<f64> = (1..=keys).scan(0.0, sum).collect();
    let mut random = Random(seed);
    let draw = |_| {
        let at = random.share() * sums[sums.len() - 1];
        sums.partition_point(|sum| *sum < at) as u64
    };
    (0..requests).map(draw).collect()
}

/// Named traces of different shapes.
fn shapes() -> Vec<(&'static str, Trace)> {
    let scans: Vec<u64> = zipf(40_000, 4000, 0.9, 2)
        .into_iter()
        .enumerate()
        .flat_map(|(nth, key)| {
            let nth = nth as u64;
            // One request in four belongs to a scan over 5,000 keys, which comes around twice.
            if nth.is_multiple_of(4) { vec![key, 10_000 + nth / 4 % 5000] } else { vec![key] }
        })
        .collect();
    let phases: Vec<u64> = (0..6u64)
        .flat_map(|phase| zipf(10_000, 1500, 0.8, 10 + phase).into_iter().map(move |key| key + 900 * phase))
        .collect();
    vec![
        ("Zipf 0.7", trace(&zipf(80_000, 8000, 0.7, 3))),
        ("Zipf 1.1", trace(&zipf(100_000, 20_000, 1.1, 4))),
        ("scans through Zipf 0.9", trace(&scans)),
        ("phases", trace(&phases)),
    ]
}

/// The bounds were set before any estimator was tried.
#[test]
fn intervals_hold_the_exact_ratio_as_often_as_they_say() {
    let (mut held, mut all) = (0, 0);
    for (name, trace) in shapes() {
        let curve = Curve::of(&trace, 0);
        let capacities = spread(curve.keys() / 1000, curve.keys() / 2, 12);
        for share in [0.1, 0.05] {
            assert!(curve.keys() as f64 * share >= 200.0, "{name} is too small");
            let (mut these, mut estimates) = (0, 0);
            for seed in 0..200 {
                let sampled = Sampled::of(&trace, 0, rate(share), seed);
                for capacity in &capacities {
                    let Some(found) = sampled.estimate(*capacity) else { continue };
                    let exact = curve.hit_ratio(*capacity).expect("there are requests");
                    these += u32::from((found.hit_ratio - exact).abs() <= found.half_width);
                    estimates += 1;
                }
            }
            assert!(estimates > 500, "{name} at {share}: {estimates} estimates");
            let coverage = f64::from(these) / f64::from(estimates);
            assert!(coverage >= 0.85, "{name} at {share}: {coverage}");
            held += these;
            all += estimates;
        }
    }
    let coverage = f64::from(held) / f64::from(all);
    assert!((0.90..=0.99).contains(&coverage), "{coverage} of {all}");
}

/// SHARDS with its adjustment, as published: misses of the sample over the requests that were to be expected in it.
fn shards(trace: &Trace, rate: f64, seed: u64, capacities: &[u64]) -> Vec<f64> {
    let mut random = Random(seed);
    let drawn: Vec<bool> = (0..trace.keys.len()).map(|_| random.share() < rate).collect();
    let sample: Vec<u32> = trace.requests.iter().copied().filter(|id| drawn[*id as usize]).collect();
    let mut recorder = Recorder::default();
    recorder.reserve(trace.keys.len());
    recorder.record(&sample);
    let curve = recorder.finish();
    let misses = |capacity: &u64| curve.misses((*capacity as f64 * rate) as u64) as f64;
    capacities.iter().map(|capacity| 1.0 - misses(capacity) / (rate * trace.len() as f64)).collect()
}

#[test]
fn classes_of_keys_halve_the_error_of_plain_sampling_at_least() {
    for (name, trace) in shapes() {
        let curve = Curve::of(&trace, 0);
        let capacities = spread(curve.keys() / 100, curve.keys() / 2, 8);
        let (mut plain, mut ours) = (0.0, 0.0);
        for seed in 0..50 {
            let sampled = Sampled::of(&trace, 0, rate(0.1), seed);
            for (capacity, shards) in capacities.iter().zip(shards(&trace, 0.1, seed, &capacities)) {
                let Some(found) = sampled.estimate(*capacity) else { continue };
                let exact = curve.hit_ratio(*capacity).expect("there are requests");
                plain += (shards - exact).abs();
                ours += (found.hit_ratio - exact).abs();
            }
        }
        assert!(2.0 * ours < plain, "{name}: {ours} against {plain}");
    }
}

#[test]
fn a_capacity_for_fewer_than_twenty_sampled_keys_has_no_estimate() {
    let trace = trace(&zipf(20_000, 3000, 0.8, 5));
    let sampled = Sampled::of(&trace, 0, rate(0.1), 9);
    let least = sampled.resolution();
    let within = |capacity: u64| (capacity * sampled.sampled_keys()) as f64 / sampled.keys() as f64;
    assert!(within(least) >= 20.0 && within(least - 1) < 20.0);
    assert_eq!(sampled.estimate(least - 1), None);
    assert!(sampled.estimate(least).is_some_and(|found| found.half_width > 0.0));
}

#[test]
fn room_for_every_key_leaves_nothing_to_estimate() {
    let trace = trace(&zipf(20_000, 3000, 0.8, 5));
    let curve = Curve::of(&trace, 5000);
    for share in [0.1, 0.001, 1e-9] {
        let sampled = Sampled::of(&trace, 5000, rate(share), 9);
        let found = sampled.estimate(sampled.keys()).expect("needs no sample");
        assert_eq!(Some(found.hit_ratio), curve.hit_ratio(u64::MAX));
        assert_eq!(found.half_width, 0.0);
    }
}
