//! What is warmed, and when.

use std::sync::Arc;

use trace::synthetic::Nanos;

/// Keys to warm at certain times.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Which keys.
    pub selector: Selector,
    /// When.
    pub schedule: Schedule,
    /// How many at most.
    pub keys: u64,
    /// Share of them that a rail holds back.
    pub held_back: f64,
}

/// Which keys, the first first.
#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    /// The hottest by the law in force, which nobody knows better.
    Popularity,
    /// Those asked for most since the beginning.
    Popular,
    /// Those asked for most.
    Trending {
        /// Within so much time.
        window: Nanos,
    },
    /// Those asked for most in the hour of the day to come, since the beginning.
    HourOfDay,
    /// Those asked for last.
    Recent {
        /// Within so much time.
        window: Nanos,
    },
    /// Those that are not in the cache and will be asked for next, the soonest first: what no warmer can know.
    Clairvoyant {
        /// How far it looks ahead.
        horizon: Nanos,
    },
    /// A predictor of stated quality, for keys beyond the hot set.
    Oracle(Oracle),
    /// These.
    Keys(Arc<[u32]>),
}

/// A predictor that is made to have a stated quality.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Oracle {
    /// Share of the predicted keys that is asked for within the horizon.
    pub precision: f64,
    /// Share of the requests, or of the keys, beyond the hot set that had been predicted.
    pub recall: f64,
    /// Whether recall counts keys rather than requests.
    pub by_keys: bool,
    /// How far it looks ahead.
    pub horizon: Nanos,
    /// Whether the keys that it is right about are warmed first.
    pub right_first: bool,
}

/// When a job plans.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Schedule {
    /// At the beginning, and after each restart.
    AtStart,
    /// Again and again.
    Every {
        /// How often.
        period: Nanos,
        /// When first.
        first: Nanos,
    },
    /// At the beginning, after each restart, and a key whenever it enters the hot set; the key that leaves is dropped
    /// where misses are not filled.
    OnChange,
}
