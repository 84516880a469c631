//! What a world is made of, in numbers that have already been checked.

mod budget;
mod cache;
mod crowd;
mod job;
mod origin;
mod rails;
mod room;

pub use budget::Budget;
pub use cache::{CacheSetup, Flush, Lives, OnWrite};
pub use crowd::Crowd;
pub use job::{
    Bonus, Job, JobOrder, NOBODYS, Oracle, Prediction, Refresh, RefreshWhen, Schedule, Selector, Within,
};
pub use origin::{OriginSetup, Rate, Service, Shape, Slow};
pub use rails::{Between, Breakdowns, Breaker, LatencyStop, Pressure, PressureStop, Rails};
pub use room::{MemoryShare, Phase, Room};

use std::sync::Arc;

use trace::synthetic::{Nanos, WallClock};

/// A cache in front of an origin, and a warmer that fills it.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The cache.
    pub cache: CacheSetup,
    /// What answers misses and warm operations.
    pub origin: OriginSetup,
    /// What is warmed, and when.
    pub jobs: Vec<Job>,
    /// How much of it, and how fast.
    pub budget: Budget,
    /// What holds it back.
    pub rails: Rails,
    /// Memory pressure over time, 0 at first, in order of time.
    pub pressure: Vec<Pressure>,
    /// Keys in the hot set.
    pub hot_keys: u32,
    /// What hour it is.
    pub clock: WallClock,
    /// Every key by its rank, where that is not the order of their ids.
    pub ranking: Option<Arc<[u32]>>,
    /// When the cache loses everything.
    pub restarts: Vec<Nanos>,
    /// When it loses some of it, or all, and nothing restarts.
    pub flushes: Vec<Flush>,
    /// Flash crowds that somebody may know of.
    pub crowds: Vec<Crowd>,
    /// What is counted.
    pub measure: Measure,
    /// When the intervals of the time series end, where they are not of one length.
    pub marks: Option<Arc<[Nanos]>>,
}

impl Setup {
    /// When an interval of the time series begins.
    pub(crate) fn begins(&self, nth: usize) -> Nanos {
        let Measure { from, until, interval } = self.measure;
        let begins = match (&self.marks, nth) {
            (Some(marks), 1..) => marks.get(nth - 1).copied().unwrap_or(until),
            _ => from.saturating_add((nth as Nanos).saturating_mul(interval)),
        };
        begins.min(until)
    }
}

impl Setup {
    /// A world in which nothing is warmed and nothing happens but requests.
    pub fn calm(cache: CacheSetup, origin: OriginSetup, measure: Measure) -> Self {
        Self {
            cache,
            origin,
            jobs: vec![],
            budget: Budget::default(),
            rails: Rails::default(),
            pressure: vec![],
            hot_keys: 0,
            clock: WallClock::default(),
            ranking: None,
            restarts: vec![],
            flushes: vec![],
            crowds: vec![],
            measure,
            marks: None,
        }
    }
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// From when on.
    pub from: Nanos,
    /// Until when.
    pub until: Nanos,
    /// Length of the intervals of the time series.
    pub interval: Nanos,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::eviction::Chosen;

    /// No warming, an origin that answers at once, a cache of one item.
    pub(crate) fn plain() -> Setup {
        Setup {
            cache: CacheSetup {
                policy: Chosen::parse("lru").expect("is there"),
                capacity: 1,
                bytes: None,
                fill_on_miss: true,
                on_write: OnWrite::Nothing,
                ttl: None,
                hit_latency: 1,
            },
            origin: OriginSetup::idle(0),
            jobs: vec![],
            budget: Budget::default(),
            rails: Rails::default(),
            pressure: vec![],
            hot_keys: 0,
            clock: WallClock::default(),
            ranking: None,
            restarts: vec![],
            flushes: vec![],
            crowds: vec![],
            measure: Measure { from: 0, until: 1, interval: 1 },
            marks: None,
        }
    }
}
