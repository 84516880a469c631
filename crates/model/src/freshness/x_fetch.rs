//! Early refresh by chance, the likelier the nearer the expiry (XFetch).

use crate::quadrature::GaussLegendre;

/// Places of each part of an integral.
const PLACES: usize = 96;

/// Exponents beyond which nothing is left that counts.
const BEYOND: f64 = 45.0;

/// The rule: a request refreshes the copy if `now − β δ ln(U) ≥ expiry`, U being drawn evenly from 0 to 1.
///
/// # Assumptions of all that follows
/// Independent requests at a constant rate λ. A refresh takes δ, in which other requests do not see it: they may begin one of
/// their own, and behind the expiry each of them does. A later one that ends does not move the expiry by more than δ, which
/// is left out.
///
/// # Source
/// The rule: Vattani, Chierichetti & Lowenstein, *Optimal probabilistic cache stampede prevention*, PVLDB 8(8), 2015. The
/// formulas were derived for this project; with x the mean number of requests that will have refreshed early, x(τ) =
/// λ β δ e^(−τ / (β δ)) with τ left to live, the first comes where x has grown by a draw from the exponential distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct XFetch {
    /// β, above 0; the larger, the earlier.
    pub beta: f64,
    /// Seconds that a refresh takes, δ, above 0.
    pub recompute: f64,
    /// Seconds to live, T, from the end of a refresh on.
    pub ttl: f64,
}

impl XFetch {
    /// Probability that a request refreshes, with so many seconds left to live.
    ///
    /// # Formula
    /// `e^(−τ / (β δ))`.
    pub fn refreshes(&self, left: f64) -> f64 {
        (-left / self.scale()).exp()
    }

    /// Probability that a copy of a key that is asked for so many times a second expires before any request refreshes it.
    ///
    /// # Formula
    /// `e^(−λ β δ (1 − e^(−T / (β δ))))`.
    ///
    /// # Accuracy
    /// Exact: simulation found .13530 against .13534 for λ = 5, β = 1, δ = 0.4.
    pub fn none_early(&self, rate: f64) -> f64 {
        (rate * self.scale() * (-self.ttl / self.scale()).exp_m1()).exp()
    }

    /// Mean seconds left to live when the first early refresh begins, where there is one; none where nobody asks.
    ///
    /// # Formula
    /// The mean of `β δ ln(x₁ / X)`, where x₁ = λ β δ, x₀ = x₁ e^(−T / (β δ)), and X − x₀ is exponential with mean 1 up to
    /// x₁ − x₀. For λ β δ of 10 or more, and T well beyond it, that is β δ (ln(λ β δ) + γ), γ = 0.5772.
    pub fn lead(&self, rate: f64) -> Option<f64> {
        self.mean(rate, |parts, _| parts * self.scale())
    }

    /// Mean number of fetches that begin while the first early refresh is under way, beside it, where there is one; none
    /// where nobody asks. Coalescing spares them all.
    ///
    /// # Formula
    /// With x₁, x₀ and X as for [`XFetch::lead`] and τ = β δ ln(x₁ / X), the mean of
    ///
    /// - `X (e^(1/β) − 1)` where τ ≥ δ: the refresh ends before the expiry;
    /// - `x₁ − X + λ (δ − τ)` where τ < δ.
    ///
    /// For T ≫ β δ ln(λ β δ) and λ β δ ≫ e^(1/β) that is e^(1/β) − 1: 1.72 for β = 1.
    ///
    /// # Accuracy
    /// Within .3 % of simulation of the whole process, all copies that are stored included, for λ β δ of 1 to 40. Where
    /// λ β δ e^(−T / (β δ)) is above 1 a new copy is refreshed as soon as it is stored: the first refresh is followed by others
    /// without a pause, and what begins beside the first is then a small part of it all.
    /// The integral is by Gauss and Legendre's rule, to 1e-10 of the value.
    pub fn extra(&self, rate: f64) -> Option<f64> {
        let inverse = 1.0 / self.beta;
        let in_time = |parts: f64, all: f64| all * ((inverse - parts).exp() - (-parts).exp());
        // The last is λ (δ − τ): λ β δ for each β δ that the refresh is too late.
        let late = |parts: f64, all: f64| all * (-(-parts).exp_m1() + (inverse - parts));
        self.mean(rate, |parts, all| if parts >= inverse { in_time(parts, all) } else { late(parts, all) })
    }

    fn scale(&self) -> f64 {
        self.beta * self.recompute
    }

