//! What was typed: the sections of a scenario file, every key optional, every value already in range.
//!
//! Which keys are needed, and how they hang together, is decided when the file is resolved into a
//! [`Scenario`](crate::Scenario). `scenarios/reference.toml` is the manual of these keys.

use std::collections::BTreeMap;

use evaluation::{Engine, Flag, Metric};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::physics::{
    ArrivalsKind, Between, Fit, FromRequest, Importance, JobOrder, LatencyIs, LatencyOf, OnWrite, Order,
    QueueOrder, RefreshWhen, ScheduleKind, SelectorKind, ServiceKind, ShareOf, Weighting, WhenExhausted,
    Written,
};
use crate::strategy::Preset;
use crate::thresholds::Thresholds;
use crate::units::{Bytes, Exponent, Fraction, Items, Millis, PerHour, PerMinute, Percent, Plain, Seconds};

/// A scenario file as typed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "Scenario")]
pub(crate) struct ScenarioFile {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) pressure_levels: Option<Vec<Percent>>,
    pub(crate) workload: WorkloadKeys,
    pub(crate) cache: CacheKeys,
    pub(crate) origin: OriginKeys,
    pub(crate) predictor: PredictorKeys,
    pub(crate) pressure: Vec<PressureKeys>,
    pub(crate) strategy: Vec<StrategyKeys>,
    pub(crate) simulation: SimulationKeys,
    pub(crate) costs: CostKeys,
    pub(crate) thresholds: Thresholds,
    pub(crate) claim: Vec<ClaimKeys>,
    pub(crate) gate: GateKeys,
    pub(crate) advice: AdviceKeys,
    pub(crate) inferred: BTreeMap<String, String>,
    pub(crate) assumed: BTreeMap<String, String>,
}

macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($key:ident: $value:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub(crate) struct $name {
            $(pub(crate) $key: $value,)*
        }
    };
}

section! {
    /// Who asks for what, how often.
    WorkloadKeys {
        request_rate_per_minute: Option<PerMinute>,
        keys: Option<Items>,
        zipf_exponent: Option<Exponent>,
        popularity_file: Option<String>,
        hot_keys: Option<Items>,
        hotset_fraction: Option<Fraction>,
        churn_per_hour: Option<PerHour>,
        mean_object_bytes: Option<Bytes>,
        arrivals: Option<ArrivalsKind>,
        burst_factor: Option<Plain>,
        burst_share: Option<Fraction>,
        mean_burst_s: Option<Seconds>,
        hourly: Option<Vec<Plain>>,
        trace: Option<String>,
        updates_per_minute: Option<PerMinute>,
        updates: Option<Written>,
        objects: ObjectsKeys,
        tenant: Vec<TenantKeys>,
        crowd: Vec<CrowdKeys>,
        scan: Vec<ScanKeys>,
        contents: ContentsKeys,
    }
}

section! {
    /// What keys are, beside how often they are asked for.
    ObjectsKeys {
        size_variation: Option<Plain>,
        cost_variation: Option<Plain>,
        levels: Option<Items>,
        children: Option<Items>,
        importance: Option<Importance>,
    }
}

section! {
    /// Somebody with a share of the keys.
    TenantKeys {
        name: Option<String>,
        key_share: Option<Fraction>,
    }
}

section! {
    /// Many who ask for few new keys.
    CrowdKeys {
        name: Option<String>,
        at_s: Option<Seconds>,
        for_s: Option<Seconds>,
        keys: Option<Items>,
        rate_per_minute: Option<PerMinute>,
        decays: Option<bool>,
        known_ahead_s: Option<Seconds>,
    }
}

section! {
    /// New keys that are asked for once each.
    ScanKeys {
        at_s: Option<Seconds>,
        keys: Option<Items>,
        rate_per_minute: Option<PerMinute>,
    }
}

section! {
    /// Contents that come and go.
    ContentsKeys {
        per_hour: Option<PerHour>,
        lives_s: Option<Seconds>,
        requests: Option<Plain>,
    }
}

