//! Risk flags: the registry of named findings, and one raised instance.
//!
//! Whoever computes the quantity raises the flag (an engine, or the judgement over several engines); what the
//! flag means, how bad it is and what helps stands here, once. The thresholds themselves are scenario keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Engine;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Likely to cost something.
    Warning,
    /// Do not ship this.
    Error,
}

/// Who can say that a flag is not raised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// Arithmetic on the scenario alone.
    Stated,
    /// Every engine.
    Everywhere,
    /// Engines that know keys, times and capacities: renewal and simulation.
    Followed,
    /// A simulation; others may raise it where arithmetic leaves no doubt.
    Played,
    /// Two engines, compared.
    Compared,
}

impl Told {
    /// Whether an engine can say so.
    pub fn by(self, engine: Engine) -> bool {
        match self {
            Self::Everywhere | Self::Compared => true,
            Self::Followed => engine != Engine::Screening,
            Self::Played => engine == Engine::Simulation,
            Self::Stated => false,
        }
    }
}

/// Everything worth knowing about one flag.
#[derive(Debug, Clone, Copy)]
pub struct FlagSpec {
    /// Stable kebab-case name.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What was found, one sentence.
    pub meaning: &'static str,
    /// What to do about it.
    pub remedy: &'static str,
    /// Who can say that it is not raised.
    pub told: Told,
    /// Scenario key of the threshold; none for what is so or is not.
    pub threshold_key: Option<&'static str>,
    /// Scenario key whose value most directly drives the finding: where an annotation points.
    pub driver_key: &'static str,
}

macro_rules! threshold_key {
    () => {
        None
    };
    ($key:literal) => {
        Some($key)
    };
}

macro_rules! flags {
    ($($variant:ident = $code:literal, $severity:ident, $told:ident, $(threshold: $threshold:literal,)? driver: $driver:literal,
        $meaning:literal, $remedy:literal;)*) => {
        /// A named finding, in the order in which findings are listed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Flag {
            $(#[doc = $meaning] #[serde(rename = $code)] $variant,)*
        }

        impl Flag {
            /// Every flag, in listing order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What is known about it.
            pub const fn spec(self) -> FlagSpec {
                match self {
                    $(Self::$variant => FlagSpec {
                        code: $code, severity: Severity::$severity, meaning: $meaning, remedy: $remedy,
                        told: Told::$told, threshold_key: threshold_key!($($threshold)?), driver_key: $driver,
                    },)*
                }
            }
        }
    };
}

