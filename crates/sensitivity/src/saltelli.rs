//! Sobol's indices: how much of the spread of an answer comes from each input, alone and together with others.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use crate::interval::{Interval, RESAMPLES, between};
use crate::{Design, DesignError, SobolSequence};

/// Points at which the indices of Sobol can be estimated: N rows of d + 2 points each.
///
/// # Formula
/// Row n has the points A, A with coordinate i of B for each input i, and B, where (A, B) is point n of Sobol's sequence in 2d
/// dimensions.
///
/// # Source
/// A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto and S. Tarantola, Comput. Phys. Commun. 181 (2010) 259–270.
#[derive(Debug, Clone)]
pub struct Saltelli {
    sequence: SobolSequence,
    inputs: usize,
    rows: u32,
}

/// What an input has to do with the spread of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Indices {
    /// Share of the variance that goes if the input were known.
    pub first: Interval,
    /// Share of the variance that stays if all other inputs were known.
    pub total: Interval,
}

/// Why there are no indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoIndices {
    /// The answer is the same everywhere.
    #[error("the answer is the same at every point")]
    Constant,
    /// An answer is missing or infinite.
    #[error("the answer of point {0} is no number")]
    NoNumber(usize),
}

impl Saltelli {
    /// Inputs at most.
    pub const MOST_INPUTS: usize = SobolSequence::MOST_DIMENSIONS / 2;

    /// So many rows for so many inputs; best a power of two.
    ///
    /// # Errors
    /// For more than [`Self::MOST_INPUTS`].
    pub fn new(inputs: usize, rows: u32, seed: u64) -> Result<Self, DesignError> {
        Ok(Self { sequence: SobolSequence::new(2 * inputs, seed)?, inputs, rows })
    }

    /// Number of points.
    pub fn points(&self) -> usize {
        self.rows as usize * (self.inputs + 2)
    }

    /// The indices of every input, with 95 % intervals, from the answers at all points.
    ///
    /// # Formula
    /// S = mean((B − m)(A_B − A)) / V, S_T = mean((A − A_B)²) / 2V, where A, A_B and B stand for the answers at those points and m
    /// and V are mean and variance of all A and B. Intervals are percentiles of the same over rows drawn anew with replacement.
    ///
    /// # Errors
    /// Where the answer is the same everywhere, or is no number.
    ///
    /// # Panics
    /// Where there is not one answer for each point.
    ///
    /// # Source
    /// Saltelli et al. 2010, estimators (b) and (f) of their table 2; (f) by M. J. W. Jansen, Comput. Phys. Commun. 117 (1999).
    pub fn indices(&self, answers: &[f64], seed: u64) -> Result<Vec<Indices>, NoIndices> {
        assert_eq!(answers.len(), self.points(), "one answer for each point");
        if let Some(nth) = answers.iter().position(|answer| !answer.is_finite()) {
            return Err(NoIndices::NoNumber(nth));
        }
        let first = answers[0];
        if answers.iter().all(|answer| *answer == first) {
            return Err(NoIndices::Constant);
        }
        let mean = answers.iter().sum::<f64>() / answers.len() as f64;
        let centred: Vec<f64> = answers.iter().map(|answer| answer - mean).collect();
        let rows: Vec<&[f64]> = centred.chunks(self.inputs + 2).collect();
        let all: Vec<usize> = (0..rows.len()).collect();
        let found = self.estimate(&rows, &all).ok_or(NoIndices::Constant)?;
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut again: Vec<Vec<[f64; 2]>> = vec![];
        for _ in 0..RESAMPLES {
            let drawn: Vec<usize> = all.iter().map(|_| random.random_range(0..rows.len())).collect();
            again.extend(self.estimate(&rows, &drawn));
        }
        let index = |input: usize, which: usize| {
            let value = found[input][which];
            between(value, again.iter().map(|one| one[input][which]).collect())
        };
        Ok((0..self.inputs).map(|input| Indices { first: index(input, 0), total: index(input, 1) }).collect())
    }

    /// First and total index of each input over some rows; none without variance.
    fn estimate(&self, rows: &[&[f64]], drawn: &[usize]) -> Option<Vec<[f64; 2]>> {
        let count = drawn.len() as f64;
        let last = self.inputs + 1;
        let (mut sum, mut squares) = (0.0, 0.0);
        for nth in drawn {
            let (a, b) = (rows[*nth][0], rows[*nth][last]);
            sum += a + b;
            squares += a * a + b * b;
        }
        let mean = sum / (2.0 * count);
        let variance = squares / (2.0 * count) - mean * mean;
        if variance <= 0.0 {
            return None;
        }
        let of_input = |input: usize| {
            let (mut first, mut total) = (0.0, 0.0);
            for nth in drawn {
                let row = rows[*nth];
                let change = row[input + 1] - row[0];
                first += (row[last] - mean) * change;
                total += change * change;
            }
            [first / count / variance, total / (2.0 * count) / variance]
        };
        Some((0..self.inputs).map(of_input).collect())
    }
}