    /// Mean over the first early refreshes of what depends on the time left in units of β δ, and on x₁.
    fn mean(&self, rate: f64, of: impl Fn(f64, f64) -> f64) -> Option<f64> {
        let all = rate * self.scale();
        if all.is_nan() || all <= 0.0 {
            return None;
        }
        let whole = self.ttl / self.scale();
        let none = all * (-whole).exp();
        // Ahead of `from` the first early refresh has come; beyond `to` it has not.
        let from = (all / (none + BEYOND)).ln().max(0.0);
        let to = whole.min((all / all.min(1.0)).ln() + BEYOND);
        let kink = (1.0 / self.beta).clamp(from, to);
        let rule = GaussLegendre::new(PLACES);
        let (mut sum, mut weights) = (0.0, 0.0);
        for (from, to) in [(from, kink), (kink, to)] {
            for (parts, weight) in rule.places(from, to) {
                let here = all * (-parts).exp();
                let weight = weight * here * (none - here).exp();
                sum += weight * of(parts, all);
                weights += weight;
            }
        }
        Some(sum / weights)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rule(beta: f64, recompute: f64, ttl: f64) -> XFetch {
        XFetch { beta, recompute, ttl }
    }

    /// e^−25, e^−5, e^−1, e^−1/4: the true values of the theory notes (equation E7).
    #[test]
    fn a_request_refreshes_with_the_probability_of_the_rule() {
        for (left, probability, off) in
            [(10.0, 1.39e-11, 6e-14), (2.0, 0.006_74, 6e-6), (0.4, 0.368, 6e-4), (0.1, 0.779, 6e-4)]
        {
            assert!((rule(1.0, 0.4, 60.0).refreshes(left) - probability).abs() < off, "{left}");
        }
        assert_eq!(rule(1.0, 0.4, 60.0).refreshes(0.0), 1.0);
    }

    /// λ = 5, δ = .4: .86466 by the model and .86470 by the simulation of the theory notes (equation E7).
    #[test]
    fn the_share_refreshed_early_matches_the_reference_value() {
        let early = 1.0 - rule(1.0, 0.4, 60.0).none_early(5.0);
        assert!((early - 0.86466).abs() < 6e-6, "{early}");
        assert_eq!(rule(1.0, 0.4, 60.0).none_early(0.0), 1.0);
    }

    /// The limits e^(1/β) − 1 of the theory notes (equation E7): 1.718, .649, 6.39; and β δ (ln(λ β δ) + γ).
    #[test]
    fn a_busy_key_with_a_long_life_meets_the_limits() {
        for (beta, extra) in [(1.0, 1.718), (2.0, 0.649), (0.5, 6.389)] {
            let rule = rule(beta, 0.4, 600.0);
            assert!((rule.extra(1e5).expect("asked for") - extra).abs() < 6e-4, "{beta}");
            let lead = beta * 0.4 * ((1e5 * beta * 0.4).ln() + 0.577_215_664_901_532_9);
            assert!((rule.lead(1e5).expect("asked for") / lead - 1.0).abs() < 1e-9, "{beta}");
        }
    }

    /// The two integrals by mpmath with 30 digits, over X itself.
    #[test]
    fn extra_fetches_and_leads_match_another_program() {
        for (rate, beta, recompute, ttl, extra, lead) in [
            (5.0, 1.0, 0.4, 10.0, 1.019_616_231_78, 0.610_300_538_423),
            (100.0, 1.0, 0.4, 10.0, 1.718_281_762_84, 1.706_438_042_78),
            (100.0, 0.5, 0.4, 10.0, 6.276_104_039_81, 0.714_589_589_184),
            (50.0, 2.0, 0.4, 1.0, 8.083_191_332_31, 0.935_430_840_64),
            (5.0, 0.5, 0.4, 10.0, 1.426_462_129_67, 0.252_040_402_158),
            (20.0, 0.5, 1.0, 0.8, 14.566_391_532, 0.620_868_641_044),
            (3.0, 1.0, 1.0, 4.0, 1.371_835_977_65, 1.584_409_601_86),
            (10_000.0, 1.0, 0.4, 60.0, 1.718_281_828_46, 3.548_506_122),
        ] {
            let rule = rule(beta, recompute, ttl);
            let found = (rule.extra(rate).expect("asked for"), rule.lead(rate).expect("asked for"));
            assert!((found.0 / extra - 1.0).abs() < 1e-10, "{rule:?} {rate}: {found:?}");
            assert!((found.1 / lead - 1.0).abs() < 1e-10, "{rule:?} {rate}: {found:?}");
        }
    }

    /// A key that is hardly asked for: x is uniform between x₀ and x₁, so that with T endless τ is exponential with mean β δ,
    /// and what little is extra vanishes with λ.
    #[test]
    fn a_quiet_key_meets_its_limit() {
        let rule = rule(1.0, 0.4, f64::INFINITY);
        assert!((rule.lead(1e-9).expect("asked for") - 0.4).abs() < 1e-8);
        assert!(rule.extra(1e-9).expect("asked for") < 1e-8);
        assert_eq!((rule.lead(0.0), rule.extra(0.0)), (None, None));
    }

    proptest!(
        #[test]
        fn the_unit_of_time_does_not_matter(
            rate in 1e-3..1e3f64,
            beta in 0.05..20.0f64,
            recompute in 0.01..10.0f64,
            ttl in 0.1..100.0f64,
            unit in 1e-4..1e4f64,
        ) {
            let (one, other) = (rule(beta, recompute, ttl), rule(beta, recompute / unit, ttl / unit));
            let pair = |found: Option<f64>| found.expect("asked for");
            prop_assert!((one.none_early(rate) - other.none_early(rate * unit)).abs() < 1e-12);
            prop_assert!((pair(one.extra(rate)) / pair(other.extra(rate * unit)) - 1.0).abs() < 1e-9);
            prop_assert!((pair(one.lead(rate)) / unit / pair(other.lead(rate * unit)) - 1.0).abs() < 1e-9);
            prop_assert!(pair(one.lead(rate)) > 0.0 && pair(one.lead(rate)) <= ttl);
            // No more than all the requests that come in the time of a refresh.
            prop_assert!(pair(one.extra(rate)) >= 0.0 && pair(one.extra(rate)) <= rate * recompute * (1.0 + 1e-9));
        }
    );
}
