//! Values with their intervals by resampling.

/// How often rows are drawn anew for an interval.
pub(crate) const RESAMPLES: usize = 1000;

/// A value and a 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The value.
    pub value: f64,
    /// Where its interval begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
}

impl Interval {
    /// Whether a value lies within.
    pub fn holds(&self, value: f64) -> bool {
        (self.low..=self.high).contains(&value)
    }
}

/// A value between the 2.5 % and 97.5 % quantiles of the same over resamples.
pub(crate) fn between(value: f64, mut again: Vec<f64>) -> Interval {
    again.sort_by(f64::total_cmp);
    let quantile =
        |share: f64| again.get((share * (again.len().max(1) - 1) as f64).round() as usize).copied();
    Interval { value, low: quantile(0.025).unwrap_or(value), high: quantile(0.975).unwrap_or(value) }
}
