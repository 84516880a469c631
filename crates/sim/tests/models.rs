//! Every policy against a slow and obvious model of it, and both against the counts of another program.

mod model;

use model::generator;
use proptest::prelude::*;
use trace::{Sizes, Widths};
use warmcast_sim::eviction::{Chosen, POLICIES};
use warmcast_sim::{NEVER, Replay, Setup, Start, Stretch};

/// What to replay, as the lanes want it.
struct Requests {
    keys: Vec<u32>,
    sizes: Sizes,
    next: Vec<u32>,
    count: usize,
}

impl Requests {
    fn of(trace: &[model::Request]) -> Self {
        let keys: Vec<u32> = trace.iter().map(|request| request.key).collect();
        let count = keys.iter().max().map_or(0, |most| *most as usize + 1);
        let mut sizes = Widths::default();
        trace.iter().for_each(|request| sizes.push(request.size));
        let mut ahead = vec![NEVER; count];
        let mut next = vec![NEVER; keys.len()];
        for (nth, key) in keys.iter().enumerate().rev() {
            next[nth] = std::mem::replace(&mut ahead[*key as usize], nth as u32);
        }
        Self { keys, sizes: Sizes::OfRequests(sizes), next, count }
    }

    fn stretch(&self) -> Stretch<'_> {
        Stretch { keys: &self.keys, first: 0, sizes: &self.sizes, times: &[], ttls: &[], next: &self.next }
    }

    fn misses(&self, policy: &str, capacity: u64, bytes: bool, express: bool) -> u64 {
        let setup = Setup { capacity, bytes, ttl: None, seed: 1, express };
        let mut replay = Replay::new(&Chosen::parse(policy).expect("is known"), setup, Start::Warm, None);
        replay.reserve(self.count);
        replay.begin(None, None);
        replay.measure(&self.stretch());
        replay.finish().expect("is sound").total.misses
    }
}

#[test]
fn another_program_counts_the_same_misses() {
    let file: &[u8] = include_bytes!("data/peer_misses.csv");
    let mut rows = csv::ReaderBuilder::new().comment(Some(b'#')).from_reader(file);
    let (mut compared, mut wrong) = (0, vec![]);
    for row in rows.records() {
        let row = row.expect("is CSV");
        let number = |column: usize| row[column].parse::<u64>().expect("is a number");
        let trace = generator::trace(number(0), number(1) as u32, number(2) as u32, &row[3]);
        let requests = Requests::of(&trace);
        let found =
            [true, false].map(|express| requests.misses(&row[5], number(6), &row[4] == "bytes", express));
        if found != [number(7); 2] {
            wrong.push(format!("{row:?}: {found:?}"));
        }
        compared += 1;
    }
    assert!(wrong.is_empty(), "{} of {compared}\n{}", wrong.len(), wrong.join("\n"));
    assert!(compared > 900, "{compared}");
}

/// Policies with a model, with parameters that matter.
const MODELLED: &[&str] = &[
    "fifo",
    "lru",
    "clock",
    "clock:bits=2",
    "lfu",
    "slru",
    "slru:segments=2",
    "slru:ratio=1-4",
    "2q",
    "2q:in=0.1:out=0.9",
    "arc",
    "sieve",
    "s3-fifo",
    "s3-fifo:fill=main",
    "s3-fifo:small=0.25:ghost=0:threshold=1",
    "gdsf",
    "lru-k",
    "lru-k:k=3",
    "lirs",
    "lirs:queue=0.5",
    "lirs:queue=0.9",
    "w-tinylfu",
    "w-tinylfu:adaptive=off",
    "w-tinylfu:adaptive=off:window=0.5:protected=0.5",
    "belady",
];

/// Traces with hot keys, scans and sizes of their own.
fn traces() -> impl Strategy<Value = Vec<model::Request>> {
    let key = prop_oneof![3 => 0..8u32, 2 => 0..40u32, 1 => 0..200u32];
    let request = (key, prop_oneof![3 => Just(1u64), 2 => 1..6u64, 1 => 1..60u64]);
    prop::collection::vec(request.prop_map(|(key, size)| model::Request { key, size }), 1..600)
}

/// A window that adapts, from small to large.
const ADAPTIVE: &[&str] = &[
    "w-tinylfu",
    "w-tinylfu:window=0.4:protected=0.5",
    "w-tinylfu:window=0.9:protected=1:sample=1",
    "w-tinylfu:window=0.99:protected=0:sample=100",
];

