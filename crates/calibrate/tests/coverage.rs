//! How often intervals hold the truth, over workloads that are drawn with a known one.

use std::sync::Arc;

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use rayon::prelude::*;
use trace::synthetic::{self, Chunk, Spec};
use warmcast_calibrate::{Against, HOT_SHARE, Prediction, Requests, Sampling, quality, rate, workload};

/// A data set: what is true of it, and its requests.
struct Drawn {
    rate: f64,
    exponent: f64,
    keys: f64,
    churn: f64,
    times: Vec<i64>,
    requests: Vec<u32>,
}

/// Number `set` of all data sets: 5 to 500 requests a second, 500 to 20,000 keys of Zipf's law with exponents from 0.5 to 1.3, 20,000 to
/// 100,000 requests; one in five does not change, of the others 0.02 to 1 of the hot set does in all of the time.
fn drawn(set: u64) -> Drawn {
    let mut random = ChaCha8Rng::seed_from_u64(9000 + set);
    let mut between = |low: f64, high: f64| (low.ln() + (high / low).ln() * random.random::<f64>()).exp();
    let rate = between(5.0, 500.0);
    let keys = between(500.0, 20_000.0) as u32;
    let count = between(20_000.0, 100_000.0) as usize;
    let changed = between(0.02, 1.0);
    let exponent = 0.5 + 0.8 * random.random::<f64>();
    let churn = if set.is_multiple_of(5) { 0.0 } else { changed / (count as f64 / rate / 3600.0) };
    let law = synthetic::Law::zipf(keys, exponent);
    let spec = Spec { hot_keys: (keys / 100).max(10), churn_per_hour: churn, ..Spec::calm(law, rate) };
    let mut workload = synthetic::Workload::new(Arc::new(spec), set, 0);
    let (mut times, mut requests, mut chunk) = (vec![], vec![], Chunk::default());
    while requests.len() < count {
        workload.fill(&mut chunk, 8192.min(count - requests.len()));
        times.extend(chunk.times.iter().map(|nanoseconds| nanoseconds / 1000));
        requests.extend_from_slice(&chunk.keys);
    }
    Drawn { rate, exponent, keys: f64::from(keys), churn, times, requests }
}

/// Of so many data sets how many intervals hold the rate, the exponent, the keys, the churn, and 0 where nothing changes.
fn held(sets: u64) -> [u64; 5] {
    let each = (0..sets).into_par_iter().map(|set| {
        let truth = drawn(set);
        let rate = rate(&truth.times).is_some_and(|found| found.holds(truth.rate));
        let found =
            workload(&Requests::of(&truth.times, &truth.requests, truth.keys as usize), HOT_SHARE, set)
                .expect("fits");
        let churn = found.churn.is_some_and(|churn| churn.per_hour.holds(truth.churn));
        let popularity = found.popularity;
        let exponent = popularity.exponent.holds(truth.exponent);
        [rate, exponent, popularity.keys.holds(truth.keys), churn, churn && truth.churn == 0.0].map(u64::from)
    });
    each.reduce(|| [0; 5], |a, b| std::array::from_fn(|nth| a[nth] + b[nth]))
}

/// A predictor with a known precision and recall, and what was asked for.
struct Predicted {
    precision: f64,
    recall: f64,
    times: Vec<i64>,
    requests: Vec<u32>,
    hot: Vec<bool>,
    predictions: Vec<Prediction>,
}

/// Number `set` of all predictors: 20 to 200 rounds a minute apart, 3 to 100 requests in each, for 50 to 2,000 keys of which the
/// popular ones are asked for more; each key beyond the first ten that is asked for is predicted with the recall, and for each
/// right prediction there are (1 − p) / p wrong ones on average, of keys that nobody asks for.
fn predicted(set: u64) -> Predicted {
    let mut random = ChaCha8Rng::seed_from_u64(77_000 + set);
    let mut between = |low: f64, high: f64| low + (high - low) * random.random::<f64>();
    let (precision, recall) = (between(0.1, 0.95), between(0.1, 0.95));
    let (rounds, keys, mean) =
        (between(20.0, 200.0) as i64, between(50.0, 2000.0) as u32, between(3.0, 100.0));
    let (mut times, mut requests, mut predictions) = (vec![], vec![], vec![]);
    const MINUTE: i64 = 60_000_000;
    for round in 0..rounds {
        let count = (mean * 2.0 * random.random::<f64>()).ceil() as usize + 1;
        let mut asked: Vec<(i64, u32)> = (0..count)
            .map(|_| {
                let rank = (f64::from(keys).powf(random.random::<f64>()) - 1.0) as u32;
                (round * MINUTE + random.random_range(0..MINUTE), rank)
            })
            .collect();
        asked.sort_unstable();
        let mut different: Vec<u32> = asked.iter().map(|one| one.1).filter(|key| *key >= 10).collect();
        different.sort_unstable();
        different.dedup();
        let mut wrong = 0;
        for key in different {
            if random.random::<f64>() < recall {
                let said =
                    |key: Option<u32>, name| Prediction { time: round * MINUTE, key, name, score: None };
                predictions.push(said(Some(key), key));
                // Geometric, of mean (1 - p) / p.
                while random.random::<f64>() > precision {
                    wrong += 1;
                    predictions.push(said(None, keys + wrong));
                }
            }
        }
        times.extend(asked.iter().map(|one| one.0));
        requests.extend(asked.iter().map(|one| one.1));
    }
    let hot = (0..keys).map(|key| key < 10).collect();
    Predicted { precision, recall, times, requests, hot, predictions }
}

