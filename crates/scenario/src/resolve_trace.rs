//! A workload of recorded requests: what a trace answers need not be stated, and what is stated beside it is ignored.

use std::sync::Arc;

use crate::check::Check;
use crate::file::WorkloadKeys;
use crate::physics::Extras;
use crate::popularity::Popularity;
use crate::quantity::Quantity;
use crate::recorded::Recorded;
use crate::scenario::{Assumption, Confidence, Workload};
use crate::units::{Fraction, Items, PerHour, PerMinute};

/// Keys of a workload that say something beside a trace.
const BESIDE: [&str; 4] = ["trace", "hot_keys", "churn_per_hour", "mean_object_bytes"];

impl Check<'_> {
    pub(crate) fn recorded_workload(
        &mut self,
        keys: &WorkloadKeys,
        recorded: Arc<Recorded>,
        assumptions: &mut Vec<Assumption>,
    ) -> Option<Workload> {
        let timed = recorded.span.is_some();
        if !timed && keys.request_rate_per_minute.is_none() {
            let help = "the trace has no times: write how many requests come in a minute, evenly";
            self.missing("workload.request_rate_per_minute", help);
            return None;
        }
        let request_rate = match recorded.length() {
            Some(length) => PerMinute::wrap(recorded.requests as f64 / length.get() * 60.0),
            None => keys.request_rate_per_minute?,
        };
        if request_rate.get() <= 0.0 {
            let message = "the requests of a trace never come".to_owned();
            self.at("workload.request_rate_per_minute", message, "write a rate above 0");
            return None;
        }
        let popularity = Popularity::Measured(recorded.counts.clone());
        let count = popularity.keys();
        let hot = keys.hot_keys.map_or((count * 0.01).ceil().max(10.0).min(count), Items::get);
        if hot > count || hot < 1.0 {
            let message = format!("a hot set of {hot} keys, of a trace of {count}");
            self.at("workload.hot_keys", message, "write 1 up to the number of keys, or leave the key out");
        }
        let churn = keys.churn_per_hour.unwrap_or_else(|| {
            assumptions.push(Assumption {
                key: "workload.churn_per_hour".to_owned(),
                value: "0".to_owned(),
                confidence: Confidence::Assumed,
                why: "only screening and the rails of hybrid read it; `warmcast trace stats` measures it"
                    .to_owned(),
            });
            PerHour::wrap(0.0)
        });
        let stated = self.document.keys_of("workload").into_iter();
        let rate = |key: &str| key == "request_rate_per_minute" && !timed;
        let ignored = stated.filter(|key| !BESIDE.contains(&key.as_str()) && !rate(key));
        let mut ignored: Vec<String> = ignored.map(|key| format!("workload.{key}")).collect();
        if self.sets("cache.capacity_fraction") && self.sets_capacity() {
            ignored.push("cache.capacity_fraction".to_owned());
        }
        assumptions.retain(|one| !ignored.contains(&one.key));
        let hotset = popularity.head_share(hot).clamp(0.0, 1.0);
        let mean = keys.mean_object_bytes.or(recorded.mean_object);
        let of_keys = WorkloadKeys { mean_object_bytes: mean, ..WorkloadKeys::default() };
        Some(Workload {
            request_rate,
            hot_keys: Items::wrap(hot),
            hotset_fraction: Fraction::wrap(hotset),
            popularity,
            names: None,
            churn,
            arrivals: self.arrivals(&WorkloadKeys::default()),
            objects: self.objects(&of_keys),
            updates: None,
            extras: Extras::default(),
            trace: Some(recorded),
            ignored,
        })
    }

    /// Whether the file says how much the cache holds.
    fn sets_capacity(&self) -> bool {
        self.sets("cache.capacity_items") || self.sets("cache.capacity_bytes")
    }
}
