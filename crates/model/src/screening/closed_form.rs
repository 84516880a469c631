//! The formulas themselves, on plain numbers.
//!
//! The memo adds milliseconds to operations per minute; that cannot be said in units, so this file works on
//! bare `f64` in the units of its field docs. The order of operations is the memo's, so that its published
//! results come out to the last digit and ties fall as they did. Everything is branch-free and inlined, so that
//! a loop over many points becomes vector code.

use evaluation::{Flag, Metric};
use scenario::{Preset, Rails, Strategy, Thresholds};

/// The nine numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Inputs {
    /// R, requests per minute, ≥ 0.
    pub request_rate_per_minute: f64,
    /// h, share of the requests that goes to the hot set, 0 to 1.
    pub hotset_fraction: f64,
    /// c, share of the requests that the cache can hold, 0 to 1.
    pub cache_capacity_fraction: f64,
    /// χ, churn per hour, 0 to 1.
    pub churn_per_hour: f64,
    /// H, ms, ≥ 0.
    pub hit_latency_ms: f64,
    /// M, ms, ≥ 0.
    pub miss_penalty_ms: f64,
    /// W, ms, ≥ 0.
    pub warm_cost_ms: f64,
    /// r, 0 to 1.
    pub predictive_recall: f64,
    /// p, 0 to 1.
    pub predictive_precision: f64,
}

/// Thresholds of the eight flags, as plain numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
#[expect(missing_docs, reason = "each is the threshold key of the same name")]
pub struct Bounds {
    pub min_precision: f64,
    pub min_recall: f64,
    pub min_recall_when_capacity_short: f64,
    pub max_prefetch_load_share: f64,
    pub max_capacity_gap: f64,
    pub max_prewarm_churn_per_hour: f64,
    pub min_steady_share_of_hotset: f64,
    pub min_steady_hit_rate: f64,
    pub max_cold_burst_churn_per_hour: f64,
}

impl From<&Thresholds> for Bounds {
    fn from(keys: &Thresholds) -> Self {
        Self {
            min_precision: keys.min_precision.get(),
            min_recall: keys.min_recall.get(),
            min_recall_when_capacity_short: keys.min_recall_when_capacity_short.get(),
            max_prefetch_load_share: keys.max_prefetch_load_share.get(),
            max_capacity_gap: keys.max_capacity_gap.get(),
            max_prewarm_churn_per_hour: keys.max_prewarm_churn_per_hour.get(),
            min_steady_share_of_hotset: keys.min_steady_share_of_hotset.get(),
            min_steady_hit_rate: keys.min_steady_hit_rate.get(),
            max_cold_burst_churn_per_hour: keys.max_cold_burst_churn_per_hour.get(),
        }
    }
}

impl Default for Bounds {
    fn default() -> Self {
        Self::from(&Thresholds::default())
    }
}

/// A set of risk flags; the bit of a flag is its position in the registry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct FlagSet(pub u32);

impl FlagSet {
    #[inline(always)]
    fn of(raised: bool, flag: Flag) -> Self {
        Self((raised as u32) << flag as u32)
    }

    /// Both sets together.
    #[inline(always)]
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether a flag is in the set.
    pub fn contains(self, flag: Flag) -> bool {
        self.0.checked_shr(flag as u32).unwrap_or(0) & 1 == 1
    }

    /// The flags of the set, in listing order.
    pub fn iter(self) -> impl Iterator<Item = Flag> {
        Flag::ALL.iter().copied().filter(move |flag| self.contains(*flag))
    }
}

/// The closed form's answer for one strategy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Expected latency, ms.
    pub latency_ms: f64,
    /// Warm operations per minute.
    pub ops_per_minute: f64,
    /// Coverage K, 0 to 1.
    pub coverage: f64,
    /// latency + 0.5·ops + 1.5·flags.
    pub score: f64,
    /// Flags raised.
    pub flags: FlagSet,
}

/// Metrics of a single outcome, which strategies can be ranked by.
pub const RANKABLE: [Metric; 7] = [
    Metric::ExpectedLatency,
    Metric::OpsLoad,
    Metric::WarmCoverage,
    Metric::HitRatio,
    Metric::OriginLoad,
    Metric::Score,
    Metric::RiskFlags,
];

