//! How much a plan has, against how fast it may be warmed.

use evaluation::{Flag, RiskFlag};

use crate::physics::{Between, Budget, Job, Schedule};
use crate::scenario::Scenario;
use crate::strategy::Strategy;

/// Keys that a plan of a job has at most.
fn keys(scenario: &Scenario, job: &Job) -> Option<f64> {
    job.keys.map(|keys| keys.get().min(scenario.workload.popularity.keys()))
}

/// Keys of the largest plan, where all jobs say how many they have.
fn largest(scenario: &Scenario, strategy: &Strategy) -> Option<f64> {
    strategy.jobs.iter().filter_map(|job| keys(scenario, job)).max_by(f64::total_cmp)
}

/// Seconds that a warm operation takes.
fn takes(scenario: &Scenario) -> f64 {
    scenario.origin.warm_cost.get() / 1000.0
}

/// Operations that may begin at one instant, as rate, workers and batches have it.
fn at_once(budget: &Budget) -> f64 {
    let rate = budget.rate.map(|_| budget.at_once());
    let limits = [rate, budget.workers.map(|workers| workers.get()), budget.batch.map(|batch| batch.get())];
    limits.into_iter().flatten().fold(f64::INFINITY, f64::min)
}

/// A batch of b that w workers share takes ⌈b / w⌉ rounds, and a pause: its operations, and their time.
fn batches(scenario: &Scenario, budget: &Budget) -> Option<(f64, f64)> {
    let size = budget.batch?.get();
    let rounds = (size / budget.workers.map_or(size, |workers| workers.get())).ceil();
    Some((size, rounds * takes(scenario) + budget.batch_delay.get() / 1000.0))
}

/// Seconds that n operations of t seconds take: the longest of what rate, workers and batches take for them.
///
/// # Formula
/// max{t, (n − b) / r, ⌈n / w⌉ t, n / s (⌈s / w⌉ t + d)} with rate r per second, burst b, w workers, batches of s, pauses of
/// d seconds.
///
/// # Assumptions
/// No operation fails, and the origin takes as long for each as `origin.warm_cost_ms` says.
pub fn lasts(scenario: &Scenario, budget: &Budget, keys: f64) -> f64 {
    let rate = budget.rate.map(|rate| (keys - budget.at_once()).max(0.0) / rate.get() * 60.0);
    let workers = budget.workers.map(|workers| (keys / workers.get()).ceil() * takes(scenario));
    let batches = batches(scenario, budget).map(|(size, time)| keys / size * time);
    [rate, workers, batches].into_iter().flatten().fold(takes(scenario), f64::max)
}

/// Operations that rate, workers and batches let begin before their deadline; the least of these.
pub(super) fn deadline(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let budget = &strategy.budget;
    let deadline = budget.deadline?.get();
    let most = scenario.thresholds.max_overdue_share.get();
    let keys = largest(scenario, strategy)?;
    let rate = budget.rate.map(|rate| {
        let (rate, burst) = (rate.get() / 60.0, budget.at_once());
        (burst + (rate * deadline).floor(), format!("{rate} operations a second and {burst} at once"))
    });
    let workers = budget.workers.map(|workers| {
        let (workers, takes) = (workers.get(), takes(scenario));
        (workers * (deadline / takes).ceil(), format!("{workers} workers of {takes} s each"))
    });
    let batches = batches(scenario, budget).map(|(size, time)| {
        (size * (deadline / time).ceil(), format!("batches of {size}, one every {time} s,"))
    });
    let limits = [rate, workers, batches].into_iter().flatten();
    let (begin, who) = limits.reduce(|least, next| if next.0 < least.0 { next } else { least })?;
    let overdue = (keys - begin).max(0.0) / keys.max(1.0);
    let message = format!("{who} begin {begin} of {keys} within {deadline} s");
    (overdue > most).then(|| Flag::WarmDeadlineMissed.raise(overdue, most, message))
}

/// A plan arrives at one instant: what can neither begin nor wait is dropped.
pub(super) fn queue_overflow(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let budget = &strategy.budget;
    let (queue, begin) = (budget.queue?.get(), at_once(budget));
    let most = scenario.thresholds.max_dropped_share.get();
    let keys = largest(scenario, strategy)?;
    let dropped = (keys - queue - begin).max(0.0) / keys.max(1.0);
    let message = format!(
        "of {keys} keys that are planned at once {begin} can begin and {queue} can wait, and the others are dropped"
    );
    (dropped > most).then(|| Flag::QueueOverflow.raise(dropped, most, message))
}

