//! The screening engine: nine numbers in, one closed form per strategy out.
//!
//! # Formula
//!
//! With request rate R per minute, hot-set share h, capacity share c, churn χ per hour, hit latency H, miss
//! penalty M and warm cost W in ms, recall r, precision p, all shares 0 to 1:
//!
//! - hot = min(h, c), χm = χ/60, A = min(max(0, c − hot), (1 − hot)·r)
//! - coverage K: static hot; predictive hot + A; demand hot·max(0, 1 − χ)
//! - latency = K·H + (1 − K)·(H + M) + O·W with over-fetch O = A·(1 − p) for predictive, 0 otherwise
//! - ops per minute: static K·R·χm; predictive K·R·χm + O·R; demand 0.05·K
//! - score = latency + 0.5·ops + 1.5·(number of flags)
//!
//! Hybrid is predictive with A′ in place of A: A′ = A, or `clamp_share`·A where a rail clamps, or 0 where
//! precision is below `stop_below_precision`; then it has static's flags and the low-precision flag.
//!
//! # Where it differs from the original
//!
//! Out-of-range input is refused, not clamped, and a capacity of 0 covers nothing, not the whole hot set.
//!
//! # Where it fails
//!
//! [`notes`] lists the known weaknesses that apply to a scenario, with its own numbers.
//!
//! Source: the WeatherVane cache warming memo and its helper (nateschmiedehaus/WeatherVane at 8d8e17e8,
//! `shared/libs/performance/cache_warming.py`).

mod axis;
mod batch;
mod break_even;
mod closed_form;
mod evaluate;
mod notes;

pub use axis::{Setter, setter};
pub use batch::{Columns, Outcomes, PRESETS, evaluate_columns};
pub use break_even::{Input, break_even, break_evens};
pub use closed_form::{
    Bounds, FlagSet, Inputs, Outcome, RANKABLE, RailState, demand, hybrid, outcome, predictive,
    static_warming,
};
pub use evaluate::{Refusal, evaluate, inputs};
pub use notes::notes;
