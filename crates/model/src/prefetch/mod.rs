//! What a predictor of misses buys, and what its wrong guesses cost.
//!
//! ```text
//! Predictor (precision, recall, timely) ─► separate: in a buffer of their own, prefetched copies disturb nothing
//!     │                                 └► shared: in the cache, they shorten the stay of all others
//!     └─► break_even: the precision from which it pays
//! ```
//!
//! # Notation
//! M misses a second without prefetching; P the share of the issued prefetches that are right, R the share of the misses
//! that are predicted, θ the share of the right ones that arrive in time.
//!
//! P and R are no free parameters: a predictor that issues what scores above a threshold loses recall as it gains
//! precision. Take them in pairs that were measured together.

mod break_even;
mod buffer;
mod shared;

pub use break_even::{Stakes, for_budget, separately, sharing};
pub use buffer::{Late, Predictor, Prefetching, separate};
pub use shared::{SharedCache, polluted_time, shared};
