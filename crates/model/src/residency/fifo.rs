//! Caches that evict what came first, or anything: FIFO and RANDOM have the same hit ratios.

use crate::residency::Population;

/// Steps after which Newton's method is given up; from below it takes 3 to 20.
const STEPS: usize = 200;

/// Mean time for which a FIFO or RANDOM cache of so much room keeps a copy; infinite where it holds all keys that are asked
/// for.
///
/// # Formula
/// The T that solves `Σ wᵢ λᵢ T / (1 + λᵢ T) = C`. The sum is concave in T, so that Newton's method from C / Σ wᵢ λᵢ climbs
/// to the root and never passes it.
///
/// # Source
/// Fricker, Robert & Roberts, *A versatile and accurate approximation for LRU cache performance*, ITC 24, 2012; Garetto,
/// Leonardi & Martina, *A unified approach to the performance analysis of caching systems*, ACM TOMPECS 1(3):12, 2016.
pub fn characteristic_time(population: &Population, room: f64) -> f64 {
    if room <= 0.0 {
        return 0.0;
    }
    if population.asked_weight() <= room {
        return f64::INFINITY;
    }
    let mut time = room / population.occupied(|rate| rate);
    for _ in 0..STEPS {
        let left = room - population.occupied(|rate| hit_probability(rate, time));
        let step = left / population.occupied(|rate| rate / (1.0 + rate * time).powi(2));
        // What is left to climb is rounding.
        if !step.is_finite() || step <= 1e-14 * time {
            break;
        }
        time += step;
    }
    time
}

/// Share of a key's requests that find it in the cache, `rate` being theirs and `time` the characteristic time.
///
/// # Formula
/// `h = λ T / (1 + λ T)`: a copy comes with a miss and answers the λ T requests of the time T for which it stays.
///
/// # Assumptions
/// Independent requests. A hit does not prolong the stay of a copy.
pub fn hit_probability(rate: f64, time: f64) -> f64 {
    if rate == 0.0 { 0.0 } else { 1.0 / (1.0 + 1.0 / (rate * time)) }
}

/// Share of all requests that find their key, `time` being the characteristic time.
///
/// # Formula
/// `H = Σ λᵢ hᵢ / Σ λᵢ` with the hᵢ of [`hit_probability`].
///
/// # Accuracy
/// Against [`exact_hit_ratio`], low by .0010 to .0075 at 10 places in the cache, by at most .0007 at 100 and .0002 at 1000
/// (Zipf's law with exponents of 0.8 to 1.2).
pub fn hit_ratio(population: &Population, time: f64) -> f64 {
    population.of_requests(|rate| hit_probability(rate, time))
}

