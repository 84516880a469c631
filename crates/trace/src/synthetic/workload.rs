//! A workload on its way: all streams in order of time.

use std::sync::Arc;

use crate::synthetic::base::Base;
use crate::synthetic::chunk::Chunk;
use crate::synthetic::contents::ContentRequests;
use crate::synthetic::events::EventRequests;
use crate::synthetic::spec::{Nanos, Spec};
use crate::synthetic::swaps::Swaps;
use crate::synthetic::writes::Writes;

/// The requests of one replication, from time 0 on, chunk by chunk.
///
/// The stream is a function of (spec, seed, replication) alone: however it is cut into chunks, times, keys, swaps and
/// writes are the same.
#[derive(Debug)]
pub struct Workload {
    base: Base,
    swaps: Swaps,
    events: EventRequests,
    contents: Option<ContentRequests>,
    writes: Option<Writes>,
}

impl Workload {
    /// The workload at time 0.
    ///
    /// # Panics
    /// Here or later, where 2^32 ids are not enough.
    pub fn new(spec: Arc<Spec>, seed: u64, replication: u32) -> Self {
        let events = EventRequests::new(&spec, seed, replication);
        let contents = |contents| ContentRequests::new(contents, events.end(), seed, replication);
        Self {
            base: Base::new(&spec, seed, replication),
            swaps: Swaps::new(&spec, seed, replication),
            contents: spec.contents.as_ref().map(contents),
            writes: spec.updates.as_ref().map(|updates| Writes::new(updates, &spec, seed, replication)),
            events,
        }
    }

    /// Fills a chunk with what comes next: so many requests, at least one; or fewer behind as many swaps or writes, or
    /// where there are no more.
    pub fn fill(&mut self, chunk: &mut Chunk, requests: usize) {
        chunk.clear();
        let most = requests.max(1);
        chunk.until = loop {
            let (base, swap, extra) = (self.base.due(), self.swaps.due(), self.extra_due());
            let write = self.writes.as_ref().map_or(Nanos::MAX, Writes::due);
            let next = base.min(swap).min(write).min(extra);
            let full =
                [chunk.times.len(), chunk.changes.len(), chunk.writes.len()].iter().any(|len| *len >= most);
            if full || next == Nanos::MAX {
                break next;
            }
            // A request of the law comes behind a swap and a write, and ahead of all others of the same instant.
            let end = swap.min(write).min(extra.saturating_add(1));
            if base < end {
                let (times, ranks) = self.base.take(end, most - chunk.times.len());
                chunk.times.extend_from_slice(times);
                self.swaps.keys(ranks, &mut chunk.keys);
            } else if swap <= write.min(extra) {
                chunk.changes.push(self.swaps.swap(chunk.times.len()));
            } else if let Some(writes) = self.writes.as_mut().filter(|_| write <= extra) {
                chunk.writes.push(writes.write(self.swaps.ranking(), chunk.times.len()));
            } else if let Some(key) = self.extra() {
                chunk.times.push(extra);
                chunk.keys.push(key);
            }
        };
        chunk.known = self.contents.as_ref().map_or(self.events.end(), ContentRequests::end);
    }

    /// The key of each rank at the end of the last chunk.
    pub fn ranking(&self) -> &[u32] {
        self.swaps.ranking()
    }

    fn extra_due(&self) -> Nanos {
        self.events.due().min(self.content_due())
    }

    fn content_due(&self) -> Nanos {
        self.contents.as_ref().map_or(Nanos::MAX, ContentRequests::due)
    }

    /// Takes the next request that is not of the law.
    fn extra(&mut self) -> Option<u32> {
        match self.events.due() <= self.content_due() {
            true => self.events.take(),
            false => self.contents.as_mut().map(ContentRequests::take),
        }
    }
}
