//! Law and churn together: each is needed to find the other.

use trace::stats::Zipf;

use crate::churn::{Churn, churn};
use crate::law::Law;
use crate::requests::Requests;
use crate::tally::{Changes, Tally};
use crate::zipf_fit::ZipfFit;

/// Rounds in which law and churn are found by turns.
const ROUNDS: usize = 2;
/// Share of the hot set that may change within a window in which keys are counted.
const CALM: f64 = 0.1;
/// Requests of such a window at least.
const FEWEST: usize = 2000;
/// The share of all keys that is the hot set, where nobody says another.
pub const HOT_SHARE: f64 = 0.01;
/// Keys of it at least.
const FEWEST_HOT: f64 = 10.0;

/// How requests spread over keys, and how that changes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Workload {
    /// Zipf's law at an instant.
    pub popularity: ZipfFit,
    /// None where hot keys cannot be followed.
    pub churn: Option<Churn>,
    /// Requests of a window in which keys were counted.
    pub window: usize,
}

/// Finds law and churn of requests in order of time, for keys numbered from 0.
///
/// # Method
/// By turns: a law over all of the time; how fast hot keys change under it; the law in windows so short that no more than a
/// tenth of the hot set changes within one, knowing what does; and so on. Counts over all of the time would look flatter than
/// the law at an instant.
///
/// The hot set is a share of all keys, and at least ten.
pub fn workload(all: &Requests<'_>, hot_share: f64, seed: u64) -> Option<Workload> {
    let Requests { requests, keys, sampling, .. } = *all;
    let guess = first_guess(&all.counts())?;
    let mut law = Law { keys: guess.keys / sampling.rate, ..guess };
    let mut found: Option<Workload> = None;
    for round in 0..=ROUNDS {
        let known = found.and_then(|found| found.churn);
        let hours = all.seconds() / 3600.0;
        let changed = known.map_or(0.0, |churn| churn.per_hour.value.max(0.0) * hours);
        let windows = ((changed / CALM).ceil() as usize).clamp(1, (requests.len() / FEWEST).max(1));
        let window = requests.len() / windows;
        let tally = Tally::of(requests, keys, window)?.sampled(sampling);
        let changes = known.map_or(Changes::default(), |churn| Changes {
            hot_keys: churn.hot_keys,
            share: -(-changed / windows as f64).exp_m1(),
        });
        let tally = tally.with(changes);
        let popularity = match found {
            None => ZipfFit::of(&tally, law)?,
            // What another round changes is little.
            Some(_) => ZipfFit::near(&tally, law).or_else(|| ZipfFit::of(&tally, law))?,
        };
        law = popularity.law;
        let hot = hot_set(law.keys, hot_share);
        let churn = (hours > 0.0).then(|| churn(all, &law, hot, seed + round as u64)).flatten();
        found = Some(Workload { popularity, churn, window });
    }
    found
}

/// Keys of the hot set.
pub(crate) fn hot_set(keys: f64, share: f64) -> f64 {
    (share * keys).ceil().max(FEWEST_HOT)
}

/// The exponent by ranks as they are found, and as many keys as those seen once and twice speak of.
///
/// # Source
/// Chao, *Nonparametric estimation of the number of classes in a population*, Scandinavian Journal of Statistics 11, 1984.
pub(crate) fn first_guess(counts: &[u64]) -> Option<Law> {
    let mut counts: Vec<u64> = counts.iter().copied().filter(|count| *count > 0).collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let exponent = Zipf::fit(&counts)?.exponent.max(0.0);
    let seen = |times: u64| counts.iter().filter(|count| **count == times).count() as f64;
    let (once, twice) = (seen(1), seen(2));
    Some(Law { exponent, keys: counts.len() as f64 + once * once / (2.0 * twice + 1.0) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use trace::Micros;

    #[test]
    fn what_is_no_law_is_none() {
        assert_eq!(workload(&Requests::of(&[], &[], 0), HOT_SHARE, 1), None);
        assert_eq!(workload(&Requests::of(&[0, 1, 2], &[0, 0, 0], 1), HOT_SHARE, 1), None);
        let ones: Vec<u32> = (0..500).collect();
        let times: Vec<Micros> = (0..500).map(|nth| nth * 1_000_000).collect();
        // Every key once: how many there are is open, and so is how their popularity falls.
        assert!(
            workload(&Requests::of(&times, &ones, 500), HOT_SHARE, 1)
                .is_none_or(|found| found.churn.is_none())
        );
    }

    #[test]
    fn without_times_there_is_a_law_and_no_churn() {
        let requests: Vec<u32> = (0..40_000u32).map(|nth| (nth % 97).min(nth % 13)).collect();
        let found = workload(&Requests::of(&[], &requests, 97), HOT_SHARE, 1);
        assert!(found.is_none_or(|found| found.churn.is_none()));
    }
}
