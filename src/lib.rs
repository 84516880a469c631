//! Forecasts what cache warming buys before you ship it: the library under the `warmcast` program.
//!
//! [`scenario`] is the question, [`model`] answers it in closed form, [`evaluation`] is the answer. [`trace`] reads request
//! streams and [`sim`] plays them to caches. The README has an example; the crates' own pages have the formulas.

pub use {evaluation, model, scenario, sim, trace};

/// The README's Rust blocks, run as doctests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
