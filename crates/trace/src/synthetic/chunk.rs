//! A stretch of a workload.

use crate::synthetic::spec::Nanos;

/// Requests in order of time, and what became of the ranking meanwhile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Chunk {
    /// When, never decreasing.
    pub times: Vec<Nanos>,
    /// What for, as many as there are times.
    pub keys: Vec<u32>,
    /// Swaps, in order of time.
    pub changes: Vec<Change>,
    /// Writes, in order of time.
    pub writes: Vec<Write>,
    /// When the next request, swap or write comes, which is not in this chunk; [`Nanos::MAX`] where none does.
    pub until: Nanos,
    /// Every id so far is below this.
    pub known: u32,
}

impl Chunk {
    /// Empties it and keeps its memory; `until` and `known` stay.
    pub fn clear(&mut self) {
        self.times.clear();
        self.keys.clear();
        self.changes.clear();
        self.writes.clear();
    }
}

/// A hot rank and a tail rank swap keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// When; a request at the same instant comes after it.
    pub at: Nanos,
    /// Index in this chunk of the first request after it; that of none where it comes behind the last.
    pub before: u32,
    /// The hot rank.
    pub rank: u32,
    /// The tail rank.
    pub with: u32,
    /// The key now at the hot rank.
    pub promoted: u32,
    /// The key now at the tail rank.
    pub demoted: u32,
}

/// A key is written at the origin: copies from before are not what is there now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Write {
    /// When; behind a swap at the same instant, and ahead of a request.
    pub at: Nanos,
    /// Index in this chunk of the first request after it; that of none where it comes behind the last.
    pub before: u32,
    /// What is written.
    pub key: u32,
}
