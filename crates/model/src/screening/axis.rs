//! Scenario keys that the closed form reads directly, so that a sweep need not resolve a scenario at every point.

use super::closed_form::{Bounds, Inputs};

/// Puts a value where the closed form reads it.
pub type Setter = fn(&mut Inputs, &mut Bounds, f64);

/// How to set a scenario key in the closed form's own numbers; none where the key acts in other ways.
///
/// To be trusted only where resolving the scenario with that key changes nothing else, which a sweep checks for
/// every value of every axis before it takes this way.
pub fn setter(key: &str) -> Option<Setter> {
    Some(match key {
        "workload.request_rate_per_minute" => |inputs, _, value| inputs.request_rate_per_minute = value,
        "workload.hotset_fraction" => |inputs, _, value| inputs.hotset_fraction = value,
        "workload.churn_per_hour" => |inputs, _, value| inputs.churn_per_hour = value,
        "cache.capacity_fraction" => |inputs, _, value| inputs.cache_capacity_fraction = value,
        "cache.hit_latency_ms" => |inputs, _, value| inputs.hit_latency_ms = value,
        "origin.miss_penalty_ms" => |inputs, _, value| inputs.miss_penalty_ms = value,
        "origin.warm_cost_ms" => |inputs, _, value| inputs.warm_cost_ms = value,
        "predictor.recall" => |inputs, _, value| inputs.predictive_recall = value,
        "predictor.precision" => |inputs, _, value| inputs.predictive_precision = value,
        "thresholds.min_precision" => |_, bounds, value| bounds.min_precision = value,
        "thresholds.min_recall" => |_, bounds, value| bounds.min_recall = value,
        "thresholds.min_recall_when_capacity_short" => {
            |_, bounds, value| bounds.min_recall_when_capacity_short = value
        }
        "thresholds.max_prefetch_load_share" => |_, bounds, value| bounds.max_prefetch_load_share = value,
        "thresholds.max_capacity_gap" => |_, bounds, value| bounds.max_capacity_gap = value,
        "thresholds.max_prewarm_churn_per_hour" => {
            |_, bounds, value| bounds.max_prewarm_churn_per_hour = value
        }
        "thresholds.min_steady_share_of_hotset" => {
            |_, bounds, value| bounds.min_steady_share_of_hotset = value
        }
        "thresholds.min_steady_hit_rate" => |_, bounds, value| bounds.min_steady_hit_rate = value,
        "thresholds.max_cold_burst_churn_per_hour" => {
            |_, bounds, value| bounds.max_cold_burst_churn_per_hour = value
        }
        _ => return None,
    })
}