impl Design for Saltelli {
    fn at(&self, nth: u32, dimension: usize) -> f64 {
        let each = self.inputs as u32 + 2;
        let (row, which) = (nth / each, (nth % each) as usize);
        let of_b = which == self.inputs + 1 || which == dimension + 1;
        self.sequence.at(row, if of_b { self.inputs + dimension } else { dimension })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::PI;

    fn answers(design: &Saltelli, inputs: usize, of: impl Fn(&[f64]) -> f64) -> Vec<f64> {
        let point =
            |nth: usize| -> Vec<f64> { (0..inputs).map(|input| design.at(nth as u32, input)).collect() };
        (0..design.points()).map(|nth| of(&point(nth))).collect()
    }

    /// Ishigami's function with a = 7 and b = 0.1 on (−π, π)³, whose indices are known from integrals.
    fn ishigami(point: &[f64]) -> f64 {
        let [x, y, z] = [0, 1, 2].map(|input| PI * (2.0 * point[input] - 1.0));
        x.sin() + 7.0 * y.sin() * y.sin() + 0.1 * z.powi(4) * x.sin()
    }

    /// V = a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2, V₁ = (1 + bπ⁴/5)²/2, V₂ = a²/8, V₁₃ = 8b²π⁸/225 (T. Ishigami and T. Homma,
    /// ISUMA 1990).
    fn ishigami_indices() -> [[f64; 2]; 3] {
        let (a, b) = (7.0, 0.1);
        let all = a * a / 8.0 + b * PI.powi(4) / 5.0 + b * b * PI.powi(8) / 18.0 + 0.5;
        let (one, two) = ((1.0 + b * PI.powi(4) / 5.0).powi(2) / 2.0, a * a / 8.0);
        let both = 8.0 * b * b * PI.powi(8) / 225.0;
        [[one / all, (one + both) / all], [two / all, two / all], [0.0, both / all]]
    }

    #[test]
    fn the_indices_of_ishigami_lie_within_their_intervals() {
        let known = ishigami_indices();
        let golden = [[0.3139, 0.5576], [0.4424, 0.4424], [0.0, 0.2437]];
        for (one, other) in known.concat().iter().zip(golden.concat()) {
            assert!((one - other).abs() < 5e-5, "{one} {other}");
        }
        for seed in 1..=5 {
            let design = Saltelli::new(3, 4096, seed).expect("few inputs");
            let found = design.indices(&answers(&design, 3, ishigami), seed).expect("varies");
            for (found, [first, total]) in found.iter().zip(known) {
                assert!(found.first.holds(first) && found.total.holds(total), "{found:?}: {first} {total}");
                assert!((found.first.value - first).abs() < 0.01 && (found.total.value - total).abs() < 0.01);
                assert!(found.first.high - found.first.low < 0.1, "{found:?}");
            }
        }
    }

    /// A sum of independent terms has no interactions: shares are those of the variances, c²/12 each.
    #[test]
    fn a_sum_is_shared_by_the_squares_of_its_weights() {
        let design = Saltelli::new(3, 1024, 1).expect("few inputs");
        let found =
            design.indices(&answers(&design, 3, |x| 3.0 * x[0] + 2.0 * x[1] + x[2]), 1).expect("varies");
        for (found, share) in found.iter().zip([9.0 / 14.0, 4.0 / 14.0, 1.0 / 14.0]) {
            assert!(
                (found.first.value - share).abs() < 5e-3 && (found.total.value - share).abs() < 5e-3,
                "{found:?}"
            );
        }
    }

    #[test]
    fn what_does_not_vary_or_is_no_number_has_no_indices() {
        let design = Saltelli::new(2, 8, 1).expect("few inputs");
        assert_eq!(design.indices(&[3.5; 32], 1), Err(NoIndices::Constant));
        let mut answers = vec![1.0; 32];
        answers[5] = f64::NAN;
        assert_eq!(design.indices(&answers, 1), Err(NoIndices::NoNumber(5)));
        assert!(Saltelli::new(33, 8, 1).is_err());
    }

    #[test]
    fn a_row_differs_from_its_first_point_in_one_input_at_a_time() {
        let design = Saltelli::new(3, 4, 9).expect("few inputs");
        let point = |nth: u32| [0, 1, 2].map(|input| design.at(nth, input));
        for row in 0..4 {
            let (a, b) = (point(5 * row), point(5 * row + 4));
            for input in 0..3 {
                let mut mixed = a;
                mixed[input] = b[input];
                assert_eq!(point(5 * row + 1 + input as u32), mixed);
            }
        }
    }
}
