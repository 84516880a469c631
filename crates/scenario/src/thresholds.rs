//! Thresholds of the risk flags. Which flag each belongs to, and why, is told by `scenarios/reference.toml`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::{Fraction, PerHour, Plain};

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
}
