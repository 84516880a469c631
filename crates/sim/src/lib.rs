//! Caches in virtual time: eviction policies, and the replay of traces through them.
//!
//! ```text
//! Trace ─► Stretch ─► Lane (policy × unit × expiry) ─► Tally ─► Run
//! ```
//!
//! A policy is one file and one line in [`eviction::POLICIES`]. It is compiled for each unit and each way of expiry, so
//! that the loop over requests holds no indirect call; only stretches of requests go through one.

mod agenda;
pub mod eviction;
mod expiry;
mod express;
mod lane;
mod lists;
mod parameters;
mod policy;
mod popularity;
mod ranking;
mod recency;
mod replay;
mod room;
pub mod statistics;
mod tally;
mod unit;
pub mod warming;

pub use expiry::Ttl;
pub use lane::{Lane, Setup, Stretch};
pub use parameters::{BadPolicy, Kind, Parameter, Parameters};
pub use policy::{Broken, Design, Evictions, NEVER, Policy, Request};
pub use popularity::{Hot, Popularity};
pub use replay::{Counted, Interval, Replay, Start};
pub use room::Room;
pub use tally::Tally;
pub use unit::{Bytes, Items, Unit};
