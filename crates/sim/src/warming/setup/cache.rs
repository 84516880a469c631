//! A cache.

use trace::synthetic::Nanos;

use crate::eviction::Chosen;

/// A cache.
#[derive(Debug, Clone)]
pub struct CacheSetup {
    /// Who has to go.
    pub policy: Chosen,
    /// Objects that fit; about so many, where bytes are counted instead.
    pub capacity: u64,
    /// Bytes that fit, where these are counted.
    pub bytes: Option<u64>,
    /// Whether a miss is filled; without it the cache holds what was warmed and nothing else.
    pub fill_on_miss: bool,
    /// What becomes of the copy of a key that is written at the origin.
    pub on_write: OnWrite,
    /// Time to live.
    pub ttl: Option<Lives>,
    /// Time to answer a hit.
    pub hit_latency: Nanos,
}

/// What becomes of the copy of a key that is written at the origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnWrite {
    /// Nothing: it is stale from then on.
    Nothing,
    /// It is taken out.
    Invalidate,
}

/// A loss of contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flush {
    /// When.
    pub at: Nanos,
    /// Whose; none for all.
    pub tenant: Option<String>,
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
