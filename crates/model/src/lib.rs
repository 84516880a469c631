//! Closed forms without randomness.
//!
//! [`screening`] is the nine-number closed form of a published memo, reproduced exactly: for a first look, and
//! for millions of points. What it leaves out is listed with every answer (`screening::notes`). [`residency`] is how long
//! keys stay in a cache; [`plan`] says from it which keys to warm, how many, how fast. [`transient`] is how a cache fills;
//! [`prefetch`] what a predictor of misses buys; [`origin`] what waits behind them.

mod crossing;
mod demand;
pub mod origin;
pub mod plan;
pub mod prefetch;
pub mod residency;
pub mod screening;
pub mod transient;
