//! Letting the traffic onto an empty cache no faster than its origin can fill it.

use super::limited::LimitedStart;
use crate::residency::Population;

/// A ramp of the traffic at which misses never exceed a budget.
#[derive(Debug, Clone, Copy)]
pub struct Ramp<'a> {
    /// Seconds until all traffic is let in.
    pub time: f64,
    /// Requests let in by then.
    pub requests: f64,
    /// Keys fetched by then.
    pub fetches: f64,
    start: LimitedStart<'a>,
}

/// The fastest ramp that keeps misses within a budget of fetches a second; none where the full cache misses more than that.
///
/// # Formula
/// Of n requests let in, `K(n) = Σ (1 − e^(−pᵢ n))` ask for a key for the first time, pᵢ = λᵢ / Λ. With B fetches a second
/// they take K(n) / B. All traffic can be let in from n* on, where `Λ (1 − h(n*)) = B`; hence **t\* = K(n\*) / B**.
///
/// # Assumptions
/// As for [`LimitedStart`], whose misses are shed instead of its traffic: the cache warms as fast, but a ramp turns requests
/// away that the cache could have answered.
///
/// # Accuracy
/// 1.388 s, and 1.389 s by integrating the rate of requests in steps.
///
/// # Source
/// Derived for this project (theory notes, equation E11).
pub fn ramp(population: &Population, room: f64, budget: f64) -> Option<Ramp<'_>> {
    let start = LimitedStart::new(population, room, budget);
    let time = start.limited_for();
    time.is_finite().then(|| Ramp {
        time,
        requests: population.rate() * start.progress(time),
        fetches: budget * time,
        start,
    })
}

impl Ramp<'_> {
    /// Share of the traffic to let in at that time.
    pub fn admitted(&self, time: f64) -> f64 {
        if time >= self.time { 1.0 } else { self.start.fetched(time) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::population::tests::zipf;
    use proptest::prelude::*;

    /// 1.388 s: the theory notes, equation E11; 10,000 keys, Zipf 1, room for 1,000, 1,000 requests a second, 400 fetches.
    #[test]
    fn the_time_of_a_ramp_matches_the_reference_value() {
        let keys =
            Population::exact(zipf(10_000, 1.0).into_iter().map(|(rate, weight)| (1000.0 * rate, weight)));
        let found = ramp(&keys, 1000.0, 400.0).expect("the full cache misses 324 a second");
        assert!((found.time - 1.388).abs() < 5e-4, "{found:?}");
        assert!((found.fetches - 400.0 * found.time).abs() < 1e-9);
        assert!((found.requests - 1108.25).abs() < 0.01, "n* by a program of its own: {found:?}");
        assert!(ramp(&keys, 1000.0, 320.0).is_none(), "the full cache misses 324 a second");
    }

    /// Two keys at one request a second each, one fetch a second: half the traffic at first, all after one fetch, by when
    /// 2 ln 2 requests were let in.
    #[test]
    fn two_keys_are_worked_by_hand() {
        let keys = Population::new([(1.0, 1.0); 2]);
        let found = ramp(&keys, 2.0, 1.0).expect("a full cache misses nothing");
        assert!((found.time - 1.0).abs() < 1e-14 && (found.requests - 2.0 * 2f64.ln()).abs() < 1e-14);
        assert!((found.admitted(0.0) - 0.5).abs() < 1e-14);
        assert_eq!(found.admitted(1.0), 1.0);
    }

    #[test]
    fn an_ample_budget_needs_no_ramp() {
        let keys = Population::new([(1.0, 1.0); 2]);
        let found = ramp(&keys, 1.0, 2.0).expect("ample");
        assert_eq!((found.time, found.requests, found.admitted(0.0)), (0.0, 0.0, 1.0));
        assert!(ramp(&keys, 1.0, 0.0).is_none());
    }

    proptest! {
        #[test]
        fn misses_of_the_admitted_traffic_are_the_budget(
            exponent in 0.5..1.3f64, room in 1.0..60.0f64, over in 1e-3..0.99f64, part in 0.0..0.99f64,
        ) {
            let keys = Population::exact(zipf(100, exponent));
            let full = crate::transient::ColdStart::new(&keys, room);
            let least = 1.0 - full.steady();
            let budget = least + over * (1.0 - least);
            let found = ramp(&keys, room, budget).expect("above what the full cache misses");
            let time = part * found.time;
            let misses = found.admitted(time) * (1.0 - found.start.hit_ratio(time));
            prop_assert!((misses - budget).abs() < 1e-9);
            prop_assert!(found.time <= room / budget + 1e-9, "no more is fetched than fits");
        }
    }
}
