//! How far back requests reach, and what that says of LRU caches of every capacity at once.
//!
//! ```text
//! requests ─► StackDistances ─► Recorder ─► Curve      every capacity, exactly
//!     └─ some keys ─► StackDistances, sixteen times ─► Sampled    most capacities, nearly, with a half-width
//! ```
//!
//! Capacities are in items: every key takes one place.

mod capacities;
mod classes;
mod curve;
mod distances;
mod sampled;
mod sampling;
mod timeline;

pub use capacities::spread;
pub use curve::{Curve, Recorder};
pub use distances::StackDistances;
pub use sampled::{Estimate, Sampled};
pub use sampling::{NotARate, Rate};
