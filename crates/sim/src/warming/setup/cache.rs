//! A cache.

use trace::synthetic::Nanos;

use crate::eviction::Chosen;

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
