//! The part of the keys that a job keeps to.

use trace::synthetic::Objects;

use crate::warming::setup::Within;

/// Which keys belong to it, as far as that was asked.
pub(super) struct Admitted {
    within: Within,
    /// For each key, whether it belongs to it.
    keys: Vec<bool>,
}

impl Admitted {
    pub(super) fn new(within: Within) -> Self {
        Self { within, keys: vec![] }
    }

    pub(super) fn admits(&mut self, key: u32, objects: &Objects) -> bool {
        let Within { prefix, tenant } = &self.within;
        let wanted = tenant.as_deref().map(|name| objects.tenant_named(name));
        while self.keys.len() <= key as usize {
            let next = self.keys.len() as u32;
            let of_tenant = wanted.is_none_or(|tenant| tenant.is_some() && objects.tenant(next) == tenant);
            let below =
                prefix.as_deref().is_none_or(|prefix| objects.name(next).starts_with(prefix.as_bytes()));
            self.keys.push(of_tenant && below);
        }
        self.keys[key as usize]
    }
}
