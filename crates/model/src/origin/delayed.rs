//! Requests that come while their key is being fetched.

use crate::crossing::crossing_above;
use crate::residency::Population;

/// What becomes of the requests of an LRU cache whose fetches take time and coalesce.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delayed {
    /// Time that a key stays behind its last request; infinite where the cache holds all keys.
    pub characteristic: f64,
    /// Share of the requests that find their key.
    pub hit: f64,
    /// Share that waits for a fetch under way.
    pub delayed: f64,
    /// Share that begins a fetch.
    pub miss: f64,
    /// Seconds that a request waits on average, those that do not wait included.
    pub mean_wait: f64,
}

/// Shares of requests, given the mean seconds that a fetch takes and the mean of their square.
///
/// # Formula
/// A key is fetched, in E\[Z\]; stays until it is not asked for during T, in (e^(λT) − 1) / λ; and is away until the next
/// request, in 1 / λ. With `dᵢ = 1 + λᵢ E[Z] e^(−λᵢ T)`:
///
/// - `hit = (1 − e^(−λᵢ T)) / dᵢ`, `delayed = λᵢ E[Z] e^(−λᵢ T) / dᵢ`, `miss = e^(−λᵢ T) / dᵢ`, `Σ wᵢ hitᵢ = C`
/// - mean wait `Σ λᵢ (E[Z] + λᵢ E[Z²] / 2) e^(−λᵢ T) / dᵢ / Λ`
///
/// # Assumptions
/// Independent requests. What is being fetched takes no room; the time without a request begins when it arrives. One herd
/// for all: n caches that do not coalesce with each other fetch up to n times as much.
///
/// # Accuracy
/// Against simulation of 10,000 keys (Zipf 0.8, room for 1,000, 10,000 requests a second, 0.5 s a fetch): hits .3936, delayed
/// .2263, as by the formula; mean wait .24665 s and .24663 s. At worst .5278 and .5292, with room for 100 keys.
///
/// # Source
/// Derived for this project (theory notes, equation E14); on the problem, Atre, Sherry, Wang & Berger, *Caching with delayed
/// hits*, SIGCOMM 2020.
pub fn delayed(population: &Population, room: f64, mean: f64, mean_square: f64) -> Delayed {
    let characteristic = characteristic(population, room, mean);
    let rate = population.rate();
    // Of what a key brings while it is away: its misses, or more of them.
    let away = |per_miss: &dyn Fn(f64) -> f64| {
        let sum = population.over_keys(|rate| rate * per_miss(rate) * missing(rate, characteristic, mean));
        if rate > 0.0 { sum / rate } else { 0.0 }
    };
    let hit = population.over_keys(|rate| rate * held(rate, characteristic, mean));
    Delayed {
        characteristic,
        hit: if rate > 0.0 { hit / rate } else { 0.0 },
        delayed: away(&|rate| rate * mean),
        miss: away(&|_| 1.0),
        mean_wait: away(&|rate| aggregate_delay(rate, mean, mean_square)),
    }
}

/// Seconds that all requests wait together for one fetch of a key that is asked for `rate` times a second.
///
/// # Formula
/// `E[Z] + λ E[Z²] / 2`: the miss waits Z, and λ Z more requests wait Z / 2 each. By this, not by its rate alone, a key is
/// worth keeping.
pub fn aggregate_delay(rate: f64, mean: f64, mean_square: f64) -> f64 {
    mean + rate * mean_square / 2.0
}

impl Delayed {
    /// What fetches would be multiplied by if requests did not coalesce; 1 where there are none.
    ///
    /// # Formula
    /// `1 + delayed / miss`.
    ///
    /// # Accuracy
    /// Against simulation 1.584 and 1.595, 1.356 and 1.401, 5.01 and 4.75. Left out is that each of several
    /// fetches of a key puts it to the front again when it arrives.
    pub fn amplification(&self) -> f64 {
        if self.miss > 0.0 { 1.0 + self.delayed / self.miss } else { 1.0 }
    }
}

/// The T at which hits fill the room.
pub(super) fn characteristic(population: &Population, room: f64, mean: f64) -> f64 {
    // Keys under way take no room, so that the others stay longer than without fetches that take time.
    let least = population.time_to_fill(room);
    if least <= 0.0 || least.is_infinite() {
        return least;
    }
    crossing_above(least * (1.0 - 1e-9), least * 0.1, |time| {
        population.occupied(|rate| held(rate, time, mean)) - room
    })
}

/// Share of the requests for a key that find it.
pub(super) fn held(rate: f64, characteristic: f64, mean: f64) -> f64 {
    let asked = -(-rate * characteristic).exp_m1();
    asked / (1.0 + rate * mean * (1.0 - asked))
}

