//! An LRU cache that was empty, filled by every miss.

use crate::crossing::{crossing, crossing_above};
use crate::demand::{keys_asked, misses};
use crate::residency::Population;

/// A cache from the moment at which it is empty and takes all traffic.
///
/// # Formula
/// Until it is full nothing is evicted, and it is full when the keys that were asked for fill it: after the
/// characteristic time T. From then on its hit ratio is the steady one.
///
/// - `h(u) = Σ λᵢ (1 − e^(−λᵢ min(u, T))) / Λ`
/// - misses up to u: `Σ (1 − e^(−λᵢ u))` for u ≤ T, then `Λ (1 − H)` a second more
///
/// # Assumptions
/// Independent requests; a fetch takes no time; a miss is fetched whatever it does to the origin, for which see
/// [`LimitedStart`](super::LimitedStart).
///
/// # Accuracy
/// Against simulation of 10,000 keys: full after 1,472.2 requests (1,472.5 by the formula); h(u) within 0.0025 with room
/// for 1,000 keys and within 0.0055 with room for 50, noise of the simulation included.
///
/// # Source
/// Derived for this project (theory notes, equation E9) from Che's approximation.
#[derive(Debug, Clone, Copy)]
pub struct ColdStart<'a> {
    pub(super) population: &'a Population,
    pub(super) rate: f64,
    fill: f64,
}

impl<'a> ColdStart<'a> {
    /// The keys that ask for it, and its room.
    pub fn new(population: &'a Population, room: f64) -> Self {
        Self { population, rate: population.rate(), fill: population.time_to_fill(room) }
    }

    /// Seconds until it is full; infinite where it holds all keys.
    pub fn fill_time(&self) -> f64 {
        self.fill
    }

    /// Misses a second at that time, `Λ (1 − h(u))`.
    pub fn miss_rate(&self, time: f64) -> f64 {
        misses(self.population, time.min(self.fill))
    }

    /// Share of the requests at that time that it answers; 0 where there are none.
    pub fn hit_ratio(&self, time: f64) -> f64 {
        let time = time.min(self.fill);
        self.share(self.population.over_keys(|rate| rate * -(-rate * time).exp_m1()))
    }

    /// Share of the requests that it answers in the end.
    pub fn steady(&self) -> f64 {
        self.hit_ratio(f64::INFINITY)
    }

    /// Misses from the beginning up to that time.
    pub fn misses(&self, until: f64) -> f64 {
        let full_for = (until - self.fill).max(0.0);
        let behind = if full_for > 0.0 { self.miss_rate(self.fill) * full_for } else { 0.0 };
        keys_asked(self.population, until.min(self.fill)) + behind
    }

    /// Share of the requests between two times that it answers; at one time, the hit ratio there.
    pub fn mean_hit_ratio(&self, from: f64, to: f64) -> f64 {
        if to.is_infinite() {
            return self.steady();
        }
        let requests = self.rate * (to - from);
        if requests <= 0.0 {
            return self.hit_ratio(from);
        }
        if from >= self.fill {
            return self.steady();
        }
        self.share(self.rate - (self.misses(to) - self.misses(from)) / (to - from)).max(0.0)
    }

    /// Misses beyond those that the full cache would have had in the same time.
    ///
    /// # Formula
    /// `Σ (1 − e^(−λᵢ T)) − Λ (1 − H) T`; with objects of one size the sum is C. A cache that holds all keys misses each of
    /// them once.
    pub fn excess_misses(&self) -> f64 {
        let steadily = if self.fill.is_finite() { self.miss_rate(self.fill) * self.fill } else { 0.0 };
        keys_asked(self.population, self.fill) - steadily
    }

    /// Seconds until the hit ratio is this share of the steady one; infinite where it never is.
    ///
    /// How long that takes depends on the skew by an order of magnitude, so that no one number of seconds is "the"
    /// warm-up of a cache.
    pub fn time_to_share(&self, share: f64) -> f64 {
        self.time_to_share_over(share, 0.0)
    }

    /// Seconds until the hit ratio over the last `window` seconds, or since the beginning where that is later, is this
    /// share of the steady one; infinite where it never is.
    ///
    /// That is what a monitor with such a window shows; with an infinite window, the mean since the beginning.
    pub fn time_to_share_over(&self, share: f64, window: f64) -> f64 {
        let target = share * self.steady();
        if target <= 0.0 {
            return 0.0;
        }
        if share > 1.0 {
            return f64::INFINITY;
        }
        // A curve that only approaches its end may seem there for rounding.
        let latest = self.fill + window;
        if share == 1.0 {
            return latest;
        }
        let short = |time: f64| self.mean_hit_ratio((time - window).max(0.0), time) - target;
        if latest.is_finite() {
            crossing(0.0, latest, short)
        } else {
            crossing_above(0.0, 1.0 / self.rate, short)
        }
    }

