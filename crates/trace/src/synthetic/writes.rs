//! Updates: keys of the law are written at the origin.

use std::sync::Arc;

use rand::Rng;
use rand::rngs::ChaCha8Rng;

use crate::synthetic::SECOND;
use crate::synthetic::chunk::Write;
use crate::synthetic::law::Law;
use crate::synthetic::random::{Clock, Purpose, below, exponential, stream};
use crate::synthetic::spec::{Nanos, Spec, Updates};

/// Writes in order of time.
#[derive(Debug)]
pub(super) struct Writes {
    /// Popularity of ranks, where writes follow it.
    law: Option<Arc<Law>>,
    /// Nanoseconds between writes on average.
    distance: f64,
    times: ChaCha8Rng,
    ranks: ChaCha8Rng,
    clock: Clock,
    due: Nanos,
}

impl Writes {
    pub(super) fn new(updates: &Updates, spec: &Spec, seed: u64, replication: u32) -> Self {
        let mut writes = Self {
            law: updates.popular.then(|| spec.law.clone()),
            distance: SECOND / updates.per_s,
            times: stream(seed, replication, Purpose::Writes),
            ranks: stream(seed, replication, Purpose::Written),
            clock: Clock::new(0),
            due: Nanos::MAX,
        };
        writes.wait();
        writes
    }

    fn wait(&mut self) {
        self.due = self.clock.advance(self.distance * exponential(self.times.next_u64()));
    }

    /// When the next one comes; at the end of time where none does.
    pub(super) fn due(&self) -> Nanos {
        self.due
    }

    /// Writes, ahead of the request of that index; `ranking` is the key of each rank.
    pub(super) fn write(&mut self, ranking: &[u32], before: usize) -> Write {
        let random = self.ranks.next_u64();
        let rank = match &self.law {
            Some(law) => law.draw(random),
            None => below(random, ranking.len() as u32),
        };
        let write = Write { at: self.due, before: before as u32, key: ranking[rank as usize] };
        self.wait();
        write
    }
}
