//! What is measured: one registry of metrics with name, unit, direction and meaning.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which way a metric improves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Less is better: latency, load.
    Lower,
    /// More is better: coverage, hit ratio.
    Higher,
    /// A property of the scenario, neither good nor bad: a break-even.
    Neither,
}

impl Better {
    /// Orders two values, the better one first; where neither is better they are equal.
    pub fn order(self, a: f64, b: f64) -> std::cmp::Ordering {
        match self {
            Self::Lower => a.total_cmp(&b),
            Self::Higher => b.total_cmp(&a),
            Self::Neither => std::cmp::Ordering::Equal,
        }
    }
}

/// Everything worth knowing about one metric.
#[derive(Debug, Clone, Copy)]
pub struct MetricSpec {
    /// Name in JSON, CSV and scenario files.
    pub name: &'static str,
    /// Short name, accepted by `--rank-by`.
    pub short: &'static str,
    /// Column title for people.
    pub title: &'static str,
    /// Unit, empty for a share or a bare number.
    pub unit: &'static str,
    /// Which way it improves.
    pub better: Better,
    /// Digits after the point in a table.
    pub decimals: usize,
    /// One sentence on what it means.
    pub meaning: &'static str,
}

macro_rules! metrics {
    ($($variant:ident = $name:literal, $short:literal, $title:literal, $unit:literal, $better:ident, $decimals:literal, $meaning:literal;)*) => {
        /// A metric that an engine may answer with.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum Metric {
            $(#[doc = $meaning] #[serde(rename = $name)] $variant,)*
        }

        impl Metric {
            /// Every metric, in the order of tables.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// What is known about it.
            pub const fn spec(self) -> MetricSpec {
                match self {
                    $(Self::$variant => MetricSpec {
                        name: $name, short: $short, title: $title, unit: $unit,
                        better: Better::$better, decimals: $decimals, meaning: $meaning,
                    },)*
                }
            }
        }
    };
}

