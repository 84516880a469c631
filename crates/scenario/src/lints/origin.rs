//! What reaches the origin, against what it can do.

use evaluation::{Flag, RiskFlag};

use crate::physics::Written;
use crate::scenario::Scenario;
use crate::strategy::Strategy;

/// Λ (1 - h) with nothing in the cache, against what the origin can do.
pub(super) fn capacity_cache(scenario: &Scenario, _: &Strategy) -> Option<RiskFlag> {
    let (load, can) = (scenario.workload.request_rate.get() / 60.0, scenario.origin.per_second()?);
    let most = scenario.thresholds.max_cold_load.get();
    let message =
        format!("with an empty cache {load:.2} requests a second miss, and the origin can answer {can:.2}");
    (load > most * can).then(|| Flag::CapacityCache.raise(load / can, most, message))
}

/// With N instances, N − 1 of N fetches bring copies that are elsewhere.
pub(super) fn instances_warm_alike(_: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let instances = strategy.budget.instances.get();
    let message = format!(
        "{instances} instances send {instances} fetches for each key that is warmed, and {} of them bring copies for the others",
        instances - 1.0
    );
    (instances > 1.0 && strategy.warms()).then(|| Flag::InstancesWarmAlike.raise(instances, 1.0, message))
}

/// A key of a mean rate of writes u is written during a fetch of t with 1 − e^(−u t).
pub(super) fn warm_overwrites_newer(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let updates = scenario.workload.updates?;
    let most = scenario.thresholds.max_overtaken_share.get();
    let takes = scenario.origin.warm_cost.get() / 1000.0;
    let rate = updates.rate.get() / 60.0;
    let keys = scenario.workload.popularity.keys();
    let (share, of) = match updates.written {
        Written::Uniform => (1.0 / keys, "a key"),
        // The hottest key is the one that is most likely to be warmed.
        Written::Popular => (scenario.workload.popularity.head_share(1.0), "the hottest key"),
    };
    let overtaken = -f64::exp_m1(-rate * share * takes);
    let message = format!(
        "{of} is written {:.4} times a second, so that {overtaken:.4} of its fetches of {takes} s are overtaken by a write",
        rate * share
    );
    (strategy.warms() && !strategy.budget.only_if_absent && overtaken > most)
        .then(|| Flag::WarmOverwritesNewer.raise(overtaken, most, message))
}

/// A copy under another name, or of a wrong value.
pub(super) fn mismatches(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let budget = &strategy.budget;
    let (right, keys) = (budget.value_correct_share.get(), budget.key_match_share.get());
    let (wrong, most) = (1.0 - right * keys, scenario.thresholds.max_mismatched_share.get());
    let message =
        format!("{keys} of the keys are called as readers call them, and {right} of the values are right");
    (strategy.warms() && wrong > most).then(|| Flag::WarmedKeyNeverMatches.raise(wrong, most, message))
}