impl Outcome {
    /// One of the [`RANKABLE`] metrics, at a request rate per minute.
    ///
    /// The hit ratio is the coverage; the origin load is misses plus warm operations, (1 − K)·R + ops.
    pub fn get(&self, metric: Metric, request_rate_per_minute: f64) -> Option<f64> {
        Some(match metric {
            Metric::ExpectedLatency => self.latency_ms,
            Metric::OpsLoad => self.ops_per_minute,
            Metric::WarmCoverage | Metric::HitRatio => self.coverage,
            Metric::OriginLoad => (1.0 - self.coverage) * request_rate_per_minute + self.ops_per_minute,
            Metric::Score => self.score,
            Metric::RiskFlags => f64::from(self.flags.0.count_ones()),
            _ => return None,
        })
    }
}

/// Weight of one operation per minute in the score.
pub(super) const SCORE_PER_OP: f64 = 0.5;
/// Weight of one flag in the score.
pub(super) const SCORE_PER_FLAG: f64 = 1.5;
/// Operations per minute and coverage that demand filling is charged.
const DEMAND_OPS: f64 = 0.05;

impl Inputs {
    /// Share of the requests that a cache full of hot keys serves.
    #[inline(always)]
    pub fn hot(&self) -> f64 {
        if self.cache_capacity_fraction < self.hotset_fraction {
            self.cache_capacity_fraction
        } else {
            self.hotset_fraction
        }
    }

    /// A: share of the requests that prediction adds, limited by free capacity and by recall.
    #[inline(always)]
    pub fn added(&self) -> f64 {
        let hot = self.hot();
        let surplus = at_least_zero(self.cache_capacity_fraction - hot);
        let predicted = (1.0 - hot) * self.predictive_recall;
        if surplus < predicted { surplus } else { predicted }
    }

    #[inline(always)]
    fn churn_per_minute(&self) -> f64 {
        self.churn_per_hour / 60.0
    }

    #[inline(always)]
    pub(super) fn capacity_short(&self, bounds: &Bounds) -> bool {
        self.cache_capacity_fraction + bounds.max_capacity_gap < self.hotset_fraction
    }

    #[inline(always)]
    fn outcome(&self, coverage: f64, overfetch: f64, ops: f64, flags: [FlagSet; 4]) -> Outcome {
        let cold = self.hit_latency_ms + self.miss_penalty_ms;
        let latency =
            coverage * self.hit_latency_ms + (1.0 - coverage) * cold + overfetch * self.warm_cost_ms;
        let raised = flags.map(|flag| if flag.0 == 0 { 0.0 } else { 1.0 });
        let count = raised[0] + raised[1] + raised[2] + raised[3];
        Outcome {
            latency_ms: latency,
            ops_per_minute: ops,
            coverage,
            score: latency + SCORE_PER_OP * ops + SCORE_PER_FLAG * count,
            flags: flags[0].with(flags[1]).with(flags[2]).with(flags[3]),
        }
    }

    #[inline(always)]
    fn static_flags(&self, bounds: &Bounds) -> [FlagSet; 2] {
        let spiky = self.churn_per_minute() > bounds.max_prewarm_churn_per_hour / 60.0;
        [
            FlagSet::of(self.capacity_short(bounds), Flag::CacheCapacityGap),
            FlagSet::of(spiky, Flag::ChurnSpikesPrewarmCost),
        ]
    }

    /// Predictive warming that adds `added` to the hot set's share.
    #[inline(always)]
    fn predicting(&self, added: f64, bounds: &Bounds) -> Outcome {
        let (precision, recall) = (self.predictive_precision, self.predictive_recall);
        let coverage = self.hot() + added;
        let overfetch = added * at_least_zero(1.0 - precision);
        let rate = self.request_rate_per_minute;
        let ops = coverage * rate * self.churn_per_minute() + overfetch * rate;
        let shortfall = self.capacity_short(bounds) & (recall < bounds.min_recall_when_capacity_short);
        let flags = [
            FlagSet::of(precision < bounds.min_precision, Flag::PrefetchPrecisionLow),
            FlagSet::of(recall < bounds.min_recall, Flag::InsufficientRecall),
            FlagSet::of(shortfall, Flag::CapacityShortfall),
            FlagSet::of(ops > bounds.max_prefetch_load_share * rate, Flag::PrefetchLoadHeavy),
        ];
        self.outcome(coverage, overfetch, ops, flags)
    }
}

