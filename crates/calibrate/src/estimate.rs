//! A value and how well it is known.

use statrs::distribution::{ChiSquared, ContinuousCDF, StudentsT};

/// Two-sided 95 % of the standard normal distribution.
pub(crate) const Z: f64 = 1.959_963_984_540_054;

/// Halvings of a range of which nothing is left then.
const HALVINGS: u32 = 60;
/// A count from which on a formula is exact to six digits.
const MANY: f64 = 1000.0;
/// A count below which the lower limit is 0 in all digits.
const FEWEST_SEEN: f64 = 1e-3;

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
    /// A value that is known.
    pub fn exact(value: f64, n: u64) -> Self {
        Self { value, low: value, high: value, n }
    }

    /// The mean of values that do not depend on each other, 0 or more, by the normal law; none of fewer than two.
    pub(crate) fn mean(values: &[f64]) -> Option<Self> {
        let n = values.len() as f64;
        if n < 2.0 {
            return None;
        }
        let value = values.iter().sum::<f64>() / n;
        let squares: f64 = values.iter().map(|one| (one - value).powi(2)).sum();
        let half = Z * (squares / (n - 1.0) / n).sqrt();
        Some(Self { value, low: (value - half).max(0.0), high: value + half, n: values.len() as u64 })
    }

    /// The same in another unit.
    #[must_use]
    pub(crate) fn scaled(self, by: f64) -> Self {
        Self { value: self.value * by, low: self.low * by, high: self.high * by, n: self.n }
    }

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
    if seen > MANY {
        // Wilson & Hilferty's cube, The distribution of chi-square, Proceedings of the National Academy of Sciences 17, 1931.
        let cube = |freedom: f64, z: f64| {
            let spread = 2.0 / (9.0 * freedom);
            freedom / 2.0 * (1.0 - spread + z * spread.sqrt()).powi(3)
        };
        return (cube(2.0 * seen, -Z), cube(2.0 * seen + 2.0, Z));
    }
    let most = 2.0 * (seen + 10.0 * seen.sqrt() + 20.0);
    // By halving, which ends at every count, as the library's own search does not.
    let quantile = |share: f64, freedom: f64| {
        let Ok(law) = ChiSquared::new(freedom) else { return 0.0 };
        let (mut low, mut high) = (0.0, most);
        for _ in 0..HALVINGS {
            let middle = 0.5 * (low + high);
            if law.cdf(middle) < share { low = middle } else { high = middle }
        }
        0.25 * (low + high)
    };
    let low = if seen > FEWEST_SEEN { quantile(0.025, 2.0 * seen) } else { 0.0 };
    (low, quantile(0.975, 2.0 * seen + 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1, 2 and 6 have the mean 3, and its variance is 14 / 2 / 3.
    #[test]
    fn means_have_the_interval_of_the_normal_law() {
        let found = Estimate::mean(&[1.0, 2.0, 6.0]).expect("are three");
        assert_eq!((found.value, found.n), (3.0, 3));
        assert!((found.high - 3.0 - 1.96 * (7.0f64 / 3.0).sqrt()).abs() < 1e-3);
        assert_eq!(Estimate::mean(&[1.0]), None);
    }

    /// Garwood's table: 0 events 0 to 3.689, 10 events 4.795 to 18.390.
    #[test]
    fn counts_have_garwoods_limits() {
        for (seen, low, high) in [(0.0, 0.0, 3.689), (10.0, 4.795, 18.390)] {
            let found = events(seen);
            assert!((found.0 - low).abs() < 5e-4 && (found.1 - high).abs() < 5e-4, "{found:?}");
        }
    }

    /// Both ways say the same where one takes over.
    #[test]
    fn many_events_have_the_limits_of_few() {
        let [(low, high), (above, beyond)] = [events(999.999), events(1000.001)];
        assert!(
            (above / low - 1.0).abs() < 1e-5 && (beyond / high - 1.0).abs() < 1e-5,
            "{low} {above} {high} {beyond}"
        );
    }

    #[test]
    fn limits_are_found_for_counts_of_every_size() {
        for power in -12..300 {
            let seen = 10f64.powi(power) * 1.37;
            let (low, high) = events(seen);
            assert!(
                low <= seen && high >= seen && high < seen * (1.0 + 1e-12) + 3.0 * seen.sqrt() + 5.0,
                "{seen}: {low} {high}"
            );
        }
    }

    /// Student's table: 2.262 at 9 degrees of freedom, 2.045 at 29.
    #[test]
    fn small_samples_are_wider() {
        assert!((student(9.0) - 2.262).abs() < 5e-4 && (student(29.0) - 2.045).abs() < 5e-4);
    }
}
