//! Keys that are not in the cache and will be asked for next, the soonest first: what no warmer can know.

use trace::synthetic::Nanos;

use crate::warming::select::choice::{Choice, Moment};

/// Requests to come, up to a horizon.
pub(super) struct Clairvoyant {
    horizon: Nanos,
    /// Scratch: keys that are in the list already.
    named: Vec<bool>,
}

impl Clairvoyant {
    pub(super) fn new(horizon: Nanos) -> Self {
        Self { horizon, named: vec![] }
    }
}

impl Choice for Clairvoyant {
    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        self.named.resize(moment.hot.len(), false);
        let until = moment.now.saturating_add(self.horizon).min(moment.end);
        let absent = moment.ahead.keys(until).filter(|key| !(moment.held)(*key));
        let new = |key: &u32| !std::mem::replace(&mut self.named[*key as usize], true);
        let found: Vec<u32> = absent.filter(new).take(moment.most).collect();
        found.iter().for_each(|key| self.named[*key as usize] = false);
        found
    }
}