flags! {
    PrefetchPrecisionLow = "prefetch-precision-low", Warning, Everywhere,
        threshold: "thresholds.min_precision", driver: "predictor.precision",
        "Too many predicted keys are never requested: prefetching mostly loads the origin.",
        "raise predictor precision, or warm statically (as `hybrid` does by its rail) until it recovers";
    InsufficientRecall = "insufficient-recall-for-tail-traffic", Warning, Everywhere,
        threshold: "thresholds.min_recall", driver: "predictor.recall",
        "The predictor sees too little of the tail traffic to replace a larger hot set.",
        "train the predictor on more of the tail, or warm statically and spend the capacity on the hot set";
    CapacityShortfall = "capacity-shortfall-requires-better-modeling", Warning, Everywhere,
        threshold: "thresholds.min_recall_when_capacity_short", driver: "predictor.recall",
        "The cache cannot hold the hot set, and recall is too low to choose what to keep.",
        "enlarge the cache to hold the hot set, or raise recall";
    PrefetchLoadHeavy = "prefetch-load-heavy", Warning, Everywhere,
        threshold: "thresholds.max_prefetch_load_share", driver: "predictor.precision",
        "Warm operations amount to a large share of the request rate.",
        "raise precision, lower churn, or cap the warmer's rate";
    CacheCapacityGap = "cache-capacity-gap", Warning, Everywhere,
        threshold: "thresholds.max_capacity_gap", driver: "cache.capacity_fraction",
        "The cache is smaller than the hot set it is meant to hold.",
        "enlarge the cache, or warm a smaller, hotter set";
    ChurnSpikesPrewarmCost = "churn-spikes-increase-prewarm-cost", Warning, Everywhere,
        threshold: "thresholds.max_prewarm_churn_per_hour", driver: "workload.churn_per_hour",
        "The hot set changes so fast that refreshing it costs noticeably more.",
        "warm on change instead of on a schedule, or warm only the stable part of the hot set";
    LowSteadyHitRate = "low-steady-hit-rate", Warning, Everywhere,
        threshold: "thresholds.min_steady_hit_rate", driver: "workload.churn_per_hour",
        "Without warming, too few requests are hits even in steady state.",
        "warm the hot set (strategy `static`, `predictive` or `hybrid`)";
    ChurnColdBursts = "churn-causes-frequent-cold-bursts", Warning, Everywhere,
        threshold: "thresholds.max_cold_burst_churn_per_hour", driver: "workload.churn_per_hour",
        "Keys turn hot so often that demand filling keeps running cold.",
        "warm keys as they turn hot, or coalesce their first requests";
    OriginOverload = "origin-overload", Error, Followed,
        threshold: "thresholds.max_origin_utilisation", driver: "origin.servers",
        "The origin has more to do than it should: its servers, or the rate that it allows, are used up.",
        "give the origin more servers or a higher rate, enlarge the cache, or warm less at a time";
    WarmStorm = "warm-storm", Warning, Played,
        threshold: "thresholds.max_warm_peak", driver: "strategy.budget.rate_per_minute",
        "Warm operations reach the origin in a burst far above what it is used to.",
        "pace them by strategy.budget.rate_per_minute, workers or batches";
    ExpiryCliff = "expiry-cliff", Warning, Played,
        threshold: "thresholds.max_expiry_cliff", driver: "cache.ttl_s",
        "Copies that were warmed together expire together, and the hit ratio falls off a cliff.",
        "spread the ends of their lives by cache.ttl_jitter or a slower warmer, or warm again before they end";
    TtlScheduleGap = "ttl-schedule-gap", Warning, Stated,
        threshold: "thresholds.max_ttl_gap_share", driver: "cache.ttl_s",
        "Copies expire before the job that warms them comes again.",
        "run the job more often than a time to live, with strategy.budget.skip_fresh = false so that it renews copies";
    RateLimitSaturated = "rate-limit-saturated", Warning, Played,
        threshold: "thresholds.max_rate_limited_share", driver: "strategy.budget.rate_per_minute",
        "The warmer's own rate limit holds it up much of the time, or turns operations away.",
        "raise strategy.budget.rate_per_minute as far as the origin allows, or plan fewer keys";
    QueueOverflow = "queue-overflow", Warning, Played,
        threshold: "thresholds.max_dropped_share", driver: "strategy.budget.queue",
        "Planned operations are dropped because the warmer's queue is full.",
        "enlarge strategy.budget.queue, or plan fewer keys at a time";
    WarmDeadlineMissed = "warm-deadline-missed", Warning, Played,
        threshold: "thresholds.max_overdue_share", driver: "strategy.budget.deadline_s",
        "Planned operations do not begin before their deadline.",
        "warm fewer keys or faster, begin earlier, or allow more time";
    EmergencyStopLatched = "emergency-stop-latched", Error, Played,
        threshold: "thresholds.max_latched_share", driver: "strategy.rails.stop_above_origin_latency_ms",
        "An emergency stop has ended warming for good.",
        "let it recover (stop_latches = false), judge the mean of several fetches, or stop at a higher latency";
    WarmFailureRateHigh = "warm-failure-rate-high", Warning, Played,
        threshold: "thresholds.max_warm_failure_share", driver: "origin.failure_share",
        "Too many warm operations fail.",
        "mend the origin, try again with a longer pause, or allow a longer timeout";
    WarmingEfficiencyLow = "warming-efficiency-low", Warning, Played,
        threshold: "thresholds.min_warming_efficiency", driver: "strategy.preset",
        "Too many warmed copies are gone or idle without ever having been asked for.",
        "warm fewer, hotter keys, or closer to when they are asked for";
    TargetHitRatioMissed = "target-hit-ratio-missed", Warning, Followed,
        threshold: "simulation.target_hit_ratio", driver: "simulation.target_hit_ratio",
        "The hit ratio does not reach its target and stay there.",
        "warm more or earlier, enlarge the cache, or lengthen the time to live";
    MemoryBudgetExceeded = "memory-budget-exceeded", Warning, Stated,
        threshold: "thresholds.max_memory_share", driver: "cache.capacity_items",
        "A job is to warm more than the cache holds: what it brings first is evicted by what it brings last.",
        "warm fewer keys, or enlarge the cache";
    DuplicateSchedules = "duplicate-schedules", Note, Stated,
        threshold: "thresholds.max_shared_plans", driver: "strategy.job",
        "Two jobs plan the same keys at the same instant.",
        "shift one of them (first_s), or leave out one";
    CachePollution = "cache-pollution", Warning, Played,
        threshold: "thresholds.max_pollution", driver: "strategy.preset",
        "Warming causes misses that there would not be without it.",
        "warm fewer keys, or turn to a policy that resists scans";
    WarmedKeyNeverMatches = "warmed-key-never-matches", Error, Stated,
        threshold: "thresholds.max_mismatched_share", driver: "strategy.budget.key_match_share",
        "Warmed copies are never asked for under the key they have, or hold a wrong value: the warmer reports success and warms nothing.",
        "build keys and values by the code that reads them, and test one warmed key from end to end";
    CapacityCache = "capacity-cache", Warning, Stated,
        threshold: "thresholds.max_cold_load", driver: "origin.servers",
        "An empty cache sends more to the origin than it can answer: the service does not survive a cold start by itself.",
        "admit traffic in steps after a restart, warm before it is let in, or give the origin more capacity";
    HerdCollapse = "herd-collapse", Error, Played,
        threshold: "thresholds.max_wait_after_restart", driver: "cache.restart_at_s",
        "After a restart the origin does not come back: fetches go on waiting, though without the restart they do not.",
        "coalesce requests, wait longer before giving up, shed load, warm before traffic is let in, or give the origin more capacity";
    WarmedTooEarly = "warmed-too-early", Warning, Stated,
        threshold: "thresholds.max_uncovered_share", driver: "cache.ttl_s",
        "Copies end before the time is over for which they were warmed.",
        "run the job closer to when its keys are needed, lengthen the time to live, or warm again in between";
    SelectionFeedsItself = "selection-feeds-itself", Warning, Stated,
        driver: "strategy.job",
        "A warmer counts its own fetches as accesses: what it warms stays on its list, whether anybody asks for it or not.",
        "leave warm operations out of the counts (learns_from_warming = false)";
    ScoreSaturated = "score-saturated", Warning, Stated,
        threshold: "thresholds.max_tied_keys", driver: "strategy.job",
        "More keys reach the ceiling of the score than are chosen: chance decides among them.",
        "count more accesses of a key (accesses), within a shorter window";
    SelectorSeesNothing = "selector-sees-nothing", Error, Stated,
        driver: "strategy.job",
        "Nobody tells the selector of requests: it has nothing to choose from.",
        "record accesses where the warmer looks for them, and test that its list is not empty";
    PriorityIgnored = "priority-ignored", Note, Stated,
        driver: "strategy.budget.queue_order",
        "Jobs have priorities, and the queue is served in the order of plans.",
        "serve the queue by priority (queue_order = \"priority\"), or plan what is urgent first";
    RetriesHoldWorkers = "retries-hold-workers", Warning, Stated,
        threshold: "thresholds.max_held_share", driver: "strategy.budget.retries",
        "Workers spend much of their time waiting for another try.",
        "let workers go on while an operation waits (retry_holds_worker = false), or shorten backoff_ms";
    LatchWithoutRecovery = "latch-without-recovery", Warning, Stated,
        threshold: "thresholds.min_fetches_to_latch", driver: "strategy.rails.stop_latches",
        "A stop that lasts for good takes no more than a few slow fetches.",
        "let it recover (stop_latches = false), or judge the mean of more fetches (origin_latency_over)";
    PrefixFillBlocks = "prefix-fill-blocks", Note, Stated,
        threshold: "thresholds.max_unfilled_share", driver: "strategy.budget.fit",
        "A plan stops at the first key that does not fit, though smaller ones behind it would.",
        "try the others, too (fit = \"skip\")";
    PressureLookedAtLate = "pressure-looked-at-late", Warning, Stated,
        threshold: "thresholds.max_unwatched_s", driver: "strategy.rails.pressure_stop_between",
        "Memory pressure is looked at so rarely that much is warmed before a stop.",
        "look at it between operations or batches (pressure_stop_between)";
    InstancesWarmAlike = "instances-warm-alike", Note, Stated,
        driver: "strategy.budget.instances",
        "Every instance warms the same keys, and the origin answers each of them.",
        "let one instance warm and the others copy from it, or take turns";
    WarmOverwritesNewer = "warm-overwrites-newer", Warning, Stated,
        threshold: "thresholds.max_overtaken_share", driver: "strategy.budget.only_if_absent",
        "Keys are written while their fetches are under way: a warm copy may replace a newer one.",
        "add copies only where there is none (only_if_absent = true), or compare versions";
    EnginesDisagree = "engines-disagree", Note, Compared,
        threshold: "thresholds.max_engine_difference", driver: "strategy.preset",
        "Two engines answer differently: what one of them leaves out matters here.",
        "read how far each is to be trusted, and decide by `warmcast simulate`";
    DecisionNearFlip = "decision-near-flip", Note, Compared,
        threshold: "thresholds.min_flip_distance", driver: "predictor.precision",
        "Another strategy would be best if one input were a little different.",
        "measure that input well before you decide; `warmcast sensitivity` shows which others matter";
}

