//! Capacities and what of them is taken.

/// A part of the cache, or of what is remembered of keys that are gone.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// What it can hold.
    pub capacity: u64,
    /// What of that is taken.
    pub used: u64,
}

impl Room {
    pub(crate) fn new(capacity: u64) -> Self {
        Self { capacity, used: 0 }
    }

    /// Whether so much could ever fit.
    pub(crate) fn admits(&self, size: u64) -> bool {
        size <= self.capacity
    }

    /// Whether so much more does not fit now.
    pub(crate) fn lacks(&self, size: u64) -> bool {
        self.used + size > self.capacity
    }
}
