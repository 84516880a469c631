//! Keys that somebody could change, and what they move.

use evaluation::{Flag, Metric};
use scenario::{Job, Scenario, Schedule, Strategy};

/// What a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// How long warming takes, and how fast it is.
    Pace,
    /// What is in the cache when it is asked for.
    Residency,
    /// How much is planned, and what becomes of it.
    Volume,
    /// What of it is used.
    Use,
    /// Bytes of a plan.
    Memory,
    /// What the origin gets.
    Load,
    /// Where a strategy begins to win.
    BreakEven,
}

/// The value in force, of a strategy and one of its jobs.
pub(super) type Now = fn(&Scenario, &Strategy, usize) -> Option<f64>;

/// How a key may be changed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Change {
    /// A number above 0, by factors.
    Scale(Now),
    /// The same, in whole numbers.
    Count(Now),
    /// A share of 0 to 1.
    Share(Now),
    /// To this value, as it is written in a file.
    To(&'static str),
}

/// A key that somebody could change.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lever {
    /// The key; `*` stands for the strategy at hand, `#` for each of its jobs.
    pub(super) key: &'static str,
    pub(super) change: Change,
    /// What it moves.
    pub(super) moves: &'static [About],
}

use About::{BreakEven, Load, Memory, Pace, Residency, Use, Volume};
use Change::{Count, Scale, Share, To};

const fn lever(key: &'static str, change: Change, moves: &'static [About]) -> Lever {
    Lever { key, change, moves }
}

/// Those that are the warmer's own first, then those of cache, predictor and origin, and what nobody can choose last.
pub(super) const LEVERS: &[Lever] = &[
    lever(
        "strategy.*.budget.workers",
        Count(|_, own, _| own.budget.workers.map(|found| found.get())),
        &[Pace, Load],
    ),
    lever(
        "strategy.*.budget.rate_per_minute",
        Scale(|_, own, _| own.budget.rate.map(|found| found.get())),
        &[Pace, Volume, Load],
    ),
    lever("strategy.*.budget.batch", Count(|_, own, _| own.budget.batch.map(|found| found.get())), &[Pace]),
    lever(
        "strategy.*.budget.batch_delay_ms",
        Scale(|_, own, _| above_0(own.budget.batch_delay.get())),
        &[Pace, Residency],
    ),
    lever("strategy.*.budget.queue", Count(|_, own, _| own.budget.queue.map(|found| found.get())), &[Volume]),
    lever("strategy.*.budget.when_exhausted", To("wait"), &[Volume]),
    lever("strategy.*.budget.skip_fresh", To("false"), &[Residency, Volume]),
    lever("strategy.*.budget.skip_fresh", To("true"), &[Load, Volume]),
    lever("strategy.*.budget.retries", To("0"), &[Pace, Load]),
    lever("strategy.*.budget.retries", To("3"), &[Volume, Use]),
    lever("strategy.*.budget.key_match_share", To("1"), &[Residency, Use]),
    lever("strategy.*.budget.value_correct_share", To("1"), &[Residency, Use]),
    lever(
        "strategy.*.budget.memory_cap_fraction",
        Share(|_, own, _| own.budget.room.memory.map(|found| found.cap.get())),
        &[Memory],
    ),
    lever(
        "strategy.*.budget.memory_available_bytes",
        Scale(|_, own, _| own.budget.room.memory?.available.map(|found| found.get())),
        &[Memory],
    ),
    lever(
        "strategy.*.job.#.keys",
        Count(|_, own, nth| own.jobs.get(nth)?.keys.map(|found| found.get())),
        &[Residency, Volume, Load],
    ),
    lever(
        "strategy.*.job.#.every_s",
        Scale(|_, own, nth| period(own.jobs.get(nth)?)),
        &[Residency, Volume, Load],
    ),
    lever("strategy.*.job.#.learns_from_warming", To("false"), &[Residency, Use]),
    lever("strategy.*.job.#.sees_requests", To("true"), &[Residency, Volume, Use]),
    lever("strategy.*.rails.origin_latency_is", To("measured"), &[Residency, Volume, Use]),
    lever("strategy.*.rails.stop_latches", To("false"), &[Residency, Volume, Use]),
    lever(
        "cache.ttl_jitter",
        Share(|scenario, _, _| scenario.cache.ttl.map(|_| scenario.cache.ttl_jitter.get())),
        &[Residency],
    ),
    lever("cache.ttl_sliding", To("true"), &[Residency]),
    lever(
        "cache.ttl_s",
        Scale(|scenario, _, _| scenario.cache.ttl.map(|found| found.get())),
        &[Residency, Use, Load],
    ),
    lever(
        "cache.capacity_items",
        Count(|scenario, _, _| Some(scenario.cache.capacity.get())),
        &[Residency, Use],
    ),
    lever(
        "cache.capacity_fraction",
        Share(|scenario, _, _| Some(scenario.cache.capacity_fraction.get())),
        &[Residency, BreakEven],
    ),
    lever("cache.fill_on_miss", To("true"), &[Residency]),
    lever(
        "predictor.precision",
        Share(|scenario, _, _| scenario.predictor.as_ref().map(|found| found.precision.get())),
        &[Use, Load, Residency],
    ),
    lever(
        "predictor.recall",
        Share(|scenario, _, _| scenario.predictor.as_ref().map(|found| found.recall.get())),
        &[Use, Residency],
    ),
    lever(
        "origin.warm_cost_ms",
        Scale(|scenario, _, _| above_0(scenario.origin.warm_cost.get())),
        &[Pace, BreakEven],
    ),
    lever(
        "origin.miss_penalty_ms",
        Scale(|scenario, _, _| above_0(scenario.origin.miss_penalty.get())),
        &[BreakEven, Load],
    ),
    lever(
        "origin.timeout_ms",
        Scale(|scenario, _, _| scenario.origin.capacity.timeout.map(|found| found.get())),
        &[Volume],
    ),
    lever(
        "origin.servers",
        Count(|scenario, _, _| scenario.origin.capacity.servers.map(|found| found.get())),
        &[Load, Pace],
    ),
    lever(
        "workload.request_rate_per_minute",
        Scale(|scenario, _, _| above_0(scenario.workload.request_rate.get())),
        &[Residency, Use, BreakEven, Load],
    ),
    lever(
        "workload.churn_per_hour",
        Scale(|scenario, _, _| above_0(scenario.workload.churn.get())),
        &[Residency, Use, BreakEven],
    ),
];

