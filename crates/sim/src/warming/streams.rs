//! One stream of random numbers for each purpose, so that what one purpose draws does not change another's luck.

use trace::synthetic::{OTHERS, random_stream};

/// Where random numbers come from.
pub(crate) type Luck = rand::rngs::ChaCha8Rng;

/// What random numbers are drawn for, beside the workload.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purposes {
    /// Times of fetches for misses.
    Demand,
    /// Times of fetches for warm operations.
    Warm,
    /// Jitter of times to live.
    Lives,
    /// Jitter of pauses ahead of another try.
    Backoff,
    /// What a predictor gets right.
    Predictor,
    /// Which keys a warmer calls by another name.
    Aliases,
    /// Which warmed values are wrong.
    Values,
    /// Which of two keys alike is chosen.
    Ties,
}

/// The stream of a purpose in a replication.
pub(crate) fn stream(seed: u64, replication: u32, purpose: Purposes) -> Luck {
    random_stream(seed, replication, OTHERS + purpose as u8)
}
