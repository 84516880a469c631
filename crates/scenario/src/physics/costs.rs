//! What work costs.

use crate::units::Bytes;

/// What work costs, in one currency; what is not stated costs nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Costs {
    /// A fetch from the origin, of demand and of a warm operation.
    pub fetch: f64,
    /// A warm operation, beside its fetch.
    pub operation: f64,
    /// A byte that the origin sends.
    pub byte: f64,
    /// A byte that the cache may hold, for an hour.
    pub byte_hour: f64,
    /// Bytes of an object on average; 1 where no byte costs anything.
    pub object: Bytes,
}
