//! Requests of a trace, all of them or those for a share of the keys.

use trace::Micros;

use crate::stretches::seconds;

/// Requests in order of time.
#[derive(Debug, Clone, Copy)]
pub struct Requests<'t> {
    /// What to call it.
    pub name: &'t str,
    /// When; empty where nobody knows.
    pub times: &'t [Micros],
    /// The key of each, from 0 on.
    pub requests: &'t [u32],
    /// Different keys at most: those have numbers below.
    pub keys: usize,
    /// Which part of all requests these are.
    pub sampling: Sampling,
}

/// Which part of all requests is kept: those for keys that were drawn, whole and in order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// The share of keys that was drawn.
    pub rate: f64,
    /// Requests that there are for each that is kept.
    pub each: f64,
}

impl Sampling {
    /// Everything is kept.
    pub const ALL: Self = Self { rate: 1.0, each: 1.0 };

    /// Keys of the sample that a cache of so many items holds.
    pub fn room(self, capacity: u64) -> u64 {
        ((capacity as f64 * self.rate).round() as u64).max(1)
    }

    /// The hit ratio of all requests, from that of those that are kept.
    pub fn hit_ratio(self, hits: f64, kept: f64) -> f64 {
        let due = kept * self.each * self.rate;
        ((hits + due - kept) / due).clamp(0.0, 1.0)
    }

    /// Whether anything is missing.
    pub fn leaves_out(self) -> bool {
        self.rate < 1.0
    }
}

impl<'t> Requests<'t> {
    /// All requests of something without a name.
    pub fn of(times: &'t [Micros], requests: &'t [u32], keys: usize) -> Self {
        Self { name: "", times, requests, keys, sampling: Sampling::ALL }
    }

    /// A part of it, with the keys of all.
    #[must_use]
    pub fn part(&self, from: usize, to: usize) -> Self {
        let times = if self.times.is_empty() { self.times } else { &self.times[from..to] };
        Self { times, requests: &self.requests[from..to], ..*self }
    }

    /// Requests, those that were not kept included.
    pub(crate) fn total(&self) -> f64 {
        self.requests.len() as f64 * self.sampling.each
    }

    /// From the first to the last.
    pub(crate) fn seconds(&self) -> f64 {
        seconds(self.times)
    }

    /// How often each key was asked for.
    pub fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0; self.keys];
        self.requests.iter().for_each(|key| counts[*key as usize] += 1);
        counts
    }

    /// Of each key whether it is among so many that are asked for most.
    pub fn hottest(&self, keys: usize) -> Vec<bool> {
        let mut hot = vec![false; self.keys];
        most_first(&self.counts()).take(keys).for_each(|key| hot[key] = true);
        hot
    }

    /// Keys that were asked for, and those of them that were so once.
    pub(crate) fn asked_for(&self) -> [f64; 2] {
        let counts = self.counts();
        [u64::MAX, 1].map(|most| counts.iter().filter(|times| (1..=most).contains(*times)).count() as f64)
    }
}

/// Keys by their counts, the highest first, equal ones in order.
pub fn most_first(counts: &[u64]) -> impl Iterator<Item = usize> {
    let mut order: Vec<usize> = (0..counts.len()).collect();
    order.sort_by_key(|key| std::cmp::Reverse(counts[*key]));
    order.into_iter()
}