metrics! {
    ExpectedLatency = "expected_latency_ms", "latency", "latency", "ms", Lower, 1,
        "Mean time a request waits, hits and misses together.";
    LatencyP50 = "latency_p50_ms", "p50", "p50", "ms", Lower, 1,
        "Time within which half of the requests are answered.";
    LatencyP95 = "latency_p95_ms", "p95", "p95", "ms", Lower, 1,
        "Time within which 95 % of the requests are answered.";
    LatencyP99 = "latency_p99_ms", "p99", "p99", "ms", Lower, 1,
        "Time within which 99 % of the requests are answered.";
    OpsLoad = "ops_load_per_minute", "ops-load", "ops load", "/min", Lower, 2,
        "Warm operations sent to the origin, per minute.";
    WarmCoverage = "warm_coverage", "warm-coverage", "coverage", "", Higher, 2,
        "Share of requests whose key is resident because it was warmed; in screening the memo's K, whoever filled it.";
    HitRatio = "hit_ratio", "hit-ratio", "hit ratio", "", Higher, 3,
        "Share of requests found in the cache, whoever filled it.";
    DelayedHitRatio = "delayed_hit_ratio", "delayed", "delayed hits", "", Lower, 3,
        "Share of requests that waited for a fetch already under way; not part of the hit ratio.";
    WrongHitRatio = "wrong_hit_ratio", "wrong-hits", "wrong hits", "", Lower, 3,
        "Share of requests served by a warmed copy whose value is wrong; they are hits.";
    StaleHitRatio = "stale_hit_ratio", "stale-hits", "stale hits", "", Lower, 4,
        "Share of requests served by a copy whose key was written at the origin since the copy's fetch began there.";
    OriginLoad = "origin_load_per_minute", "origin-load", "origin load", "/min", Lower, 2,
        "Misses plus warm operations that reach the origin, per minute.";
    OriginPeak = "origin_peak_per_second", "origin-peak", "origin peak", "/s", Lower, 0,
        "Most fetches sent to the origin in one second, misses and warm operations together.";
    OriginQueuePeak = "origin_queue_peak", "queue-peak", "queue peak", "", Lower, 0,
        "Most fetches that waited at the origin at once.";
    OriginWait = "origin_wait_ms", "origin-wait", "origin wait", "ms", Lower, 1,
        "Mean time that a fetch waits at the origin before it is begun, where the origin's servers or rate are limited.";
    OriginUtilisation = "origin_utilisation", "utilisation", "utilisation", "", Lower, 3,
        "Share of the time that the origin's servers work, where their number is limited.";
    TimeOverCap = "time_over_cap_s", "time-over-cap", "time over cap", "s", Lower, 0,
        "Seconds in which more fetches were sent than the origin can begin in one second under origin.cap_per_minute: its burst, and what the rate adds until the second is over.";
    WarmPeak = "warm_peak_per_second", "warm-peak", "warm peak", "/s", Lower, 0,
        "Most warm operations sent to the origin in one second.";
    ExpiredPeak = "expired_peak_per_second", "expired-peak", "expired peak", "/s", Lower, 0,
        "Most copies whose time to live ended in one second.";
    ErrorShare = "error_share", "errors", "errors", "", Lower, 4,
        "Share of requests whose fetch failed or was given up.";
    TimeToTarget = "time_to_target_s", "time-to-target", "time to target", "s", Lower, 0,
        "Time from the last restart, or from the beginning, to the end of the first interval whose hit ratio is at least simulation.target_hit_ratio.";
    TimeToStay = "time_to_stay_s", "time-to-stay", "time to stay", "s", Lower, 0,
        "Time from the last restart, or from the beginning, to the end of the first stretch whose hit ratio is at least simulation.target_hit_ratio and behind which none is below it by more than simulation.tolerance. All replications are judged together, in stretches of 1 / tolerance² requests.";
    TimeToRecover = "time_to_recover_s", "time-to-recover", "time to recover", "s", Lower, 0,
        "Time from the last restart to the end of the first stretch from which on the hit ratio is no more than simulation.tolerance below that of the same strategy on the same requests without restarts. All replications are judged together, in stretches of 1 / tolerance² requests.";
    ExpiryCliff = "expiry_cliff", "expiry-cliff", "expiry cliff", "", Lower, 3,
        "Largest fall of the hit ratio from a stretch to one that begins within a time to live behind it, no restart between; a stretch is a tenth of the time to live, or longer where it has fewer than 100 requests in all replications.";
    CostPerHour = "cost_per_hour", "cost", "cost per hour", "", Lower, 4,
        "Cost of fetches, warm operations, bytes sent by the origin and the cache's room, per hour, in the currency of the cost sheet.";
    CostPerAvoidedMiss = "cost_per_avoided_miss", "cost-per-avoided-miss", "cost per avoided miss", "", Lower, 6,
        "Cost of the warm operations over the misses that they avoid on balance, in the currency of the cost sheet; none where they avoid none.";
    Precision = "precision", "precision", "precision", "", Higher, 3,
        "Share of the copies that warm operations brought which were asked for before they were gone.";
    Timeliness = "timeliness", "timeliness", "timeliness", "", Higher, 3,
        "Of the warm operations whose key was asked for, the share whose copy was there by then; the others were late.";
    WastedOpsShare = "wasted_ops_share", "wasted-ops", "wasted ops", "", Lower, 3,
        "Share of the finished warm operations that failed, or whose copy nobody has asked for.";
    WarmFailureShare = "warm_failure_share", "warm-failures", "warm failures", "", Lower, 3,
        "Share of the finished warm operations that failed, all of their tries included.";
    WarmSuccessShare = "warm_success_share", "warm-success", "warm success", "", Higher, 3,
        "Share of the planned warm operations that brought a copy, from the beginning to the end: what a warmer reports of itself, whether or not anybody asks for its copies.";
    AttemptsPerOperation = "attempts_per_operation", "attempts", "attempts", "", Lower, 3,
        "Tries that a finished warm operation took on average.";
    WarmPlanned = "warm_planned", "warm-planned", "warm planned", "", Neither, 0,
        "Warm operations that were planned, from the beginning to the end.";
    WarmFilled = "warm_filled", "warm-filled", "warm filled", "", Neither, 0,
        "Warm operations that brought a copy, from the beginning to the end.";
    WarmRefused = "warm_refused", "warm-refused", "warm refused", "", Lower, 0,
        "Warm operations that were given up because the warmer's own rate limit refused them, from the beginning to the end.";
    WarmDropped = "warm_dropped", "warm-dropped", "warm dropped", "", Lower, 0,
        "Warm operations that were dropped because the warmer's queue was full, from the beginning to the end.";
    WarmDuration = "warm_duration_s", "warm-duration", "warm duration", "s", Lower, 1,
        "Longest time in which the warmer always had something to do, from a plan to the end of its last operation, or to the end of the simulation.";
    WarmRate = "warm_rate_per_second", "warm-rate", "warm rate", "/s", Higher, 1,
        "Warm operations that are finished in that time, per second of it.";
    WarmBudget = "warm_budget_bytes", "warm-budget", "warm budget", "B", Neither, 0,
        "Most bytes that a plan may warm, where strategy.budget limits them.";
    CoverageGain = "coverage_gain", "coverage-gain", "coverage gain", "", Higher, 3,
        "Share of the misses of the same workload without warming that warming avoided.";
    Pollution = "pollution", "pollution", "pollution", "", Lower, 3,
        "Misses that the same workload without warming did not have, as a share of its misses.";
    PredictorPrecision = "predictor_precision", "predictor-precision", "predictor precision", "", Higher, 3,
        "Share of the predicted keys that were requested within the horizon, as measured.";
    Recall = "recall", "recall", "recall", "", Higher, 3,
        "Share of the requests (or keys, as predictor.weighting says) beyond the hot set that had been predicted, as measured.";
    Score = "score", "score", "score", "", Lower, 1,
        "The memo's mix: latency in ms + 0.5 x ops per minute + 1.5 x number of risk flags. Not scale-free.";
    RiskFlags = "risk_flag_count", "risk-flags", "risk flags", "", Lower, 0,
        "Number of risk flags raised.";
    BreakEvenPrecisionLatency = "break_even_precision_latency", "break-even-precision-latency", "break-even precision (latency)", "", Neither, 3,
        "Predictor precision above which the strategy beats static by expected latency; 0 where it always does.";
    BreakEvenPrecisionScore = "break_even_precision_score", "break-even-precision-score", "break-even precision (score)", "", Neither, 3,
        "Predictor precision above which the strategy beats static by the memo's score; 0 where it always does.";
    BreakEvenRecallLatency = "break_even_recall_latency", "break-even-recall-latency", "break-even recall (latency)", "", Neither, 3,
        "Predictor recall above which the strategy beats static by expected latency; 0 where it always does.";
    BreakEvenRecallScore = "break_even_recall_score", "break-even-recall-score", "break-even recall (score)", "", Neither, 3,
        "Predictor recall above which the strategy beats static by the memo's score; 0 where it always does.";
}

