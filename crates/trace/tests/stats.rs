//! Statistics of traces whose truth is known.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use warmcast_trace::stats::{Churn, Popularity, Window};
use warmcast_trace::{Keys, Micros, Passed, Sizes, Trace};

fn trace(requests: Vec<u32>, times: Vec<Micros>) -> Trace {
    let keys = requests.iter().max().map_or(0, |most| u64::from(*most) + 1);
    Trace {
        keys: Keys::Numbers((0..keys).collect()),
        span: times.first().copied().zip(times.last().copied()),
        requests,
        times,
        sizes: Sizes::None,
        ttls: vec![],
        ops: vec![],
        bytes: None,
        detailed: false,
        passed: Passed::default(),
        found: vec![],
        largest: None,
    }
}

/// Requests by Zipf's law over `keys` keys; `name` says which key has which rank at a request.
fn zipf(requests: usize, keys: u32, exponent: f64, seed: u64, name: impl Fn(usize, u32) -> u32) -> Vec<u32> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut sums: Vec<f64> = (1..=keys).map(|rank| f64::from(rank).powf(-exponent)).collect();
    (1..sums.len()).for_each(|rank| sums[rank] += sums[rank - 1]);
    let total = sums[sums.len() - 1];
    let draw = |nth| {
        let at = random.random::<f64>() * total;
        let rank = sums.partition_point(|sum| *sum < at);
        name(nth, rank as u32)
    };
    (0..requests).map(draw).collect()
}

const HOUR: Micros = 3_600_000_000;

/// Evenly over ten hours.
fn times(requests: usize) -> Vec<Micros> {
    (0..requests).map(|nth| nth as Micros * 10 * HOUR / requests as Micros).collect()
}

#[test]
fn a_workload_that_never_changes_turns_over_by_chance_alone() {
    for seed in 1..=5 {
        let requests = zipf(200_000, 10_000, 0.9, seed, |_, rank| rank);
        let trace = trace(requests, times(200_000));
        let churn = Churn::of(&trace, Window::Time(HOUR), 100, seed).expect("has windows");
        assert_eq!((churn.pairs, churn.hot_keys), (9, 100));
        assert!(churn.noise > 0.05, "a hot set of samples is never the same twice: {churn:?}");
        assert!((churn.turnover - churn.noise).abs() < 3.0 * churn.turnover_error.max(0.01), "{churn:?}");
    }
}

#[test]
fn hot_keys_that_are_replaced_every_hour_are_all_gone() {
    // In each hour other names for the same ranks.
    let requests = zipf(200_000, 1000, 1.0, 7, |nth, rank| rank + nth as u32 / 20_000 * 1000);
    let churn = Churn::of(&trace(requests, times(200_000)), Window::Time(HOUR), 50, 1).expect("has windows");
    assert!((churn.turnover - 1.0).abs() < 1e-12, "{churn:?}");
    assert_eq!(churn.per_hour, None, "no rate makes everything go at once");
}

#[test]
fn a_known_share_of_hot_keys_that_goes_each_hour_is_found() {
    // The keys of ranks 0..100 each have a new name after an hour with chance 0.3: e^-k = 0.7, k = 0.357 an hour.
    let mut random = ChaCha8Rng::seed_from_u64(3);
    let mut names: Vec<Vec<u32>> = vec![(0..100).collect()];
    let mut next = 5000;
    for hour in 1..10 {
        let renamed = names[hour - 1].iter().map(|name| {
            if random.random::<f64>() >= 0.3 {
                return *name;
            }
            next += 1;
            next
        });
        let renamed = renamed.collect();
        names.push(renamed);
    }
    let name = |nth: usize, rank: u32| if rank < 100 { names[nth / 40_000][rank as usize] } else { rank };
    let requests = zipf(400_000, 3000, 0.8, 11, name);
    let churn = Churn::of(&trace(requests, times(400_000)), Window::Time(HOUR), 100, 1).expect("has windows");
    let found = churn.per_hour.expect("has times");
    assert!((found - 0.357).abs() < 0.07, "{churn:?}");
}

#[test]
fn windows_of_requests_do_without_times() {
    let requests = zipf(50_000, 1000, 1.0, 5, |_, rank| rank);
    let churn = Churn::of(&trace(requests, vec![]), Window::Requests(10_000), 20, 1).expect("has windows");
    assert_eq!((churn.pairs, churn.per_hour), (4, None));
}

#[test]
fn too_few_keys_have_no_hot_set() {
    let requests: Vec<u32> = (0..1000).map(|nth| nth % 5).collect();
    assert_eq!(Churn::of(&trace(requests, vec![]), Window::Requests(100), 10, 1), None);
}

#[test]
fn the_exponent_of_a_drawn_trace_is_within_its_error() {
    let mut outside = 0;
    for seed in 1..=20 {
        let requests = zipf(300_000, 20_000, 0.99, seed, |_, rank| rank);
        let zipf = Popularity::of(&trace(requests, vec![])).and_then(|found| found.zipf).expect("has keys");
        assert!((zipf.exponent - 0.99).abs() < 0.01, "{zipf:?}");
        outside += u32::from((zipf.exponent - 0.99).abs() > 2.0 * zipf.standard_error);
    }
    // Twice the error covers 95 %; of twenty, four or more lie outside with chance 0.02.
    assert!(outside < 4, "{outside} of 20");
}

#[test]
fn shares_are_counted_by_hand() {
    // Of 200 keys, 100 are asked for once, 99 twice, and one 702 times.
    let mut requests: Vec<u32> = (0..200).chain(100..199).collect();
    requests.extend([199; 701]);
    let found = Popularity::of(&trace(requests, vec![])).expect("has requests");
    assert!((found.one_hit_share - 0.5).abs() < 1e-12);
    // The top 1 % are two keys.
    assert!((found.top_share - 704.0 / 1000.0).abs() < 1e-12, "{}", found.top_share);
}
