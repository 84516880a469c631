//! Where to ask, and which input matters: designs of experiments in the unit cube, and the sensitivity of an answer to its
//! inputs.
//!
//! Nothing here knows what is asked: a design gives points, and whoever has the answers hands them back in its order.

mod interval;
mod latin;
mod morris;
mod saltelli;
mod sobol_sequence;

pub use interval::Interval;
pub use latin::LatinHypercube;
pub use morris::{Effects, Morris};
pub use saltelli::{Indices, NoIndices, Saltelli};
pub use sobol_sequence::SobolSequence;

/// Why a design cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DesignError {
    /// There is no table of direction numbers for so many dimensions.
    #[error("a Sobol sequence has {most} dimensions at most, and {wanted} are asked for")]
    TooManyDimensions {
        /// How many there are.
        most: usize,
        /// How many were asked for.
        wanted: usize,
    },
}

/// Points in the unit cube, each of which can be computed by itself.
pub trait Design: Sync {
    /// Coordinate of a point, within [0, 1].
    fn at(&self, nth: u32, dimension: usize) -> f64;
}
