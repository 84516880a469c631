//! Prefetching into the cache that demand fills.

use super::buffer::{Late, Predictor, Prefetching};
use crate::crossing::crossing;
use crate::demand::misses;
use crate::residency::Population;

/// What prefetching makes of an LRU cache that it shares with demand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharedCache {
    /// Misses a second without prefetching, and what becomes of them.
    pub misses: f64,
    /// Prefetches, misses and fetches a second with it.
    pub flows: Prefetching,
    /// Characteristic time without prefetching; infinite where the cache holds all keys.
    pub alone: f64,
    /// Characteristic time with it.
    pub crowded: f64,
    /// Whether prefetched copies are evicted before their request comes, so that all of them are wasted.
    pub evicted_unused: bool,
}

/// Prefetching by a predictor of the misses that the cache alone would have, in room shared with demand.
///
/// `lead` is how many seconds a copy that arrives in time waits for its request. Objects take the mean room of a request
/// that misses, 1 where the cache counts objects.
///
/// # Formula
/// With m(T) = Σ λᵢ e^(−λᵢ T) misses a second at the characteristic time T, T₀ that of the cache alone and m₀ = m(T₀), wrong
/// prefetches come in at the rate `w = m₀ R (1 − P) / P` and stay T each, right ones stay `lead` longer than demand would
/// have kept them:
///
/// `Σ wᵢ (1 − e^(−λᵢ T₁)) + w T₁ + R θ m₀ lead = C`, residual `m₀ (1 − R θ) + m(T₁) − m₀`.
///
/// Where T₁ is below `lead`, every prefetched copy is evicted before it is asked for. They then come in at m₀ R / P:
///
/// `Σ wᵢ (1 − e^(−λᵢ T₁)) + (m₀ R / P) T₁ = C`, residual m(T₁), which is above m₀: all recall is lost, and more.
///
/// # Assumptions
/// The predictor does not know what is in the cache: it predicts the misses of the cache alone. Useless copies are never
/// asked for.
///
/// # Accuracy
/// Misses left, as a share of those without prefetching, of 10,000 keys (Zipf 0.8) in room for 1,000: .1976 in simulation
/// and .1975 by the formula with P = .8, R = .85 and a lead of 10 requests, .2239 and .2238 with one of 200, 1.156 and 1.161
/// with one of 1,000, which is more than T₁. Worst where the lead is a third of T₀: .2411 and .2288.
///
/// # Source
/// Derived for this project (theory notes, equation E13).
pub fn shared(
    population: &Population,
    room: f64,
    predictor: &Predictor,
    lead: f64,
    late: Late,
) -> SharedCache {
    let Predictor { precision, recall, timely } = *predictor;
    let alone = population.time_to_fill(room);
    let base = misses(population, alone);
    let size = if base > 0.0 { room_missed(population, alone) / base } else { 1.0 };
    let right = base * recall;
    let issued = if right > 0.0 { right / precision } else { 0.0 };
    let wrong = if right > 0.0 { issued * (1.0 - precision) } else { 0.0 };
    let waiting = if right * timely > 0.0 { right * timely * lead * size } else { 0.0 };
    let crowded = if waiting < room { polluted_time(population, room - waiting, wrong * size) } else { 0.0 };
    let (crowded, flows) = if crowded < lead && right > 0.0 {
        let crowded = polluted_time(population, room, issued * size);
        let residual = misses(population, crowded);
        (crowded, Prefetching { issued, wasted: issued, residual, origin: residual + issued })
    } else {
        let residual = misses(population, crowded) - right * timely;
        let twice = if late == Late::Waits { right * (1.0 - timely) } else { 0.0 };
        (crowded, Prefetching { issued, wasted: wrong, residual, origin: residual + issued - twice })
    };
    SharedCache { misses: base, flows, alone, crowded, evicted_unused: crowded < lead && right > 0.0 }
}

/// Characteristic time of an LRU cache into which so much room a second of copies comes that nobody asks for.
///
/// # Formula
/// The T that solves `Σ wᵢ (1 − e^(−λᵢ T)) + w T = C`: the cache is as good as one with the room C − w T.
///
/// # Accuracy
/// Hit ratios of 10,000 keys in room for 1,000: .4143 in simulation and .4145 by the formula with one useless copy in ten
/// requests (Zipf 0.8), .3563 and .3564 with one in two, .7832 and .7831 with one in two (Zipf 1.2).
pub fn polluted_time(population: &Population, room: f64, useless: f64) -> f64 {
    let alone = population.time_to_fill(room);
    if useless <= 0.0 {
        return alone;
    }
    // Alone, the useless copies would take that long.
    let most = alone.min(room / useless);
    let filled = |time: f64| population.occupied(|rate| -(-rate * time).exp_m1()) + useless * time;
    crossing(0.0, most, |time| filled(time) - room)
}

