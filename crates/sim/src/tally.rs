//! What a replay counts.

use std::ops::Sub;

/// Counts of a stretch of requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Requests served.
    pub requests: u64,
    /// Of these, the ones not found in the cache.
    pub misses: u64,
    /// Bytes of the misses; items where the trace has no sizes.
    pub missed_bytes: u64,
    /// Keys that had to go to make room.
    pub evictions: u64,
    /// Keys whose time to live ran out in the cache.
    pub expired: u64,
}

impl Tally {
    /// Requests found in the cache.
    pub fn hits(&self) -> u64 {
        self.requests - self.misses
    }

    /// Hits over requests; none where there was no request.
    pub fn hit_ratio(&self) -> Option<f64> {
        (self.requests > 0).then(|| self.hits() as f64 / self.requests as f64)
    }

    /// Bytes of the hits over `bytes`, those of all requests; none where these are 0.
    pub fn byte_hit_ratio(&self, bytes: u64) -> Option<f64> {
        (bytes > 0).then(|| bytes.saturating_sub(self.missed_bytes) as f64 / bytes as f64)
    }
}

impl Sub for Tally {
    type Output = Self;

    fn sub(self, earlier: Self) -> Self {
        Self {
            requests: self.requests - earlier.requests,
            misses: self.misses - earlier.misses,
            missed_bytes: self.missed_bytes - earlier.missed_bytes,
            evictions: self.evictions - earlier.evictions,
            expired: self.expired - earlier.expired,
        }
    }
}
