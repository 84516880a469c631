//! What a quantity that an engine has found, or that is stated, says of a strategy: flags that engines judge alike.

use evaluation::{Flag, RiskFlag};

use crate::scenario::Scenario;

/// `prefetch-precision-low`; `said` is what there is to say of the precision, such as ", as measured, 0.700".
pub fn prefetch_precision(scenario: &Scenario, precision: f64, said: &str) -> Option<RiskFlag> {
    let least = scenario.thresholds.min_precision.get();
    let message = || format!("predictor precision{said} is below {least}");
    (precision < least).then(|| Flag::PrefetchPrecisionLow.raise(precision, least, message()))
}

/// `insufficient-recall-for-tail-traffic`.
pub fn recall(scenario: &Scenario, recall: f64, said: &str) -> Option<RiskFlag> {
    let least = scenario.thresholds.min_recall.get();
    let message = || format!("predictor recall{said} is below {least}");
    (recall < least).then(|| Flag::InsufficientRecall.raise(recall, least, message()))
}

/// `capacity-shortfall-requires-better-modeling`.
pub fn capacity_shortfall(scenario: &Scenario, recall: f64, said: &str) -> Option<RiskFlag> {
    let bounds = &scenario.thresholds;
    let (hot, room) = (scenario.workload.hotset_fraction.get(), scenario.cache.capacity_fraction.get());
    let least = bounds.min_recall_when_capacity_short.get();
    let short = hot - room > bounds.max_capacity_gap.get();
    (short && recall < least).then(|| {
        let message = format!(
            "recall{said} is below {least} while the cache holds {room:.3} of the requests, less than the hot set's {hot:.3}"
        );
        Flag::CapacityShortfall.raise(recall, least, message)
    })
}

/// `prefetch-load-heavy`, given warm operations per minute.
pub fn prefetch_load(scenario: &Scenario, ops: f64) -> Option<RiskFlag> {
    let share = scenario.thresholds.max_prefetch_load_share.get();
    let most = share * scenario.workload.request_rate.get();
    (ops > most).then(|| {
        let message = format!(
            "{ops:.2} warm operations per minute exceed {share} of the requests ({most:.2} per minute)"
        );
        Flag::PrefetchLoadHeavy.raise(ops, most, message)
    })
}

/// `low-steady-hit-rate`, given the hit ratio without warming.
pub fn steady_hit_rate(scenario: &Scenario, hit_ratio: f64) -> Option<RiskFlag> {
    let Scenario { workload, cache, thresholds, .. } = scenario;
    let hot = workload.hotset_fraction.get().min(cache.capacity_fraction.get());
    let least = (thresholds.min_steady_share_of_hotset.get() * hot).max(thresholds.min_steady_hit_rate.get());
    (hit_ratio < least).then(|| {
        let message = format!("hit ratio {hit_ratio:.3} without warming is below {least:.3}");
        Flag::LowSteadyHitRate.raise(hit_ratio, least, message)
    })
}
