//! A value of a scenario, and how it was come by.

use crate::estimate::Estimate;

/// One key of a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The key, such as `workload.zipf_exponent`.
    pub key: &'static str,
    /// Its value, in the unit of the key.
    pub value: f64,
    /// Its 95 % interval; none where the value is assumed.
    pub interval: Option<(f64, f64)>,
    /// Observations behind it.
    pub n: u64,
    /// How it was found, or why it is assumed.
    pub method: String,
    /// The input that told it.
    pub source: String,
    /// Whether nothing told it.
    pub assumed: bool,
}

impl Parameter {
    /// A value that was found.
    pub fn found(key: &'static str, estimate: Estimate, method: impl Into<String>, source: &str) -> Self {
        let Estimate { value, low, high, n } = estimate;
        let (method, source) = (method.into(), source.to_owned());
        Self { key, value, interval: Some((low, high)), n, method, source, assumed: false }
    }

    /// A default that stands in for what nothing told.
    pub fn assumed(key: &'static str, value: f64, why: impl Into<String>) -> Self {
        let (method, source) = (why.into(), "default".to_owned());
        Self { key, value, interval: None, n: 0, method, source, assumed: true }
    }
}