impl Metric {
    /// Metrics that a stretch of time has of its own.
    pub const IN_TIME: &'static [Self] = &[
        Self::OpsLoad,
        Self::WarmCoverage,
        Self::HitRatio,
        Self::DelayedHitRatio,
        Self::StaleHitRatio,
        Self::OriginLoad,
    ];

    /// Name in JSON, CSV and scenario files.
    pub const fn name(self) -> &'static str {
        self.spec().name
    }

    /// The metric of that full or short name, or column title.
    pub fn named(name: &str) -> Option<Self> {
        let goes_by = |metric: &Self| {
            let MetricSpec { name: full, short, title, .. } = metric.spec();
            [full, short, title].contains(&name)
        };
        Self::ALL.iter().copied().find(goes_by)
    }

    /// The value as a table shows it, without its unit.
    pub fn show(self, value: f64) -> String {
        format!("{value:.*}", self.spec().decimals)
    }
}

impl std::fmt::Display for Metric {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_tell_their_unit() {
        let mut names: Vec<_> = Metric::ALL.iter().flat_map(|m| [m.name(), m.spec().short]).collect();
        names.sort_unstable();
        // Some metrics' short name is their full name.
        let full = |name: &str| Metric::ALL.iter().any(|m| m.name() == name && m.spec().short == name);
        names.dedup_by(|a, b| a == b && full(a));
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        for metric in Metric::ALL {
            let MetricSpec { name, unit, meaning, .. } = metric.spec();
            assert_eq!(Metric::named(name), Some(*metric));
            assert_eq!(name.ends_with("_ms"), unit == "ms", "{name} is in {unit}");
            assert_eq!(name.ends_with("_per_minute"), unit == "/min", "{name} is in {unit}");
            assert_eq!(name.ends_with("_per_second"), unit == "/s", "{name} is in {unit}");
            assert_eq!(name.ends_with("_s"), unit == "s", "{name} is in {unit}");
            assert!(meaning.ends_with('.'), "{name}");
        }
    }

    #[test]
    fn better_comes_first() {
        assert!(Better::Lower.order(1.0, 2.0).is_lt());
        assert!(Better::Higher.order(1.0, 2.0).is_gt());
    }
}
