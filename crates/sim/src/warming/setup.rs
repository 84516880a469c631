//! What a world is made of, in numbers that have already been checked.

use std::sync::Arc;

use trace::synthetic::Nanos;

use crate::eviction::Chosen;

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
    /// Keys in the hot set.
    pub hot_keys: u32,
    /// When the cache loses everything.
    pub restarts: Vec<Nanos>,
    /// What is counted.
    pub measure: Measure,
}

/// A cache.
#[derive(Debug, Clone)]
pub struct CacheSetup {
    /// Who has to go.
    pub policy: Chosen,
    /// Objects that fit.
    pub capacity: u64,
    /// Whether a miss is filled; without it the cache holds what was warmed and nothing else.
    pub fill_on_miss: bool,
    /// Time to live.
    pub ttl: Option<Lives>,
    /// Time to answer a hit.
    pub hit_latency: Nanos,
}

/// A time to live.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lives {
    /// How long on average.
    pub mean: Nanos,
    /// By which share of that it is longer or shorter at most, uniformly; 0 to 1.
    pub jitter: f64,
    /// Whether each hit starts it anew.
    pub sliding: bool,
}

/// What answers misses and warm operations.
#[derive(Debug, Clone, PartialEq)]
pub struct OriginSetup {
    /// Fetches that it works on at a time; none for any number.
    pub servers: Option<u32>,
    /// Time that it works on a miss.
    pub demand: Service,
    /// Time that it works on a warm operation.
    pub warm: Service,
    /// Most fetches that it begins, on average and at once.
    pub cap: Option<Rate>,
    /// Share of the fetches that fail.
    pub failure_share: f64,
    /// When whoever waits gives up; the origin works on.
    pub timeout: Option<Nanos>,
    /// When it is slow.
    pub slow: Vec<Slow>,
    /// Whether requests for a key that is being fetched wait for that fetch, in its place: behind all demand where that
    /// is a warm operation's.
    pub coalesce: bool,
}

impl OriginSetup {
    /// One that answers any number of fetches after `mean`, never fails and coalesces.
    pub fn idle(mean: Nanos) -> Self {
        let service = Service { mean, shape: Shape::Constant };
        Self {
            servers: None,
            demand: service,
            warm: service,
            cap: None,
            failure_share: 0.0,
            timeout: None,
            slow: vec![],
            coalesce: true,
        }
    }
}

/// How long a fetch takes, without waiting.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Service {
    /// Mean time.
    pub mean: Nanos,
    /// How it varies.
    pub shape: Shape,
}

/// A distribution of times about their mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// Always the mean.
    Constant,
    /// Exponential.
    Exponential,
    /// Log-normal, with this coefficient of variation.
    LogNormal(f64),
}

/// Origin that takes longer for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slow {
    /// When that begins.
    pub from: Nanos,
    /// When that ends.
    pub until: Nanos,
    /// How many times as long fetches take that begin in between.
    pub factor: f64,
}

/// So many a second, and so many at once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// A second.
    pub per_second: f64,
    /// At once, 1 or more.
    pub burst: f64,
}

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

/// How much is warmed, and how fast.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// Operations sent to the origin.
    pub rate: Option<Rate>,
    /// Whether an operation that the rate does not allow is given up instead of waiting.
    pub refuse: bool,
    /// Operations at a time; none for any number.
    pub workers: Option<u32>,
    /// Operations that may wait; more are dropped. None for any number.
    pub queue: Option<u64>,
    /// Operations in a batch, all of which end before the next begins, and the pause between.
    pub batch: Option<(u32, Nanos)>,
    /// Whether keys that are in the cache are left alone.
    pub skip_fresh: bool,
    /// Times that an operation that fails is tried again.
    pub retries: u32,
    /// Pause ahead of the first of these, which doubles each time.
    pub backoff: Nanos,
    /// Share of a pause that is added to it at most, uniformly.
    pub backoff_jitter: f64,
}

impl Default for Budget {
    /// No limits, no second tries; keys that are in the cache are left alone.
    fn default() -> Self {
        Self {
            rate: None,
            refuse: false,
            workers: None,
            queue: None,
            batch: None,
            skip_fresh: true,
            retries: 0,
            backoff: 0,
            backoff_jitter: 0.0,
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

    /// No warming, an origin that answers at once, a cache of one item.
    pub(crate) fn plain() -> Setup {
        Setup {
            cache: CacheSetup {
                policy: Chosen::parse("lru").expect("is there"),
                capacity: 1,
                fill_on_miss: true,
                ttl: None,
                hit_latency: 1,
            },
            origin: OriginSetup::idle(0),
            jobs: vec![],
            budget: Budget::default(),
            hot_keys: 0,
            restarts: vec![],
            measure: Measure { from: 0, until: 1, interval: 1 },
        }
    }
}
