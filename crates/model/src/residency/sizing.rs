//! The room that an LRU cache needs for a hit ratio.

use crate::residency::Population;

/// Steps after which Newton's method is given up; from below it takes 3 to 20.
const STEPS: usize = 200;

/// A cache.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    /// Its room.
    pub room: f64,
    /// Keys in it on average.
    pub keys: f64,
    /// Its characteristic time in seconds; infinite where it must hold all keys that are asked for.
    pub time: f64,
}

/// The smallest LRU cache that answers such a share of all requests; none where that is more than all, or nobody asks.
///
/// # Formula
/// The T that solves `Σ λᵢ (1 − e^(−λᵢ T)) = H Σ λᵢ`; then the room is `Σ wᵢ (1 − e^(−λᵢ T))`, and the keys are that with
/// every wᵢ 1. The sum is concave in T, so that Newton's method from H Σ λᵢ / Σ λᵢ² climbs to the root and never passes it.
///
/// # Assumptions
/// Those of [`Population::time_to_fill`], of which this is the inverse: independent requests, no time to live. For an origin
/// that takes B fetches a second the share is 1 − B / Λ.
///
/// # Accuracy
/// That of the approximation: the hit ratio of a cache of 50 keys or more is met within .0005.
pub fn for_hit_ratio(population: &Population, share: f64) -> Option<Size> {
    if share.is_nan() || share > 1.0 || population.rate() == 0.0 {
        return None;
    }
    let time = time_for(population, share.max(0.0));
    let gone = |rate: f64| -(-rate * time).exp_m1();
    let asked = population.groups().iter().rev().filter(|group| group.rate > 0.0);
    let keys = asked.map(|group| group.keys * gone(group.rate)).sum();
    Some(Size { room: population.occupied(gone), keys, time })
}

fn time_for(population: &Population, share: f64) -> f64 {
    if share == 1.0 {
        return f64::INFINITY;
    }
    let squares = population.of_requests(|rate| rate);
    let mut time = share / squares;
    for _ in 0..STEPS {
        // What is missed still, against what may be, keeps its digits where nearly everything is a hit.
        let missed = population.of_requests(|rate| (-rate * time).exp());
        let slope = population.of_requests(|rate| rate * (-rate * time).exp());
        let step = (missed - (1.0 - share)) / slope;
        if !step.is_finite() || step <= 1e-14 * time {
            break;
        }
        time += step;
    }
    time
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::population::tests::zipf;
    use proptest::prelude::*;

    /// The characteristic times and hit ratios of the theory notes (equation E1), read backwards (equation E17).
    #[test]
    fn sizes_match_reference_values() {
        for (keys, exponent, room, time, ratio) in [
            (100, 0.8, 40.0, 72.210_921_638, 0.645_411_939_176),
            (1000, 0.8, 100.0, 133.864_732_735, 0.377_790_221_283),
            (10_000, 0.8, 1000.0, 1_472.479_532_207, 0.436_659_722_231),
            (10_000, 1.2, 100.0, 225.638_794_058, 0.656_341_446_801),
        ] {
            let found = for_hit_ratio(&Population::exact(zipf(keys, exponent)), ratio).expect("within reach");
            assert!((found.room / room - 1.0).abs() < 1e-10, "{keys} {exponent}: {found:?}");
            assert!((found.time / time - 1.0).abs() < 1e-10, "{keys} {exponent}: {found:?}");
            assert_eq!(found.keys, found.room, "all keys take 1");
        }
    }

    /// Two keys of one rate: a half of all requests at T = ln 2 / λ, when a half of each is there.
    #[test]
    fn room_and_keys_are_worked_by_hand() {
        let found = for_hit_ratio(&Population::new([(2.0, 10.0), (2.0, 20.0)]), 0.5).expect("within reach");
        assert!((found.room - 15.0).abs() < 1e-13 && (found.keys - 1.0).abs() < 1e-14);
        assert!((found.time - 2f64.ln() / 2.0).abs() < 1e-15);
    }

    #[test]
    fn everything_takes_all_keys_that_are_asked_for() {
        let keys = Population::new([(2.0, 3.0), (1.0, 4.0), (0.0, 5.0)]);
        assert_eq!(for_hit_ratio(&keys, 1.0), Some(Size { room: 7.0, keys: 2.0, time: f64::INFINITY }));
        assert_eq!(for_hit_ratio(&keys, 0.0), Some(Size { room: 0.0, keys: 0.0, time: 0.0 }));
        assert_eq!(for_hit_ratio(&keys, 1.000_001), None);
        assert_eq!(for_hit_ratio(&keys, f64::NAN), None);
        assert_eq!(for_hit_ratio(&Population::new([(0.0, 1.0)]), 0.5), None);
    }

    proptest!(
        #[test]
        fn a_cache_of_that_size_has_the_hit_ratio(
            keys in prop::collection::vec((1e-3..10.0f64, 1.0..9.0f64), 1..40),
            share in 0.01..0.99f64,
            unit in 1e-4..1e4f64,
        ) {
            let population = Population::exact(keys.iter().copied());
            let found = for_hit_ratio(&population, share).expect("within reach");
            let time = population.time_to_fill(found.room);
            let ratio = crate::residency::hit_ratio(&population, time, None, false);
            prop_assert!((ratio - share).abs() < 1e-11, "{} {}", ratio, share);
            let other = Population::exact(keys.iter().map(|(rate, weight)| (rate * unit, *weight)));
            let other = for_hit_ratio(&other, share).expect("within reach");
            prop_assert!((other.room / found.room - 1.0).abs() < 1e-10);
            prop_assert!((other.time * unit / found.time - 1.0).abs() < 1e-10);
            let more = for_hit_ratio(&population, share + 0.01).expect("within reach");
            prop_assert!(more.room > found.room);
        }
    );
}
