//! Thresholds of the risk flags. Which flag each belongs to, and why, is told by `scenarios/reference.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::{Fraction, Items, PerHour, Plain, Seconds};

macro_rules! thresholds {
    ($($(#[$doc:meta])* $key:ident: $unit:ident = $default:expr,)*) => {
        /// Bounds beyond which a risk flag is raised.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(default, deny_unknown_fields)]
        pub struct Thresholds {
            $($(#[$doc])* pub $key: $unit,)*
        }

        impl Default for Thresholds {
            fn default() -> Self {
                Self { $($key: crate::Quantity::wrap($default),)* }
            }
        }
    };
}

thresholds! {
    /// `prefetch-precision-low` below this precision.
    min_precision: Fraction = 0.75,
    /// `insufficient-recall-for-tail-traffic` below this recall.
    min_recall: Fraction = 0.60,
    /// `capacity-shortfall-requires-better-modeling` below this recall where the cache is smaller than the hot set.
    min_recall_when_capacity_short: Fraction = 0.80,
    /// `prefetch-load-heavy` above this ratio of warm operations to requests.
    max_prefetch_load_share: Plain = 0.40,
    /// `cache-capacity-gap` where the hot set exceeds the capacity by more than this traffic share.
    max_capacity_gap: Fraction = 1e-6,
    /// `churn-spikes-increase-prewarm-cost` above this churn.
    max_prewarm_churn_per_hour: PerHour = 0.20,
    /// `low-steady-hit-rate` below this share of the hot set's traffic.
    min_steady_share_of_hotset: Fraction = 0.50,
    /// `low-steady-hit-rate` below this hit ratio; 0 leaves only the share of the hot set.
    min_steady_hit_rate: Fraction = 0.35,
    /// `churn-causes-frequent-cold-bursts` above this churn.
    max_cold_burst_churn_per_hour: PerHour = 0.30,
    /// `origin-overload` above this share of what the origin can do.
    max_origin_utilisation: Fraction = 0.80,
    /// `warm-storm` above this multiple of what the origin can do, or does without warming, in a second.
    max_warm_peak: Plain = 5.0,
    /// `expiry-cliff` above this fall of the hit ratio.
    max_expiry_cliff: Fraction = 0.20,
    /// `ttl-schedule-gap` above this share of the time in which copies are gone.
    max_ttl_gap_share: Fraction = 0.05,
    /// `rate-limit-saturated` above this share of the time, or of the planned operations.
    max_rate_limited_share: Fraction = 0.20,
    /// `queue-overflow` above this share of the planned operations.
    max_dropped_share: Fraction = 0.0,
    /// `warm-deadline-missed` above this share of the planned operations.
    max_overdue_share: Fraction = 0.0,
    /// `emergency-stop-latched` above this share of the replications.
    max_latched_share: Fraction = 0.0,
    /// `warm-failure-rate-high` above this share of the finished operations.
    max_warm_failure_share: Fraction = 0.10,
    /// `warming-efficiency-low` below this share of warmed copies that are used.
    min_warming_efficiency: Fraction = 0.60,
    /// `memory-budget-exceeded` above this multiple of the cache.
    max_memory_share: Plain = 1.0,
    /// `duplicate-schedules` above this number of plans an hour.
    max_shared_plans: PerHour = 0.0,
    /// `cache-pollution` above this share of the misses without warming.
    max_pollution: Fraction = 0.05,
    /// `warmed-key-never-matches` above this share of the warmed copies.
    max_mismatched_share: Fraction = 0.0,
    /// `capacity-cache` above this multiple of what the origin can do.
    max_cold_load: Plain = 1.0,
    /// `herd-collapse` above this multiple of the wait without the restart.
    max_wait_after_restart: Plain = 10.0,
    /// `warmed-too-early` above this share of the time for which keys are needed.
    max_uncovered_share: Fraction = 0.05,
    /// `score-saturated` above this multiple of the keys that a job chooses.
    max_tied_keys: Plain = 1.0,
    /// `retries-hold-workers` above this share of a worker's time.
    max_held_share: Fraction = 0.5,
    /// `latch-without-recovery` where the mean of fewer fetches is taken.
    min_fetches_to_latch: Items = 5.0,
    /// `prefix-fill-blocks` above this share of a phase.
    max_unfilled_share: Fraction = 0.05,
    /// `pressure-looked-at-late` above this time.
    max_unwatched_s: Seconds = 60.0,
    /// `warm-overwrites-newer` above this share of the warm operations.
    max_overtaken_share: Fraction = 0.001,
    /// `engines-disagree` above this difference of hit ratios.
    max_engine_difference: Fraction = 0.05,
    /// `decision-near-flip` where a flip is nearer than this share of an input.
    min_flip_distance: Fraction = 0.10,
}
