//! Requests of events: flash crowds and scans.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rand::Rng;
use rand::rngs::ChaCha8Rng;

use crate::synthetic::SECOND;
use crate::synthetic::random::{Purpose, below, exponential, stream};
use crate::synthetic::spec::{Event, Nanos, Spec};

/// Requests of all events in order of time, and at one instant of events.
#[derive(Debug)]
pub(super) struct EventRequests {
    running: Vec<Running>,
    /// The next request of each event, by its number.
    next: BinaryHeap<Reverse<(Nanos, u32, u32)>>,
    /// The first id beyond those of the events.
    end: u32,
}

/// An event on its way.
#[derive(Debug)]
struct Running {
    event: Event,
    /// The first of its ids.
    first: u32,
    asked: u32,
    /// Requests that a crowd's rate would have made so far, on average.
    used: f64,
    random: ChaCha8Rng,
}

impl EventRequests {
    pub(super) fn new(spec: &Spec, seed: u64, replication: u32) -> Self {
        let mut end = spec.keys;
        let mut running = |(nth, event): (usize, &Event)| {
            let first = end;
            end = end.checked_add(event.keys()).expect("ids of keys of events are below 2^32");
            let random = stream(seed, replication, Purpose::Crowd(nth as u32));
            Running { event: *event, first, asked: 0, used: 0.0, random }
        };
        let mut running: Vec<Running> = spec.events.iter().enumerate().map(&mut running).collect();
        let first = |(nth, running): (usize, &mut Running)| {
            running.next().map(|(at, key)| Reverse((at, nth as u32, key)))
        };
        let next = running.iter_mut().enumerate().filter_map(first).collect();
        Self { running, next, end }
    }

    /// When the next request comes; at the end of time where none does.
    pub(super) fn due(&self) -> Nanos {
        self.next.peek().map_or(Nanos::MAX, |Reverse((at, ..))| *at)
    }

    /// The key of the request that comes next.
    pub(super) fn take(&mut self) -> Option<u32> {
        let Reverse((_, nth, key)) = self.next.pop()?;
        if let Some((at, key)) = self.running[nth as usize].next() {
            self.next.push(Reverse((at, nth, key)));
        }
        Some(key)
    }

    /// The first id beyond those of the events.
    pub(super) fn end(&self) -> u32 {
        self.end
    }
}

impl Running {
    /// When the next request comes, and for which key.
    fn next(&mut self) -> Option<(Nanos, u32)> {
        match self.event {
            Event::FlashCrowd { at, lasts, keys, rate_per_s, decays } => {
                self.used += exponential(self.random.next_u64());
                let length = lasts as f64;
                let all = rate_per_s / SECOND * length;
                let after = match decays {
                    // Up to x of the time it comes to (2x - x²) / 2 of what the first rate would bring in all.
                    true => length * (1.0 - (1.0 - 2.0 * self.used / all).sqrt()),
                    false => length * (self.used / all),
                };
                // No number at all where the root is of one below 0: the crowd is gone.
                (after < length).then(|| {
                    (at.saturating_add(after as Nanos), self.first + below(self.random.next_u64(), keys))
                })
            }
            Event::Scan { at, rate_per_s, keys } => (self.asked < keys).then(|| {
                let nth = self.asked;
                self.asked += 1;
                let after = f64::from(nth) * SECOND / rate_per_s;
                (at.saturating_add(after as Nanos), self.first + nth)
            }),
        }
    }
}
