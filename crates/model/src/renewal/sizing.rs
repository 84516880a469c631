//! The room that a hit ratio takes.

use crate::crossing::{PRECISION, passage};
use crate::renewal::{Cache, Swaps};

/// Relative error of a number of copies, which makes no copy more.
const ROUNDING: f64 = 1e-6;
/// Seconds for which no copy has to stay.
const FOR_EVER: f64 = 1e12;

impl Cache {
    /// The smallest capacity with which demand has a hit ratio, whatever this cache holds; none where no capacity is enough.
    ///
    /// # Formula
    /// The inverse of [`Self::steady`]: the characteristic time at which requests find a copy that often, and the copies
    /// that there are then.
    ///
    /// # Assumptions
    /// Those of [`Self::steady`]: one age of eviction, so that it is too small by a part of a percent below twenty copies.
    ///
    /// # Source
    /// Equation E17 of this project's theory notes, with expiry, turnover and fetches that take time.
    pub fn capacity_for(&self, hit_ratio: f64) -> Option<f64> {
        let swaps = Swaps::new(&self.ranks, self.churn);
        let hits = |window: f64| {
            let steady = self.with_age(swaps, window);
            (steady.shares(self)[0], self.occupied(&steady.absent.of, self.fetch))
        };
        let (most, all) = hits(f64::INFINITY);
        if hit_ratio <= 0.0 {
            return Some(0.0);
        }
        if most < hit_ratio {
            return None;
        }
        let mut copies = all;
        passage(1.0 / self.requests(), PRECISION, &mut |window| {
            if window > FOR_EVER {
                return 1.0;
            }
            let (found, occupied) = hits(window);
            if found >= hit_ratio - PRECISION {
                copies = copies.min(occupied);
            }
            found - hit_ratio
        });
        Some((copies * (1.0 - ROUNDING)).ceil())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::renewal::steady;

    fn zipf(keys: f64, exponent: f64, capacity: f64) -> Cache {
        steady::tests::zipf(keys, exponent, 1.0, keys / 100.0, capacity, 0.0)
    }

    /// The hit ratios of equation E1 of this project's theory notes, read backwards.
    #[test]
    fn capacities_are_those_that_the_notes_begin_with() {
        for (keys, exponent, capacity, ratio) in [
            (1000.0, 0.8, 100.0, 0.377_790_221_283),
            (10_000.0, 0.8, 1000.0, 0.436_659_722_231),
            (10_000.0, 1.2, 100.0, 0.656_341_446_801),
        ] {
            // From another capacity on.
            let found = zipf(keys, exponent, 7.0).capacity_for(ratio).expect("is reached");
            assert!((found - capacity).abs() <= 1.0, "{keys}: {found}");
        }
    }

    /// Without eviction every key is there for λD of λD + 1 requests: of 1,000 keys that are asked for 1,000 times a second
    /// together, all alike, that is 10 / 11 at a time to live of ten seconds, and 909.09 copies.
    #[test]
    fn expiry_leaves_hit_ratios_that_no_capacity_reaches() {
        let mut cache = zipf(1000.0, 0.0, 50.0);
        cache.ranks.iter_mut().for_each(|rank| rank.rate *= 1000.0);
        cache.lives.ttl = Some(10.0);
        assert_eq!(cache.capacity_for(0.91), None);
        assert_eq!(cache.capacity_for(10.0 / 11.0 - 1e-9), Some(910.0));
        assert_eq!((cache.capacity_for(0.0), cache.capacity_for(1.1)), (Some(0.0), None));
        assert_eq!(zipf(1000.0, 0.0, 50.0).capacity_for(1.0), Some(1000.0));
        // A tenth of 1,000 keys alike is a tenth of the requests.
        assert_eq!(zipf(1000.0, 0.0, 0.0).capacity_for(0.1), Some(100.0));
    }

    #[test]
    fn with_turnover_and_fetches_it_is_still_the_inverse() {
        let mut cache = zipf(20_000.0, 0.9, 1500.0);
        (cache.churn, cache.fetch, cache.lives.ttl) = (1e-4, 0.2, Some(4000.0));
        let ratio = cache.steady().shares(&cache)[0];
        let found = cache.capacity_for(ratio).expect("is reached");
        assert!((found - 1500.0).abs() <= 1.0, "{found}");
    }
}