/// Keys that come again each period against a rate; and, where the rate gives up what it does not allow, keys of one plan
/// against those that it lets begin while the plan lasts: of a bucket b / (1 − r t / w).
pub(super) fn rate_limit(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let budget = &strategy.budget;
    let rate = budget.rate?.get() / 60.0;
    let most = scenario.thresholds.max_rate_limited_share.get();
    let of_cadence = strategy.jobs.iter().filter(|_| !budget.skip_fresh).filter_map(|job| {
        let Schedule::Every { period, .. } = job.schedule else { return None };
        let (keys, period) = (keys(scenario, job)?, period.get());
        let short = 1.0 - rate * period / keys.max(1.0);
        let message = format!(
            "{keys} keys every {period} s are {:.2} a second, and the rate is {rate:.2}",
            keys / period
        );
        Some((short, message))
    });
    let refused = refused(scenario, strategy, rate);
    let (found, message) = of_cadence.chain(refused).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (found > most).then(|| Flag::RateLimitSaturated.raise(found, most, message))
}

fn refused(scenario: &Scenario, strategy: &Strategy, rate: f64) -> Option<(f64, String)> {
    let budget = &strategy.budget;
    let (keys, burst) = (largest(scenario, strategy)?, budget.at_once());
    // What is given up takes time where it rests, and lets more begin.
    if !budget.refuse || budget.refusal_pause.get() > 0.0 || budget.batch.is_some() {
        return None;
    }
    let each = budget.workers.map_or(0.0, |workers| takes(scenario) / workers.get());
    let allowed = match budget.rate_window {
        Some(window) if burst * each < window.get() => burst,
        Some(_) => return None,
        None if rate * each < 1.0 => burst / (1.0 - rate * each),
        None => return None,
    };
    let share = (keys - allowed).max(0.0) / keys.max(1.0);
    let message = format!(
        "of {keys} keys that are planned at once the rate lets {allowed:.0} begin, and the others are given up"
    );
    Some((share, message))
}

/// An operation whose tries fail with f takes t Σ f^k in work and Σ f^k 2^(k−1) b (1 + j / 2) in pauses, of which the worker
/// waits out all.
pub(super) fn retries_hold_workers(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let budget = &strategy.budget;
    budget.workers.filter(|_| budget.retry_holds_worker && strategy.warms())?;
    let most = scenario.thresholds.max_held_share.get();
    let fails = scenario.origin.capacity.failure_share.get();
    let pause = budget.backoff.get() / 1000.0 * (1.0 + budget.backoff_jitter.get() / 2.0);
    let retries = budget.retries.get().min(60.0) as i32;
    let works: f64 = takes(scenario) * (0..=retries).map(|nth| fails.powi(nth)).sum::<f64>();
    let waits: f64 = pause * (1..=retries).map(|nth| fails.powi(nth) * 2.0_f64.powi(nth - 1)).sum::<f64>();
    let held = if waits > 0.0 { waits / (works + waits) } else { 0.0 };
    let message = format!(
        "where {fails} of the tries fail, an operation works {works:.3} s and holds its worker for {waits:.3} s more: {held:.2} of its time"
    );
    (held > most).then(|| Flag::RetriesHoldWorkers.raise(held, most, message))
}

/// The longest phase, at the pace of rate, workers and batches.
pub(super) fn pressure_looked_at_late(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    strategy.rails.pressure.filter(|stop| stop.between == Between::Phases)?;
    let most = scenario.thresholds.max_unwatched_s.get();
    let room = &strategy.budget.room;
    let mean = scenario.workload.objects.mean_bytes.map_or(f64::INFINITY, |mean| mean.get());
    let bytes = room.most_bytes(&scenario.cache, mean).unwrap_or(f64::INFINITY);
    let share = room.shares().into_iter().fold(0.0, f64::max);
    let planned = largest(scenario, strategy).unwrap_or(f64::INFINITY);
    let known = scenario.workload.popularity.keys().min(scenario.cache.capacity.get());
    let keys = (bytes * share / mean).min(planned).min(known).floor();
    let takes = lasts(scenario, &strategy.budget, keys);
    let message = format!("a phase of {keys} keys takes {takes:.0} s");
    (takes > most).then(|| Flag::PressureLookedAtLate.raise(takes, most, message))
}
