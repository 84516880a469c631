//! Break-evens: where one strategy starts to beat another.

use crate::{Engine, Metric};

/// Where in [0, 1] one strategy beats another: disjoint intervals in ascending order.
#[derive(Debug, Clone, PartialEq)]
pub struct WinSet {
    /// Ends of each interval; the ends themselves may be ties.
    pub intervals: Vec<(f64, f64)>,
    /// Whether it wins at 0 itself.
    pub at_zero: bool,
}

impl WinSet {
    /// The value above which it always wins, 0 where it always does; none where the set has another shape.
    pub fn threshold(&self) -> Option<f64> {
        match self.intervals[..] {
            [(low, 1.0)] => Some(low),
            _ => None,
        }
    }
}

impl std::fmt::Display for WinSet {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        if self.intervals.is_empty() {
            return f.write_str("never");
        }
        for (nth, interval) in self.intervals.iter().enumerate() {
            if nth > 0 {
                f.write_str(" and ")?;
            }
            match *interval {
                (0.0, 1.0) if self.at_zero => f.write_str("always")?,
                (0.0, 1.0) => f.write_str("above 0")?,
                (low, 1.0) => write!(f, "above {}", digits(low))?,
                (0.0, high) => write!(f, "below {}", digits(high))?,
                (low, high) => write!(f, "from {} to {}", digits(low), digits(high))?,
            }
        }
        Ok(())
    }
}

impl BreakEven {
    /// The metric that carries it where it is one number, if there is such a metric.
    pub fn metric(&self) -> Option<Metric> {
        match (self.input, self.objective) {
            ("predictor.precision", Metric::ExpectedLatency) => Some(Metric::BreakEvenPrecisionLatency),
            ("predictor.precision", Metric::Score) => Some(Metric::BreakEvenPrecisionScore),
            ("predictor.recall", Metric::ExpectedLatency) => Some(Metric::BreakEvenRecallLatency),
            ("predictor.recall", Metric::Score) => Some(Metric::BreakEvenRecallScore),
            _ => None,
        }
    }
}

/// Three digits after the point, or as many as it takes not to read as 0 or 1.
fn digits(share: f64) -> String {
    let of = |decimals: usize| format!("{share:.decimals$}");
    let plain = |text: &String| !text.trim_end_matches('0').ends_with('.');
    (3..=9).map(of).find(plain).unwrap_or_else(|| of(9))
}

/// Where one preset beats another as one input varies.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakEven {
    /// Which engine tells it.
    pub engine: Engine,
    /// The preset that may win.
    pub strategy: &'static str,
    /// The preset that it is held against.
    pub against: &'static str,
    /// By what.
    pub objective: Metric,
    /// Scenario key of the input that varies, all others as they are.
    pub input: &'static str,
    /// Where it wins.
    pub wins: WinSet,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_win_set_reads_as_words() {
        let say =
            |intervals: &[(f64, f64)], at_zero| WinSet { intervals: intervals.to_vec(), at_zero }.to_string();
        assert_eq!(say(&[], false), "never");
        assert_eq!(say(&[(0.0, 1.0)], true), "always");
        assert_eq!(say(&[(0.0, 1.0)], false), "above 0");
        assert_eq!(say(&[(0.25, 1.0)], false), "above 0.250");
        assert_eq!(say(&[(0.99958, 1.0)], false), "above 0.9996");
        assert_eq!(say(&[(0.0, 0.5), (0.6, 0.75)], true), "below 0.500 and from 0.600 to 0.750");
    }

    #[test]
    fn only_an_upper_interval_has_a_threshold() {
        let threshold =
            |intervals: &[(f64, f64)]| WinSet { intervals: intervals.to_vec(), at_zero: false }.threshold();
        assert_eq!(threshold(&[(0.25, 1.0)]), Some(0.25));
        assert_eq!(threshold(&[]), None);
        assert_eq!(threshold(&[(0.0, 0.5)]), None);
    }
}
