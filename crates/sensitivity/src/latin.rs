//! Latin hypercubes: in every coordinate one point in each of as many intervals as there are points.

use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use crate::Design;

/// A Latin hypercube, whole in memory: 8 bytes for each coordinate.
///
/// # Formula
/// Coordinate j of point n of N is (π_j(n) + u) / N, with a random permutation π_j of 0 … N − 1 for each coordinate and u
/// uniform within (0, 1).
///
/// # Source
/// M. D. McKay, R. J. Beckman and W. J. Conover, Technometrics 21 (1979) 239–245.
#[derive(Debug, Clone)]
pub struct LatinHypercube {
    columns: Vec<Vec<f64>>,
}

impl LatinHypercube {
    /// So many points in so many dimensions; another number of dimensions leaves the first ones as they are.
    pub fn new(points: u32, dimensions: usize, seed: u64) -> Self {
        let column = |dimension: usize| {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            random.set_stream(dimension as u64);
            let mut intervals: Vec<u32> = (0..points).collect();
            intervals.shuffle(&mut random);
            let within = |interval: u32| {
                // 53 random bits, in the middle of their cell: neither end is reached.
                let part = ((random.next_u64() >> 11) as f64 + 0.5) / 2.0_f64.powi(53);
                (f64::from(interval) + part) / f64::from(points)
            };
            intervals.into_iter().map(within).collect()
        };
        Self { columns: (0..dimensions).map(column).collect() }
    }
}

impl Design for LatinHypercube {
    fn at(&self, nth: u32, dimension: usize) -> f64 {
        self.columns[dimension][nth as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_interval_holds_one_point(points in 1u32..300, dimensions in 1usize..6, seed: u64) {
            let design = LatinHypercube::new(points, dimensions, seed);
            for dimension in 0..dimensions {
                let at = |nth| design.at(nth, dimension);
                prop_assert!((0..points).all(|nth| at(nth) > 0.0 && at(nth) < 1.0));
                let mut intervals: Vec<u32> = (0..points).map(|nth| (at(nth) * f64::from(points)) as u32).collect();
                intervals.sort_unstable();
                prop_assert_eq!(intervals, (0..points).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn a_further_dimension_leaves_the_others() {
        let (two, three) = (LatinHypercube::new(9, 2, 5), LatinHypercube::new(9, 3, 5));
        assert!((0..9).all(|nth| (0..2).all(|at| two.at(nth, at) == three.at(nth, at))));
        assert!((0..9).any(|nth| three.at(nth, 1) != three.at(nth, 2)));
    }
}
