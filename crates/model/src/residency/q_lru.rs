//! An LRU cache that admits a miss with some probability only.

use crate::{crossing, residency::Population};

/// The characteristic time of an LRU cache of so much room that admits a share `admitted` of its misses, above 0 and up to
/// 1; infinite where it holds all keys that are asked for.
///
/// # Formula
/// The T that solves `Σ wᵢ hᵢ = C` with the hᵢ of [`hit_probability`]. The sum grows with T but is not concave, so that the
/// root is bracketed first.
pub fn characteristic_time(population: &Population, admitted: f64, room: f64) -> f64 {
    if room <= 0.0 {
        return 0.0;
    }
    if population.asked_weight() <= room {
        return f64::INFINITY;
    }
    // An LRU cache that admits everything fills sooner.
    let first = population.time_to_fill(room);
    let excess = |time: f64| population.occupied(|rate| hit_probability(rate, admitted, time)) - room;
    crossing::of_increasing(first, excess).unwrap_or(f64::INFINITY)
}

/// Share of a key's requests that find it in the cache, `rate` being theirs, `admitted` the share of misses that are
/// admitted and `time` the characteristic time.
///
/// # Formula
/// `h = q (1 − e^(−λ T)) / (e^(−λ T) + q (1 − e^(−λ T)))`. A request finds the key if the one before it came within T and
/// found it or was admitted, `h = (1 − e^(−λ T)) (h + (1 − h) q)`. With q = 1 that is LRU; the smaller q is, the closer the
/// cache comes to holding the most popular keys.
///
/// # Assumptions
/// Independent requests; the characteristic time is a constant. What is not admitted is fetched and forgotten.
///
/// # Accuracy
/// Against simulation with q = 0.1, high by .006 to .011 at 10 places in the cache, off by at most .0011 at 100 and .0002
/// at 1000.
///
/// # Source
/// Garetto, Leonardi & Martina, *A unified approach to the performance analysis of caching systems*, ACM TOMPECS 1(3):12,
/// 2016.
pub fn hit_probability(rate: f64, admitted: f64, time: f64) -> f64 {
    if rate == 0.0 {
        return 0.0;
    }
    let (gone, there) = ((-rate * time).exp(), -(-rate * time).exp_m1());
    admitted * there / (gone + admitted * there)
}

/// Share of all requests that find their key, `time` being the characteristic time.
///
/// # Formula
/// `H = Σ λᵢ hᵢ / Σ λᵢ` with the hᵢ of [`hit_probability`].
pub fn hit_ratio(population: &Population, admitted: f64, time: f64) -> f64 {
    population.of_requests(|rate| hit_probability(rate, admitted, time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::{lfu, population::tests::zipf};
    use proptest::prelude::*;

    fn of(population: &Population, admitted: f64, room: f64) -> f64 {
        hit_ratio(population, admitted, characteristic_time(population, admitted, room))
    }

    /// By an independent program, for this project's theory notes (equation E3).
    #[test]
    fn hit_ratios_match_reference_values() {
        for (keys, room, ratio) in
            [(100, 40.0, 0.692_916_006), (1000, 100.0, 0.446_766_317), (10_000, 1000.0, 0.499_060_173)]
        {
            let found = of(&Population::exact(zipf(keys, 0.8)), 0.1, room);
            assert!((found - ratio).abs() < 6e-10, "{keys} {room}: {found}");
        }
    }

    #[test]
    fn what_admits_everything_is_an_lru_cache() {
        let keys = Population::exact(zipf(300, 0.9));
        for room in [1.0, 30.0, 299.0, 300.0] {
            let time = keys.time_to_fill(room);
            let lru = crate::residency::hit_ratio(&keys, time, None, false);
            assert!((of(&keys, 1.0, room) - lru).abs() < 1e-13, "{room}");
        }
        assert_eq!(characteristic_time(&keys, 0.1, 300.0), f64::INFINITY);
        assert_eq!(of(&keys, 0.1, 0.0), 0.0);
        assert_eq!(hit_probability(0.0, 0.1, f64::INFINITY), 0.0);
    }

    #[test]
    fn what_admits_next_to_nothing_holds_the_most_popular() {
        let keys = Population::exact(zipf(100, 0.8));
        for room in [5.0, 40.0] {
            let (found, best) = (of(&keys, 1e-200, room), lfu::hit_ratio(&keys, room));
            assert!(found <= best && best - found < 1e-3, "{room}: {found} {best}");
        }
    }

    proptest!(#![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn more_room_helps_and_the_unit_of_time_does_not_matter(
            rates in prop::collection::vec(1e-6..10.0f64, 2..40),
            admitted in 1e-6..1.0f64,
            unit in 1e-4..1e4f64,
        ) {
            let keys = Population::exact(rates.iter().map(|rate| (*rate, 1.0)));
            let other = Population::exact(rates.iter().map(|rate| (rate * unit, 1.0)));
            let mut last = 0.0;
            for room in 1..=rates.len() {
                let found = of(&keys, admitted, room as f64);
                prop_assert!(found >= last - 1e-12 && found <= 1.0);
                prop_assert!((of(&other, admitted, room as f64) - found).abs() < 1e-11);
                last = found;
            }
        }
    );
}
