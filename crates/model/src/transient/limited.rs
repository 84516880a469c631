//! An LRU cache that was empty, with an origin that fetches no more than its budget.

use super::cold_start::ColdStart;
use crate::crossing::{crossing, crossing_above};
use crate::demand::{keys_asked, misses};
use crate::residency::{Population, q_lru};

/// A cold start whose misses are shed beyond a budget; shed misses do not fill the cache.
///
/// # Formula
/// With a share s of the misses fetched, a key that is not there comes in at the rate sλᵢ, so that the cache is as warm
/// as one without a budget was after u seconds, where
///
/// `du/dt = s = min(1, B / (Λ (1 − h(u))))`.
///
/// Misses only fall, hence the budget binds up to u*, `Λ (1 − h(u*)) = B`, and never again. As long as it does, every
/// second brings B keys, so that the equation has the solution
///
/// `t(u) = Σ (1 − e^(−λᵢ min(u, u*))) / B + max(0, u − u*)`.
///
/// A budget below what the full cache misses binds for ever: the cache is full after C / B and ends in [`Shedding`].
///
/// # Assumptions
/// A limiter with a burst of about 20 fetches or more, which acts on all misses alike; with a burst of one see
/// [`fetches_of_single_tokens`]. A load that varies changes nothing as long as the budget binds.
///
/// # Accuracy
/// Against simulation within 0.0035 of the hit ratio.
///
/// # Source
/// Derived for this project (theory notes, equation E11).
#[derive(Debug, Clone, Copy)]
pub struct LimitedStart<'a> {
    cold: ColdStart<'a>,
    room: f64,
    budget: f64,
    /// Where misses are down to the budget, on the clock of a start without one; infinite where they never are.
    free: f64,
}

/// What shedding the misses beyond a budget ends in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shedding {
    /// Share of the requests that the cache answers.
    pub hit_ratio: f64,
    /// Share of the misses that are fetched.
    pub fetched: f64,
    /// Share of the requests that are answered, from the cache or the origin.
    pub answered: f64,
}

impl<'a> LimitedStart<'a> {
    /// The keys that ask for the cache, its room, and fetches a second that the origin gives it.
    pub fn new(population: &'a Population, room: f64, budget: f64) -> Self {
        let cold = ColdStart::new(population, room);
        let over = |time: f64| budget - misses(population, time);
        let free = if over(0.0) >= 0.0 {
            0.0
        } else if cold.miss_rate(f64::INFINITY) > budget || budget <= 0.0 {
            f64::INFINITY
        } else {
            crossing_above(0.0, 1.0 / cold.rate, over).min(cold.fill_time())
        };
        Self { cold, room, budget, free }
    }

    /// Seconds until the budget does not bind any more; infinite where it always does.
    pub fn limited_for(&self) -> f64 {
        if self.free.is_infinite() { f64::INFINITY } else { self.reached(self.free) }
    }

    /// Seconds until the cache is full; infinite where it never is.
    pub fn fill_time(&self) -> f64 {
        self.reached(self.cold.fill_time())
    }

    /// Seconds after which it is as warm as without a budget after `progress`.
    fn reached(&self, progress: f64) -> f64 {
        let limited = keys_asked(self.cold.population, progress.min(self.free));
        let limited = if limited > 0.0 { limited / self.budget } else { 0.0 };
        limited + if progress > self.free { progress - self.free } else { 0.0 }
    }

    /// Seconds after which a cache without a budget would be as warm as this one is then; the time to fill at most.
    pub fn progress(&self, time: f64) -> f64 {
        if time >= self.fill_time() {
            return self.cold.fill_time();
        }
        let limited_for = self.limited_for();
        if time >= limited_for {
            return self.free + (time - limited_for);
        }
        if self.budget <= 0.0 {
            return 0.0;
        }
        // Without the budget it is as warm at once, at the latest.
        crossing(0.0, time, |progress| self.reached(progress) - time)
    }

    /// Share of the requests at that time that the cache answers.
    ///
    /// Where the budget binds for ever this is the hit ratio when it is full; from there it rises to that of
    /// [`Shedding`].
    pub fn hit_ratio(&self, time: f64) -> f64 {
        self.cold.hit_ratio(self.progress(time))
    }

