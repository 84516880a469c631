//! Prefetching into a buffer of its own.

/// How good a predictor of misses is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Predictor {
    /// P: share of the issued prefetches that are right, above 0.
    pub precision: f64,
    /// R: share of the misses that are predicted.
    pub recall: f64,
    /// θ: share of the right ones that arrive in time. Where the prediction is a fixed time ahead, that is the share of
    /// fetches that take no longer ([`Mixture::within`](crate::origin::Mixture::within)).
    pub timely: f64,
}

/// What a request does whose prefetch is still on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Late {
    /// It fetches the key once more.
    FetchesAgain,
    /// It waits for the prefetch (requests coalesce).
    Waits,
}

/// What prefetching makes of the misses, each a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prefetching {
    /// Prefetches.
    pub issued: f64,
    /// Prefetches that nobody asks for.
    pub wasted: f64,
    /// Requests that still wait for the origin, for a late prefetch or for their own.
    pub residual: f64,
    /// Fetches at the origin.
    pub origin: f64,
}

/// Prefetching by a predictor that leaves the cache as it is, given its misses a second.
///
/// # Formula
/// - issued `M R / P`, of which `M R (1 − P) / P` are wasted
/// - residual `M (1 − R θ)`
/// - origin `M (1 + R (1 / P − θ))` where a late request fetches again, `M (1 + R (1 − P) / P)` where it waits
///
/// # Assumptions
/// Prefetched copies have room of their own, or take so little of the cache that it does not show: what they bring in
/// during a characteristic time, right and wrong, is far below its room. Else see [`shared`](super::shared()).
///
/// # Source
/// Derived for this project (theory notes, equation E13).
pub fn separate(misses: f64, predictor: &Predictor, late: Late) -> Prefetching {
    let Predictor { precision, recall, timely } = *predictor;
    let right = misses * recall;
    let issued = if right > 0.0 { right / precision } else { 0.0 };
    let residual = misses - right * timely;
    let twice = match late {
        Late::FetchesAgain => 0.0,
        Late::Waits => right * (1.0 - timely),
    };
    let wasted = if right > 0.0 { issued * (1.0 - precision) } else { 0.0 };
    Prefetching { issued, wasted, residual, origin: residual + issued - twice }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }

    /// The theory notes, equation E13: ×1.2125 with 0.15 of the misses left, ×1.5, ×1.0316 (1 + 0.6 / 19).
    #[test]
    fn load_and_misses_match_reference_values() {
        for (precision, recall, origin, residual) in
            [(0.8, 0.85, 1.2125, 0.15), (0.5, 0.5, 1.5, 0.5), (0.95, 0.6, 1.0 + 0.6 / 19.0, 0.4)]
        {
            let predictor = Predictor { precision, recall, timely: 1.0 };
            for late in [Late::FetchesAgain, Late::Waits] {
                let found = separate(1.0, &predictor, late);
                near(found.origin, origin);
                near(found.residual, residual);
            }
        }
    }

    /// 100 misses, half predicted, 40 in time of those; 50 right guesses at P = 1/2 are 100 prefetches.
    #[test]
    fn late_prefetches_are_worked_by_hand() {
        let predictor = Predictor { precision: 0.5, recall: 0.5, timely: 0.8 };
        let again = separate(100.0, &predictor, Late::FetchesAgain);
        near(again.issued, 100.0);
        near(again.wasted, 50.0);
        near(again.residual, 60.0);
        near(again.origin, 160.0);
        near(separate(100.0, &predictor, Late::Waits).origin, 150.0);
    }

    #[test]
    fn a_predictor_that_predicts_nothing_costs_nothing() {
        let found = separate(9.0, &Predictor { precision: 0.0, recall: 0.0, timely: 1.0 }, Late::Waits);
        assert_eq!(found, Prefetching { issued: 0.0, wasted: 0.0, residual: 9.0, origin: 9.0 });
    }

    proptest! {
        #[test]
        fn the_books_balance(
            misses in 0.0..1e6f64, precision in 0.01..=1.0f64, recall in 0.0..=1.0f64, timely in 0.0..=1.0f64,
        ) {
            let predictor = Predictor { precision, recall, timely };
            let (again, waits) = (separate(misses, &predictor, Late::FetchesAgain), separate(misses, &predictor, Late::Waits));
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-9 * misses.max(1.0) / precision;
            prop_assert!(close(again.origin, misses * (1.0 + recall * (1.0 / precision - timely))));
            prop_assert!(close(waits.origin, misses * (1.0 + recall * (1.0 - precision) / precision)));
            prop_assert!(close(again.issued - again.wasted, misses * recall));
            prop_assert!(waits.origin <= again.origin && again.residual <= misses);
        }
    }
}
