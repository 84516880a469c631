//! Requests that are still to come.

use trace::synthetic::{Chunk, Nanos};

/// Requests from now on, as far as they are known.
#[derive(Clone, Copy)]
pub(crate) struct Ahead<'a> {
    /// The chunk at hand and those that follow.
    pub(crate) chunks: &'a [Chunk],
    /// Index in the chunk at hand of the request that comes next.
    pub(crate) at: usize,
}

impl<'a> Ahead<'a> {
    /// Nothing is known.
    pub(crate) const NOTHING: Ahead<'static> = Ahead { chunks: &[], at: 0 };

    /// Keys asked for before an instant, in order.
    pub(crate) fn keys(&self, until: Nanos) -> impl Iterator<Item = u32> + Clone + use<'a> {
        let at = self.at;
        let chunks = self.chunks.iter().enumerate();
        chunks.flat_map(move |(nth, chunk)| {
            let from = if nth == 0 { at } else { 0 };
            let to = chunk.times.partition_point(|time| *time < until).max(from);
            chunk.keys[from..to].iter().copied()
        })
    }
}
