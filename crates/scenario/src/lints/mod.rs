//! What arithmetic alone says of a strategy: risk flags that need no engine.
//!
//! One rule a flag. What is stated is judged here (churn, shares, times, counts); what an engine has measured is judged by
//! that engine. A flag that only a simulation can deny ([`Told::Played`](evaluation::Told)) is raised here where arithmetic
//! leaves no doubt.

mod choice;
mod cliff;
mod hot_set;
mod origin;
mod pace;
mod rails;
mod room;
mod times;

use evaluation::RiskFlag;
pub use pace::lasts;

use crate::scenario::{Origin, Scenario};
use crate::strategy::Strategy;

type Rule = fn(&Scenario, &Strategy) -> Option<RiskFlag>;

const RULES: &[Rule] = &[
    hot_set::capacity_gap,
    hot_set::prewarm_churn,
    hot_set::cold_burst_churn,
    times::ttl_schedule_gap,
    times::warmed_too_early,
    cliff::expiry_cliff,
    times::duplicate_schedules,
    room::memory_budget,
    room::prefix_fill_blocks,
    pace::deadline,
    pace::queue_overflow,
    pace::rate_limit,
    pace::retries_hold_workers,
    pace::pressure_looked_at_late,
    choice::selection_feeds_itself,
    choice::score_saturated,
    choice::selector_sees_nothing,
    choice::priority_ignored,
    rails::emergency_stop,
    rails::latch_without_recovery,
    origin::capacity_cache,
    origin::instances_warm_alike,
    origin::warm_overwrites_newer,
    origin::mismatches,
];

/// Flags that a strategy raises before anything is played, in the order of the registry.
pub fn lints(scenario: &Scenario, strategy: &Strategy) -> Vec<RiskFlag> {
    let mut raised: Vec<RiskFlag> = RULES.iter().filter_map(|rule| rule(scenario, strategy)).collect();
    raised.sort_by_key(|flag| flag.code);
    raised
}

impl Origin {
    /// Misses that it can answer in a second on average; none for any number.
    pub fn per_second(&self) -> Option<f64> {
        let service = self.miss_penalty.get() / 1000.0;
        let servers = self.capacity.servers.filter(|_| service > 0.0).map(|servers| servers.get() / service);
        let cap = self.capacity.cap.map(|cap| cap.get() / 60.0);
        servers.into_iter().chain(cap).reduce(f64::min)
    }
}
