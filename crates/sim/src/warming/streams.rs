//! One stream of random numbers for each purpose, so that what one purpose draws does not change another's luck.

use rand::SeedableRng;
use rand::rngs::ChaCha8Rng;

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
}

/// Streams of one replication; those of the workload come first.
const WORKLOAD: u64 = 16;

/// The stream of a purpose in a replication.
pub(crate) fn stream(seed: u64, replication: u32, purpose: Purposes) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(u64::from(replication) << 8 | (WORKLOAD + purpose as u64));
    random
}