/// Share of the requests for a key that begin a fetch.
pub(super) fn missing(rate: f64, characteristic: f64, mean: f64) -> f64 {
    let quiet = (-rate * characteristic).exp();
    quiet / (1.0 + rate * mean * quiet)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::population::tests::zipf;
    use proptest::prelude::*;

    /// The theory notes, equation E14; the simulation there found .3936, .2263 and .24665 s.
    #[test]
    fn shares_and_waits_match_reference_values() {
        let keys = zipf(10_000, 0.8).into_iter().map(|(rate, weight)| (1e4 * rate, weight));
        let found = delayed(&Population::exact(keys), 1000.0, 0.5, 0.25);
        assert!((found.hit - 0.3936).abs() < 5.1e-5, "{found:?}");
        assert!((found.delayed - 0.2263).abs() < 5.1e-5, "{found:?}");
        assert!((found.mean_wait - 0.24663).abs() < 6e-6, "{found:?}");
        assert!((found.amplification() - 1.595).abs() < 5.1e-4, "{found:?}");
    }

    /// The theory notes, equation E14, which leave it to be guessed of what sizes these are: a wait of .10699 s for exponential
    /// times, .5292 found in the worst case, and loads without coalescing of 1.401 and 4.75 times that with it.
    #[test]
    fn other_sizes_match_reference_values() {
        let of = |keys, exponent, rate: f64, room, mean, square| {
            let keys = zipf(keys, exponent).into_iter().map(|(share, weight)| (rate * share, weight));
            delayed(&Population::exact(keys), room, mean, square)
        };
        let exponential = of(10_000, 1.2, 1e4, 500.0, 0.5, 0.5);
        assert!((exponential.mean_wait - 0.106_99).abs() < 6e-6, "{exponential:?}");
        let worst = of(1000, 1.0, 1e4, 100.0, 0.1, 0.01);
        assert!((worst.hit - 0.5292).abs() < 5.1e-5, "{worst:?}");
        let fast = of(10_000, 0.8, 1e4, 100.0, 0.1, 0.01);
        assert!((fast.amplification() - 1.401).abs() < 5.1e-4, "{fast:?}");
        let slow = of(10_000, 0.8, 1e4, 1000.0, 5.0, 25.0);
        assert!((slow.amplification() - 4.75).abs() < 5.1e-3, "{slow:?}");
    }

    /// Two keys at λ = 1, room for one, Z = 1: (1 − q) / (1 + q) = 1/2 at q = 1/3, hence T = ln 3; a quarter of the
    /// requests miss and a quarter is delayed, and they wait (1 + 1/2) / 4 on average.
    #[test]
    fn two_keys_are_worked_by_hand() {
        let found = delayed(&Population::new([(1.0, 1.0); 2]), 1.0, 1.0, 1.0);
        let expected = [3f64.ln(), 0.5, 0.25, 0.25, 0.375];
        let each = [found.characteristic, found.hit, found.delayed, found.miss, found.mean_wait];
        for (found, expected) in each.into_iter().zip(expected) {
            assert!((found - expected).abs() < 1e-14, "{each:?}");
        }
        assert!((found.amplification() - 2.0).abs() < 1e-14);
        assert_eq!(aggregate_delay(1.0, 1.0, 1.0), 1.5);
    }

    #[test]
    fn a_cache_that_holds_all_keys_delays_nothing() {
        let found = delayed(&Population::new([(1.0, 1.0); 2]), 2.0, 1.0, 1.0);
        let none =
            Delayed { characteristic: f64::INFINITY, hit: 1.0, delayed: 0.0, miss: 0.0, mean_wait: 0.0 };
        assert_eq!((found, found.amplification()), (none, 1.0));
        let silent = delayed(&Population::new([(0.0, 1.0); 2]), 1.0, 1.0, 1.0);
        assert_eq!((silent.hit, silent.miss, silent.mean_wait), (0.0, 0.0, 0.0));
        let roomless = delayed(&Population::new([(1.0, 1.0); 2]), 0.0, 1.0, 1.0);
        assert_eq!((roomless.hit, roomless.delayed, roomless.miss), (0.0, 0.5, 0.5));
    }

    proptest! {
        #[test]
        fn shares_are_whole_and_a_fetch_without_delay_is_the_plain_cache(
            exponent in 0.5..1.3f64, room in 1.0..90.0f64, fetch in 0.0..100.0f64, unit in 1e-3..1e3f64,
        ) {
            let keys = zipf(100, exponent);
            let scaled = Population::exact(keys.iter().map(|(rate, weight)| (rate * unit, *weight)));
            let keys = Population::exact(keys);
            let found = delayed(&keys, room, fetch, fetch * fetch);
            prop_assert!((found.hit + found.delayed + found.miss - 1.0).abs() < 1e-12);
            prop_assert!(found.mean_wait <= fetch * (found.delayed + found.miss) + 1e-12);
            let occupied = keys.occupied(|rate| held(rate, found.characteristic, fetch));
            prop_assert!((occupied - room).abs() < 1e-9);
            let other = delayed(&scaled, room, fetch / unit, fetch * fetch / unit / unit);
            prop_assert!((other.hit - found.hit).abs() < 1e-9 && (other.miss - found.miss).abs() < 1e-9);
            let plain = crate::residency::hit_ratio(&keys, keys.time_to_fill(room), None, false);
            prop_assert!((delayed(&keys, room, 0.0, 0.0).hit - plain).abs() < 1e-9);
        }
    }
}
