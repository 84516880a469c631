//! How two strategies differ on the same replications.

use crate::{Estimate, Metric};

/// A paired difference: on the same requests, so that what both owe to chance cancels.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The strategy.
    pub strategy: String,
    /// That from which it differs.
    pub from: String,
    /// By how much, where both have the metric; in registry order.
    pub metrics: Vec<(Metric, Estimate)>,
    /// How many times the variance of the difference in hit ratio would be with independent replications.
    pub variance_ratio: Option<f64>,
}

impl Difference {
    /// The difference in one metric, where both have it.
    pub fn get(&self, metric: Metric) -> Option<Estimate> {
        self.metrics.iter().find(|(name, _)| *name == metric).map(|(_, estimate)| *estimate)
    }
}