    /// Share of the misses at that time that are fetched.
    pub fn fetched(&self, time: f64) -> f64 {
        let misses = self.cold.miss_rate(self.progress(time));
        if misses > self.budget { self.budget / misses } else { 1.0 }
    }

    /// Share of the requests at that time that are answered, from the cache or the origin.
    pub fn answered(&self, time: f64) -> f64 {
        let hit_ratio = self.hit_ratio(time);
        hit_ratio + self.fetched(time) * (1.0 - hit_ratio)
    }

    /// Where it ends; none where there is no budget, for then the cache stays what it is.
    ///
    /// # Formula
    /// A cache that takes a share s of its misses is a [`q_lru`] with q = s, and `s Λ (1 − h) = B`.
    ///
    /// It answers more from the cache than one that takes all misses: what is asked for once is mostly shed.
    pub fn steady(&self) -> Option<Shedding> {
        if self.budget <= 0.0 {
            return None;
        }
        if self.free.is_finite() || self.cold.rate == 0.0 {
            return Some(Shedding { hit_ratio: self.cold.steady(), fetched: 1.0, answered: 1.0 });
        }
        let rate = self.cold.rate;
        let least = self.budget / rate;
        let fetched = crossing(least, 1.0, |share| share * (1.0 - self.hit_ratio_taking(share)) - least);
        let hit_ratio = self.hit_ratio_taking(fetched);
        Some(Shedding { hit_ratio, fetched, answered: hit_ratio + fetched * (1.0 - hit_ratio) })
    }

    /// Hit ratio of a cache that takes this share of its misses, above 0.
    fn hit_ratio_taking(&self, share: f64) -> f64 {
        let population = self.cold.population;
        q_lru::hit_ratio(population, share, q_lru::characteristic_time(population, share, self.room))
    }
}

