//! What keys are.

use crate::check::Check;
use crate::file::WorkloadKeys;
use crate::physics::{Objects, Tenant};
use crate::units::{Fraction, Items, Plain};

/// Largest coefficient of variation: beyond it, the largest of a million objects would be all of them.
const MOST_VARIATION: f64 = 100.0;
/// Most levels of a tree: no name of a key needs more parts.
const MOST_LEVELS: f64 = 32.0;
/// Most keys right below a key.
const MOST_CHILDREN: f64 = 1e6;
/// Keys right below a key.
const CHILDREN: f64 = 10.0;
/// How far the shares of tenants may be from 1 together.
const SHARE_TOLERANCE: f64 = 0.001;

impl Check<'_> {
    pub(crate) fn objects(&mut self, workload: &WorkloadKeys) -> Objects {
        let keys = &workload.objects;
        let [size_variation, cost_variation] =
            [("size_variation", keys.size_variation), ("cost_variation", keys.cost_variation)]
                .map(|(key, value)| self.variation(key, value));
        if size_variation > 0.0 && workload.mean_object_bytes.is_none() {
            let message = "sizes that vary need a mean about which they do".to_owned();
            self.at("workload.objects.size_variation", message, "add workload.mean_object_bytes");
        }
        let ranges = [("levels", keys.levels, MOST_LEVELS), ("children", keys.children, MOST_CHILDREN)];
        for (key, value, most) in ranges {
            if value.is_some_and(|value| !(1.0..=most).contains(&value.get())) {
                let message = format!("this is not from 1 to {most}");
                self.at(&format!("workload.objects.{key}"), message, "write a number in that range");
            }
        }
        let levels = keys.levels.map_or(1.0, Items::get);
        if keys.children.is_some() && levels < 2.0 {
            let message = "on one level no key has children".to_owned();
            self.at("workload.objects.children", message, "write levels of 2 or more");
        }
        Objects {
            mean_bytes: workload.mean_object_bytes,
            size_variation,
            cost_variation,
            levels: levels as u32,
            children: keys.children.map_or(CHILDREN, Items::get) as u32,
            importance: keys.importance,
            tenants: self.tenants(workload),
        }
    }

    fn variation(&mut self, key: &str, value: Option<Plain>) -> f64 {
        let value = value.map_or(0.0, Plain::get);
        if value > MOST_VARIATION {
            let message = format!("a coefficient of variation of {value} is more than {MOST_VARIATION}");
            self.at(&format!("workload.objects.{key}"), message, "write a standard deviation over its mean");
        }
        value
    }

    fn tenants(&mut self, workload: &WorkloadKeys) -> Vec<Tenant> {
        let mut tenants: Vec<Tenant> = vec![];
        for (nth, keys) in workload.tenant.iter().enumerate() {
            let here = format!("workload.tenant.{nth}");
            let (Some(name), Some(share)) = (keys.name.clone(), keys.key_share) else {
                let message = "a tenant needs `name` and `key_share`".to_owned();
                self.at(&here, message, "write name = \"acme\" and key_share = 0.2, for example");
                continue;
            };
            self.printable(&format!("{here}.name"), Some(&name));
            if tenants.iter().any(|other| other.name == name) {
                self.at(&here, format!("two tenants are called `{name}`"), "give one of them another `name`");
            }
            if share.get() <= 0.0 {
                let message = format!("tenant `{name}` has no keys");
                self.at(&format!("{here}.key_share"), message, "write a share above 0, or remove the tenant");
            }
            tenants.push(Tenant { name, share });
        }
        let all: f64 = tenants.iter().map(|tenant| Fraction::get(tenant.share)).sum();
        if !tenants.is_empty() && (all - 1.0).abs() > SHARE_TOLERANCE {
            let message = format!("the tenants have {all} of the keys together");
            self.at("workload.tenant", message, "write shares that add up to 1");
        }
        tenants
    }
}