impl Flag {
    /// Stable kebab-case name.
    pub const fn code(self) -> &'static str {
        self.spec().code
    }

    /// The flag of that code.
    pub fn named(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|flag| flag.code() == code)
    }

    /// Codes joined by `;`, as in every table that a program reads.
    pub fn join(flags: impl IntoIterator<Item = Self>) -> String {
        flags.into_iter().map(Self::code).collect::<Vec<_>>().join(";")
    }

    /// Raises the flag: `observed` passed `threshold`, in the words of `message`.
    pub fn raise(self, observed: f64, threshold: f64, message: String) -> RiskFlag {
        let FlagSpec { severity, remedy, .. } = self.spec();
        RiskFlag { code: self, severity, observed, threshold, message, remedy }
    }
}

impl std::fmt::Display for Flag {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.code())
    }
}

/// One raised flag, with the numbers that tripped it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RiskFlag {
    /// Which finding.
    pub code: Flag,
    /// How bad it is.
    pub severity: Severity,
    /// The value found.
    pub observed: f64,
    /// The threshold it passed.
    pub threshold: f64,
    /// What was found, with its numbers.
    pub message: String,
    /// What to do about it.
    pub remedy: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_has_a_unique_kebab_case_code_a_meaning_and_a_remedy() {
        let mut codes: Vec<_> = Flag::ALL.iter().map(|flag| flag.code()).collect();
        for flag in Flag::ALL {
            let FlagSpec { code, meaning, remedy, threshold_key, .. } = flag.spec();
            assert!(code.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{code}");
            assert!(meaning.ends_with('.') && !remedy.is_empty(), "{code}");
            let keys = ["thresholds.", "simulation."];
            assert!(
                threshold_key.is_none_or(|key| keys.iter().any(|section| key.starts_with(section))),
                "{code}"
            );
            assert_eq!(Flag::named(code), Some(*flag));
        }
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Flag::ALL.len());
    }
}
