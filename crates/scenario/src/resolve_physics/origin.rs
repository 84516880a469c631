//! How the origin works under load.

use crate::check::Check;
use crate::file::{OriginKeys, SlowKeys};
use crate::physics::{Capacity, ServiceKind, Slow};
use crate::quantity::Quantity;
use crate::resolve_physics::ONE_OR_MORE;
use crate::units::{Fraction, Items, Millis, Plain};

/// How far the mean of a list may lie from the one that is stated, as a share of it.
const MEAN_TOLERANCE: f64 = 0.005;

impl Check<'_> {
    pub(crate) fn capacity(&mut self, keys: &OriginKeys) -> Capacity {
        self.passes("origin.servers", keys.servers, ONE_OR_MORE);
        self.passes("origin.cap_burst", keys.cap_burst, ONE_OR_MORE);
        self.passes("origin.cap_per_minute", keys.cap_per_minute, "leave the key out for no cap");
        let service = keys.service.unwrap_or(ServiceKind::Constant);
        let varies = matches!(service, ServiceKind::LogNormal | ServiceKind::Empirical);
        if keys.service_variation.is_some() && !varies {
            let message = "only log-normal and empirical service times have a variation".to_owned();
            self.at("origin.service_variation", message, "write service = \"log-normal\"");
        }
        let slow = (0..keys.slow.len()).filter_map(|nth| self.slow(nth, &keys.slow[nth])).collect();
        let usual = if service == ServiceKind::LogNormal { 1.0 } else { 0.0 };
        Capacity {
            servers: keys.servers,
            service,
            variation: keys.service_variation.map_or(usual, Plain::get),
            times: self.service_times(keys, service),
            cap: keys.cap_per_minute,
            cap_burst: keys.cap_burst.unwrap_or(Items::wrap(1.0)),
            failure_share: keys.failure_share.unwrap_or(Fraction::ZERO),
            timeout: keys.timeout_ms,
            coalesce: keys.coalesce.unwrap_or(true),
            slow,
        }
    }

    /// Times from a list, whose mean must be the one that is stated: other engines know no other.
    fn service_times(&mut self, keys: &OriginKeys, service: ServiceKind) -> Vec<Millis> {
        let times = keys.service_times_ms.clone().unwrap_or_default();
        let at = "origin.service_times_ms";
        if service != ServiceKind::Empirical {
            if keys.service_times_ms.is_some() {
                let message = "only empirical service times are drawn from a list".to_owned();
                self.at(at, message, "write service = \"empirical\", or remove the list");
            }
            return times;
        }
        if times.is_empty() {
            let message = "empirical service times need a list of them".to_owned();
            let place = if keys.service_times_ms.is_some() { at } else { "origin.service" };
            self.at(place, message, "write service_times_ms = [12, 15, 90], for example");
            return times;
        }
        let mean = times.iter().map(|time| time.get()).sum::<f64>() / times.len() as f64;
        let stated = keys.miss_penalty_ms.map(Millis::get);
        if let Some(stated) = stated.filter(|stated| (stated - mean).abs() > MEAN_TOLERANCE * mean) {
            let message = format!(
                "origin.service_times_ms has the mean {mean} ms, and origin.miss_penalty_ms is {stated} ms"
            );
            self.at(at, message, &format!("write miss_penalty_ms = {mean}"));
        } else if mean <= 0.0 {
            let message = "times that are all 0 ms do not vary".to_owned();
            self.at(at, message, "write service = \"constant\"");
        }
        times
    }

    fn slow(&mut self, nth: usize, keys: &SlowKeys) -> Option<Slow> {
        match (keys.from_s, keys.for_s, keys.factor) {
            (Some(from), Some(lasts), Some(factor)) => Some(Slow { from, lasts, factor: factor.get() }),
            _ => {
                let message = "a slow time needs from_s, for_s and factor".to_owned();
                self.at(&format!("origin.slow.{nth}"), message, "write from_s = 600, for_s = 60, factor = 5");
                None
            }
        }
    }
}
