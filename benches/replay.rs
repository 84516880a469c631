//! Replays of named traces, in requests a second: `cargo bench --bench replay`.
//!
//! Each trace is drawn from a seed: `zipf-0.8`, `zipf-1.0`, `zipf-1.2` over 100,000 keys, `loop` over 20,000 keys one after
//! the other, `uniform` over 100,000.
#![allow(missing_docs, reason = "divan makes public what it measures")]

use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::ItemsCount;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use warmcast::sim::eviction::{Chosen, POLICIES};
use warmcast::sim::{Replay, Setup, Start, Stretch};
use warmcast::trace::Sizes;
use warmcast::trace::reuse::Recorder;

const REQUESTS: usize = 1_000_000;
const KEYS: usize = 100_000;
const SEED: u64 = 42;
const TRACES: &[&str] = &["zipf-0.8", "zipf-1.0", "zipf-1.2", "loop", "uniform"];

/// Ids in order of first appearance, and for each request the next for the same key.
struct Requests {
    keys: Vec<u32>,
    next: Vec<u32>,
    count: usize,
}

static DRAWN: LazyLock<Vec<Requests>> = LazyLock::new(|| TRACES.iter().map(|name| draw(name)).collect());

fn draw(name: &str) -> Requests {
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let raw: Vec<usize> = match name.strip_prefix("zipf-") {
        Some(exponent) => {
            let exponent: f64 = exponent.parse().expect("is a number");
            let mut sums: Vec<f64> = (1..=KEYS).map(|rank| (rank as f64).powf(-exponent)).collect();
            (1..KEYS).for_each(|rank| sums[rank] += sums[rank - 1]);
            let total = sums[KEYS - 1];
            let draws = (0..REQUESTS).map(|_| random.random::<f64>() * total);
            draws.map(|at| sums.partition_point(|sum| *sum < at)).collect()
        }
        None if name == "loop" => (0..REQUESTS).map(|nth| nth % 20_000).collect(),
        None => (0..REQUESTS).map(|_| random.random_range(0..KEYS)).collect(),
    };
    let (mut ids, mut count) = (vec![u32::MAX; KEYS], 0);
    let keys: Vec<u32> = raw
        .into_iter()
        .map(|key| {
            if ids[key] == u32::MAX {
                ids[key] = count;
                count += 1;
            }
            ids[key]
        })
        .collect();
    let (mut next, mut ahead) = (vec![u32::MAX; REQUESTS], vec![u32::MAX; KEYS]);
    for (nth, key) in keys.iter().enumerate().rev() {
        next[nth] = std::mem::replace(&mut ahead[*key as usize], nth as u32);
    }
    Requests { keys, next, count: count as usize }
}

fn requests(name: &str) -> &'static Requests {
    let nth = TRACES.iter().position(|one| *one == name).unwrap_or(0);
    &DRAWN[nth]
}

fn play(requests: &Requests, policy: &str, express: bool) -> u64 {
    let setup = Setup { capacity: KEYS as u64 / 100, bytes: false, ttl: None, seed: SEED, express };
    let mut replay = Replay::new(&Chosen::parse(policy).expect("is known"), setup, Start::Warm, None);
    replay.reserve(requests.count);
    replay.begin(None, None);
    let (keys, next) = (&requests.keys, &requests.next);
    replay.measure(&Stretch { keys, first: 0, sizes: &Sizes::None, times: &[], ttls: &[], next });
    replay.finish().expect("is sound").total.misses
}

/// Every policy on `zipf-1.0`, at one key in a hundred.
#[divan::bench(args = POLICIES.iter().map(|policy| policy.name))]
fn policy(bencher: Bencher, name: &str) {
    let requests = requests("zipf-1.0");
    bencher.counter(ItemsCount::new(REQUESTS)).bench(|| play(requests, name, true));
}

/// LRU, FIFO and SIEVE on every trace, the short way.
#[divan::bench(args = TRACES, consts = [0, 1, 2])]
fn express<const NTH: usize>(bencher: Bencher, trace: &str) {
    let requests = requests(trace);
    bencher.counter(ItemsCount::new(REQUESTS)).bench(|| play(requests, ["lru", "fifo", "sieve"][NTH], true));
}

/// The same without it.
#[divan::bench(args = TRACES, consts = [0, 1, 2])]
fn step_by_step<const NTH: usize>(bencher: Bencher, trace: &str) {
    let requests = requests(trace);
    bencher.counter(ItemsCount::new(REQUESTS)).bench(|| play(requests, ["lru", "fifo", "sieve"][NTH], false));
}

/// The exact curve of LRU at every capacity.
#[divan::bench(args = TRACES)]
fn curve(bencher: Bencher, trace: &str) {
    let requests = requests(trace);
    bencher.counter(ItemsCount::new(REQUESTS)).bench(|| {
        let mut recorder = Recorder::default();
        recorder.reserve(requests.count);
        recorder.record(&requests.keys);
        recorder.finish().least_capacity(0.5)
    });
}

fn main() {
    // Drawn before anything is timed.
    assert!(DRAWN.iter().all(|requests| requests.keys.len() == REQUESTS));
    divan::main();
}
