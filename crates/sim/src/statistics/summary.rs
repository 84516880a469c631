//! One number from many replications.

use super::student::student_t;

/// Mean and spread of a metric over replications.
///
/// # Formula
/// x̄ = Σx / n, s² = Σ(x − x̄)² / (n − 1), half-width h = t₍ₙ₋₁, 0.975₎ · s / √n, where n counts the replications that
/// have the metric. s² is updated by deviations from the running mean, which keeps the digits that Σx² − n x̄² loses.
///
/// # Assumptions
/// Replications are independent, and their values about normal, or many: x̄ ± h then holds the true mean 95 times in
/// 100, for every n ≥ 2. Where some replications lack the metric (a time to reach a target that was never reached), it
/// speaks only for those that have it: state [`count`](Self::count) beside it. Values that are all equal give a
/// half-width of 0, which for rare events means too few replications, not certainty. A value that is not finite makes
/// all that follows NaN.
///
/// # Source
/// Welford, Note on a method for calculating corrected sums of squares and products, Technometrics 4 (1962) 419–420.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Summary {
    replications: u64,
    count: u64,
    mean: f64,
    squares: f64,
}

impl Summary {
    /// Of no replications.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next replication: its value, or `None` where it does not have one.
    pub fn push(&mut self, value: impl Into<Option<f64>>) {
        self.replications += 1;
        let Some(value) = value.into() else { return };
        self.count += 1;
        let deviation = value - self.mean;
        self.mean += deviation / self.count as f64;
        self.squares += deviation * (value - self.mean);
    }

    /// Replications, with the metric or without.
    pub fn replications(&self) -> u64 {
        self.replications
    }

    /// n: replications that have the metric.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// x̄; none where no replication has the metric.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// s²; none below two values.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / (self.count - 1) as f64)
    }

    /// s / √n; none below two values.
    pub fn standard_error(&self) -> Option<f64> {
        Some((self.variance()? / self.count as f64).sqrt())
    }

    /// h, half the width of the interval of 95 %; none below two values.
    pub fn half_width(&self) -> Option<f64> {
        Some(student_t(self.count.checked_sub(1)?) * self.standard_error()?)
    }
}

impl<V: Into<Option<f64>>> Extend<V> for Summary {
    fn extend<I: IntoIterator<Item = V>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

impl<V: Into<Option<f64>>> FromIterator<V> for Summary {
    fn from_iter<I: IntoIterator<Item = V>>(values: I) -> Self {
        let mut summary = Self::new();
        summary.extend(values);
        summary
    }
}