/// Static warming: the hot set is kept warm.
#[inline(always)]
pub fn static_warming(inputs: &Inputs, bounds: &Bounds) -> Outcome {
    let coverage = inputs.hot();
    let ops = coverage * inputs.request_rate_per_minute * inputs.churn_per_minute();
    let [gap, spiky] = inputs.static_flags(bounds);
    inputs.outcome(coverage, 0.0, ops, [gap, spiky, FlagSet(0), FlagSet(0)])
}

/// Predictive warming: static, plus predicted keys on the free capacity.
#[inline(always)]
pub fn predictive(inputs: &Inputs, bounds: &Bounds) -> Outcome {
    inputs.predicting(inputs.added(), bounds)
}

/// No warming.
#[inline(always)]
pub fn demand(inputs: &Inputs, bounds: &Bounds) -> Outcome {
    let hot = inputs.hot();
    let coverage = hot * at_least_zero(1.0 - inputs.churn_per_hour);
    let low = (coverage < bounds.min_steady_share_of_hotset * hot) | (coverage < bounds.min_steady_hit_rate);
    let bursts = inputs.churn_per_minute() > bounds.max_cold_burst_churn_per_hour / 60.0;
    let flags = [
        FlagSet::of(low, Flag::LowSteadyHitRate),
        FlagSet::of(bursts, Flag::ChurnColdBursts),
        FlagSet(0),
        FlagSet(0),
    ];
    inputs.outcome(coverage, 0.0, coverage * DEMAND_OPS, flags)
}

/// The closed form of a strategy's preset; none where it has none.
pub fn outcome(strategy: &Strategy, inputs: &Inputs, bounds: &Bounds) -> Option<Outcome> {
    match strategy.preset {
        Preset::Demand => Some(demand(inputs, bounds)),
        Preset::Static => Some(static_warming(inputs, bounds)),
        Preset::Predictive => Some(predictive(inputs, bounds)),
        Preset::Hybrid => Some(hybrid(inputs, bounds, &strategy.rails)),
        _ => None,
    }
}

/// What the rails of a hybrid strategy do to its predicted part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RailState {
    /// Precision is below `stop_below_precision`: nothing predicted is warmed.
    pub stopped: bool,
    /// Precision is below `clamp_below_precision`.
    pub clamped_by_precision: bool,
    /// Churn is above `clamp_above_churn_per_hour`.
    pub clamped_by_churn: bool,
}

impl RailState {
    /// Reads the rails; a stop leaves nothing to clamp.
    pub fn of(inputs: &Inputs, rails: &Rails) -> Self {
        let stopped = inputs.predictive_precision < rails.stop_below_precision.get();
        Self {
            stopped,
            clamped_by_precision: !stopped && inputs.predictive_precision < rails.clamp_below_precision.get(),
            clamped_by_churn: !stopped && inputs.churn_per_hour > rails.clamp_above_churn_per_hour.get(),
        }
    }
}

/// Hybrid: static base, predicted keys on the free capacity as far as the rails allow.
pub fn hybrid(inputs: &Inputs, bounds: &Bounds, rails: &Rails) -> Outcome {
    let state = RailState::of(inputs, rails);
    if state.stopped {
        let base = static_warming(inputs, bounds);
        let low = FlagSet::of(true, Flag::PrefetchPrecisionLow);
        return Outcome { score: base.score + SCORE_PER_FLAG, flags: base.flags.with(low), ..base };
    }
    let clamped = state.clamped_by_precision || state.clamped_by_churn;
    let share = if clamped { rails.clamp_share.get() } else { 1.0 };
    inputs.predicting(share * inputs.added(), bounds)
}

/// max(0, x) as a comparison, which vectorises; x is never NaN here.
#[inline(always)]
fn at_least_zero(x: f64) -> f64 {
    if x > 0.0 { x } else { 0.0 }
}
