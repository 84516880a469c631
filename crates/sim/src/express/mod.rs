//! Shorter ways to the same counts, where items are counted and nothing expires.
//!
//! Each of these serves exactly the misses of the policy of the same name, with less state and fewer branches that
//! cannot be foretold; tests hold them against it. They can count, but not tell what is in the cache.

mod fifo;
mod lru;
mod s3_fifo;
mod sieve;

pub(crate) use fifo::ExpressFifo;
pub(crate) use lru::ExpressLru;
pub(crate) use s3_fifo::{ExpressS3Fifo, Rules};
pub(crate) use sieve::ExpressSieve;

use trace::{Sizes, Widths};

use crate::lane::Stretch;
use crate::tally::Tally;

/// Requests whose misses are collected before their sizes are looked up, so that these look-ups overlap.
const BATCH: usize = 1024;

/// Missed requests of a batch, by their place in it.
struct Missed {
    places: [u16; BATCH],
    count: usize,
}

impl Missed {
    fn new() -> Self {
        Self { places: [0; BATCH], count: 0 }
    }

    /// Notes a request of the batch, without a branch.
    fn note(&mut self, place: usize, missed: bool) {
        // The count stays below the batch, whose requests are noted once each.
        self.places[self.count & (BATCH - 1)] = place as u16;
        self.count += usize::from(missed);
    }

    /// Adds the batch to a tally; `first` is the place of the batch in the stretch.
    fn settle(&mut self, stretch: &Stretch, first: usize, tally: &mut Tally) {
        let missed = self.places[..self.count].iter().map(|place| first + usize::from(*place));
        tally.misses += missed.len() as u64;
        let bytes: u64 = match stretch.sizes {
            Sizes::None => missed.len() as u64,
            Sizes::OfKeys(Widths::Narrow(sizes)) => {
                missed.map(|nth| u64::from(sizes[stretch.keys[nth] as usize])).sum()
            }
            Sizes::OfKeys(sizes) => missed.map(|nth| sizes.get(stretch.keys[nth] as usize)).sum(),
            Sizes::OfRequests(sizes) => missed.map(|nth| sizes.get(stretch.first + nth)).sum(),
        };
        tally.missed_bytes = tally.missed_bytes.saturating_add(bytes);
        self.count = 0;
    }
}
