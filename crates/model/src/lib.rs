//! Closed forms without randomness: the screening engine.
