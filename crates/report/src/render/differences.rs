//! How paired differences are told.

use evaluation::{Estimate, Metric};

/// Metrics whose differences are told.
pub(super) const COMPARED: [Metric; 3] = [Metric::ExpectedLatency, Metric::HitRatio, Metric::OriginLoad];

/// A difference with its sign and its half-width.
pub(super) fn signed(metric: Metric, found: Estimate) -> String {
    let Estimate { value, half_width } = found;
    let sign = if value > 0.0 { "+" } else { "" };
    let half = half_width.map_or(String::new(), |half| format!(" ±{}", metric.show(half)));
    format!("{sign}{}{half}", metric.show(value))
}
