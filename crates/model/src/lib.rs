//! Closed forms without randomness.
//!
//! [`screening`] is the nine-number closed form of a published memo, reproduced exactly: for a first look, and
//! for millions of points. What it leaves out is listed with every answer (`screening::notes`). [`renewal`] has formulas for
//! a cache under independent requests. Beside it stand the formulas of its parts: [`residency`] is how long keys stay in a
//! cache; [`freshness`] what expiry and refreshing cost; [`turnover`] what becomes of a list, or of a cache, as the keys
//! change; [`transient`] how a cache fills; [`prefetch`] what a predictor of misses buys; [`origin`] what waits behind them.
//! [`plan`] says from them which keys to warm, how many, how fast.

mod crossing;
mod demand;
pub mod freshness;
mod normal;
pub mod origin;
pub mod plan;
pub mod prefetch;
mod quadrature;
pub mod renewal;
pub mod residency;
pub mod screening;
pub mod transient;
pub mod turnover;
