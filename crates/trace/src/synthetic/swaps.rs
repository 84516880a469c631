//! Churn: hot ranks and tail ranks swap keys.

use rand::Rng;
use rand::rngs::ChaCha8Rng;

use crate::synthetic::HOUR;
use crate::synthetic::chunk::Change;
use crate::synthetic::random::{Clock, Purpose, below, exponential, stream};
use crate::synthetic::spec::{Nanos, Spec};

/// The key of each rank, and when two of them swap.
///
/// Swaps are a Poisson process of rate `hot_keys · churn`; each takes any hot rank and any tail rank.
#[derive(Debug)]
pub(super) struct Swaps {
    ranking: Vec<u32>,
    /// Whether a rank may have a key other than its own number.
    moved: bool,
    hot: u32,
    /// Nanoseconds between swaps on average.
    distance: f64,
    random: ChaCha8Rng,
    clock: Clock,
    due: Nanos,
}

impl Swaps {
    pub(super) fn new(spec: &Spec, seed: u64, replication: u32) -> Self {
        let mut swaps = Self {
            ranking: (0..spec.keys).collect(),
            moved: false,
            hot: spec.hot_keys,
            distance: HOUR / (f64::from(spec.hot_keys) * spec.churn_per_hour),
            random: stream(seed, replication, Purpose::Churn),
            clock: Clock::new(0),
            due: Nanos::MAX,
        };
        if swaps.distance.is_finite() && spec.hot_keys < spec.keys {
            swaps.wait();
        }
        swaps
    }

    fn wait(&mut self) {
        self.due = self.clock.advance(self.distance * exponential(self.random.next_u64()));
    }

    /// When the next one comes; at the end of time where none does.
    pub(super) fn due(&self) -> Nanos {
        self.due
    }

    pub(super) fn ranking(&self) -> &[u32] {
        &self.ranking
    }

    /// Appends the keys that ranks have now.
    pub(super) fn keys(&self, ranks: &[u32], keys: &mut Vec<u32>) {
        match self.moved {
            true => keys.extend(ranks.iter().map(|rank| self.ranking[*rank as usize])),
            false => keys.extend_from_slice(ranks),
        }
    }

    /// Swaps, ahead of the request of that index.
    pub(super) fn swap(&mut self, before: usize) -> Change {
        let rank = below(self.random.next_u64(), self.hot);
        let with = self.hot + below(self.random.next_u64(), self.ranking.len() as u32 - self.hot);
        self.ranking.swap(rank as usize, with as usize);
        self.moved = true;
        let [promoted, demoted] = [rank, with].map(|rank| self.ranking[rank as usize]);
        let change = Change { at: self.due, before: before as u32, rank, with, promoted, demoted };
        self.wait();
        change
    }
}