/// One workload after another, as [`generator::trace`] wants them, with several samples of the hit ratio to each.
fn workloads() -> impl Strategy<Value = Vec<(u64, u32, u32, &'static str)>> {
    let shapes = vec!["uniform", "skewed", "resized", "loop", "scan", "drift"];
    prop::collection::vec((any::<u64>(), 20..1000u32, 1..15_000u32, prop::sample::select(shapes)), 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn each_policy_is_its_model(trace in traces(), capacity in prop_oneof![1..12u64, 1..60u64, 20..300u64]) {
        let items = generator::items(&trace);
        for policy in MODELLED {
            let wanted = model::misses(policy, capacity, &trace);
            prop_assert_eq!(Requests::of(&trace).misses(policy, capacity, true, true), wanted, "{} in bytes", policy);
            let wanted = model::misses(policy, capacity, &items);
            for express in [true, false] {
                let found = Requests::of(&items).misses(policy, capacity, false, express);
                prop_assert_eq!(found, wanted, "{} in items, express {}", policy, express);
            }
        }
    }

    #[test]
    fn an_adaptive_window_moves_as_in_its_model(
        policy in prop::sample::select(ADAPTIVE),
        workloads in workloads(),
        capacity in prop_oneof![1..20u64, 1..500u64],
        size in prop_oneof![Just(1u64), 2..20u64],
    ) {
        let trace: Vec<model::Request> = workloads
            .iter()
            .flat_map(|&(seed, keys, requests, shape)| generator::trace(seed, keys, requests, shape))
            .collect();
        let bytes = capacity * size;
        let wanted = model::misses(policy, bytes, &trace);
        prop_assert_eq!(Requests::of(&trace).misses(policy, bytes, true, true), wanted, "{} bytes", bytes);
        let items = generator::items(&trace);
        let wanted = model::misses(policy, capacity, &items);
        prop_assert_eq!(Requests::of(&items).misses(policy, capacity, false, true), wanted, "in items");
    }

    #[test]
    fn lru_never_misses_more_often_where_it_is_larger(trace in traces(), capacity in 1..100u64) {
        let requests = Requests::of(&generator::items(&trace));
        let misses = |capacity| requests.misses("lru", capacity, false, true);
        prop_assert!(misses(capacity + 1) <= misses(capacity));
    }

    #[test]
    fn no_policy_misses_less_often_than_belady(trace in traces(), capacity in 1..100u64) {
        let requests = Requests::of(&generator::items(&trace));
        let least = |capacity| requests.misses("belady", capacity, false, true);
        let (as_large, one_larger) = (least(capacity), least(capacity + 1));
        for policy in POLICIES {
            // GDSF may turn a newcomer away, which is like one more place that every newcomer passes through.
            let least = if policy.name == "gdsf" { one_larger } else { as_large };
            let misses = requests.misses(policy.name, capacity, false, true);
            prop_assert!(least <= misses, "{}: {} < {}", policy.name, misses, least);
        }
    }
}

/// Long enough that instants and slots are counted anew several times on the way.
#[test]
fn the_short_ways_stay_right_on_long_traces() {
    let mut state = 1u64;
    let mut draw = move |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    // Hot keys, a scan that comes back, and a tail.
    let trace: Vec<model::Request> = (0..3_500_000u64)
        .map(|nth| {
            let key = match draw(10) {
                0..5 => draw(40),
                5..8 => 100 + nth / 3 % 700,
                _ => draw(2000),
            };
            model::Request { key: key as u32, size: 1 }
        })
        .collect();
    let requests = Requests::of(&trace);
    for policy in ["lru", "fifo", "sieve", "s3-fifo", "s3-fifo:fill=main:ghost=0.3"] {
        for capacity in [63, 64, 500, 1999] {
            let [short, long] =
                [true, false].map(|express| requests.misses(policy, capacity, false, express));
            assert_eq!(short, long, "{policy} at {capacity}");
        }
    }
}

/// What the climb is for (Einziger, Eytan, Friedman, Manes, Middleware 2018).
#[test]
fn an_adaptive_window_misses_less_than_a_narrow_and_a_wide_one_where_the_workload_changes() {
    let popular = generator::trace(7, 3000, 40_000, "skewed");
    // Each key is asked for about eight times within 320 requests, and never again.
    let mut recent = generator::trace(9, 40, 40_000, "uniform");
    recent.iter_mut().zip(0..).for_each(|(request, nth)| request.key += 3000 + nth / 8);
    for trace in [[&popular[..], &recent].concat(), [&recent[..], &popular].concat()] {
        let requests = Requests::of(&generator::items(&trace));
        let policies = ["w-tinylfu", "w-tinylfu:adaptive=off", "w-tinylfu:adaptive=off:window=0.99"];
        let [adaptive, narrow, wide] = policies.map(|policy| requests.misses(policy, 200, false, true));
        assert!(adaptive < narrow.min(wide), "adaptive {adaptive}, narrow {narrow}, wide {wide}");
    }
}

/// The policies of Redis draw at random, so that they have laws rather than a model: the more keys are drawn, the nearer
/// they come to what they approximate (Redis documentation, Key eviction: with ten samples LRU is very close).
#[test]
fn sampled_policies_come_near_what_they_approximate() {
    let trace = generator::items(&generator::trace(7, 2000, 60_000, "skewed"));
    let requests = Requests::of(&trace);
    let ratio = |policy: &str| 1.0 - requests.misses(policy, 300, false, true) as f64 / trace.len() as f64;
    let (lru, lfu) = (ratio("lru"), ratio("lfu"));
    let distances: Vec<f64> = [1, 3, 10, 64]
        .iter()
        .map(|samples| (ratio(&format!("redis-lru:samples={samples}")) - lru).abs())
        .collect();
    assert!(distances.windows(2).all(|pair| pair[1] < pair[0] + 0.002), "{distances:?}");
    assert!(distances[0] > 0.01, "one sample is no LRU: {distances:?}");
    assert!(distances[2] < 0.01 && distances[3] < 0.005, "{distances:?}");
    // A counter of eight bits on a logarithmic scale is coarse, and still nearer to LFU than LRU is.
    let counted = ratio("redis-lfu:samples=10");
    assert!((counted - lfu).abs() < (lru - lfu).abs(), "redis-lfu {counted}, lfu {lfu}, lru {lru}");
}
