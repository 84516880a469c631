//! The precision from which prefetching pays.

use super::buffer::{Late, Predictor};
use super::shared::{SharedCache, shared};
use crate::residency::Population;

/// Halvings of the precisions in question.
const HALVINGS: usize = 50;

/// What is at stake, in one unit for both.
///
/// | in | a miss | a fetch |
/// |---|---|---|
/// | milliseconds of waiting | what a request waits for the origin | what one more fetch makes others wait, if anything |
/// | requests a second at the origin | 0 | 1 |
/// | $ | what a request that waits costs the business | what the origin charges for a fetch |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stakes {
    /// v: cost of a request that waits for the origin, without its fetch; 0 or more.
    pub miss: f64,
    /// c: cost of a fetch at the origin, whoever asked for it; 0 or more.
    pub fetch: f64,
}

impl Stakes {
    fn cost(&self, residual: f64, origin: f64) -> f64 {
        self.miss * residual + self.fetch * origin
    }
}

/// The precision above which prefetching into a buffer of its own costs less than it saves; none where no precision below
/// 1 is in doubt: it never pays, or always.
///
/// # Formula
/// From `v · residual + c · origin = (v + c) M` with the flows of [`separate`](super::separate): **P\* = c / (θ (c + v))** where a
/// late request fetches again, **c / (c + v θ)** where it waits. Recall cancels: it scales what is saved and what is spent.
///
/// - in milliseconds, a fetch that delays others by c against a wait of v
/// - in requests a second at the origin, P\* = 1 / θ or 1: a prefetch replaces one fetch at most, so that it never pays
/// - in $, with θ = 1, the price of a fetch over that of a miss and its fetch together
///
/// It never pays where P\* is 1 or above, and always where a fetch costs nothing.
///
/// # Assumptions
/// Prefetched copies disturb nothing ([`separate`](super::separate)).
///
/// # Source
/// Derived for this project from the buffer form (theory notes, equation E13). With θ = 1 it is a threshold on the probability
/// of use, which Tuah, Kumar & Venkatesh (IPDPS 2001) find optimal in their setting.
pub fn separately(stakes: Stakes, timely: f64, late: Late) -> Option<f64> {
    let precision = match late {
        Late::FetchesAgain => stakes.fetch / (timely * (stakes.fetch + stakes.miss)),
        Late::Waits => stakes.fetch / (stakes.fetch + stakes.miss * timely),
    };
    (precision > 0.0 && precision < 1.0).then_some(precision)
}

/// The precision from which prefetching by [`separate`](super::separate) keeps the origin within a budget of fetches a second,
/// given the misses without it; none where none does.
///
/// # Formula
/// `P ≥ R / (B / M − 1 + R θ)` where a late request fetches again, `P ≥ R / (B / M − 1 + R)` where it waits.
pub fn for_budget(budget: f64, misses: f64, recall: f64, timely: f64, late: Late) -> Option<f64> {
    let replaced = match late {
        Late::FetchesAgain => recall * timely,
        Late::Waits => recall,
    };
    let share = budget / misses - 1.0 + replaced;
    let precision = if recall > 0.0 { recall / share } else { 0.0 };
    (share >= 0.0 && precision <= 1.0).then_some(precision)
}

