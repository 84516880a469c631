//! What a time to live costs where nothing is evicted, and what fetching ahead of the expiry makes of it.
//!
//! # Notation
//! A key is asked for λ times a second, independently (Poisson). T is its time to live from the fetch on.
//!
//! # Where it fails
//! Where a fetch takes a good part of T, where the cache evicts copies before they expire
//! ([`time_alive`](crate::residency::time_alive)), and for clients that ask by a clock: with a period longer than a refresh
//! window their phase decides whether they meet it.

pub mod jitter;
mod refresh_ahead;
mod x_fetch;

pub use refresh_ahead::{RefreshAhead, Refreshed, useful};
pub use x_fetch::XFetch;
