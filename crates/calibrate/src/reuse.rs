//! How far requests reach back, block by block, and what LRU will make of requests to come.

use trace::reuse::StackDistances;

use crate::estimate::Estimate;
use crate::local_level::mean_ahead;
use crate::requests::Requests;

/// Blocks of equally many requests: enough for batch means, long enough for what is asked for again to come.
pub const BLOCKS: usize = 20;

/// The hit ratio of LRU at some capacities in blocks of equally many requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Reuse {
    /// Capacities in items.
    pub capacities: Vec<u64>,
    /// Of each capacity the hit ratio of every block from the first on that finds the cache full.
    pub blocks: Vec<Vec<f64>>,
    /// Requests.
    pub requests: usize,
}

impl Reuse {
    /// Plays requests to caches of every capacity at once.
    ///
    /// Of a sample of keys a cache of C items holds C r, r being its rate; hot keys that were drawn by more or less than their
    /// share are made up for as SHARDS does, by requests that hit (Waldspurger, Park, Garthwaite & Ahmad, *Efficient MRC
    /// construction with SHARDS*, FAST 2015, section 4.3).
    pub fn of(all: &Requests<'_>, capacities: &[u64]) -> Self {
        let Requests { requests, sampling, .. } = *all;
        let mut distances = StackDistances::default();
        distances.reserve(all.keys);
        let room: Vec<u64> = capacities.iter().map(|capacity| sampling.room(*capacity)).collect();
        let mut blocks = vec![vec![]; capacities.len()];
        let bounds = (0..=BLOCKS).map(|nth| requests.len() * nth / BLOCKS);
        let bounds: Vec<usize> = bounds.collect();
        for block in bounds.windows(2).map(|pair| &requests[pair[0]..pair[1]]) {
            let seen = distances.keys();
            let mut hits = vec![0u64; capacities.len()];
            distances.each(block, |_, distance| {
                if let Some(distance) = distance {
                    let within = |capacity: &u64| u64::from(distance.get()) <= *capacity;
                    hits.iter_mut()
                        .zip(&room)
                        .for_each(|(hits, capacity)| *hits += u64::from(within(capacity)));
                }
            });
            for ((hits, room), blocks) in hits.iter().zip(&room).zip(&mut blocks) {
                if seen >= *room && !block.is_empty() {
                    blocks.push(sampling.hit_ratio(*hits as f64, block.len() as f64));
                }
            }
        }
        Self { capacities: capacities.to_vec(), blocks, requests: all.total().round() as usize }
    }

    /// The hit ratio to expect of as many requests to come, at each capacity; none where the cache was not full for three blocks.
    pub fn ahead(&self) -> impl Iterator<Item = Option<Estimate>> {
        self.blocks.iter().map(|blocks| {
            let told = mean_ahead(blocks, BLOCKS)?;
            let n = (self.requests * blocks.len() / BLOCKS) as u64;
            // A hit ratio is a share, whatever the model of its drift says.
            Some(Estimate { low: told.low.max(0.0), high: told.high.min(1.0), n, ..told })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::requests::Sampling;

    /// Round and round over ten keys: LRU finds all of them or none.
    #[test]
    fn a_loop_fits_or_does_not() {
        let requests: Vec<u32> = (0..2000).map(|nth| nth % 10).collect();
        let reuse = Reuse::of(&Requests::of(&[], &requests, 10), &[9, 10]);
        let ahead: Vec<f64> = reuse.ahead().map(|found| found.expect("is full").value).collect();
        assert_eq!(ahead, [0.0, 1.0]);
        assert_eq!(reuse.blocks[0].len(), BLOCKS - 1);
    }

    /// Of 400 keys round and round a cache of 200 finds none, and one of 400 all; a quarter of the keys tells the same.
    #[test]
    fn a_sample_of_keys_has_the_hit_ratio_of_all() {
        let requests: Vec<u32> =
            (0..40_000).map(|nth| nth % 400).filter(|key| key % 4 == 0).map(|key| key / 4).collect();
        let sampling = Sampling { rate: 0.25, each: 4.0 };
        let all = Requests { sampling, ..Requests::of(&[], &requests, 100) };
        let ahead: Vec<f64> =
            Reuse::of(&all, &[200, 400]).ahead().map(|found| found.expect("is full").value).collect();
        assert_eq!(ahead, [0.0, 1.0]);
    }

    #[test]
    fn a_cache_that_never_fills_tells_nothing() {
        let requests: Vec<u32> = (0..2000).map(|nth| nth % 10).collect();
        assert_eq!(Reuse::of(&Requests::of(&[], &requests, 10), &[11]).ahead().next(), Some(None));
        assert_eq!(Reuse::of(&Requests::of(&[], &[], 0), &[1]).ahead().next(), Some(None));
    }
}
