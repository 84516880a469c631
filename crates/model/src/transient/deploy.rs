//! Caches that restart one batch after another, and what warming them first takes.

/// A fleet of caches that share the traffic, of which a part is cold at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rollout {
    /// Requests a second for the fleet.
    pub rate: f64,
    /// Hit ratio of a warm cache.
    pub warm: f64,
    /// Hit ratio of one that has just restarted: 0 where it is empty, more where it was preloaded.
    pub cold: f64,
}

impl Rollout {
    /// Misses a second with this share of the fleet cold.
    ///
    /// # Formula
    /// `Λ (b (1 − h₀) + (1 − b) (1 − H))`.
    ///
    /// # Assumptions
    /// Every cache takes an equal share of the traffic; a batch restarts when the one before it is warm.
    pub fn origin_peak(&self, batch: f64) -> f64 {
        self.rate * (batch * (1.0 - self.cold) + (1.0 - batch) * (1.0 - self.warm))
    }

    /// Largest share of the fleet that may be cold at a time with so many fetches a second; none where the warm fleet
    /// already needs more.
    ///
    /// # Formula
    /// `b ≤ (B / Λ − (1 − H)) / (H − h₀)`, 1 at most.
    pub fn largest_batch(&self, budget: f64) -> Option<f64> {
        let spare = budget - self.origin_peak(0.0);
        let each = self.origin_peak(1.0) - self.origin_peak(0.0);
        (spare >= 0.0).then(|| if each <= spare { 1.0 } else { spare / each })
    }
}

/// What a service needs its cache for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dependence {
    /// To live: the origin cannot take the misses of an empty cache.
    Capacity,
    /// To be fast: the origin can take them.
    Latency,
}

/// What a service needs its cache for, from the misses a second of the cache just restarted and what the origin can fetch.
pub fn dependence(cold_misses: f64, budget: f64) -> Dependence {
    if cold_misses > budget { Dependence::Capacity } else { Dependence::Latency }
}

/// Seconds that a warmer takes for so many keys at a pace of keys a second; infinite where it may not work.
///
/// The pace that an origin leaves beside its misses is [`Headroom::pace`](crate::plan::Headroom::pace).
pub fn time_to_warm(keys: f64, pace: f64) -> f64 {
    if keys <= 0.0 { 0.0 } else { keys / pace.max(0.0) }
}

/// Share of a list that is still hot on average while it is loaded in a time, where its keys stop being hot at `churn`.
///
/// Where the time is longer than 1 / churn, the list rots before it lands: at most 63 % of it are what they were.
///
/// # Formula
/// `(1 − e^(−κ t)) / (κ t)`: .9516, .7869, .6321 and .4323 at κ t = .1, .5, 1 and 2.
///
/// # Assumptions
/// Keys leave for good; with a hot set of H out of N keys, returning ones add about H / N of the rest.
pub fn freshness(time: f64, churn: f64) -> f64 {
    let left = time * churn;
    if left <= 0.0 || left.is_nan() { 1.0 } else { -(-left).exp_m1() / left }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Headroom;
    use crate::residency::Population;
    use crate::residency::population::tests::zipf;
    use crate::transient::ColdStart;
    use proptest::prelude::*;

    /// The theory notes, equation E11: 10,000 keys, Zipf 1, room for 1,000.
    #[test]
    fn peaks_and_batches_match_reference_values() {
        let keys = Population::exact(zipf(10_000, 1.0));
        let warm = ColdStart::new(&keys, 1000.0).steady();
        let rollout = Rollout { rate: 1.0, warm, cold: 0.0 };
        for (batch, peak) in [(0.05, 0.3582), (0.1, 0.3920), (0.25, 0.4933), (1.0, 1.0)] {
            assert!(
                (rollout.origin_peak(batch) - peak).abs() < 5.1e-5,
                "{batch}: {}",
                rollout.origin_peak(batch)
            );
        }
        let batch = rollout.largest_batch(0.45).expect("the warm fleet needs 0.3244");
        assert!((batch - 0.1859).abs() < 5e-5, "{batch}");
        assert_eq!(rollout.largest_batch(0.32), None);
        assert_eq!(rollout.largest_batch(1.0), Some(1.0));
        assert_eq!(Rollout { cold: warm, ..rollout }.largest_batch(0.33), Some(1.0), "preloaded in full");
    }

    #[test]
    fn an_origin_that_bears_an_empty_cache_has_it_for_speed() {
        assert_eq!(dependence(1000.0, 999.0), Dependence::Capacity);
        assert_eq!(dependence(1000.0, 1000.0), Dependence::Latency);
    }

    /// The theory notes, equation E12.
    #[test]
    fn freshness_matches_reference_values() {
        for (left, share) in [(0.1, 0.9516), (0.5, 0.7869), (1.0, 0.6321), (2.0, 0.4323)] {
            assert!((freshness(10.0 * left, 0.1) - share).abs() < 5e-5, "{left}");
        }
        assert_eq!((freshness(0.0, 1.0), freshness(f64::INFINITY, 0.0)), (1.0, 1.0));
        assert_eq!(freshness(f64::INFINITY, 1.0), 0.0);
    }

    /// 500 fetches a second used up to 80 %, 250 of them by misses: 150 are left, and 3,000 keys take 20 s.
    #[test]
    fn a_warmer_takes_what_misses_leave() {
        let pace = Headroom { cap: 500.0, miss: 1.0, warm: 1.0 }.pace(0.8, 250.0);
        assert!((time_to_warm(3000.0, pace) - 20.0).abs() < 1e-12);
        assert_eq!((time_to_warm(1.0, 0.0), time_to_warm(0.0, 0.0)), (f64::INFINITY, 0.0));
    }

    proptest! {
        #[test]
        fn the_largest_batch_uses_up_the_budget(
            warm in 0.0..=1.0f64, part in 0.0..1.0f64, over in 0.0..1.0f64, rate in 1e-3..1e6f64,
        ) {
            let rollout = Rollout { rate, warm, cold: part * warm };
            let budget = rollout.origin_peak(0.0) + over * (rollout.origin_peak(1.0) - rollout.origin_peak(0.0));
            let batch = rollout.largest_batch(budget).expect("above the warm fleet's misses");
            prop_assert!((0.0..=1.0).contains(&batch));
            prop_assert!(rollout.origin_peak(batch) <= budget * (1.0 + 1e-12));
            if batch < 1.0 {
                prop_assert!((rollout.origin_peak(batch) / budget - 1.0).abs() < 1e-12);
            }
        }
    }
}
