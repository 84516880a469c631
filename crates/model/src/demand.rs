//! What the requests of a population have asked for after a time, and what they have not.

use crate::residency::{Group, Population};

fn asked(population: &Population) -> impl Iterator<Item = &Group> {
    population.groups().iter().rev().filter(|group| group.rate > 0.0 && group.keys > 0.0)
}

/// Sums a number per key over the keys that are asked for, the least popular first.
pub(crate) fn over_keys(population: &Population, per_key: impl Fn(f64) -> f64) -> f64 {
    asked(population).map(|group| group.keys * per_key(group.rate)).sum()
}

/// Sums a share of each key's room over the keys that are asked for.
pub(crate) fn over_room(population: &Population, share: impl Fn(f64) -> f64) -> f64 {
    asked(population).map(|group| group.weight * share(group.rate)).sum()
}

/// Room of all keys that are asked for.
pub(crate) fn room_of_all(population: &Population) -> f64 {
    over_room(population, |_| 1.0)
}

/// Number of the keys that were asked for within a time: `Σ (1 − e^(−λᵢ t))`.
pub(crate) fn keys_asked(population: &Population, time: f64) -> f64 {
    over_keys(population, |rate| -(-rate * time).exp_m1())
}

/// Requests a second for keys that were not asked for within a time: `Σ λᵢ e^(−λᵢ t)`.
pub(crate) fn misses(population: &Population, time: f64) -> f64 {
    over_keys(population, |rate| rate * (-rate * time).exp())
}
