//! Risk flags: the registry of named findings, and one raised instance.
//!
//! Whoever computes the quantity raises the flag (an engine, or the judgement over several engines); what the
//! flag means, how bad it is and what helps stands here, once. The thresholds themselves are scenario keys.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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
    /// Scenario key of the threshold.
    pub threshold_key: &'static str,
    /// Scenario key whose value most directly drives the finding: where an annotation points.
    pub driver_key: &'static str,
}

macro_rules! flags {
    ($($variant:ident = $code:literal, $severity:ident, threshold: $threshold:literal, driver: $driver:literal,
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
                        threshold_key: $threshold, driver_key: $driver,
                    },)*
                }
            }
        }
    };
}

flags! {
    PrefetchPrecisionLow = "prefetch-precision-low", Warning,
        threshold: "thresholds.min_precision", driver: "predictor.precision",
        "Too many predicted keys are never requested: prefetching mostly loads the origin.",
        "raise predictor precision, or warm statically (as `hybrid` does by its rail) until it recovers";
    InsufficientRecall = "insufficient-recall-for-tail-traffic", Warning,
        threshold: "thresholds.min_recall", driver: "predictor.recall",
        "The predictor sees too little of the tail traffic to replace a larger hot set.",
        "train the predictor on more of the tail, or warm statically and spend the capacity on the hot set";
    CapacityShortfall = "capacity-shortfall-requires-better-modeling", Warning,
        threshold: "thresholds.min_recall_when_capacity_short", driver: "predictor.recall",
        "The cache cannot hold the hot set, and recall is too low to choose what to keep.",
        "enlarge the cache to hold the hot set, or raise recall";
    PrefetchLoadHeavy = "prefetch-load-heavy", Warning,
        threshold: "thresholds.max_prefetch_load_share", driver: "predictor.precision",
        "Warm operations amount to a large share of the request rate.",
        "raise precision, lower churn, or cap the warmer's rate";
    CacheCapacityGap = "cache-capacity-gap", Warning,
        threshold: "thresholds.max_capacity_gap", driver: "cache.capacity_fraction",
        "The cache is smaller than the hot set it is meant to hold.",
        "enlarge the cache, or warm a smaller, hotter set";
    ChurnSpikesPrewarmCost = "churn-spikes-increase-prewarm-cost", Warning,
        threshold: "thresholds.max_prewarm_churn_per_hour", driver: "workload.churn_per_hour",
        "The hot set changes so fast that refreshing it costs noticeably more.",
        "warm on change instead of on a schedule, or warm only the stable part of the hot set";
    LowSteadyHitRate = "low-steady-hit-rate", Warning,
        threshold: "thresholds.min_steady_hit_rate", driver: "workload.churn_per_hour",
        "Without warming, too few requests are hits even in steady state.",
        "warm the hot set (strategy `static`, `predictive` or `hybrid`)";
    ChurnColdBursts = "churn-causes-frequent-cold-bursts", Warning,
        threshold: "thresholds.max_cold_burst_churn_per_hour", driver: "workload.churn_per_hour",
        "Keys turn hot so often that demand filling keeps running cold.",
        "warm keys as they turn hot, or coalesce their first requests";
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
            assert!(threshold_key.starts_with("thresholds."), "{code}");
            assert_eq!(Flag::named(code), Some(*flag));
        }
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Flag::ALL.len());
    }
}
