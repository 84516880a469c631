//! Requests of the law: when, and for which rank.

use std::sync::Arc;

use rand::Rng;
use rand::rngs::ChaCha8Rng;

use crate::synthetic::law::Law;
use crate::synthetic::random::{Purpose, exponential, stream};
use crate::synthetic::rate::{Rate, Segment};
use crate::synthetic::spec::{Arrivals, Nanos, Spec};

/// Requests in order of time, made a block at a time.
///
/// Distances are drawn in units of the mean one (operational time) and turned into time by the rate that holds, segment
/// by segment: however the rate changes, a request takes one draw.
#[derive(Debug)]
pub(super) struct Base {
    rate: Rate,
    /// The stretch at hand; none when time is over.
    segment: Option<Segment>,
    /// Operational time since its start.
    used: f64,
    /// Draws of distances; none where all are alike.
    arrivals: Option<ChaCha8Rng>,
    popularity: ChaCha8Rng,
    law: Arc<Law>,
    /// Random numbers by the block, so that what is made of them is made several at a time.
    draws: Vec<u64>,
    distances: Vec<f64>,
    times: Vec<Nanos>,
    ranks: Vec<u32>,
    /// Requests of the block that were taken.
    taken: usize,
}

/// Requests in a block: few enough for the nearest cache.
const BLOCK: usize = 1024;

impl Base {
    pub(super) fn new(spec: &Spec, seed: u64, replication: u32) -> Self {
        let stream = |purpose| stream(seed, replication, purpose);
        let mut rate = Rate::new(spec, stream(Purpose::Bursts));
        let regular = spec.arrivals == Arrivals::Regular;
        Self {
            segment: rate.next(),
            rate,
            used: if regular { -0.5 } else { 0.0 },
            arrivals: (!regular).then(|| stream(Purpose::Arrivals)),
            popularity: stream(Purpose::Popularity),
            law: spec.law.clone(),
            draws: vec![0; BLOCK],
            distances: vec![1.0; BLOCK],
            times: Vec::with_capacity(BLOCK),
            ranks: Vec::with_capacity(BLOCK),
            taken: 0,
        }
    }

    /// When the next request comes; at the end of time where none does.
    pub(super) fn due(&mut self) -> Nanos {
        if self.taken == self.times.len() && self.segment.is_some() {
            self.refill();
        }
        self.times.get(self.taken).copied().unwrap_or(Nanos::MAX)
    }

    /// Takes requests of the block that come before an instant, so many at most: times and ranks.
    pub(super) fn take(&mut self, before: Nanos, most: usize) -> (&[Nanos], &[u32]) {
        let from = self.taken;
        let rest = &self.times[from..];
        let rest = &rest[..rest.len().min(most)];
        let count = match rest.last() {
            Some(last) if *last >= before => rest.iter().take_while(|time| **time < before).count(),
            _ => rest.len(),
        };
        self.taken += count;
        (&self.times[from..self.taken], &self.ranks[from..self.taken])
    }

    fn refill(&mut self) {
        self.taken = 0;
        self.times.clear();
        self.ranks.clear();
        if let Some(random) = &mut self.arrivals {
            self.draws.fill_with(|| random.next_u64());
            let made = self.distances.iter_mut().zip(&self.draws);
            made.for_each(|(distance, draw)| *distance = exponential(*draw));
        }
        self.place();
        self.draws.fill_with(|| self.popularity.next_u64());
        self.ranks.extend(self.draws[..self.times.len()].iter().map(|draw| self.law.draw(*draw)));
    }

    /// Turns the distances of a block into times.
    fn place(&mut self) {
        for distance in &self.distances {
            self.used += distance;
            while let Some(segment) = self.segment {
                let after = self.used * segment.distance;
                let length = (segment.end - segment.start) as f64;
                if after < length {
                    self.times.push(segment.start + after as Nanos);
                    break;
                }
                self.used -= length / segment.distance;
                self.segment = self.rate.next();
            }
        }
    }
}
