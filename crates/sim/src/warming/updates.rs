//! Keys that are written at the origin, and flushes: copies that are no longer right, or no longer there.
//!
//! A fetch brings what the origin has when it begins to work on it. Whoever writes a key meanwhile comes too late for that
//! copy, which is stale from the start; dropping copies at a write does not help there.

use trace::synthetic::{Change, Chunk, Nanos, Write};

use crate::warming::contents::Arrival;
use crate::warming::fetches::Fetch;
use crate::warming::select::Ahead;
use crate::warming::setup::OnWrite;
use crate::warming::world::World;

/// What comes between the requests of a chunk, in order of time; a swap ahead of a write.
pub(crate) struct Turns<'a> {
    changes: &'a [Change],
    writes: &'a [Write],
}

/// One of these.
enum Turn<'a> {
    Swap(&'a Change),
    Write(&'a Write),
}

impl<'a> Turns<'a> {
    pub(crate) fn of(chunk: &'a Chunk) -> Self {
        Self { changes: &chunk.changes, writes: &chunk.writes }
    }

    /// Index of the first request after the next of them.
    pub(crate) fn before(&self) -> Option<usize> {
        let change = self.changes.first().map(|change| change.before);
        let write = self.writes.first().map(|write| write.before);
        change.into_iter().chain(write).min().map(|before| before as usize)
    }

    fn next(&mut self) -> Option<Turn<'a>> {
        let write = self.writes.first().map_or(Nanos::MAX, |write| write.at);
        match self.changes.split_first() {
            Some((change, changes)) if change.at <= write => {
                self.changes = changes;
                Some(Turn::Swap(change))
            }
            _ => {
                let (write, writes) = self.writes.split_first()?;
                self.writes = writes;
                Some(Turn::Write(write))
            }
        }
    }
}

impl World {
    /// Swaps and writes that come ahead of the request of an index.
    pub(crate) fn take_turns(&mut self, turns: &mut Turns, at: usize, ahead: &Ahead) {
        while turns.before().is_some_and(|before| before <= at) {
            match turns.next() {
                Some(Turn::Swap(change)) => {
                    self.catch_up(change.at, ahead);
                    self.change(change, change.at);
                }
                Some(Turn::Write(write)) => {
                    self.catch_up(write.at, ahead);
                    self.write(write.key, write.at);
                }
                None => return,
            }
        }
    }

    /// A key is written at the origin.
    fn write(&mut self, key: u32, now: Nanos) {
        let id = self.selectors.phantoms().id(key);
        if let Some(version) = self.versions.as_mut().and_then(|versions| versions.get_mut(id as usize)) {
            *version += 1;
        }
        match self.setup.cache.on_write {
            OnWrite::Nothing => self.contents.outdate(id),
            OnWrite::Invalidate => self.contents.remove(id),
        }
        self.written(id, now);
    }

    /// What the origin has of a key now.
    pub(crate) fn version(&self, id: u32) -> u32 {
        self.versions.as_ref().and_then(|versions| versions.get(id as usize)).copied().unwrap_or(0)
    }

    /// The copy that a fetch brings.
    pub(crate) fn arrival(&self, fetch: u32, warm: bool) -> Arrival {
        let Fetch { key, version, .. } = *self.fetches.get(fetch);
        let size = match self.setup.cache.bytes {
            None => 1,
            // A phantom is as large as a key on average.
            Some(_) => self.objects.bytes(self.selectors.key(key).unwrap_or(u32::MAX)),
        };
        Arrival { warm, stale: version != self.version(key), size }
    }

    /// The cache loses what it has of a tenant, or of all.
    pub(crate) fn flush(&mut self, nth: usize) {
        let setup = self.setup.clone();
        let Some(name) = &setup.flushes[nth].tenant else { return self.contents.clear() };
        let Some(tenant) = self.objects.tenant_named(name) else { return };
        for id in 0..self.flights.len() as u32 {
            let owner = self.selectors.key(id).and_then(|key| self.objects.tenant(key));
            if owner == Some(tenant) {
                self.contents.remove(id);
            }
        }
    }
}
