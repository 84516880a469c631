//! What a snapshot of frequencies says: how requests spread over keys, and nothing of their order.

use trace::format::Counted;

use crate::estimate::Estimate;
use crate::evidence::{Evidence, shown};
use crate::finding::Finding;
use crate::parameter::Parameter;
use crate::tally::{Tally, WORTH_SAYING};
use crate::workload::{first_guess, hot_set};
use crate::zipf_fit::ZipfFit;

/// What a snapshot says of a scenario.
pub fn of_snapshot(keys: &[Counted], hot_share: f64, name: &str) -> Evidence {
    let mut told = Evidence::default();
    let whole = keys.iter().all(|key| key.count.fract() == 0.0);
    let counts: Vec<u64> = keys.iter().map(|key| key.count as u64).filter(|count| *count > 0).collect();
    let fit = whole
        .then(|| first_guess(&counts).and_then(|guess| ZipfFit::of(&Tally::counted(&counts)?, guess)))
        .flatten();
    let asked = keys.iter().filter(|key| key.count > 0.0).count();
    let all: f64 = keys.iter().map(|key| key.count).sum();
    let mut keys_of = Estimate::exact(asked as f64, all as u64);
    let mut method = "keys with a count".to_owned();
    match fit.filter(|fit| !fit.misfit.is_bad()) {
        Some(fit) => {
            told.parameters.push(Parameter::found(
                "workload.zipf_exponent",
                fit.exponent,
                fit.method(""),
                name,
            ));
            keys_of = Estimate { value: fit.keys.value.round(), ..fit.keys };
            method = "the same fit, keys not asked for yet included".to_owned();
        }
        None => {
            let why = match whole {
                true => "no Zipf law fits its counts",
                false => "its counts are not whole, as those that decay are not",
            };
            told.counted = Some(asked);
            let off = fit.map_or(0.0, |fit| fit.misfit.misplaced);
            let message = format!("{name}: {why}; measured counts stand in its place");
            told.findings.push(Finding::LawDoesNotFit.raise(off, WORTH_SAYING, message));
        }
    }
    told.parameters.push(Parameter::found("workload.keys", keys_of, method, name));
    let hot = |keys: f64| hot_set(keys, hot_share).min(keys);
    let hot_keys =
        Estimate { value: hot(keys_of.value), low: hot(keys_of.low), high: hot(keys_of.high), n: keys_of.n };
    let method = format!("{} % of the keys, at least 10", shown(100.0 * hot_share));
    told.parameters.push(Parameter::found("workload.hot_keys", hot_keys, method, name));
    let mut mean = |key, of: fn(&Counted) -> Option<f64>, method: &str| {
        let values: Vec<f64> = keys.iter().filter_map(of).collect();
        told.parameters.extend(Estimate::mean(&values).map(|mean| Parameter::found(key, mean, method, name)));
    };
    mean(
        "workload.mean_object_bytes",
        |key| key.size.map(|size| size as f64).filter(|size| *size >= 1.0),
        "mean over keys",
    );
    mean("origin.miss_penalty_ms", |key| key.fetch_ms, "mean over keys of what fetching each takes");
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::rngs::ChaCha8Rng;
    use rand::{RngExt, SeedableRng};

    fn counted(count: f64) -> Counted {
        Counted { key: format!("{count}"), count, last_access: None, size: Some(100), fetch_ms: None }
    }

    /// 100,000 draws from 2,000 keys in proportion to 1 / rank.
    #[test]
    fn a_law_is_found_where_there_is_one() {
        let mut random = ChaCha8Rng::seed_from_u64(5);
        let all: f64 = (1..=2000).map(|rank| 1.0 / f64::from(rank)).sum();
        let mut counts = vec![0.0; 2000];
        for _ in 0..100_000 {
            let mut left = random.random::<f64>() * all;
            let rank = (1..2000).find(|rank| {
                left -= 1.0 / f64::from(*rank);
                left < 0.0
            });
            counts[rank.unwrap_or(2000) as usize - 1] += 1.0;
        }
        let keys: Vec<Counted> = counts.into_iter().filter(|count| *count > 0.0).map(counted).collect();
        let told = of_snapshot(&keys, 0.01, "s.csv");
        let exponent = told.get("workload.zipf_exponent").expect("fits");
        assert!(exponent.interval.is_some_and(|(low, high)| low < 1.0 && high > 1.0), "{exponent:?}");
        assert_eq!(told.get("workload.mean_object_bytes").map(|bytes| bytes.value), Some(100.0));
    }

    #[test]
    fn decayed_counts_are_taken_as_they_are() {
        let keys: Vec<Counted> = (1..=100).map(|rank| counted(255.5 / f64::from(rank))).collect();
        let told = of_snapshot(&keys, 0.01, "s.csv");
        assert_eq!((told.counted, told.get("workload.zipf_exponent")), (Some(100), None));
    }
}