/// Of so many predictors how many intervals hold the precision, and the recall.
fn held_of_predictors(sets: u64) -> [u64; 2] {
    let each = (0..sets).into_par_iter().map(|set| {
        let truth = predicted(set);
        let against = Against { times: &truth.times, requests: &truth.requests, hot: &truth.hot };
        let found = quality(&truth.predictions, &against, Some(60.0), 600.0).expect("is judged");
        let recall = found.recall.is_some_and(|recall| recall.holds(truth.recall));
        [found.precision.holds(truth.precision), recall].map(u64::from)
    });
    each.reduce(|| [0; 2], |a, b| [a[0] + b[0], a[1] + b[1]])
}

/// Quick enough to count a thousand each time.
#[test]
fn intervals_of_a_thousand_predictors_hold_the_truth_in_92_to_98_of_a_hundred() {
    let [precision, recall] = held_of_predictors(1000);
    println!("precision {precision}, recall {recall} of 1000");
    for (name, count) in [("precision", precision), ("recall", recall)] {
        assert!((920..=980).contains(&count), "{name}: {count} of 1000");
    }
}

/// The same where requests for one key in four are kept, as those of a trace that is too long to be kept whole.
fn held_of_samples(sets: u64) -> [u64; 3] {
    let each = (0..sets).into_par_iter().map(|set| {
        let truth = drawn(set);
        let mut random = ChaCha8Rng::seed_from_u64(31_000 + set);
        let drawn: Vec<bool> = (0..truth.keys as u32).map(|_| random.random::<f64>() < 0.25).collect();
        let kept = truth.times.iter().zip(&truth.requests).filter(|(_, key)| drawn[**key as usize]);
        let (times, requests): (Vec<i64>, Vec<u32>) = kept.unzip();
        let sampling = Sampling { rate: 0.25, each: truth.requests.len() as f64 / requests.len() as f64 };
        let all = Requests { sampling, ..Requests::of(&times, &requests, truth.keys as usize) };
        let Some(found) = workload(&all, HOT_SHARE, set) else { return [0; 3] };
        let churn = found.churn.is_none_or(|churn| churn.per_hour.holds(truth.churn));
        let popularity = found.popularity;
        [popularity.exponent.holds(truth.exponent), popularity.keys.holds(truth.keys), churn].map(u64::from)
    });
    each.reduce(|| [0; 3], |a, b| std::array::from_fn(|nth| a[nth] + b[nth]))
}

#[test]
fn intervals_of_a_hundred_samples_of_keys_hold_the_truth() {
    let [exponent, keys, churn] = held_of_samples(100);
    println!("exponent {exponent}, keys {keys}, churn {churn} of 100");
    for (name, count) in [("exponent", exponent), ("keys", keys), ("churn", churn)] {
        assert!(count > 88, "{name}: {count} of 100");
    }
}

/// Of 100 intervals that hold the truth in 95 of 100 cases, 88 or fewer would do so once in 400 times.
#[test]
fn intervals_of_a_hundred_workloads_hold_the_truth() {
    let [rate, exponent, keys, churn, calm] = held(100);
    for (name, count) in [("rate", rate), ("exponent", exponent), ("keys", keys), ("churn", churn)] {
        assert!(count > 88, "{name}: {count} of 100");
    }
    assert!(calm >= 17, "no churn: {calm} of 20");
}

/// Takes some minutes: `cargo test --release -p warmcast-calibrate -- --ignored`.
#[test]
#[ignore = "takes minutes"]
fn intervals_of_a_thousand_workloads_hold_it_in_92_to_98_of_a_hundred() {
    let [rate, exponent, keys, churn, calm] = held(1000);
    println!("rate {rate}, exponent {exponent}, keys {keys}, churn {churn} of 1000; no churn {calm} of 200");
    for (name, count) in [("rate", rate), ("exponent", exponent), ("keys", keys), ("churn", churn)] {
        assert!((920..=980).contains(&count), "{name}: {count} of 1000");
    }
    assert!(calm >= 184, "no churn: {calm} of 200");
}
