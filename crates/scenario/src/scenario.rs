//! What is true: a scenario whose keys hang together.

use std::sync::Arc;

use crate::advice::AdviceRules;
use crate::claim::{Claim, Gate};
use crate::physics::{
    Arrivals, Capacity, Costs, Extras, Flush, Memory, Objects, OnWrite, Order, Simulation, Updates, Weighting,
};
use crate::popularity::Popularity;
use crate::quantity::Quantity;
use crate::recorded::Recorded;
use crate::strategy::Strategy;
use crate::thresholds::Thresholds;
use crate::units::{Bytes, Fraction, Items, Millis, PerHour, PerMinute, Seconds};

/// What is asked about.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Name; the file's stem unless given.
    pub name: String,
    /// Variant, where the file has any.
    pub variant: Option<String>,
    /// What the scenario is about.
    pub description: Option<String>,
    /// Where its numbers come from.
    pub source: Option<String>,
    /// Who asks for what, how often.
    pub workload: Workload,
    /// What the cache holds and how fast it answers.
    pub cache: Cache,
    /// What a miss and a warm operation cost.
    pub origin: Origin,
    /// How good the predictor is, where there is one.
    pub predictor: Option<Predictor>,
    /// How short memory is.
    pub memory: Memory,
    /// What to compare.
    pub strategies: Vec<Strategy>,
    /// How long a simulation plays.
    pub simulation: Simulation,
    /// What work costs, where that is stated.
    pub costs: Option<Costs>,
    /// Bounds beyond which risk flags are raised.
    pub thresholds: Thresholds,
    /// What somebody asserted.
    pub claims: Vec<Claim>,
    /// What a check denies.
    pub gate: Gate,
    /// By what advice is given.
    pub advice: AdviceRules,
    /// Values that nobody measured.
    pub assumptions: Vec<Assumption>,
}

/// Who asks for what, how often.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Requests that reach the cache.
    pub request_rate: PerMinute,
    /// How requests spread over keys.
    pub popularity: Popularity,
    /// What keys are called, by rank, where a file says.
    pub names: Option<Arc<[Box<str>]>>,
    /// Number of keys in the hot set.
    pub hot_keys: Items,
    /// Share of the requests that goes to the hot set.
    pub hotset_fraction: Fraction,
    /// Rate at which a hot key changes places with a tail key.
    pub churn: PerHour,
    /// How requests arrive.
    pub arrivals: Arrivals,
    /// Recorded requests that are played in place of such a workload.
    pub trace: Option<Arc<Recorded>>,
    /// Keys that are stated and that a trace answers otherwise.
    pub ignored: Vec<String>,
    /// What keys are.
    pub objects: Objects,
    /// How keys are written at the origin, where they are.
    pub updates: Option<Updates>,
    /// Requests beside.
    pub extras: Extras,
}

impl Workload {
    /// How long all requests of a trace take.
    pub(crate) fn length(&self) -> Seconds {
        let recorded = self.trace.as_ref();
        let even = || recorded.map_or(0.0, |trace| trace.requests as f64) / self.request_rate.get() * 60.0;
        recorded.and_then(|trace| trace.length()).unwrap_or_else(|| Seconds::wrap(even()))
    }
}

/// What the cache holds and how fast it answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Cache {
    /// Objects that fit.
    pub capacity: Items,
    /// Share of the requests that goes to as many of the most popular keys as fit.
    pub capacity_fraction: Fraction,
    /// Time to answer a hit.
    pub hit_latency: Millis,
    /// Time to live; none keeps entries until evicted.
    pub ttl: Option<Seconds>,
    /// By which share of that an entry lives longer or shorter at most.
    pub ttl_jitter: Fraction,
    /// Whether each hit starts it anew.
    pub ttl_sliding: bool,
    /// Eviction policy, as `replay` takes it.
    pub policy: String,
    /// Whether a miss is filled.
    pub fill_on_miss: bool,
    /// When it loses everything.
    pub restarts: Vec<Seconds>,
    /// Ahead of which requests of a trace it does so, the first being 0.
    pub restarts_at_request: Vec<u64>,
    /// Bytes that fit, where it counts these for want of objects of one size.
    pub bytes: Option<Bytes>,
    /// What becomes of the copy of a key that is written.
    pub on_write: OnWrite,
    /// When it loses contents, and nothing restarts.
    pub flushes: Vec<Flush>,
}

impl Cache {
    /// Bytes that fit, of objects that have so many on average.
    pub(crate) fn holds_bytes(&self, mean: f64) -> f64 {
        self.bytes.map_or_else(|| (self.capacity.get() * mean).round(), |bytes| bytes.get())
    }
}

/// What a miss and a warm operation cost.
#[derive(Debug, Clone, PartialEq)]
pub struct Origin {
    /// Time a miss adds to a hit's.
    pub miss_penalty: Millis,
    /// Time of one warm operation.
    pub warm_cost: Millis,
    /// How it works under load.
    pub capacity: Capacity,
}

/// How good the predictor is.
#[derive(Debug, Clone, PartialEq)]
pub struct Predictor {
    /// Share of the predicted keys that is requested within the horizon.
    pub precision: Fraction,
    /// Share of the requests beyond the hot set whose key is predicted.
    pub recall: Fraction,
    /// How far it looks ahead.
    pub horizon: Seconds,
    /// How often it predicts.
    pub period: Seconds,
    /// Whether recall counts requests or keys.
    pub weighting: Weighting,
    /// In which order predicted keys are warmed.
    pub order: Order,
}

/// Why a value is less than a measurement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confidence {
    /// Fits the other numbers of the same source.
    Inferred,
    /// Chosen because something had to be.
    Assumed,
}

impl Confidence {
    /// In lower case, as in a scenario file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inferred => "inferred",
            Self::Assumed => "assumed",
        }
    }
}

/// A value that nobody measured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// Its key.
    pub key: String,
    /// The value, as written or as taken.
    pub value: String,
    /// What it is instead.
    pub confidence: Confidence,
    /// Why this value.
    pub why: String,
}