/// Room a second of what is asked for and is not there.
fn room_missed(population: &Population, time: f64) -> f64 {
    population.occupied(|rate| rate * (-rate * time).exp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prefetch::separate;
    use crate::residency::population::tests::zipf;
    use proptest::prelude::*;

    const GOOD: Predictor = Predictor { precision: 0.8, recall: 0.85, timely: 1.0 };

    fn large() -> Population {
        Population::exact(zipf(10_000, 0.8))
    }

    /// The theory notes, equation E13: .1975, .2238, .5976 and 1.161, where a simulation found .1976, .2239, .5974 and
    /// 1.156; 10,000 keys, Zipf 0.8, room for 1,000, one request a second.
    #[test]
    fn misses_left_match_reference_values() {
        let half = Predictor { precision: 0.5, recall: 0.5, timely: 1.0 };
        for (predictor, lead, residual, tolerance) in [
            (GOOD, 10.0, 0.1975, 5.1e-5),
            (GOOD, 200.0, 0.2238, 5.1e-5),
            (half, 50.0, 0.5976, 5.1e-5),
            (GOOD, 1000.0, 1.161, 5.1e-4),
        ] {
            let found = shared(&large(), 1000.0, &predictor, lead, Late::FetchesAgain);
            let left = found.flows.residual / found.misses;
            assert!((left - residual).abs() < tolerance, "{lead}: {left}");
            assert_eq!(found.evicted_unused, lead == 1000.0);
            let origin = left + predictor.recall / predictor.precision;
            assert!((found.flows.origin / found.misses - origin).abs() < 1e-12);
        }
    }

    /// The theory notes, equation E13, pollution; the same keys, and Zipf 1.2.
    #[test]
    fn polluted_hit_ratios_match_reference_values() {
        for (exponent, useless, expected) in [(0.8, 0.1, 0.4145), (0.8, 0.5, 0.3564), (1.2, 0.5, 0.7831)] {
            let keys = Population::exact(zipf(10_000, exponent));
            let hit_ratio = 1.0 - misses(&keys, polluted_time(&keys, 1000.0, useless));
            assert!((hit_ratio - expected).abs() < 5.1e-5, "{exponent} {useless}: {hit_ratio}");
        }
    }

    #[test]
    fn a_cache_that_holds_all_keys_has_nothing_to_predict() {
        let keys = Population::exact(zipf(10, 1.0));
        let found = shared(&keys, 10.0, &GOOD, 5.0, Late::Waits);
        assert_eq!((found.alone, found.crowded), (f64::INFINITY, f64::INFINITY));
        assert_eq!(found.flows, Prefetching { issued: 0.0, wasted: 0.0, residual: 0.0, origin: 0.0 });
        assert!(!found.evicted_unused);
    }

    /// One key at one request a second, room for two, two useless copies a second: 1 − e^(−T) + 2 T = 2.
    #[test]
    fn useless_copies_end_the_stay_of_keys_that_would_fit() {
        let keys = Population::new([(1.0, 1.0)]);
        let time = polluted_time(&keys, 2.0, 2.0);
        assert!((-(-time).exp_m1() + 2.0 * time - 2.0).abs() < 1e-14);
    }

    proptest! {
        #[test]
        fn more_precision_never_leaves_more_misses_and_the_buffer_is_the_limit(
            exponent in 0.6..1.2f64, room in 5.0..60.0f64, precision in 0.05..0.95f64, recall in 0.0..=1.0f64,
            timely in 0.0..=1.0f64, lead in 0.0..200.0f64, unit in 1e-3..1e3f64,
        ) {
            let keys = zipf(100, exponent);
            let scaled = Population::exact(keys.iter().map(|(rate, weight)| (rate * unit, *weight)));
            let keys = Population::exact(keys);
            let predictor = Predictor { precision, recall, timely };
            let found = shared(&keys, room, &predictor, lead, Late::Waits);
            let better = Predictor { precision: precision + 0.05, ..predictor };
            let more = shared(&keys, room, &better, lead, Late::Waits);
            prop_assert!(more.flows.residual <= found.flows.residual + 1e-9);
            prop_assert!(more.flows.origin <= found.flows.origin + 1e-9);
            prop_assert!(found.crowded <= found.alone);
            prop_assert!(found.flows.residual >= separate(found.misses, &predictor, Late::Waits).residual - 1e-9);
            let other = shared(&scaled, room, &predictor, lead / unit, Late::Waits);
            prop_assert!((other.flows.residual / unit - found.flows.residual).abs() < 1e-8);
            // Right guesses that come at the last moment take no room.
            let perfect = Predictor { precision: 1.0, ..predictor };
            let (cache, buffer) = (
                shared(&keys, room, &perfect, 0.0, Late::Waits),
                separate(found.misses, &perfect, Late::Waits),
            );
            prop_assert!((cache.flows.residual - buffer.residual).abs() < 1e-9);
            prop_assert!((cache.flows.origin - buffer.origin).abs() < 1e-9);
        }
    }
}
