//! How far back requests reach, and what that says of LRU caches of every capacity at once.
//!
//! ```text
//! requests ─► StackDistances ─► Recorder ─► Curve        every capacity, exactly
//!    └─► some keys ─► StackDistances ─► Sampled          most capacities, nearly, and how nearly
//! ```
//!
//! Capacities are in items: every key takes one place.

mod capacities;
mod classes;
mod curve;
mod distances;
mod draw;
mod sample;
mod sampled;
mod timeline;

pub use capacities::spread;
pub use curve::{Curve, Recorder};
pub use distances::StackDistances;
pub(crate) use draw::Draw;
pub use draw::{NotARate, Rate};
pub use sampled::{Estimate, Sampled};