fn period(job: &Job) -> Option<f64> {
    match job.schedule {
        Schedule::Every { period, .. } => Some(period.get()),
        _ => None,
    }
}

fn above_0(value: f64) -> Option<f64> {
    Some(value).filter(|value| *value > 0.0)
}

/// What a metric is about.
pub(super) fn about_metric(metric: Metric) -> &'static [About] {
    match metric {
        Metric::WarmDuration | Metric::WarmRate => &[Pace],
        Metric::WarmPlanned | Metric::WarmFilled | Metric::WarmRefused | Metric::WarmDropped => &[Volume],
        Metric::WarmBudget => &[Memory],
        Metric::Precision | Metric::Timeliness | Metric::WastedOpsShare | Metric::WarmSuccessShare => &[Use],
        Metric::OpsLoad | Metric::OriginLoad | Metric::OriginPeak | Metric::WarmPeak => &[Load],
        Metric::BreakEvenPrecisionLatency
        | Metric::BreakEvenPrecisionScore
        | Metric::BreakEvenRecallLatency
        | Metric::BreakEvenRecallScore => &[BreakEven],
        _ => &[Residency],
    }
}

/// What a flag is about.
pub(super) fn about_flag(flag: Flag) -> &'static [About] {
    match flag {
        Flag::OriginOverload | Flag::WarmStorm | Flag::CapacityCache | Flag::PrefetchLoadHeavy => &[Load],
        Flag::RateLimitSaturated | Flag::WarmDeadlineMissed => &[Pace, Volume],
        Flag::QueueOverflow | Flag::EmergencyStopLatched => &[Volume],
        Flag::WarmFailureRateHigh
        | Flag::WarmingEfficiencyLow
        | Flag::CachePollution
        | Flag::WarmedKeyNeverMatches
        | Flag::SelectionFeedsItself
        | Flag::SelectorSeesNothing
        | Flag::PrefetchPrecisionLow
        | Flag::InsufficientRecall => &[Use],
        Flag::MemoryBudgetExceeded => &[Memory, Volume],
        _ => &[Residency],
    }
}
