//! Closed forms without randomness.
//!
//! [`screening`] is the nine-number closed form of a published memo, reproduced exactly: for a first look, and
//! for millions of points. What it leaves out is listed with every answer (`screening::notes`). [`residency`] is how long
//! keys stay in a cache; [`plan`] says from it which keys to warm, how many, how fast. [`freshness`] is what
//! expiry and refreshing cost; [`turnover`] what becomes of a list, or of a cache, as the keys change.

pub mod freshness;
pub mod plan;
mod quadrature;
pub mod renewal;
pub mod residency;
mod root;
pub mod screening;
pub mod turnover;
