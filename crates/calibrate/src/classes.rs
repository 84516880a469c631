//! Counts in classes, and the probability of each under a Poisson law.

use statrs::function::erf::erfc;
use statrs::function::factorial::ln_factorial;

/// Counts up to this have a class of their own; above it classes are so many standard deviations wide.
const ALONE: usize = 24;
pub(crate) const WIDTH: f64 = 0.7;
/// Mean from which on a Poisson probability is that of a transformed normal one.
const LARGE: f64 = 200.0;
/// Standard deviations beyond which there is nothing.
const FAR: f64 = 8.0;

/// Classes of counts: where each begins; the last ends at the last entry.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Classes(Vec<usize>);

impl Classes {
    pub(crate) fn up_to(most: usize, width: f64) -> Self {
        let mut begins: Vec<usize> = (1..=ALONE.min(most) + 1).collect();
        while begins.last().is_some_and(|last| *last <= most) {
            let last = begins.last().copied().unwrap_or(1);
            begins.push(last + (width * (last as f64).sqrt()).round().max(1.0) as usize);
        }
        Self(begins)
    }

    /// The greatest count that has one.
    pub(crate) fn most(&self) -> usize {
        self.0.last().map_or(1, |end| end - 1)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len() - 1
    }

    pub(crate) fn middle(&self, class: usize) -> f64 {
        (self.0[class] + self.0[class + 1] - 1) as f64 / 2.0
    }

    pub(crate) fn of(&self, count: usize) -> usize {
        self.0.partition_point(|begin| *begin <= count) - 1
    }

    /// The probability of each class under a Poisson law, as its first class and those that follow.
    pub(crate) fn probabilities(&self, mean: f64) -> (usize, Vec<f64>) {
        let reach = FAR * mean.sqrt() + FAR;
        let from = self.of(((mean - reach).max(1.0) as usize).max(1)).min(self.len() - 1);
        let mut found = vec![];
        if mean < LARGE {
            let mut count = self.0[from];
            let mut one = (count as f64 * mean.ln() - mean - ln_factorial(count as u64)).exp();
            for class in from..self.len() {
                let mut sum = 0.0;
                while count < self.0[class + 1] {
                    sum += one;
                    count += 1;
                    one *= mean / count as f64;
                }
                found.push(sum);
                if count as f64 > mean + reach {
                    break;
                }
            }
        } else {
            let mut below = up_to(self.0[from] as f64 - 1.0, mean);
            for class in from..self.len() {
                let until = up_to(self.0[class + 1] as f64 - 1.0, mean);
                found.push((until - below).max(0.0));
                below = until;
                if self.0[class + 1] as f64 > mean + reach {
                    break;
                }
            }
        }
        (from, found)
    }
}

/// P(X ≤ k) of a Poisson law with a large mean.
///
/// # Source
/// Wilson and Hilferty, *The distribution of chi-square*, PNAS 17, 1931: cube roots of Gamma variables are about normal.
fn up_to(k: f64, mean: f64) -> f64 {
    if k < 0.0 {
        return 0.0;
    }
    let shape = k + 1.0;
    let root = (mean / shape).cbrt() - (1.0 - 1.0 / (9.0 * shape));
    0.5 * erfc(root * 3.0 * shape.sqrt() / std::f64::consts::SQRT_2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Poisson of mean 2: .2707 once, .2707 twice, .1804 three times; of mean 400 half lies up to 400 and a little more.
    #[test]
    fn classes_have_their_probabilities() {
        let classes = Classes::up_to(1000, WIDTH);
        let (from, found) = classes.probabilities(2.0);
        assert_eq!(from, 0);
        for (found, known) in found.iter().zip([0.270_670_6, 0.270_670_6, 0.180_447_0]) {
            assert!((found - known).abs() < 1e-6);
        }
        for mean in [0.01, 3.0, 150.0, 199.0, 201.0, 600.0] {
            let (_, found) = classes.probabilities(mean);
            let all: f64 = found.iter().sum::<f64>() + (-mean).exp();
            assert!((all - 1.0).abs() < 1e-6, "{mean}: {all}");
        }
        // R: ppois(400, 400) = 0.5132938.
        assert!((up_to(400.0, 400.0) - 0.513_293_8).abs() < 2e-5);
    }
}
