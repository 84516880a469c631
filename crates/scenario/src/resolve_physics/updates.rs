//! Keys that are written at the origin, and copies that go before their time.

use crate::check::Check;
use crate::file::{FlushKeys, WorkloadKeys};
use crate::physics::{Flush, Tenant, Updates, Written};
use crate::problem::suggest;

impl Check<'_> {
    pub(crate) fn updates(&mut self, keys: &WorkloadKeys) -> Option<Updates> {
        let rate = keys.updates_per_minute.filter(|rate| rate.get() > 0.0);
        if keys.updates.is_some() && rate.is_none() {
            let message = "`updates` says which keys are written, and none is".to_owned();
            self.at("workload.updates", message, "add workload.updates_per_minute");
        }
        Some(Updates { rate: rate?, written: keys.updates.unwrap_or(Written::Popular) })
    }

    pub(crate) fn flushes(&mut self, list: &[FlushKeys], tenants: &[Tenant]) -> Vec<Flush> {
        let mut flushes = vec![];
        for (nth, keys) in list.iter().enumerate() {
            let here = format!("cache.flush.{nth}");
            let Some(at) = keys.at_s else {
                self.at(&here, "a flush needs `at_s`".to_owned(), "write at_s = \"10m\", for example");
                continue;
            };
            let known = || tenants.iter().map(|tenant| tenant.name.as_str());
            if let Some(name) = keys.tenant.as_deref().filter(|name| !known().any(|known| known == *name)) {
                let help = match tenants {
                    [] => "add [[workload.tenant]], or remove the tenant".to_owned(),
                    _ => suggest(name, known()),
                };
                self.at(&format!("{here}.tenant"), format!("there is no tenant `{name}`"), &help);
            }
            flushes.push(Flush { at, tenant: keys.tenant.clone() });
        }
        flushes
    }
}