/// Share of the requests that a FIFO or RANDOM cache of so many keys answers, without an approximation.
///
/// # Formula
/// `H = 1 − (C + 1) e_(C+1) / e_C`, where e_k is the sum over all sets of k different keys of the product of their shares
/// of requests.
///
/// The e_k differ by hundreds of decades. If key i is drawn with probability λᵢ T / (1 + λᵢ T), independently of the others,
/// then k are drawn with a probability P(k) that is e_k (Λ T)^k but for a factor that does not depend on k, so that
/// `H = 1 − (C + 1) / (Λ T) · P(C + 1) / P(C)` for any T. With the T of [`characteristic_time`] C are drawn on average, and
/// both probabilities are of the order of 1 / √C.
///
/// # Assumptions
/// Independent requests; all keys take the same room; no time to live; keys are whole, a part of one rounds.
///
/// # Source
/// King, *Analysis of demand paging algorithms*, IFIP Congress, 1971 (FIFO); Gelenbe, *A unified approach to the evaluation
/// of a class of replacement algorithms*, IEEE Transactions on Computers C-22(6), 1973 (RANDOM).
pub fn exact_hit_ratio(population: &Population, capacity: usize) -> f64 {
    if capacity == 0 || population.rate() == 0.0 {
        return 0.0;
    }
    let time = characteristic_time(population, capacity as f64);
    if time.is_infinite() {
        return 1.0;
    }
    let mut drawn = vec![0.0; capacity + 2];
    drawn[0] = 1.0;
    for group in population.groups() {
        let (is, not) = (hit_probability(group.rate, time), 1.0 / (1.0 + group.rate * time));
        for _ in 0..group.keys.round() as usize {
            for number in (1..drawn.len()).rev() {
                drawn[number] = not * drawn[number] + is * drawn[number - 1];
            }
            drawn[0] *= not;
        }
    }
    let mean = population.rate() * time;
    1.0 - (capacity + 1) as f64 / mean * drawn[capacity + 1] / drawn[capacity]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::population::tests::zipf;
    use proptest::prelude::*;

    fn population(keys: u32, exponent: f64) -> Population {
        Population::exact(zipf(keys, exponent))
    }

    /// By an independent program, for this project's theory notes (equation E2).
    #[test]
    fn approximate_values_match_reference_values() {
        let keys = population(100, 0.8);
        let time = characteristic_time(&keys, 40.0);
        assert!((time - 98.546_498).abs() < 6e-7, "{time}");
        assert!((hit_ratio(&keys, time) - 0.594_100_237).abs() < 6e-10);
        let keys = population(10_000, 0.8);
        assert!((hit_ratio(&keys, characteristic_time(&keys, 1000.0)) - 0.394_179_101).abs() < 6e-10);
    }

    /// By an independent program, for this project's theory notes (equation E2).
    #[test]
    fn exact_values_match_reference_values() {
        for (keys, exponent, capacity, ratio, digits) in [
            (100, 0.8, 10, 0.239_194_382, 6e-10),
            (1000, 0.8, 100, 0.334_111, 6e-7),
            (1000, 1.2, 100, 0.707_469, 6e-7),
        ] {
            let found = exact_hit_ratio(&population(keys, exponent), capacity);
            assert!((found - ratio).abs() < digits, "{keys} {exponent} {capacity}: {found}");
        }
    }

    /// Shares 1/2, 1/3, 1/6: e₁ = 1, e₂ = 1/6 + 1/12 + 1/18 = 11/36, e₃ = 1/36; one place holds the key asked for last,
    /// Σ p² = 1/4 + 1/9 + 1/36.
    #[test]
    fn three_keys_are_worked_by_hand() {
        let keys = Population::new([(3.0, 1.0), (2.0, 1.0), (1.0, 1.0), (0.0, 1.0)]);
        for (capacity, ratio) in [
            (0, 0.0),
            (1, 1.0 - 2.0 * 11.0 / 36.0),
            (1, 1.0 / 4.0 + 1.0 / 9.0 + 1.0 / 36.0),
            (2, 1.0 - 3.0 * (1.0 / 36.0) / (11.0 / 36.0)),
            (3, 1.0),
            (4, 1.0),
        ] {
            let found = exact_hit_ratio(&keys, capacity);
            assert!((found - ratio).abs() < 1e-14, "{capacity}: {found}");
        }
    }

    #[test]
    fn one_place_is_that_of_an_lru_cache() {
        let keys = population(50, 1.0);
        let lru = crate::residency::exact_lru::hit_ratio(&keys, 1);
        assert!((exact_hit_ratio(&keys, 1) - lru).abs() < 1e-13);
    }

    /// The largest errors of the theory notes (equation E2).
    #[test]
    fn the_approximation_errs_as_was_measured() {
        for exponent in [0.8, 1.0, 1.2] {
            let keys = population(1000, exponent);
            for (capacity, off) in [(10, 0.0076), (100, 7.5e-4)] {
                let about = hit_ratio(&keys, characteristic_time(&keys, f64::from(capacity)));
                let exact = exact_hit_ratio(&keys, capacity as usize);
                assert!(about < exact && exact - about < off, "{exponent} {capacity}: {about} {exact}");
            }
        }
    }

    #[test]
    fn a_cache_that_holds_all_keys_answers_all() {
        let keys = Population::new([(2.0, 1.0), (1.0, 1.0), (0.0, 1.0)]);
        assert_eq!(characteristic_time(&keys, 2.0), f64::INFINITY);
        assert_eq!(characteristic_time(&keys, 0.0), 0.0);
        assert_eq!((hit_ratio(&keys, f64::INFINITY), hit_ratio(&keys, 0.0)), (1.0, 0.0));
        assert_eq!(hit_probability(0.0, f64::INFINITY), 0.0);
        assert_eq!(exact_hit_ratio(&Population::new([(0.0, 1.0)]), 1), 0.0);
    }

    proptest!(#![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn more_room_helps_and_the_unit_of_time_does_not_matter(
            rates in prop::collection::vec(1e-3..10.0f64, 2..40),
            unit in 1e-4..1e4f64,
        ) {
            let keys = Population::exact(rates.iter().map(|rate| (*rate, 1.0)));
            let other = Population::exact(rates.iter().map(|rate| (rate * unit, 1.0)));
            let (mut last, mut last_exact) = (0.0, 0.0);
            for capacity in 1..=rates.len() {
                let time = characteristic_time(&keys, capacity as f64);
                let (found, exact) = (hit_ratio(&keys, time), exact_hit_ratio(&keys, capacity));
                prop_assert!(found >= last && exact >= last_exact - 1e-12 && found.max(exact) <= 1.0);
                // The best set of keys is the bound of all.
                prop_assert!(exact <= crate::residency::lfu::hit_ratio(&keys, capacity as f64) + 1e-12);
                let there = characteristic_time(&other, capacity as f64);
                prop_assert!((hit_ratio(&other, there) - found).abs() < 1e-11);
                prop_assert!((exact_hit_ratio(&other, capacity) - exact).abs() < 1e-11);
                (last, last_exact) = (found, exact);
            }
        }
    );
}
