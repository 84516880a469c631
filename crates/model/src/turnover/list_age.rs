//! A list of the hottest keys grows old.

use crate::crossing;

/// How the keys of the hot set change, of which the list holds all.
///
/// # Assumptions
/// Each key leaves the hot set at a constant rate, whatever its rank; those that come in have an equal chance. A refresh
/// takes no time and makes the list true.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Turnover {
    /// Rate per second at which a key leaves the hot set, κ.
    pub leaves: f64,
    /// Size of the hot set as a share of all keys, π, below 1: so large a part of the keys that left has come back in the
    /// end. 0 where none comes back.
    pub returning: f64,
}

impl Turnover {
    /// Share of the list that is still hot after so many seconds.
    ///
    /// # Formula
    /// `π + (1 − π) e^(−κ Δ / (1 − π))`; without returning keys e^(−κ Δ). A key leaves at rate κ and comes back at rate
    /// κ π / (1 − π), which keeps the hot set at its size.
    ///
    /// # Accuracy
    /// Exact under the assumptions: simulation found .3963 against .3963 for π = 0.1, κ Δ = 1.
    pub fn fresh(&self, age: f64) -> f64 {
        self.returning + (1.0 - self.returning) * (-self.changes() * age).exp()
    }

    /// Share of the list that is hot, on average over the time between two refreshes of so many seconds.
    ///
    /// # Formula
    /// `π + (1 − π) (1 − e^(−x)) / x` with x = κ Δ / (1 − π).
    pub fn mean_fresh(&self, period: f64) -> f64 {
        let aged = self.changes() * period;
        let mean = if aged == 0.0 { 1.0 } else { -(-aged).exp_m1() / aged };
        self.returning + (1.0 - self.returning) * mean
    }

    /// What a second costs, with a refresh of the whole list every `period` seconds, above 0.
    ///
    /// `refresh` is the cost of one refresh, `stale` that of a second in which nothing on the list is hot over one in which
    /// all of it is: misses cost cₘ, Λ h of them are spared by a fresh list, cₘ Λ h a second.
    ///
    /// # Formula
    /// `refresh / Δ + stale (1 − fresh)` with the mean freshness over Δ.
    ///
    /// # Assumptions
    /// A refresh fetches all of the list. Where it fetches only what has changed there is no best period: a shorter one is
    /// never worse.
    pub fn cost(&self, period: f64, refresh: f64, stale: f64) -> f64 {
        refresh / period + stale * (1.0 - self.mean_fresh(period))
    }

    /// Seconds between two refreshes at which [`Turnover::cost`] is least; none where it falls with the period for ever, so
    /// that no refresh is worth its cost, or where a refresh costs nothing.
    ///
    /// # Formula
    /// Δ = x (1 − π) / κ with the x that solves `1 − (1 + x) e^(−x) = r`, where r = refresh · κ / (stale (1 − π)²). The left
    /// side grows from 0 to 1: there is such an x if and only if r lies between.
    pub fn best_period(&self, refresh: f64, stale: f64) -> Option<f64> {
        let changes = self.changes();
        let ratio = refresh * changes / (stale * (1.0 - self.returning));
        // A ratio that is not a number is neither.
        if !(ratio > 0.0 && ratio < 1.0) {
            return None;
        }
        let period = crossing::of_increasing((2.0 * ratio).sqrt(), |aged| gained(aged) - ratio)? / changes;
        Some(period).filter(|period| period.is_finite())
    }

    /// What [`Turnover::best_period`] tends to where it is short: the root law, to check it by.
    ///
    /// # Formula
    /// `√(2 · refresh / (stale · κ))`.
    ///
    /// # Accuracy
    /// Too short, by about x / 3 of itself with x = κ Δ / (1 − π): 1.37 h against 1.52 h at κ = 0.2 per hour (x = 0.3).
    pub fn short_period(&self, refresh: f64, stale: f64) -> f64 {
        (2.0 * refresh / (stale * self.leaves)).sqrt()
    }

    /// Rate at which a key's state is forgotten: that at which it leaves, and that at which it comes back.
    fn changes(&self) -> f64 {
        self.leaves / (1.0 - self.returning)
    }
}

