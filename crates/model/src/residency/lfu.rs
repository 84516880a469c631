//! The best set of keys that never changes: what an LFU cache holds in the end, and what no policy can pass.

use crate::residency::Population;

/// Share of the requests for the best set of keys that fits so much room.
///
/// Under independent requests no policy that knows only the past answers more: where all keys take the same room, this is
/// the line to measure policies by.
///
/// # Formula
/// `H = Σ pᵢ` over the keys with the most requests per room, λᵢ / wᵢ, as many as fit. The last is taken in part.
///
/// # Assumptions
/// The keys of a group take the same room.
///
/// # Accuracy
/// Exact for whole numbers of keys of the same room. For keys of different room it is an upper bound, and what keys taken
/// whole reach is below it by the share of one key at most.
///
/// # Source
/// Dantzig, *Discrete-variable extremum problems*, Operations Research 5(2), 1957, for the order and the part.
pub fn hit_ratio(population: &Population, room: f64) -> f64 {
    let mut asked: Vec<_> = population.groups().iter().filter(|group| group.rate > 0.0).collect();
    // Requests of a group per room that it takes; groups of the same room are in that order already.
    asked.sort_by(|a, b| (b.rate * b.keys * a.weight).total_cmp(&(a.rate * a.keys * b.weight)));
    let (mut left, mut hits, mut lost) = (room, 0.0, 0.0);
    for group in asked {
        let part = (left / group.weight).min(1.0);
        left = (left - group.weight).max(0.0);
        hits += part * group.rate * group.keys;
        lost += (1.0 - part) * group.rate * group.keys;
    }
    // Nothing lost is 1 to the last digit.
    if hits > 0.0 { hits / (hits + lost) } else { 0.0 }
}

/// The smallest number of keys that together get at least such a share of all requests; none where all get less.
///
/// # Formula
/// The smallest k with `Σ p₍ᵢ₎ ≥ H` over the k most popular.
pub fn keys_for_share(population: &Population, share: f64) -> Option<f64> {
    let all = population.rate();
    if share <= 0.0 {
        return Some(0.0);
    }
    if share > 1.0 || all == 0.0 {
        return None;
    }
    let (mut keys, mut wanted) = (0.0, share * all);
    for group in population.groups().iter().filter(|group| group.rate > 0.0) {
        let here = (wanted / group.rate).ceil();
        if here <= group.keys {
            return Some(keys + here);
        }
        keys += group.keys;
        wanted -= group.rate * group.keys;
        if wanted <= 0.0 {
            break;
        }
    }
    // All of them, and rounding may have left a little.
    Some(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::population::tests::zipf;
    use proptest::prelude::*;

    /// By an independent program, for this project's theory notes (equation E4): 10,000 keys, the best 1 % and 10 % of them,
    /// and how many get 80 %.
    #[test]
    fn shares_match_reference_values() {
        for (exponent, one, ten, keys) in
            [(0.8, 0.3000, 0.5706, 3895.0), (1.0, 0.5300, 0.7648, 1412.0), (1.2, 0.7508, 0.9034, 189.0)]
        {
            let population = Population::exact(zipf(10_000, exponent));
            assert!((hit_ratio(&population, 100.0) - one).abs() < 6e-5, "{exponent}");
            assert!((hit_ratio(&population, 1000.0) - ten).abs() < 6e-5, "{exponent}");
            assert_eq!(keys_for_share(&population, 0.8), Some(keys), "{exponent}");
        }
    }

    /// 6 requests/s of 10 bytes, 4 of 2, 2 of 4: per byte .6, 2, .5. 7 bytes take the second and half of the first.
    #[test]
    fn small_keys_come_ahead_of_large_ones_that_are_asked_for_more() {
        let keys = Population::new([(6.0, 10.0), (4.0, 2.0), (2.0, 4.0)]);
        assert!((hit_ratio(&keys, 7.0) - (4.0 + 3.0) / 12.0).abs() < 1e-15);
        assert!((hit_ratio(&keys, 14.0) - (4.0 + 6.0 + 1.0) / 12.0).abs() < 1e-15);
        assert_eq!((hit_ratio(&keys, 0.0), hit_ratio(&keys, 16.0)), (0.0, 1.0));
        assert_eq!(hit_ratio(&keys, f64::INFINITY), 1.0);
    }

    /// Shares of 3/8, 3/8, 1/8, 1/8.
    #[test]
    fn the_smallest_number_of_keys_is_counted() {
        let keys = Population::new([(3.0, 1.0), (3.0, 1.0), (1.0, 1.0), (1.0, 1.0), (0.0, 1.0)]);
        let shares =
            [(0.0, 0.0), (0.1, 1.0), (0.375, 1.0), (0.376, 2.0), (0.75, 2.0), (0.8, 3.0), (1.0, 4.0)];
        for (share, number) in shares {
            assert_eq!(keys_for_share(&keys, share), Some(number), "{share}");
        }
        assert_eq!(keys_for_share(&keys, 1.1), None);
        assert_eq!(keys_for_share(&Population::new([(0.0, 1.0)]), 0.5), None);
    }

    proptest!(
        #[test]
        fn the_number_of_keys_for_a_share_is_the_room_for_it(
            rates in prop::collection::vec(1e-3..10.0f64, 1..40),
            share in 0.01..1.0f64,
        ) {
            let keys = Population::exact(rates.iter().map(|rate| (*rate, 1.0)));
            let number = keys_for_share(&keys, share).expect("within reach");
            prop_assert!(hit_ratio(&keys, number) >= share - 1e-12);
            prop_assert!(hit_ratio(&keys, number - 1.0) <= share + 1e-12);
        }

        #[test]
        fn nothing_is_better_than_the_best_set(
            keys in prop::collection::vec((1e-3..10.0f64, 1.0..9.0f64), 1..40),
            share in 0.0..1.0f64,
        ) {
            let keys = Population::exact(keys);
            let room = share * keys.asked_weight();
            let lru = crate::residency::hit_ratio(&keys, keys.time_to_fill(room), None, false);
            prop_assert!(lru <= hit_ratio(&keys, room) + 1e-12);
        }
    );
}