section! {
    /// A loss of contents.
    FlushKeys {
        at_s: Option<Seconds>,
        tenant: Option<String>,
    }
}

section! {
    /// What the cache holds and how fast it answers.
    CacheKeys {
        capacity_items: Option<Items>,
        capacity_bytes: Option<Bytes>,
        capacity_fraction: Option<Fraction>,
        hit_latency_ms: Option<Millis>,
        ttl_s: Option<Seconds>,
        ttl_jitter: Option<Fraction>,
        ttl_sliding: Option<bool>,
        policy: Option<String>,
        fill_on_miss: Option<bool>,
        restart_at_s: Vec<Seconds>,
        restart_at_request: Vec<Items>,
        on_write: Option<OnWrite>,
        flush: Vec<FlushKeys>,
    }
}

section! {
    /// What a miss and a warm operation cost.
    OriginKeys {
        miss_penalty_ms: Option<Millis>,
        warm_cost_ms: Option<Millis>,
        servers: Option<Items>,
        service: Option<ServiceKind>,
        service_times_ms: Option<Vec<Millis>>,
        service_variation: Option<Plain>,
        cap_per_minute: Option<PerMinute>,
        cap_burst: Option<Items>,
        failure_share: Option<Fraction>,
        timeout_ms: Option<Millis>,
        coalesce: Option<bool>,
        slow: Vec<SlowKeys>,
    }
}

section! {
    /// How good the predictor is.
    PredictorKeys {
        precision: Option<Fraction>,
        recall: Option<Fraction>,
        horizon_s: Option<Seconds>,
        period_s: Option<Seconds>,
        weighting: Option<Weighting>,
        order: Option<Order>,
    }
}

section! {
    /// One entry of the list of strategies.
    StrategyKeys {
        name: Option<String>,
        preset: Option<Preset>,
        rails: RailsKeys,
        budget: BudgetKeys,
        job: Vec<JobKeys>,
    }
}

section! {
    /// A part of a plan.
    PhaseKeys {
        min_importance: Option<Items>,
        max_importance: Option<Items>,
        share: Option<Fraction>,
        of: Option<ShareOf>,
        only_above_bytes: Option<Bytes>,
    }
}

section! {
    /// Memory pressure from a time on.
    PressureKeys {
        from_s: Option<Seconds>,
        percent: Option<Percent>,
    }
}

section! {
    /// When a strategy holds back.
    RailsKeys {
        clamp_below_precision: Option<Fraction>,
        clamp_above_churn_per_hour: Option<PerHour>,
        clamp_share: Option<Fraction>,
        stop_below_precision: Option<Fraction>,
        stop_above_origin_latency_ms: Option<Millis>,
        origin_latency_over: Option<Items>,
        origin_latency_of: Option<LatencyOf>,
        origin_latency_is: Option<LatencyIs>,
        slow_fetch_fills: Option<bool>,
        stop_latches: Option<bool>,
        resume_below_origin_latency_ms: Option<Millis>,
        resume_after_s: Option<Seconds>,
        break_after_failures: Option<Items>,
        break_for_s: Option<Seconds>,
        stop_at_pressure_percent: Option<Percent>,
        resume_below_pressure_percent: Option<Percent>,
        pressure_stop_latches: Option<bool>,
        pressure_stop_between: Option<Between>,
        interrupt_at_s: Vec<Seconds>,
        interrupt_for_s: Option<Seconds>,
        resume: Option<bool>,
    }
}

section! {
    /// A time in which the origin is slow.
    SlowKeys {
        from_s: Option<Seconds>,
        for_s: Option<Seconds>,
        factor: Option<Plain>,
    }
}

