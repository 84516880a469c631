//! What the requests of a population have asked for after a time, and what they have not.

use crate::residency::Population;

/// Number of the keys that were asked for within a time: `Σ (1 − e^(−λᵢ t))`.
pub(crate) fn keys_asked(population: &Population, time: f64) -> f64 {
    population.over_keys(|rate| -(-rate * time).exp_m1())
}

/// Requests a second for keys that were not asked for within a time: `Σ λᵢ e^(−λᵢ t)`.
pub(crate) fn misses(population: &Population, time: f64) -> f64 {
    population.over_keys(|rate| rate * (-rate * time).exp())
}
