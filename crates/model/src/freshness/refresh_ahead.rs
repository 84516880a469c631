//! Fetching a copy anew before it expires.

use crate::residency::Population;

/// When a copy is fetched anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum RefreshAhead {
    /// By a miss: the first request behind its expiry.
    Never,
    /// By the first hit within a window ahead of its expiry; also called refresh on hit, or early refresh.
    OnHit {
        /// Seconds; all of the time to live where it is longer than that.
        window: f64,
    },
    /// At its expiry, if it was asked for since its fetch.
    IfUsed {
        /// Whether the request that missed, and fetched it, counts as such a use.
        miss_counts: bool,
    },
    /// By a clock, used or not.
    Always {
        /// Seconds ahead of its expiry, below the time to live; 0 for just in time.
        lead: f64,
    },
}

/// What becomes of a key that is fetched anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Refreshed {
    /// Share of its requests that miss.
    pub miss_ratio: f64,
    /// Fetches from the origin a second, for misses and refreshes.
    pub fetch_rate: f64,
}

impl RefreshAhead {
    /// A key that is asked for `rate` times a second, 0 or more, with a time to live of `ttl` seconds, above 0.
    ///
    /// # Formula
    /// | | share of misses | fetches a second |
    /// |---|---|---|
    /// | never | 1 / (1 + λ T) | λ / (1 + λ T) |
    /// | on a hit in a window w | e^(−λ w) / (1 + λ (T − w)) | λ / (1 + λ (T − w)) |
    /// | if used | e^(−λ T) / (e^(−λ T) + λ T) | 1 / (T + e^(−λ T) / λ) |
    /// | if used, a miss being a use | e^(−λ T) / (e^(−λ T) + λ T u) | u / (T u + e^(−λ T) / λ) |
    /// | always, w ahead | 0 | 1 / (T − w) |
    ///
    /// with u = 1 + e^(−λ T). All but the last are misses or fetches per cycle over its requests or its length, a cycle
    /// beginning with each fetch (never, on a hit) or each miss (if used). On a hit, it lasts T − w and until the next
    /// request, which misses with probability e^(−λ w). If used, copies follow each other without a gap until one was not
    /// asked for in its T, which has probability e^(−λ T): e^(λ T) of them on average, and one more where the miss counts.
    ///
    /// A window costs what a time to live of T − w costs, and spares a share 1 − e^(−λ w) of the misses of that: below
    /// λ w = 1 it does little else than shorten the time to live.
    ///
    /// # Assumptions
    /// Independent requests at a constant rate; fetches take no time; copies are not evicted; a hit that makes a refresh is
    /// answered with the copy at hand. Always: the clock knows the key from the beginning, and drops none.
    ///
    /// # Accuracy
    /// Exact under these assumptions; simulation was within .0001, and .0008 where the key was asked for 0.1 times a second.
    ///
    /// # Source
    /// Derived for this project; never: Jung, Berger & Balakrishnan, *Modeling TTL-based Internet caches*, INFOCOM 2003.
    pub fn of_key(self, rate: f64, ttl: f64) -> Refreshed {
        let requests = if rate == 0.0 { 0.0 } else { rate * ttl };
        let unused = (-requests).exp();
        match self {
            Self::Never => Self::OnHit { window: 0.0 }.of_key(rate, ttl),
            Self::OnHit { window } => {
                let window = window.min(ttl);
                let window = if rate == 0.0 { 0.0 } else { rate * window };
                // The window may be all of an infinite time to live.
                let cycle = if window.is_infinite() { 1.0 } else { 1.0 + requests - window };
                Refreshed { miss_ratio: (-window).exp() / cycle, fetch_rate: rate / cycle }
            }
            Self::IfUsed { miss_counts } => {
                // Fetches per cycle and its length, times e^(−λ T): neither overflows.
                let fetches = if miss_counts { 1.0 + unused } else { 1.0 };
                let misses = unused / (unused + requests * fetches);
                Refreshed { miss_ratio: misses, fetch_rate: fetches / (ttl * fetches + unused / rate) }
            }
            Self::Always { lead } => Refreshed { miss_ratio: 0.0, fetch_rate: 1.0 / (ttl - lead) },
        }
    }

