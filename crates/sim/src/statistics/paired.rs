//! Two strategies on the same replications.

use super::summary::Summary;

/// How much a metric differs between two strategies that met the same requests.
///
/// # Formula
/// d = a − b in each replication; d̄ ± t₍ₙ₋₁, 0.975₎ · s_d / √n. The variance ratio (s_a² + s_b²) / s_d² says what the
/// same requests bought: two strategies on requests of their own would need that many times the replications for the
/// same half-width. It is 1 where the two do not move together, below 1 where they move against each other.
///
/// # Assumptions
/// Replication r of both saw the same random streams (common random numbers), and replications are independent of each
/// other. Then Var(A − B) = Var A + Var B − 2 Cov(A, B), and the covariance is not lost. A replication where one of
/// the two lacks the metric has no difference, and counts for neither.
///
/// # Source
/// Law, Simulation Modeling and Analysis (2015), 10.2.1 and 11.2.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Paired {
    first: Summary,
    second: Summary,
    difference: Summary,
}

impl Paired {
    /// Of no replications.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds the next replication: a and b, or `None` where one does not have the metric.
    pub fn push(&mut self, a: impl Into<Option<f64>>, b: impl Into<Option<f64>>) {
        let both = a.into().zip(b.into());
        self.first.push(both.map(|(a, _)| a));
        self.second.push(both.map(|(_, b)| b));
        self.difference.push(both.map(|(a, b)| a - b));
    }

    /// Of a, over the replications where both have the metric.
    pub fn first(&self) -> Summary {
        self.first
    }

    /// Of b, over the same.
    pub fn second(&self) -> Summary {
        self.second
    }

    /// Of a − b: its mean, and the half-width of the paired t.
    pub fn difference(&self) -> Summary {
        self.difference
    }

    /// (s_a² + s_b²) / s_d²; none below two pairs, and where the difference never varies, so that no number would do.
    pub fn variance_ratio(&self) -> Option<f64> {
        let apart = self.first.variance()? + self.second.variance()?;
        self.difference.variance().filter(|together| *together > 0.0).map(|together| apart / together)
    }
}
