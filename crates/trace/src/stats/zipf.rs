//! The exponent of Zipf's law.

/// Zipf's law, fitted: the key of rank i is asked for in proportion to i^−α.
///
/// # Method
/// Maximum likelihood over the R most popular keys, given the requests for these: with n their requests and L the log
/// of the rank, the exponent makes the mean of L under the law, `Σ L i^−α / Σ i^−α`, equal to the one observed. What
/// lies beyond R, and how many keys were never seen, has no influence.
///
/// # Standard error
/// `1 / √(n Var L)`, the inverse root of the Fisher information. It speaks of sampling alone: a law that bends, or
/// that changes in time, is off by more.
///
/// # Assumptions
/// Ranks are those observed. R covers the keys asked for at least [`Zipf::ENOUGH`] times, whose order is hardly
/// chance; where that are fewer than [`Zipf::FEWEST`], these many. With fewer requests the exponent comes out low, by
/// about a third of its standard error in simulations.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Zipf {
    /// α.
    pub exponent: f64,
    /// Of the exponent.
    pub standard_error: f64,
    /// R, the keys it was fitted to.
    pub keys: usize,
}

impl Zipf {
    /// Requests of a key after which its rank is hardly chance.
    pub const ENOUGH: u64 = 100;
    /// Keys to fit to at least.
    pub const FEWEST: usize = 20;

    /// Fits the law to counts in descending order; none where there are fewer than three keys to fit to.
    pub fn fit(counts: &[u64]) -> Option<Self> {
        let enough = counts.partition_point(|count| *count >= Self::ENOUGH);
        let counts = &counts[..enough.max(Self::FEWEST).min(counts.len())];
        if counts.len() < 3 {
            return None;
        }
        let logs: Vec<f64> = (1..=counts.len()).map(|rank| (rank as f64).ln()).collect();
        let requests: f64 = counts.iter().map(|count| *count as f64).sum();
        let observed: f64 =
            counts.iter().zip(&logs).map(|(count, log)| *count as f64 * log).sum::<f64>() / requests;
        let mut exponent = 1.0;
        let mut variance = 0.0;
        // The mean falls with the exponent at the rate of the variance: Newton's method converges from anywhere near.
        for _ in 0..100 {
            let (mean, spread) = moments(&logs, exponent);
            variance = spread;
            let step = ((mean - observed) / spread).clamp(-1.0, 1.0);
            exponent += step;
            if step.abs() < 1e-12 {
                break;
            }
        }
        let standard_error = 1.0 / (requests * variance).sqrt();
        Some(Self { exponent, standard_error, keys: counts.len() })
    }
}

/// Mean and variance of the log of the rank under the law.
fn moments(logs: &[f64], exponent: f64) -> (f64, f64) {
    let (mut total, mut first, mut second) = (0.0, 0.0, 0.0);
    for log in logs {
        let weight = (-exponent * log).exp();
        total += weight;
        first += weight * log;
        second += weight * log * log;
    }
    let mean = first / total;
    (mean, second / total - mean * mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_proportions_give_back_their_exponent() {
        for exponent in [0.0, 0.6, 0.99, 1.0, 1.4] {
            let counts: Vec<u64> =
                (1..=500).map(|rank| (1e9 * f64::from(rank).powf(-exponent)).round() as u64).collect();
            let fit = Zipf::fit(&counts).expect("has enough keys");
            assert!((fit.exponent - exponent).abs() < 1e-6, "{exponent}: {fit:?}");
            assert_eq!(fit.keys, 500);
        }
    }

    #[test]
    fn the_tail_and_the_keys_never_seen_do_not_matter() {
        let mut counts: Vec<u64> = (1..=50).map(|rank| (1e6 / f64::from(rank)).round() as u64).collect();
        let head = Zipf::fit(&counts).expect("has enough keys");
        counts.extend([7; 10_000]);
        assert_eq!(Zipf::fit(&counts), Some(head));
    }

    #[test]
    fn two_keys_make_no_law() {
        assert_eq!(Zipf::fit(&[10, 5]), None);
    }
}
