//! Requests that nobody made: a stated workload, drawn from a seed.
//!
//! ```text
//! Rate (hours, bursts) ─► Base (times, ranks) ─┐
//! Swaps (churn) ─► ranking: the key of a rank ─┼─► Workload ─► Chunk (times, keys, changes, writes)
//! Writes (updates) ────────────────────────────┤
//! EventRequests (crowds, scans) ───────────────┤
//! ContentRequests (shot noise) ────────────────┘
//! ```
//!
//! A stream is named by (seed, replication). Each purpose draws from random numbers of its own, so that two workloads
//! that differ in one thing alone, say in churn, agree in all others to the last nanosecond: what is found to differ
//! between them comes from that one thing.
//!
//! # Ids
//! The N keys of the popularity law are 0..N. Behind them lie the new keys of the events, in order of events; behind
//! these the contents, in order of arrival.
//!
//! # Ties
//! At one instant swaps come first, then writes, then requests of the law, of the events in their order, and of
//! contents.

mod base;
mod chunk;
mod contents;
mod events;
mod law;
mod object_spec;
mod objects;
mod random;
mod rate;
mod spec;
mod swaps;
mod wall_clock;
mod workload;
mod writes;

pub use chunk::{Change, Chunk, Write};
pub use law::Law;
pub use object_spec::{Importance, ObjectSpec, Tenant};
pub use objects::Objects;
pub use random::{OTHERS, random_stream};
pub use spec::{Arrivals, Contents, Event, Nanos, Spec, Updates};
pub use wall_clock::WallClock;
pub use workload::Workload;

const SECOND: f64 = 1e9;
const HOUR: f64 = 3600.0 * SECOND;
