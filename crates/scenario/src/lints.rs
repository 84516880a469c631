//! What arithmetic alone says of a strategy: risk flags that need no engine.
//!
//! One rule a flag. What is stated is judged here (churn, shares, times, counts); what an engine has measured is judged by
//! that engine.

use evaluation::{Flag, RiskFlag};

use crate::physics::{Job, Schedule, Selector};
use crate::scenario::{Origin, Scenario};
use crate::strategy::{Preset, Strategy};

/// Flags that a strategy raises before anything is played, in no order.
pub fn lints(scenario: &Scenario, strategy: &Strategy) -> Vec<RiskFlag> {
    let rules: [fn(&Scenario, &Strategy) -> Option<RiskFlag>; 8] = [
        capacity_gap,
        prewarm_churn,
        cold_burst_churn,
        ttl_schedule_gap,
        memory_budget,
        duplicate_schedules,
        deadline,
        capacity_cache,
    ];
    rules.iter().filter_map(|rule| rule(scenario, strategy)).collect()
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

/// Whether the hot set is kept warm and nothing else.
fn keeps_hot_set(strategy: &Strategy) -> bool {
    let popularity = |job: &Job| job.selector == Selector::Popularity && job.schedule == Schedule::OnChange;
    strategy.preset == Preset::Static || strategy.jobs.iter().any(popularity)
}

fn capacity_gap(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let (hot, room) = (scenario.workload.hotset_fraction.get(), scenario.cache.capacity_fraction.get());
    let most = scenario.thresholds.max_capacity_gap.get();
    let message = format!("the hot set receives {hot:.3} of the requests, the cache can hold {room:.3}");
    (keeps_hot_set(strategy) && hot - room > most)
        .then(|| Flag::CacheCapacityGap.raise(hot - room, most, message))
}

fn prewarm_churn(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let most = scenario.thresholds.max_prewarm_churn_per_hour.get();
    churn(scenario, most, Flag::ChurnSpikesPrewarmCost).filter(|_| keeps_hot_set(strategy))
}

fn cold_burst_churn(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let most = scenario.thresholds.max_cold_burst_churn_per_hour.get();
    churn(scenario, most, Flag::ChurnColdBursts).filter(|_| strategy.preset == Preset::Demand)
}

fn churn(scenario: &Scenario, most: f64, flag: Flag) -> Option<RiskFlag> {
    let churn = scenario.workload.churn.get();
    (churn > most).then(|| flag.raise(churn, most, format!("churn of {churn} per hour is above {most}")))
}

/// A copy that is renewed each time lacks for period - life, one that is left alone while it is fresh from its end to
/// the next plan behind it.
fn ttl_schedule_gap(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let cache = &scenario.cache;
    let ttl = cache.ttl?.get();
    let most = scenario.thresholds.max_ttl_gap_share.get();
    let gaps = strategy.jobs.iter().filter_map(|job| {
        let Schedule::Every { period, .. } = job.schedule else { return None };
        let period = period.get();
        let plans = if strategy.budget.skip_fresh { (ttl / period).ceil().max(1.0) } else { 1.0 };
        let cycle = plans * period;
        (ttl < cycle && !cache.ttl_sliding).then(|| ((cycle - ttl) / cycle, period, cycle))
    });
    let (gap, period, cycle) = gaps.max_by(|a, b| a.0.total_cmp(&b.0))?;
    let fresh = if cycle > period { ", because what is fresh is left alone" } else { "" };
    let message = format!(
        "a job that plans every {period} s renews copies every {cycle} s{fresh}, and they live {ttl} s: gone for {gap:.2} of the time"
    );
    (gap > most).then(|| Flag::TtlScheduleGap.raise(gap, most, message))
}

fn memory_budget(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let room = scenario.cache.capacity.get();
    let most = scenario.thresholds.max_memory_share.get();
    let known = scenario.workload.popularity.keys();
    let keys = strategy.jobs.iter().filter_map(|job| job.keys).map(|keys| keys.get().min(known));
    let keys = keys.max_by(f64::total_cmp)?;
    let message = format!("a job is to warm {keys} keys, and {room} fit into the cache");
    (keys > most * room).then(|| Flag::MemoryBudgetExceeded.raise(keys / room, most, message))
}

/// Two periods meet where their first plans differ by a multiple of the greatest common divisor; then again after each
/// least common multiple.
fn duplicate_schedules(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let most = scenario.thresholds.max_shared_plans.get();
    let nanos = |seconds: f64| (seconds * 1e9).round() as i128;
    let timed: Vec<_> = (strategy.jobs.iter().zip(1..))
        .filter_map(|(job, nth)| match job.schedule {
            Schedule::Every { period, first } => Some((nth, job, nanos(period.get()), nanos(first.get()))),
            _ => None,
        })
        .collect();
    let pairs =
        timed.iter().enumerate().flat_map(|(at, one)| timed[at + 1..].iter().map(move |other| (one, other)));
    let shared = pairs.filter_map(|(one, other)| {
        let common = divisor(one.2, other.2).max(1);
        let same = std::mem::discriminant(&one.1.selector) == std::mem::discriminant(&other.1.selector);
        let every = (one.2 / common) as f64 * other.2 as f64 / 1e9;
        (same && (one.3 - other.3) % common == 0).then_some((every, one.0, other.0))
    });
    let (every, one, other) = shared.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let plans = 3600.0 / every;
    let message = format!("jobs {one} and {other} choose keys alike and plan together every {every} s");
    (plans > most).then(|| Flag::DuplicateSchedules.raise(plans, most, message))
}

/// Greatest common divisor (Euclid).
fn divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { divisor(b, a % b) }
}

/// Operations that a rate lets begin before their deadline: its burst, and what flows in.
fn deadline(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let budget = &strategy.budget;
    let (deadline, rate) = (budget.deadline?.get(), budget.rate?.get() / 60.0);
    let most = scenario.thresholds.max_overdue_share.get();
    let known = scenario.workload.popularity.keys();
    let typed = strategy.jobs.iter().filter_map(|job| job.keys).map(|keys| keys.get().min(known));
    let keys = typed.max_by(f64::total_cmp)?;
    let begin = budget.burst.get() + (rate * deadline).floor();
    let overdue = (keys - begin).max(0.0) / keys.max(1.0);
    let message = format!(
        "{rate} operations a second and {} at once begin {begin} of {keys} within {deadline} s",
        budget.burst.get()
    );
    (overdue > most).then(|| Flag::WarmDeadlineMissed.raise(overdue, most, message))
}

/// Λ (1 - h) with nothing in the cache, against what the origin can do.
fn capacity_cache(scenario: &Scenario, _: &Strategy) -> Option<RiskFlag> {
    let (load, can) = (scenario.workload.request_rate.get() / 60.0, scenario.origin.per_second()?);
    let most = scenario.thresholds.max_cold_load.get();
    let message =
        format!("with an empty cache {load:.2} requests a second miss, and the origin can answer {can:.2}");
    (load > most * can).then(|| Flag::CapacityCache.raise(load / can, most, message))
}