/// The precision above which prefetching into the cache that demand fills costs less than it saves, at the predictor's
/// recall and timeliness; none where it never pays, or always.
///
/// # Formula
/// The P at which `v · residual + c · origin = (v + c) m₀` with the flows of [`shared`](super::shared()), by bisection: with
/// more precision fewer useless copies come in, the characteristic time grows, and both flows fall.
///
/// In milliseconds with c = 0 that is where what the useless copies evict outweighs what the right ones save; a buffer of
/// its own always pays there.
///
/// # Assumptions
/// Those of [`shared`](super::shared()).
pub fn sharing(
    stakes: Stakes,
    population: &Population,
    room: f64,
    predictor: &Predictor,
    lead: f64,
    late: Late,
) -> Option<f64> {
    let saves = |precision: f64| {
        let SharedCache { misses, flows, .. } =
            shared(population, room, &Predictor { precision, ..*predictor }, lead, late);
        stakes.cost(misses, misses) - stakes.cost(flows.residual, flows.origin) > 0.0
    };
    let (mut low, mut high) = (1e-9, 1.0);
    if saves(low) || !saves(high) {
        return None;
    }
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if saves(middle) { high = middle } else { low = middle }
    }
    Some(high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prefetch::separate;
    use crate::residency::population::tests::zipf;
    use proptest::prelude::*;

    /// $0.2 a fetch and $0.8 a miss: 0.2 of 1; half in time: 0.2 / (0.5 · 1), and 0.2 / (0.2 + 0.4) where requests wait.
    #[test]
    fn money_is_worked_by_hand() {
        let dollars = Stakes { miss: 0.8, fetch: 0.2 };
        for (timely, late, expected) in
            [(1.0, Late::FetchesAgain, 0.2), (0.5, Late::FetchesAgain, 0.4), (0.5, Late::Waits, 1.0 / 3.0)]
        {
            let found = separately(dollars, timely, late).expect("between");
            assert!((found - expected).abs() < 1e-15, "{timely} {late:?}: {found}");
        }
    }

    #[test]
    fn it_never_spares_the_origin_and_always_pays_where_fetches_are_free() {
        for late in [Late::FetchesAgain, Late::Waits] {
            assert_eq!(separately(Stakes { miss: 0.0, fetch: 1.0 }, 0.9, late), None);
            assert_eq!(separately(Stakes { miss: 100.0, fetch: 0.0 }, 0.9, late), None);
            assert_eq!(separately(Stakes { miss: 0.0, fetch: 0.0 }, 0.9, late), None, "nothing is at stake");
            assert_eq!(separately(Stakes { miss: 1.0, fetch: 1.0 }, 0.0, late), None, "all are late");
        }
    }

    /// 100 misses, R = 0.5, all in time, 125 allowed: 0.5 / (0.25 + 0.5).
    #[test]
    fn a_budget_is_worked_by_hand() {
        let found = for_budget(125.0, 100.0, 0.5, 1.0, Late::Waits).expect("between");
        assert!((found - 2.0 / 3.0).abs() < 1e-15, "{found}");
        assert_eq!(for_budget(90.0, 100.0, 0.5, 1.0, Late::Waits), None, "P would have to be 1.25");
        assert_eq!(for_budget(100.0, 100.0, 0.5, 1.0, Late::Waits), Some(1.0));
        assert_eq!(for_budget(100.0, 100.0, 0.0, 1.0, Late::Waits), Some(0.0), "nothing is issued");
    }

    /// Waiting alone is at stake, and yet wrong guesses cost: they shorten the stay of what is asked for.
    #[test]
    fn in_a_shared_cache_precision_matters_even_where_fetches_are_free() {
        let keys = Population::exact(zipf(1000, 0.8));
        let predictor = Predictor { precision: 1.0, recall: 0.5, timely: 1.0 };
        let milliseconds = Stakes { miss: 80.0, fetch: 0.0 };
        let precision = sharing(milliseconds, &keys, 100.0, &predictor, 1.0, Late::Waits).expect("between");
        let at = shared(&keys, 100.0, &Predictor { precision, ..predictor }, 1.0, Late::Waits);
        assert!((at.flows.residual / at.misses - 1.0).abs() < 1e-9, "{precision} {at:?}");
        let requests = Stakes { miss: 0.0, fetch: 1.0 };
        assert_eq!(sharing(requests, &keys, 100.0, &predictor, 1.0, Late::Waits), None);
    }

    proptest! {
        #[test]
        fn at_the_break_even_both_cost_the_same(
            miss in 0.1..100.0f64, fetch in 0.1..100.0f64, recall in 0.1..=1.0f64, timely in 0.1..=1.0f64,
            again in any::<bool>(),
        ) {
            let late = if again { Late::FetchesAgain } else { Late::Waits };
            let stakes = Stakes { miss, fetch };
            if let Some(precision) = separately(stakes, timely, late) {
                let flows = separate(1.0, &Predictor { precision, recall, timely }, late);
                prop_assert!((stakes.cost(flows.residual, flows.origin) / (miss + fetch) - 1.0).abs() < 1e-12);
            }
        }

        #[test]
        fn a_shared_cache_asks_for_more_precision(
            exponent in 0.6..1.2f64, room in 5.0..60.0f64, recall in 0.1..=1.0f64, fetch in 0.01..1.0f64,
        ) {
            let keys = Population::exact(zipf(100, exponent));
            let predictor = Predictor { precision: 1.0, recall, timely: 1.0 };
            let stakes = Stakes { miss: 1.0, fetch };
            let alone = separately(stakes, 1.0, Late::Waits).expect("between");
            if let Some(together) = sharing(stakes, &keys, room, &predictor, 0.0, Late::Waits) {
                prop_assert!(together >= alone - 1e-9);
            }
        }
    }
}
