//! The hot set against the cache, and how fast it changes.

use evaluation::{Flag, RiskFlag};

use crate::physics::{Job, Schedule, Selector};
use crate::scenario::Scenario;
use crate::strategy::{Preset, Strategy};

/// Whether the hot set is kept warm and nothing else.
fn keeps_hot_set(strategy: &Strategy) -> bool {
    let popularity = |job: &Job| job.selector == Selector::Popularity && job.schedule == Schedule::OnChange;
    strategy.preset == Preset::Static || strategy.jobs.iter().any(popularity)
}

pub(super) fn capacity_gap(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let (hot, room) = (scenario.workload.hotset_fraction.get(), scenario.cache.capacity_fraction.get());
    let most = scenario.thresholds.max_capacity_gap.get();
    let message = format!("the hot set receives {hot:.3} of the requests, the cache can hold {room:.3}");
    (keeps_hot_set(strategy) && hot - room > most)
        .then(|| Flag::CacheCapacityGap.raise(hot - room, most, message))
}

pub(super) fn prewarm_churn(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let most = scenario.thresholds.max_prewarm_churn_per_hour.get();
    churn(scenario, most, Flag::ChurnSpikesPrewarmCost).filter(|_| keeps_hot_set(strategy))
}

pub(super) fn cold_burst_churn(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let most = scenario.thresholds.max_cold_burst_churn_per_hour.get();
    churn(scenario, most, Flag::ChurnColdBursts).filter(|_| strategy.preset == Preset::Demand)
}

fn churn(scenario: &Scenario, most: f64, flag: Flag) -> Option<RiskFlag> {
    let churn = scenario.workload.churn.get();
    (churn > most).then(|| flag.raise(churn, most, format!("churn of {churn} per hour is above {most}")))
}
