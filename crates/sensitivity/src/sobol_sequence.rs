//! Sobol's sequence: points that fill the unit cube more evenly than random ones.

use std::sync::LazyLock;

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

use crate::{Design, DesignError};

/// Bits of a coordinate.
const BITS: usize = 32;

/// The first 2³² points of Sobol's sequence, shifted at random.
///
/// # Formula
/// Coordinate j of point n is ⊕ of the direction numbers v(j, k) of the bits k that are set in the Gray code n ⊕ ⌊n / 2⌋, then
/// ⊕ a random number of 32 bits of each dimension (a digital shift), in the middle of its cell of 2⁻³².
///
/// The first 2^m points hold one point in each of 2^m equal intervals of every coordinate, shifted or not; a number of points that is
/// no power of two loses that.
///
/// # Source
/// Direction numbers: S. Joe and F. Y. Kuo, SIAM J. Sci. Comput. 30 (2008) 2635–2654, `new-joe-kuo-6.21201`. Gray code: I. A.
/// Antonov and V. M. Saleev, USSR Comput. Math. Math. Phys. 19 (1979) 252–256. Shift: P. L'Ecuyer and C. Lemieux, in Modeling
/// Uncertainty (2002) 419–474.
#[derive(Debug, Clone)]
pub struct SobolSequence {
    directions: Vec<[u32; BITS]>,
    shifts: Vec<u32>,
}

impl SobolSequence {
    /// Dimensions at most.
    pub const MOST_DIMENSIONS: usize = 64;

    /// In so many dimensions, shifted by what `seed` says.
    ///
    /// # Errors
    /// For more than [`Self::MOST_DIMENSIONS`].
    pub fn new(dimensions: usize, seed: u64) -> Result<Self, DesignError> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let shifts = (0..dimensions).map(|_| random.next_u32()).collect();
        Ok(Self { shifts, ..Self::plain(dimensions)? })
    }

    fn plain(dimensions: usize) -> Result<Self, DesignError> {
        let known = &*DIRECTIONS;
        let Some(directions) = known.get(..dimensions) else {
            return Err(DesignError::TooManyDimensions { most: known.len(), wanted: dimensions });
        };
        Ok(Self { directions: directions.to_vec(), shifts: vec![0; dimensions] })
    }

    /// Coordinate of a point as 32 bits behind the binary point.
    fn bits(&self, nth: u32, dimension: usize) -> u32 {
        let mut gray = nth ^ (nth >> 1);
        let mut bits = self.shifts[dimension];
        while gray != 0 {
            bits ^= self.directions[dimension][gray.trailing_zeros() as usize];
            gray &= gray - 1;
        }
        bits
    }
}

impl Design for SobolSequence {
    fn at(&self, nth: u32, dimension: usize) -> f64 {
        (f64::from(self.bits(nth, dimension)) + 0.5) / 2.0_f64.powi(BITS as i32)
    }
}

/// Direction numbers of every dimension, of which the first has no polynomial.
static DIRECTIONS: LazyLock<Vec<[u32; BITS]>> = LazyLock::new(|| {
    let first = std::array::from_fn(|bit| 1 << (BITS - 1 - bit));
    let table = include_str!("direction_numbers.txt").lines().filter(|line| !line.starts_with('#'));
    std::iter::once(first).chain(table.map(directions)).collect()
});

/// Direction numbers from a primitive polynomial and the first of them.
fn directions(line: &str) -> [u32; BITS] {
    let numbers: Vec<u32> = line.split(' ').filter_map(|number| number.parse().ok()).collect();
    let (polynomial, given) = (numbers[0], &numbers[1..]);
    let degree = given.len();
    let mut directions = [0; BITS];
    for (bit, number) in given.iter().enumerate() {
        directions[bit] = number << (BITS - 1 - bit);
    }
    for bit in degree..BITS {
        let oldest = directions[bit - degree];
        // Of the coefficients the first and the last are always 1.
        let between = (1..degree).filter(|nth| polynomial >> (degree - nth) & 1 == 1);
        directions[bit] = between.fold(oldest ^ (oldest >> degree), |sum, nth| sum ^ directions[bit - nth]);
    }
    directions
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SciPy's own, from the same table.
    #[test]
    fn points_are_those_of_scipy() {
        let plain = SobolSequence::plain(SobolSequence::MOST_DIMENSIONS).expect("is known");
        let mut known = csv::ReaderBuilder::new()
            .has_headers(false)
            .comment(Some(b'#'))
            .from_path(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/sobol_scipy.csv"))
            .expect("opens");
        let mut points = 0;
        for row in known.records() {
            let row = row.expect("reads");
            let nth = row[0].parse().expect("is a number");
            for dimension in 0..SobolSequence::MOST_DIMENSIONS {
                let value: f64 = row[dimension + 1].parse().expect("is a number");
                assert_eq!(
                    f64::from(plain.bits(nth, dimension)) / 2.0_f64.powi(32),
                    value,
                    "{nth} {dimension}"
                );
            }
            points += 1;
        }
        assert_eq!(points, 8);
    }

    #[test]
    fn every_interval_of_a_power_of_two_holds_one_point_shifted_or_not() {
        for seed in [1, 2, 77] {
            let sequence = SobolSequence::new(64, seed).expect("is known");
            for dimension in 0..64 {
                let mut cells = [0; 256];
                (0..256).for_each(|nth| cells[(sequence.at(nth, dimension) * 256.0) as usize] += 1);
                assert_eq!(cells, [1; 256], "dimension {dimension}");
            }
        }
    }

    #[test]
    fn more_dimensions_than_there_are_numbers_for_are_refused() {
        let error = SobolSequence::new(65, 1).expect_err("is refused");
        assert_eq!(error.to_string(), "a Sobol sequence has 64 dimensions at most, and 65 are asked for");
    }
}
