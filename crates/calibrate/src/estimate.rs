//! A value and how well it is known.

use statrs::distribution::{ChiSquared, ContinuousCDF, StudentsT};

/// Two-sided 95 % of the standard normal distribution.
pub(crate) const Z: f64 = 1.959_963_984_540_054;

/// A value with a 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Where its interval begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
    /// Observations behind it.
    pub n: u64,
}

impl Estimate {
    /// Whether the interval holds a value.
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// Two-sided 95 % of Student's t.
pub(crate) fn student(freedom: f64) -> f64 {
    StudentsT::new(0.0, 1.0, freedom).map_or(Z, |t| t.inverse_cdf(0.975))
}

/// The 95 % interval for the mean of a Poisson count, of which so many events were seen.
///
/// # Formula
/// χ²(0.025; 2m) / 2 to χ²(0.975; 2m + 2) / 2.
///
/// # Source
/// Garwood, *Fiducial limits for the Poisson distribution*, Biometrika 28, 1936.
pub fn events(seen: f64) -> (f64, f64) {
    let quantile =
        |share: f64, freedom: f64| ChiSquared::new(freedom).map_or(0.0, |law| law.inverse_cdf(share) / 2.0);
    let low = if seen > 0.0 { quantile(0.025, 2.0 * seen) } else { 0.0 };
    (low, quantile(0.975, 2.0 * seen + 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Garwood's table: 0 events 0 to 3.689, 10 events 4.795 to 18.390.
    #[test]
    fn counts_have_garwoods_limits() {
        for (seen, low, high) in [(0.0, 0.0, 3.689), (10.0, 4.795, 18.390)] {
            let found = events(seen);
            assert!((found.0 - low).abs() < 5e-4 && (found.1 - high).abs() < 5e-4, "{found:?}");
        }
    }

    /// Student's table: 2.262 at 9 degrees of freedom, 2.045 at 29.
    #[test]
    fn small_samples_are_wider() {
        assert!((student(9.0) - 2.262).abs() < 5e-4 && (student(29.0) - 2.045).abs() < 5e-4);
    }
}
