//! FIFO by counting: a key is in the cache while fewer than `capacity` misses came after its own.

use super::{BATCH, Missed};
use crate::lane::{Lane, Stretch};
use crate::policy::{Broken, equal};
use crate::tally::Tally;

/// FIFO with 4 bytes a key.
pub(crate) struct ExpressFifo {
    capacity: u64,
    /// The miss that brought each key, counted from 1 in steps; 0 where it never came or that is too long ago to matter.
    brought: Vec<u32>,
    misses: u32,
    tally: Tally,
}

impl ExpressFifo {
    pub(crate) fn new(capacity: u64) -> Self {
        Self { capacity, brought: vec![], misses: 0, tally: Tally::default() }
    }

    /// Starts the count anew where it would overflow.
    fn rebase(&mut self, window: u32) {
        let gone = self.misses - window;
        self.brought.iter_mut().for_each(|brought| *brought = brought.saturating_sub(gone));
        self.misses = window;
    }
}

impl Lane for ExpressFifo {
    fn reserve(&mut self, keys: usize) {
        self.brought.resize(keys, 0);
    }

    fn serve(&mut self, stretch: &Stretch) {
        // A cache that holds every key never evicts, so that a larger one is no different.
        let window = self.capacity.min(u64::from(u32::MAX / 2)) as u32;
        let mut missed = Missed::new();
        for (nth, keys) in stretch.keys.chunks(BATCH).enumerate() {
            if self.misses > u32::MAX - 2 * BATCH as u32 {
                self.rebase(window);
            }
            let mut misses = self.misses;
            for (place, key) in keys.iter().enumerate() {
                let brought = &mut self.brought[*key as usize];
                let miss = *brought == 0 || misses - *brought >= window;
                misses += u32::from(miss);
                *brought = if miss { misses } else { *brought };
                missed.note(place, miss);
            }
            self.misses = misses;
            missed.settle(stretch, nth * BATCH, &mut self.tally);
        }
        self.tally.requests += stretch.keys.len() as u64;
        self.tally.evictions = self.tally.misses.saturating_sub(self.capacity);
    }

    fn tally(&self) -> Tally {
        self.tally
    }

    fn check(&self) -> Result<(), Broken> {
        let window = self.capacity.min(u64::from(u32::MAX));
        let held = self
            .brought
            .iter()
            .filter(|brought| **brought > 0 && u64::from(self.misses - **brought) < window);
        let left = self.tally.misses - self.tally.evictions;
        equal("the number of keys in the cache", held.count() as u64, "misses less evictions", left)
    }
}

#[cfg(test)]
mod tests {
    use trace::Sizes;

    use super::*;

    /// Misses of a cache of two whose count of misses begins at some number, key 0 being in it already.
    fn misses(already: u32) -> u64 {
        let keys: Vec<u32> = (0..5000).map(|nth| [0, 1, 0, 2, 1, 3][nth % 6]).collect();
        let mut fifo = ExpressFifo::new(2);
        fifo.reserve(4);
        fifo.misses = already;
        fifo.brought[0] = already;
        fifo.serve(&Stretch { keys: &keys, first: 0, sizes: &Sizes::None, times: &[], ttls: &[], next: &[] });
        fifo.tally.misses
    }

    #[test]
    fn the_count_of_misses_may_start_anew() {
        assert_eq!(misses(u32::MAX - 3000), misses(1));
    }
}
