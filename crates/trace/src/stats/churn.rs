//! How fast the hot set changes, and how much of that is chance.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use crate::request::Micros;
use crate::trace::Trace;

/// Turnover of the hot set from one window to the next.
///
/// # Definitions
/// Hot is the set of the k keys asked for most within a window, ties decided by first appearance. The turnover of two
/// windows is `1 − |A ∩ B| / k`. Two windows of a workload that never changes also differ, because counts are chance:
/// the noise is the turnover of the same two windows after their requests were shuffled together and dealt out anew,
/// the mean of [`Churn::SHUFFLES`] shuffles. The rate κ follows from `(1 − turnover) / (1 − noise) = e^(−κ t)`, with t
/// the time from one window to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Churn {
    /// k.
    pub hot_keys: usize,
    /// Pairs of windows, each with the next.
    pub pairs: usize,
    /// Mean over the pairs.
    pub turnover: f64,
    /// Of the mean; 0 with one pair.
    pub turnover_error: f64,
    /// What chance alone gives.
    pub noise: f64,
    /// κ per hour; none without times. Below 0 where the turnover is less than chance gives.
    pub per_hour: Option<f64>,
}

/// Length of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// So many requests.
    Requests(usize),
    /// So much time.
    Time(Micros),
}

impl Churn {
    /// Shuffles of a pair of windows.
    pub const SHUFFLES: u32 = 5;

    /// Compares every window with the next. Windows with fewer than k keys, such as the rest at the end, are left out;
    /// none where no two windows in a row remain.
    pub fn of(trace: &Trace, window: Window, hot_keys: usize, seed: u64) -> Option<Self> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut hot = Hot { counts: vec![0; trace.keys.len()] };
        let windows = cut(trace, window);
        let (mut turnovers, mut noises) = (vec![], vec![]);
        for pair in windows.windows(2) {
            let [a, b] = [&trace.requests[pair[0].clone()], &trace.requests[pair[1].clone()]];
            let (Some(before), Some(after)) = (hot.of(a, hot_keys), hot.of(b, hot_keys)) else { continue };
            turnovers.push(turnover(&before, &after));
            let mut both = [a, b].concat();
            for _ in 0..Self::SHUFFLES {
                deal(&mut both, a.len(), &mut random);
                let (a, b) = both.split_at(a.len());
                if let (Some(a), Some(b)) = (hot.of(a, hot_keys), hot.of(b, hot_keys)) {
                    noises.push(turnover(&a, &b));
                }
            }
        }
        if turnovers.is_empty() || noises.is_empty() {
            return None;
        }
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let (found, noise) = (mean(&turnovers), mean(&noises));
        let pairs = turnovers.len();
        let squares: f64 = turnovers.iter().map(|one| (one - found).powi(2)).sum();
        let hours = hours_apart(trace, &windows);
        Some(Self {
            hot_keys,
            pairs,
            turnover: found,
            turnover_error: if pairs > 1 { (squares / (pairs * (pairs - 1)) as f64).sqrt() } else { 0.0 },
            noise,
            per_hour: hours
                .map(|hours| -((1.0 - found) / (1.0 - noise)).ln() / hours)
                .filter(|rate| rate.is_finite()),
        })
    }
}

/// The requests of each window.
fn cut(trace: &Trace, window: Window) -> Vec<std::ops::Range<usize>> {
    let mut cuts = vec![0];
    match window {
        Window::Requests(length) => cuts.extend((1..=trace.len() / length.max(1)).map(|nth| nth * length)),
        Window::Time(length) => {
            let (Some(first), Some(last)) = (trace.times.first(), trace.times.last()) else { return vec![] };
            let mut end = *first;
            while let Some(next) = end.checked_add(length.max(1)).filter(|next| *next <= *last) {
                end = next;
                cuts.push(trace.times.partition_point(|time| *time < end));
            }
            cuts.push(trace.len());
        }
    }
    cuts.windows(2).map(|ends| ends[0]..ends[1]).collect()
}

/// Mean time from the beginning of a window to that of the next.
fn hours_apart(trace: &Trace, windows: &[std::ops::Range<usize>]) -> Option<f64> {
    let begins = |window: &std::ops::Range<usize>| trace.times.get(window.start).copied();
    let apart = begins(windows.last()?)? - begins(windows.first()?)?;
    let hours = apart as f64 / 3.6e9 / (windows.len() - 1) as f64;
    (hours > 0.0).then_some(hours)
}

/// Moves a random choice of `first` requests to the front.
fn deal(requests: &mut [u32], first: usize, random: &mut ChaCha8Rng) {
    for nth in 0..first.min(requests.len()) {
        let other = random.random_range(nth..requests.len());
        requests.swap(nth, other);
    }
}

fn turnover(before: &[u32], after: &[u32]) -> f64 {
    let kept = before.iter().filter(|key| after.binary_search(key).is_ok()).count();
    1.0 - kept as f64 / before.len() as f64
}

/// Finds hot sets.
struct Hot {
    counts: Vec<u32>,
}

impl Hot {
    /// The most popular keys of a window in ascending order; none where it has fewer.
    fn of(&mut self, requests: &[u32], hot_keys: usize) -> Option<Vec<u32>> {
        requests.iter().for_each(|key| self.counts[*key as usize] += 1);
        let mut keys: Vec<u32> = requests.to_vec();
        keys.sort_unstable();
        keys.dedup();
        let counts = &self.counts;
        let order = |key: &u32| (std::cmp::Reverse(counts[*key as usize]), *key);
        if keys.len() > hot_keys && hot_keys > 0 {
            keys.select_nth_unstable_by_key(hot_keys - 1, order);
        }
        requests.iter().for_each(|key| self.counts[*key as usize] = 0);
        if keys.len() < hot_keys {
            return None;
        }
        keys.truncate(hot_keys);
        keys.sort_unstable();
        Some(keys)
    }
}
