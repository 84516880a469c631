//! What holds a warmer back, as far as there are formulas.

use scenario::{Rails, Scenario, ServiceKind, Strategy};

use crate::renewal::question::{HOUR, NoClosedForm, Warming, none};
use crate::renewal::{Pace, Start, Steps};

/// How fast a strategy may warm a list.
///
/// # Assumptions
/// Operations take their mean time. The next batch begins its pause after the last operation of one has ended.
pub(super) fn pace(scenario: &Scenario, strategy: &Strategy) -> Pace {
    let budget = &strategy.budget;
    let takes = scenario.origin.warm_cost.get() / 1000.0;
    let rate = budget.rate.map(|rate| rate.get() / 60.0);
    let workers = budget.workers.map(|workers| workers.get());
    let by_rate = rate.map(|rate| Steps { first: budget.burst.get(), each: 1.0, every: 1.0 / rate });
    let by_workers = workers.map(|workers| Steps { first: workers, each: workers, every: takes });
    let by_batch = budget.batch.map(|batch| {
        let size = batch.get();
        let rounds = workers.map_or(0.0, |workers| (size / workers).ceil() - 1.0) * takes;
        let paced = rate.map_or(0.0, |rate| (size - 1.0) / rate);
        Steps {
            first: size,
            each: size,
            every: rounds.max(paced) + takes + budget.batch_delay.get() / 1000.0,
        }
    });
    Pace { takes, limits: [by_rate, by_workers, by_batch] }
}

/// Whether the time in which a list is warmed has a closed form: not where a part of it is given up, or where batches wait
/// for the last of operations that take various times.
pub(super) fn times(scenario: &Scenario, strategy: &Strategy, start: &Start) -> bool {
    let budget = &strategy.budget;
    let varies = scenario.origin.capacity.service != ServiceKind::Constant;
    let waits = |most: f64| start.pace.time(start.keys - most) > 0.0;
    let overflows = budget.queue.is_some_and(|queue| waits(queue.get()));
    let refused = budget.refuse && start.keys > budget.burst.get();
    let late = budget.deadline.is_some_and(|deadline| start.pace.time(start.keys) > deadline.get());
    !(budget.batch.is_some() && varies || overflows || refused || late)
}

/// Limits that would hold warming back have no closed form.
pub(super) fn within_budget(
    scenario: &Scenario,
    strategy: &Strategy,
    warming: &Warming,
) -> Result<(), NoClosedForm> {
    let budget = &strategy.budget;
    if *warming == Warming::default() {
        return Ok(());
    }
    let paced = budget.rate.is_some()
        || budget.workers.is_some()
        || budget.batch.is_some()
        || budget.queue.is_some()
        || budget.deadline.is_some();
    if scenario.origin.capacity.servers.is_some() && warming.forecasts.is_some() {
        none("origin.servers", "forecasts that queue at the origin all at once")?;
    }
    if paced && warming.forecasts.is_some() {
        none("strategy.budget", "forecasts that are warmed at a pace")?;
    }
    if let (Some(rate), Some(keys)) = (budget.rate, warming.follows) {
        let changes = keys * scenario.workload.churn.get() / HOUR;
        if changes > rate.get() / 60.0 {
            none("strategy.budget.rate_per_minute", "a hot set that changes faster than it may be warmed")?;
        }
    }
    if paced && warming.refresh.is_some() {
        none("strategy.budget", "copies that are fetched anew at a pace")?;
    }
    if !budget.skip_fresh && warming.forecasts.is_some() {
        none("strategy.budget.skip_fresh", "keys that are fetched although they are there")?;
    }
    if budget.instances.get() > 1.0 {
        none("strategy.budget.instances", "several instances that warm at once")?;
    }
    let room = &budget.room;
    if room.bytes.is_some() || room.memory.is_some() || !room.phases.is_empty() {
        none("strategy.budget", "a budget of memory")?;
    }
    if budget.dependencies {
        none("strategy.budget.dependencies", "keys that wait for others")?;
    }
    if budget.key_match_share.get() < 1.0 || budget.value_correct_share.get() < 1.0 {
        none("strategy.budget.key_match_share", "a warmer that errs")?;
    }
    let Rails { latency, breaker, pressure, breakdowns, .. } = &strategy.rails;
    if latency.is_some() || breaker.is_some() || pressure.is_some() || !breakdowns.at.is_empty() {
        none("strategy.rails", "a warmer that stops and goes on")?;
    }
    Ok(())
}
