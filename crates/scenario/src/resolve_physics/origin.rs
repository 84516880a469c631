//! How the origin works under load.

use crate::check::Check;
use crate::file::{OriginKeys, SlowKeys};
use crate::physics::{Capacity, ServiceKind, Slow};
use crate::quantity::Quantity;
use crate::resolve_physics::ONE_OR_MORE;
use crate::units::{Fraction, Items, Plain};

impl Check<'_> {
    pub(crate) fn capacity(&mut self, keys: &OriginKeys) -> Capacity {
        self.passes("origin.servers", keys.servers, ONE_OR_MORE);
        self.passes("origin.cap_burst", keys.cap_burst, ONE_OR_MORE);
        self.passes("origin.cap_per_minute", keys.cap_per_minute, "leave the key out for no cap");
        if keys.service_variation.is_some() && keys.service != Some(ServiceKind::LogNormal) {
            let message = "only a log-normal service time has a variation of its own".to_owned();
            self.at("origin.service_variation", message, "write service = \"log-normal\"");
        }
        let slow = (0..keys.slow.len()).filter_map(|nth| self.slow(nth, &keys.slow[nth])).collect();
        Capacity {
            servers: keys.servers,
            service: keys.service.unwrap_or(ServiceKind::Constant),
            variation: keys.service_variation.map_or(1.0, Plain::get),
            cap: keys.cap_per_minute,
            cap_burst: keys.cap_burst.unwrap_or(Items::wrap(1.0)),
            failure_share: keys.failure_share.unwrap_or(Fraction::ZERO),
            timeout: keys.timeout_ms,
            coalesce: keys.coalesce.unwrap_or(true),
            slow,
        }
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