/// 1 − (1 + x) e^(−x).
fn gained(aged: f64) -> f64 {
    if aged < 1e-2 {
        // The two terms cancel there; what is left out is below 1e-13 of the sum.
        let series = [1.0 / 2.0, -1.0 / 3.0, 1.0 / 8.0, -1.0 / 30.0, 1.0 / 144.0, -1.0 / 840.0];
        return aged * aged * series.iter().rev().fold(0.0, |sum, term| sum * aged + term);
    }
    -(-aged).exp_m1() - aged * (-aged).exp()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NONE_COMES_BACK: Turnover = Turnover { leaves: 1.0, returning: 0.0 };

    /// The theory notes (equation E12); simulation found .6320 at κ Δ = 1.
    #[test]
    fn mean_freshness_matches_reference_values() {
        for (aged, fresh) in [(0.1, 0.9516), (0.5, 0.7869), (1.0, 0.6321), (2.0, 0.4323)] {
            assert!((NONE_COMES_BACK.mean_fresh(aged) - fresh).abs() < 6e-5, "{aged}");
        }
        assert_eq!(NONE_COMES_BACK.mean_fresh(0.0), 1.0);
        assert_eq!(NONE_COMES_BACK.mean_fresh(f64::INFINITY), 0.0);
    }

    /// The theory notes (equation E12): .3963 where a tenth of all keys is hot, as simulation found, and .3679 without keys
    /// that come back.
    #[test]
    fn keys_that_come_back_match_the_reference_value() {
        assert!((NONE_COMES_BACK.fresh(1.0) - 0.3679).abs() < 6e-5);
        let some = Turnover { returning: 0.1, ..NONE_COMES_BACK };
        assert!((some.fresh(1.0) - 0.3963).abs() < 6e-5, "{}", some.fresh(1.0));
        assert_eq!((some.fresh(0.0), some.fresh(f64::INFINITY)), (1.0, 0.1));
        assert_eq!(some.mean_fresh(f64::INFINITY), 0.1);
    }

    /// The theory notes (equation E12) give 1.37 h by the law and 1.52 h by minimising. They do not say at what rate; with 1.374
    /// it is κ = 0.2 per hour.
    #[test]
    fn the_example_of_a_best_period_is_met() {
        let turnover = Turnover { leaves: 0.2, returning: 0.0 };
        let refresh = 1.374f64.powi(2) * 0.2 / 2.0;
        assert!((turnover.short_period(refresh, 1.0) - 1.374).abs() < 1e-12);
        let best = turnover.best_period(refresh, 1.0).expect("worth it");
        assert!((best - 1.52).abs() < 5e-3, "{best}");
    }

    /// x = 1: 1 − 2/e.
    #[test]
    fn a_best_period_is_worked_by_hand() {
        let refresh = 1.0 - 2.0 * (-1f64).exp();
        let best = NONE_COMES_BACK.best_period(refresh, 1.0).expect("worth it");
        assert!((best - 1.0).abs() < 1e-14, "{best}");
    }

    #[test]
    fn a_refresh_that_costs_too_much_has_no_best_period() {
        assert!(NONE_COMES_BACK.best_period(0.999, 1.0).is_some());
        assert_eq!(NONE_COMES_BACK.best_period(1.0, 1.0), None);
        assert_eq!(NONE_COMES_BACK.best_period(0.0, 1.0), None, "refresh all the time");
        assert_eq!(NONE_COMES_BACK.best_period(1.0, 0.0), None, "nothing is lost");
        assert_eq!(Turnover { leaves: 0.0, returning: 0.0 }.best_period(1.0, 1.0), None, "nothing changes");
        let costs: Vec<f64> = (1..20).map(|nth| NONE_COMES_BACK.cost(f64::from(nth), 1.0, 1.0)).collect();
        assert!(costs.windows(2).all(|pair| pair[1] < pair[0]), "{costs:?}");
    }

    #[test]
    fn the_series_meets_the_closed_form() {
        let (series, closed) = (gained(1e-2 - 1e-12), gained(1e-2));
        assert!((series / closed - 1.0).abs() < 1e-9, "{series} {closed}");
    }

    proptest!(
        #[test]
        fn the_best_period_costs_least(
            leaves in 1e-6..10.0f64,
            returning in 0.0..0.9f64,
            ratio in 1e-6..0.98f64,
            stale in 0.01..100.0f64,
            unit in 1e-3..1e3f64,
        ) {
            let turnover = Turnover { leaves, returning };
            let refresh = ratio * stale * (1.0 - returning).powi(2) / leaves;
            let best = turnover.best_period(refresh, stale).expect("worth it");
            let least = turnover.cost(best, refresh, stale);
            for factor in [0.5, 0.9, 0.99, 1.01, 1.1, 2.0, 100.0] {
                prop_assert!(turnover.cost(best * factor, refresh, stale) >= least * (1.0 - 1e-12));
            }
            let short = turnover.short_period(refresh, stale);
            let aged = leaves / (1.0 - returning) * best;
            prop_assert!(short <= best * (1.0 + 1e-9) && (aged > 0.1 || best / short - 1.0 < aged / 2.0 + 1e-9));
            let other = Turnover { leaves: leaves * unit, returning };
            let other = other.best_period(refresh, stale * unit).expect("worth it");
            prop_assert!((other * unit / best - 1.0).abs() < 1e-9);
        }
    );
}
