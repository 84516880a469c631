//! What was typed: the sections of a scenario file, every key optional, every value already in range.
//!
//! Which keys are needed, and how they hang together, is decided when the file is resolved into a
//! [`Scenario`](crate::Scenario). `scenarios/reference.toml` is the manual of these keys.

use std::collections::BTreeMap;

use evaluation::{Engine, Flag, Metric};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::strategy::{Preset, Rails};
use crate::thresholds::Thresholds;
use crate::units::{Bytes, Exponent, Fraction, Items, Millis, PerHour, PerMinute, Plain, Seconds};

/// A scenario file as typed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(rename = "Scenario")]
pub(crate) struct ScenarioFile {
    pub(crate) name: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) workload: WorkloadKeys,
    pub(crate) cache: CacheKeys,
    pub(crate) origin: OriginKeys,
    pub(crate) predictor: PredictorKeys,
    pub(crate) strategy: Vec<StrategyKeys>,
    pub(crate) thresholds: Thresholds,
    pub(crate) claim: Vec<ClaimKeys>,
    pub(crate) gate: GateKeys,
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
        hot_keys: Option<Items>,
        hotset_fraction: Option<Fraction>,
        churn_per_hour: Option<PerHour>,
        mean_object_bytes: Option<Bytes>,
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
    }
}

section! {
    /// What a miss and a warm operation cost.
    OriginKeys {
        miss_penalty_ms: Option<Millis>,
        warm_cost_ms: Option<Millis>,
    }
}

section! {
    /// How good the predictor is.
    PredictorKeys {
        precision: Option<Fraction>,
        recall: Option<Fraction>,
    }
}

section! {
    /// One entry of the list of strategies.
    StrategyKeys {
        name: Option<String>,
        preset: Option<Preset>,
        rails: Rails,
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
        flag: Option<Flag>,
        raised: Option<bool>,
    }
}

section! {
    /// What a check denies.
    GateKeys {
        strategies: Vec<String>,
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
}
