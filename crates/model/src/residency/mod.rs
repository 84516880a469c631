//! How long keys stay in a cache that demand fills, and what that makes of its hit ratio.
//!
//! # Notation
//! Key i is asked for λᵢ times a second, independently (Poisson). C is the room of the cache, in keys or in bytes, wᵢ what
//! key i takes of it, T a time to live.
//!
//! # Where it fails
//! Below ten keys in the cache, and where requests depend on each other: bursts make a real LRU better than this, loops
//! and scans make it worse.

pub mod exact_lru;
pub mod fifo;
pub mod lfu;
pub(crate) mod population;
mod preload;
pub mod q_lru;
pub mod sizing;
mod steady;
pub mod two_lru;

pub use population::{Group, Population};
pub use preload::{until_evicted, useful};
pub use steady::{hit_ratio, time_alive};
