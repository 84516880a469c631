//! How a run gets on, for whoever waits for it.

use evaluation::Metric;

/// Hears how a run gets on, from all threads at once.
pub trait Watch: Sync {
    /// So many replications are wanted in all, as far as is known by now.
    fn wanted(&self, _replications: u32) {}

    /// So many further requests of the workload were served to all strategies.
    fn served(&self, _requests: u64) {}

    /// A replication is over; what it says of each strategy, behind the twin.
    fn played(&self, metrics: &[&[(Metric, Option<f64>)]]);
}

/// Counts replications.
impl<F: Fn() + Sync> Watch for F {
    fn played(&self, _: &[&[(Metric, Option<f64>)]]) {
        self();
    }
}