section! {
    /// How much a strategy warms, and how fast.
    BudgetKeys {
        keys: Option<Items>,
        rate_per_minute: Option<PerMinute>,
        burst: Option<Items>,
        rate_window_s: Option<Seconds>,
        when_exhausted: Option<WhenExhausted>,
        refusal_pause_ms: Option<Millis>,
        workers: Option<Items>,
        queue: Option<Items>,
        queue_order: Option<QueueOrder>,
        deduplicate: Option<bool>,
        batch: Option<Items>,
        batch_delay_ms: Option<Millis>,
        skip_fresh: Option<bool>,
        only_if_absent: Option<bool>,
        retries: Option<Items>,
        backoff_ms: Option<Millis>,
        backoff_jitter: Option<Fraction>,
        retry_holds_worker: Option<bool>,
        deadline_s: Option<Seconds>,
        instances: Option<Items>,
        bytes: Option<Bytes>,
        memory_available_bytes: Option<Bytes>,
        memory_fraction: Option<Vec<Fraction>>,
        memory_floor_bytes: Option<Bytes>,
        memory_cap_fraction: Option<Plain>,
        fit: Option<Fit>,
        phase: Vec<PhaseKeys>,
        dependencies: Option<bool>,
        key_match_share: Option<Fraction>,
        value_correct_share: Option<Fraction>,
    }
}

section! {
    /// Keys that a strategy warms at certain times.
    JobKeys {
        selector: Option<SelectorKind>,
        window_s: Option<Seconds>,
        file: Option<String>,
        keys: Option<Items>,
        order: Option<JobOrder>,
        priority: Option<Percent>,
        needed_from_s: Option<Seconds>,
        needed_for_s: Option<Seconds>,
        schedule: Option<ScheduleKind>,
        every_s: Option<Seconds>,
        first_s: Option<Seconds>,
        accesses: Option<Items>,
        least_per_hour: Option<PerHour>,
        learns_from_warming: Option<bool>,
        sees_requests: Option<bool>,
        prefix: Option<String>,
        tenant: Option<String>,
        cron: Option<String>,
        time_zone: Option<String>,
        ttl_fraction: Option<Fraction>,
        refresh: Option<RefreshWhen>,
        refresh_only_warmed: Option<bool>,
    }
}

section! {
    /// How long the simulation plays, and what of that it counts.
    SimulationKeys {
        duration_s: Option<Seconds>,
        measure_from_s: Option<Seconds>,
        measure_from_request: Option<FromRequest>,
        steady_state: Option<bool>,
        interval_s: Option<Seconds>,
        interval_requests: Option<Items>,
        replications: Option<Items>,
        target_hit_ratio: Option<Fraction>,
        starts_at: Option<String>,
        time_zone: Option<String>,
        tolerance: Option<Fraction>,
    }
}

section! {
    /// What work costs, in any currency.
    CostKeys {
        origin_per_1000_fetches: Option<Plain>,
        warm_per_1000_operations: Option<Plain>,
        egress_per_gb: Option<Plain>,
        cache_per_gb_hour: Option<Plain>,
    }
}

section! {
    /// One entry of the list of claims.
    ClaimKeys {
        id: Option<String>,
        text: Option<String>,
        strategy: Option<String>,
        engine: Option<Engine>,
        kind: Option<ClaimKind>,
        metric: Option<Metric>,
        at_least: Option<f64>,
        at_most: Option<f64>,
        equals: Option<f64>,
        tolerance: Option<Plain>,
        from_s: Option<Seconds>,
        until_s: Option<Seconds>,
        terms: Vec<f64>,
        hit_ratios: Vec<Fraction>,
        latencies_ms: Vec<Millis>,
        warm_share: Option<Fraction>,
        flag: Option<Flag>,
        raised: Option<bool>,
    }
}

section! {
    /// By what advice is given, and changed.
    AdviceKeys {
        min_samples: Option<Items>,
        hysteresis: Option<Fraction>,
        readings: Option<Items>,
        margin: Option<Fraction>,
    }
}

section! {
    /// What a check denies.
    GateKeys {
        strategies: Vec<String>,
        engine: Option<Engine>,
        deny: Vec<Flag>,
    }
}

/// What a claim asserts of its metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ClaimKind {
    /// `at_least` or `at_most`, or both.
    Bound,
    /// `equals` within `tolerance`.
    Equality,
    /// Terms that add up.
    Sum,
    /// Mean latencies at two hit ratios.
    Latencies,
    /// Calls of the origin at two hit ratios.
    Calls,
    /// Nothing that is measured.
    Unmeasured,
}
