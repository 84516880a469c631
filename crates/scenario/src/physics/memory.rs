//! How short memory is over time.

use crate::quantity::Quantity;
use crate::units::{Percent, Seconds};

/// How short memory is over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    /// From each of these times on, that share of it is in use; 0 before the first.
    pub pressure: Vec<(Seconds, Percent)>,
    /// From which pressure on it is moderate, high and critical.
    pub levels: [Percent; 3],
}

impl Default for Memory {
    /// None is in use.
    fn default() -> Self {
        Self { pressure: vec![], levels: [70.0, 80.0, 90.0].map(Percent::wrap) }
    }
}
