//! How soon keys are asked for again, and what that says of LRU caches of every capacity at once.
#![allow(missing_docs)]
mod curve;
mod distances;
mod timeline;

pub use curve::{Curve, Recorder};
pub use distances::StackDistances;