    /// All keys together: the share of all requests that miss, and all fetches.
    pub fn of_all(self, population: &Population, ttl: f64) -> Refreshed {
        let sum = |keys: f64, rate: f64| keys * self.of_key(rate, ttl).fetch_rate;
        Refreshed {
            miss_ratio: population.of_requests(|rate| self.of_key(rate, ttl).miss_ratio),
            fetch_rate: population.groups().iter().rev().map(|group| sum(group.keys, group.rate)).sum(),
        }
    }
}

/// Share of the fetches by a clock whose copy is asked for before the next, so many seconds later.
///
/// # Formula
/// `1 − e^(−λ (T − w))`.
pub fn useful(rate: f64, between: f64) -> f64 {
    if rate == 0.0 { 0.0 } else { -(-rate * between).exp_m1() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::population::tests::zipf;
    use proptest::prelude::*;

    const NEVER: RefreshAhead = RefreshAhead::Never;
    const IF_USED: RefreshAhead = RefreshAhead::IfUsed { miss_counts: false };
    const IF_USED_OR_MISSED: RefreshAhead = RefreshAhead::IfUsed { miss_counts: true };

    fn near(found: Refreshed, miss_ratio: f64, fetch_rate: f64) {
        let off = (found.miss_ratio - miss_ratio).abs().max((found.fetch_rate - fetch_rate).abs());
        assert!(off < 1e-15, "{found:?} {miss_ratio} {fetch_rate}");
    }

    /// The model's figures in the theory notes (equation E6); the simulation there found .073535 and .007095, and .100003
    /// fetches a second.
    #[test]
    fn windows_match_reference_values() {
        let found = RefreshAhead::OnHit { window: 2.0 }.of_key(0.5, 10.0);
        assert!((found.miss_ratio - 0.073_576).abs() < 6e-7 && (found.fetch_rate - 0.1).abs() < 1e-15);
        let found = RefreshAhead::OnHit { window: 0.4 }.of_key(5.0, 4.0);
        assert!((found.miss_ratio - 0.007_123).abs() < 6e-7, "{found:?}");
    }

    /// λ = ln 2, T = 1: a copy is unused every second time. Two copies follow each other, three where the miss counts; a
    /// cycle lasts as many seconds and 1 / ln 2.
    #[test]
    fn a_key_asked_for_in_half_of_the_lives_is_worked_by_hand() {
        let rate = 2f64.ln();
        near(NEVER.of_key(rate, 1.0), 1.0 / (1.0 + rate), rate / (1.0 + rate));
        near(IF_USED.of_key(rate, 1.0), 1.0 / (1.0 + 2.0 * rate), 2.0 / (2.0 + 1.0 / rate));
        near(IF_USED_OR_MISSED.of_key(rate, 1.0), 1.0 / (1.0 + 3.0 * rate), 3.0 / (3.0 + 1.0 / rate));
        near(RefreshAhead::Always { lead: 0.5 }.of_key(rate, 1.0), 0.0, 2.0);
        assert!((useful(rate, 1.0) - 0.5).abs() < 1e-15);
    }

    /// By a simulation in another language, of 400,000 requests each, whose standard errors are below .0008.
    #[test]
    fn simulation_agrees() {
        let on_hit = |window| RefreshAhead::OnHit { window };
        for (mode, rate, ttl, misses, fetches) in [
            (NEVER, 0.1, 10.0, 0.49995, 0.050_051),
            (on_hit(2.0), 0.1, 10.0, 0.45485, 0.055_544),
            (IF_USED, 0.1, 10.0, 0.26930, 0.073_129),
            (IF_USED_OR_MISSED, 0.1, 10.0, 0.21121, 0.078_776),
            (on_hit(3.0), 1.0, 3.0, 0.04992, 0.999_936),
            (IF_USED, 1.0, 3.0, 0.01651, 0.327_782),
            (IF_USED_OR_MISSED, 1.0, 3.0, 0.01533, 0.328_298),
            (on_hit(0.5), 2.0, 2.0, 0.09119, 0.500_350),
            (IF_USED, 2.0, 2.0, 0.00451, 0.497_712),
        ] {
            let found = mode.of_key(rate, ttl);
            assert!((found.miss_ratio - misses).abs() < 0.0016, "{mode:?} {rate} {ttl}: {found:?}");
            assert!((found.fetch_rate / fetches - 1.0).abs() < 0.004, "{mode:?} {rate} {ttl}: {found:?}");
        }
    }

    #[test]
    fn a_window_of_all_the_time_to_live_makes_each_hit_a_refresh() {
        let all = RefreshAhead::OnHit { window: 10.0 }.of_key(0.2, 10.0);
        near(all, (-2f64).exp(), 0.2);
        near(RefreshAhead::OnHit { window: 11.0 }.of_key(0.2, 10.0), all.miss_ratio, all.fetch_rate);
    }

    #[test]
    fn what_nobody_asks_for_is_fetched_by_the_clock_alone() {
        for mode in [NEVER, RefreshAhead::OnHit { window: 1.0 }, IF_USED, IF_USED_OR_MISSED] {
            for ttl in [3.0, f64::INFINITY] {
                near(mode.of_key(0.0, ttl), 1.0, 0.0);
            }
        }
        near(RefreshAhead::Always { lead: 1.0 }.of_key(0.0, 3.0), 0.0, 0.5);
        assert_eq!(useful(0.0, f64::INFINITY), 0.0);
    }

    #[test]
    fn a_copy_that_never_expires_is_fetched_once() {
        let modes = [NEVER, RefreshAhead::OnHit { window: 1.0 }, IF_USED, IF_USED_OR_MISSED];
        for mode in modes {
            near(mode.of_key(2.0, f64::INFINITY), 0.0, 0.0);
        }
        // e^(λ T) is beyond all numbers.
        near(IF_USED.of_key(1e3, 10.0), 0.0, 0.1);
        near(IF_USED_OR_MISSED.of_key(1e3, 10.0), 0.0, 0.1);
    }

    #[test]
    fn keys_add_up() {
        let keys = Population::new([(1.0, 1.0), (3.0, 1.0), (0.0, 1.0)]);
        let found = NEVER.of_all(&keys, 2.0);
        near(found, (1.0 / 3.0 + 3.0 / 7.0) / 4.0, 1.0 / 3.0 + 3.0 / 7.0);
        let clock = RefreshAhead::Always { lead: 0.0 }.of_all(&Population::exact(zipf(50, 1.0)), 2.0);
        near(clock, 0.0, 25.0);
    }

    proptest!(
        #[test]
        fn refreshing_spares_misses_and_costs_fetches(
            rate in 1e-3..20.0f64,
            ttl in 0.01..30.0f64,
            part in 0.0..1.0f64,
            unit in 1e-4..1e4f64,
        ) {
            let window = RefreshAhead::OnHit { window: part * ttl };
            let modes = [NEVER, window, IF_USED, IF_USED_OR_MISSED, RefreshAhead::Always { lead: 0.0 }];
            let never = NEVER.of_key(rate, ttl);
            for mode in modes {
                let found = mode.of_key(rate, ttl);
                prop_assert!(found.miss_ratio <= never.miss_ratio + 1e-15);
                prop_assert!(found.fetch_rate >= never.fetch_rate * (1.0 - 1e-14));
                prop_assert!(rate * found.miss_ratio <= found.fetch_rate * (1.0 + 1e-14));
                let other = match mode {
                    RefreshAhead::OnHit { window } => RefreshAhead::OnHit { window: window / unit },
                    mode => mode,
                };
                let other = other.of_key(rate * unit, ttl / unit);
                prop_assert!((other.miss_ratio - found.miss_ratio).abs() < 1e-13);
                prop_assert!((other.fetch_rate / unit / found.fetch_rate - 1.0).abs() < 1e-12);
            }
        }
    );
}
