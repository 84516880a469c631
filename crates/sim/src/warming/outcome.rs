//! What is counted of one strategy in one replication.

use std::ops::{Add, Sub};

use evaluation::Ledger;

use crate::policy::Broken;
use crate::statistics::LatencyHistogram;
use crate::warming::load::Load;
use crate::warming::rails::{Acted, Rail};
use crate::warming::stretch::Work;

/// How a request was served; written down for each, so that strategies can be compared request by request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Served {
    /// From the cache.
    Hit,
    /// By a fetch that was under way.
    Delayed,
    /// By a fetch of its own.
    Missed,
}

/// Counters that only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Requests.
    pub requests: u64,
    /// Those that sent a fetch.
    pub misses: u64,
    /// Those that waited for a fetch already under way.
    pub delayed: u64,
    /// Those served by a copy that was warmed.
    pub warm_hits: u64,
    /// Requests served by a copy whose value is wrong.
    pub wrong_hits: u64,
    /// Those served by a stale copy: its key was written at the origin since the copy's fetch began there.
    pub stale_hits: u64,
    /// Misses of the twin that were none here.
    pub avoided: u64,
    /// Misses that the twin did not have.
    pub polluted: u64,
    /// Fetches sent for misses.
    pub demand_fetches: u64,
    /// Fetches sent for warm operations, tries anew included.
    pub warm_fetches: u64,
    /// Copies that had to go.
    pub evictions: u64,
    /// Copies whose time to live was over.
    pub expired: u64,
}

impl Counts {
    /// Requests served from the cache.
    pub fn hits(&self) -> u64 {
        self.requests - self.misses - self.delayed
    }

    /// Their share; none where there are no requests.
    pub fn hit_ratio(&self) -> Option<f64> {
        share(self.hits(), self.requests)
    }

    /// Fetches sent to the origin.
    pub fn fetches(&self) -> u64 {
        self.demand_fetches + self.warm_fetches
    }
}

/// A part of a whole; none where there is nothing.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Field by field.
macro_rules! each_by_itself {
    ($operation:ident, $method:ident: $($field:ident)+) => {
        impl $operation for Counts {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                Self { $($field: self.$field.$method(other.$field),)+ }
            }
        }
    };
    ($($fields:ident)+) => {
        each_by_itself!(Add, add: $($fields)+);
        each_by_itself!(Sub, sub: $($fields)+);
    };
}

each_by_itself! {
    requests misses delayed warm_hits wrong_hits stale_hits avoided polluted demand_fetches warm_fetches evictions expired
}

/// What came of one strategy in one replication.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Counted while it was measured.
    pub counts: Counts,
    /// The same in intervals.
    pub series: Vec<Counts>,
    /// Work in each of these.
    pub loads: Vec<Load>,
    /// How long requests waited that arrived while it was measured.
    pub latency: LatencyHistogram,
    /// Requests that arrived while it was measured and whose fetch failed or was given up.
    pub errors: u64,
    /// Most fetches sent in one second of it.
    pub origin_peak: u64,
    /// Most warm operations sent in one second of it.
    pub warm_peak: u64,
    /// Seconds of it in which more fetches were sent than the origin may begin in one.
    pub seconds_over_cap: u64,
    /// Most copies that expired in one second of it.
    pub expired_peak: u64,
    /// Most fetches that waited at the origin.
    pub queue_peak: u64,
    /// The fate of every warm operation, from the beginning to the end.
    pub ledger: Ledger,
    /// What each rail did, from the beginning to the end, in the order of [`Rail::ALL`].
    pub rails: [Acted; Rail::ALL.len()],
    /// Of the copies that were used, those whose first request had waited for them.
    pub joined: u64,
    /// Operations that were held back because they did not begin before their deadline.
    pub overdue: u64,
    /// The longest time in which the warmer was at work, and what was done in it; none where it never was.
    pub work: Option<Work>,
    /// Most bytes that a plan might warm, where they are limited.
    pub most_bytes: Option<u64>,
    /// What the predictor delivered.
    pub predicted: Predicted,
    /// Whether keys are written at the origin.
    pub updates: bool,
}

/// Two numbers of a run that cannot both be right: an error in this program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Contradiction {
    /// What the cache holds, or the answers that were given.
    #[error(transparent)]
    Counts(#[from] Broken),
    /// The fates of warm operations.
    #[error("{0}")]
    Ledger(String),
}

/// What a predictor delivered, counted when its horizon was over.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Predicted {
    /// Keys that it named.
    pub keys: u64,
    /// Those that were asked for within its horizon.
    pub right: u64,
    /// Those that nobody could ever ask for, for want of keys to be wrong about.
    pub phantoms: u64,
    /// Requests for keys beyond the hot set, and those of them whose key was named.
    pub requests: u64,
    /// Of these, for keys that were named.
    pub requests_named: u64,
    /// Keys beyond the hot set that were asked for.
    pub asked: u64,
    /// Of these, keys that were named.
    pub asked_named: u64,
}

impl std::iter::Sum for Predicted {
    fn sum<I: Iterator<Item = Self>>(each: I) -> Self {
        each.fold(Self::default(), |sum, one| Self {
            keys: sum.keys + one.keys,
            right: sum.right + one.right,
            phantoms: sum.phantoms + one.phantoms,
            requests: sum.requests + one.requests,
            requests_named: sum.requests_named + one.requests_named,
            asked: sum.asked + one.asked,
            asked_named: sum.asked_named + one.asked_named,
        })
    }
}
