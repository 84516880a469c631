//! What work costs.

use crate::check::Check;
use crate::file::CostKeys;
use crate::physics::Costs;
use crate::quantity::Quantity;
use crate::units::{Bytes, Plain};

/// Bytes of a gigabyte.
const GB: f64 = 1e9;

impl Check<'_> {
    /// None where the file states no cost; `object` is the size of an object, where that is known.
    pub(crate) fn costs(&mut self, keys: &CostKeys, object: Option<Bytes>) -> Option<Costs> {
        if *keys == CostKeys::default() {
            return None;
        }
        for (key, set) in
            [("egress_per_gb", keys.egress_per_gb), ("cache_per_gb_hour", keys.cache_per_gb_hour)]
        {
            if set.is_some() && object.is_none() {
                let message = "nothing is known of the bytes that this would cost".to_owned();
                self.at(&format!("costs.{key}"), message, "add workload.mean_object_bytes");
            }
        }
        let cost = |cost: Option<Plain>, of: f64| cost.map_or(0.0, Plain::get) / of;
        Some(Costs {
            fetch: cost(keys.origin_per_1000_fetches, 1000.0),
            operation: cost(keys.warm_per_1000_operations, 1000.0),
            byte: cost(keys.egress_per_gb, GB),
            byte_hour: cost(keys.cache_per_gb_hour, GB),
            object: object.unwrap_or(Bytes::wrap(1.0)),
        })
    }
}