    fn share(&self, rate: f64) -> f64 {
        if self.rate > 0.0 { rate / self.rate } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::population::tests::zipf;
    use proptest::prelude::*;

    const HIT_RATIOS: [(f64, f64); 3] =
        [(0.8, 0.436_659_722_230), (1.0, 0.675_601_793_509), (1.2, 0.861_434_803_214)];

    /// The theory notes, equation E9, for 10,000 keys and room for 1,000: times as shares of the time to fill, and misses
    /// in excess. The hit ratios are by a program of its own, bisecting equation E1.
    #[test]
    fn times_to_warm_match_reference_values() {
        let rows = [
            ([0.154, 0.726, 0.854, 0.969], 170.0),
            ([0.036, 0.510, 0.714, 0.935], 237.0),
            ([0.005, 0.222, 0.449, 0.844], 303.0),
        ];
        for ((exponent, hit_ratio), (shares, excess)) in HIT_RATIOS.into_iter().zip(rows) {
            let keys = Population::exact(zipf(10_000, exponent));
            let cold = ColdStart::new(&keys, 1000.0);
            assert!((cold.steady() - hit_ratio).abs() < 1e-11, "{exponent}: {}", cold.steady());
            for (share, expected) in [0.5, 0.9, 0.95, 0.99].into_iter().zip(shares) {
                let found = cold.time_to_share(share) / cold.fill_time();
                assert!((found - expected).abs() < 5.1e-4, "{exponent} {share}: {found}");
            }
            assert!((cold.excess_misses() - excess).abs() < 0.5, "{exponent}: {}", cold.excess_misses());
        }
    }

    /// The theory notes, equation E9, which leave it to be guessed of what sizes the last two are; simulations were full after
    /// 5,035 and 75.07 requests.
    #[test]
    fn times_to_fill_match_reference_values() {
        for (keys, exponent, room, time) in [(10_000, 1.2, 1000.0, 5027.0), (1000, 1.0, 50.0, 75.2)] {
            let population = Population::exact(zipf(keys, exponent));
            let found = ColdStart::new(&population, room).fill_time();
            assert!((found / time - 1.0).abs() < 6e-4, "{keys}: {found}");
        }
    }

    /// 1,472.48: the theory notes, equation E9, where a simulation was full after 1,472.18 requests.
    #[test]
    fn it_is_full_after_the_characteristic_time_and_has_missed_each_key_in_it_once() {
        let keys = Population::exact(zipf(10_000, 0.8));
        let cold = ColdStart::new(&keys, 1000.0);
        assert!((cold.fill_time() - 1472.48).abs() < 5e-3);
        assert!((cold.misses(cold.fill_time()) - 1000.0).abs() < 1e-8);
    }

    /// One key asked for twice a second: after ln 2 s, 1 − e^(−2 ln 2) = 3/4 of it is there and 3/4 of a miss behind it;
    /// of 2 ln 2 requests that is a mean hit ratio of 1 − 3 / (8 ln 2).
    #[test]
    fn one_key_is_worked_by_hand() {
        let keys = Population::new([(2.0, 1.0)]);
        let cold = ColdStart::new(&keys, 1.0);
        let time = 2f64.ln();
        assert!((cold.hit_ratio(time) - 0.75).abs() < 1e-15);
        assert!((cold.misses(time) - 0.75).abs() < 1e-15);
        assert!((cold.mean_hit_ratio(0.0, time) - (1.0 - 3.0 / (8.0 * time))).abs() < 1e-15);
        assert!((cold.time_to_share(0.75) - time).abs() < 1e-14);
        assert!((cold.time_to_share_over(1.0 - 3.0 / (8.0 * time), f64::INFINITY) - time).abs() < 1e-13);
        assert_eq!((cold.fill_time(), cold.steady(), cold.excess_misses()), (f64::INFINITY, 1.0, 1.0));
        assert_eq!(cold.misses(f64::INFINITY), 1.0);
        assert_eq!(cold.time_to_share(1.0), f64::INFINITY);
    }

    #[test]
    fn nothing_asked_for_and_no_room_have_limits() {
        let silent = Population::new([(0.0, 1.0); 3]);
        let cold = ColdStart::new(&silent, 1.0);
        assert_eq!((cold.steady(), cold.excess_misses(), cold.time_to_share(0.9)), (0.0, 0.0, 0.0));
        let keys = Population::new([(1.0, 1.0); 3]);
        let nothing = ColdStart::new(&keys, 0.0);
        assert_eq!((nothing.fill_time(), nothing.steady(), nothing.misses(2.0)), (0.0, 0.0, 6.0));
    }

    proptest! {
        #[test]
        fn it_warms_steadily_whatever_the_unit_of_time(
            exponent in 0.5..1.3f64, room in 1.0..60.0f64, share in 0.05..0.99f64, window in 0.0..2.0f64,
            unit in 1e-3..1e3f64,
        ) {
            let keys = zipf(100, exponent);
            let scaled = Population::exact(keys.iter().map(|(rate, weight)| (rate * unit, *weight)));
            let keys = Population::exact(keys);
            let (cold, other) = (ColdStart::new(&keys, room), ColdStart::new(&scaled, room));
            let window = window * cold.fill_time();
            let time = cold.time_to_share_over(share, window);
            prop_assert!((other.time_to_share_over(share, window / unit) * unit / time - 1.0).abs() < 1e-9);
            prop_assert!((other.excess_misses() - cold.excess_misses()).abs() < 1e-9);
            // The mean over a window lags behind the end of the window.
            prop_assert!(time >= cold.time_to_share(share) - 1e-9 * time);
            prop_assert!(cold.hit_ratio(time) <= cold.steady());
            prop_assert!(cold.hit_ratio(time / 2.0) <= cold.hit_ratio(time));
            prop_assert!((cold.hit_ratio(cold.fill_time()) - cold.steady()).abs() < 1e-14);
        }
    }
}