/// Fetches a second that a limiter lets through which holds one token and gains `budget` tokens a second.
///
/// # Formula
/// `m B / (m + B)` for m misses a second: the token takes 1 / B to come back, and then 1 / m passes until it is used.
///
/// # Assumptions
/// Misses that come independently of each other (Poisson).
pub fn fetches_of_single_tokens(misses: f64, budget: f64) -> f64 {
    if misses <= 0.0 || budget <= 0.0 { 0.0 } else { 1.0 / (1.0 / misses + 1.0 / budget) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::population::tests::zipf;
    use proptest::prelude::*;

    /// The theory notes, equation E11, where a simulation found .6845, .6980 and .4615: 10,000 keys, room for 1,000, one
    /// request a second.
    #[test]
    fn hit_ratios_of_shedding_match_reference_values() {
        for (exponent, budget, hit_ratio) in [(1.0, 0.2, 0.6848), (1.0, 0.1, 0.6984), (0.8, 0.2, 0.4624)] {
            let keys = Population::exact(zipf(10_000, exponent));
            let shed = LimitedStart::new(&keys, 1000.0, budget).steady().expect("there is a budget");
            assert!((shed.hit_ratio - hit_ratio).abs() < 5e-5, "{exponent} {budget}: {shed:?}");
            assert!((shed.fetched * (1.0 - shed.hit_ratio) - budget).abs() < 1e-10);
            assert!((shed.answered - shed.hit_ratio - budget).abs() < 1e-10);
        }
    }

    /// By small steps of du/dt = min(1, B / m(u)), with Runge's and Kutta's rule.
    fn integrated(cold: &ColdStart, budget: f64, time: f64) -> f64 {
        let slope = |progress: f64| (budget / cold.miss_rate(progress)).min(1.0);
        let step = time / 2000.0;
        (0..2000).fold(0.0, |at, _| {
            let first = slope(at);
            let second = slope(at + step / 2.0 * first);
            let third = slope(at + step / 2.0 * second);
            let fourth = slope(at + step * third);
            at + step / 6.0 * (first + 2.0 * second + 2.0 * third + fourth)
        })
    }

    #[test]
    fn the_closed_form_solves_the_equation() {
        let keys = Population::exact(zipf(1000, 1.0));
        for budget in [0.2, 0.5, 0.8] {
            let limited = LimitedStart::new(&keys, 100.0, budget);
            for time in [30.0, 100.0, 250.0] {
                let expected = integrated(&limited.cold, budget, time).min(limited.cold.fill_time());
                let found = limited.progress(time);
                assert!((found / expected - 1.0).abs() < 1e-6, "{budget} {time}: {found} {expected}");
            }
        }
    }

    /// Two keys at one request a second each and a budget of 1: misses are down to it when each is there with 1/2, after
    /// ln 2 s without the budget and after one fetch, hence 1 s, with it.
    #[test]
    fn two_keys_are_worked_by_hand() {
        let keys = Population::new([(1.0, 1.0); 2]);
        let limited = LimitedStart::new(&keys, 2.0, 1.0);
        assert!((limited.limited_for() - 1.0).abs() < 1e-14);
        assert!((limited.progress(1.5) - (2f64.ln() + 0.5)).abs() < 1e-14);
        assert!((limited.hit_ratio(0.5) - 0.25).abs() < 1e-14, "half a fetch is a quarter of the keys");
        assert!((limited.fetched(0.5) - 1.0 / 1.5).abs() < 1e-14);
        assert!((limited.answered(0.5) - 0.75).abs() < 1e-14);
        assert_eq!((limited.fill_time(), limited.fetched(9.0)), (f64::INFINITY, 1.0));
    }

    #[test]
    fn a_budget_that_never_suffices_fills_the_cache_at_its_own_pace() {
        let keys = Population::exact(zipf(1000, 0.8));
        let limited = LimitedStart::new(&keys, 100.0, 0.25);
        assert_eq!(limited.limited_for(), f64::INFINITY);
        assert!((limited.fill_time() - 400.0).abs() < 1e-9, "100 keys at 0.25 a second");
        assert!((limited.hit_ratio(1e9) - ColdStart::new(&keys, 100.0).steady()).abs() < 1e-14);
        assert!(limited.steady().expect("there is a budget").hit_ratio > limited.hit_ratio(1e9));
    }

    #[test]
    fn without_a_budget_nothing_comes_in() {
        let keys = Population::new([(1.0, 1.0); 3]);
        let limited = LimitedStart::new(&keys, 1.0, 0.0);
        assert_eq!(
            (limited.hit_ratio(5.0), limited.answered(5.0), limited.fill_time()),
            (0.0, 0.0, f64::INFINITY)
        );
        assert_eq!(limited.steady(), None);
    }

    /// 1 / (1/3 + 1/6) = 2; at the limits it is the lesser of both.
    #[test]
    fn a_burst_of_one_lets_less_through() {
        assert!((fetches_of_single_tokens(3.0, 6.0) - 2.0).abs() < 1e-15);
        assert_eq!(fetches_of_single_tokens(f64::INFINITY, 6.0), 6.0);
        assert_eq!(fetches_of_single_tokens(3.0, f64::INFINITY), 3.0);
        assert_eq!(fetches_of_single_tokens(0.0, 6.0), 0.0);
    }

    proptest! {
        #[test]
        fn a_smaller_budget_is_never_faster_and_an_ample_one_changes_nothing(
            exponent in 0.5..1.3f64, room in 1.0..60.0f64, budget in 0.01..1.0f64, time in 0.0..500.0f64,
            unit in 1e-3..1e3f64,
        ) {
            let keys = zipf(100, exponent);
            let scaled = Population::exact(keys.iter().map(|(rate, weight)| (rate * unit, *weight)));
            let keys = Population::exact(keys);
            let cold = ColdStart::new(&keys, room);
            let limited = LimitedStart::new(&keys, room, budget);
            prop_assert!(limited.hit_ratio(time) <= cold.hit_ratio(time) + 1e-12);
            prop_assert!(LimitedStart::new(&keys, room, budget / 2.0).hit_ratio(time) <= limited.hit_ratio(time) + 1e-12);
            prop_assert!((LimitedStart::new(&keys, room, 1.0).hit_ratio(time) - cold.hit_ratio(time)).abs() < 1e-12);
            let other = LimitedStart::new(&scaled, room, budget * unit);
            prop_assert!((other.hit_ratio(time / unit) - limited.hit_ratio(time)).abs() < 1e-9);
            let (one, two) = (limited.steady().expect("a budget"), other.steady().expect("a budget"));
            prop_assert!((one.hit_ratio - two.hit_ratio).abs() < 1e-9);
            prop_assert!(one.hit_ratio >= cold.steady() - 1e-9);
        }
    }
}
