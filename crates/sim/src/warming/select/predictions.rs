//! What a model said, played again.

use std::collections::BTreeSet;
use std::sync::Arc;

use trace::synthetic::Nanos;

use crate::warming::select::choice::{Choice, Moment, PHANTOM};
use crate::warming::setup::Prediction;

/// Predictions of a window that ends now, the highest score first; of scores alike the latest first.
pub(super) struct Predictions {
    /// In order of time.
    pub(super) all: Arc<[Prediction]>,
    pub(super) window: Nanos,
}

impl Choice for Predictions {
    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let since = moment.now.saturating_sub(self.window);
        let place = |until: Nanos| self.all.partition_point(|one| one.at <= until);
        let mut known: Vec<Prediction> = self.all[place(since)..place(moment.now)].to_vec();
        known.reverse();
        known.sort_by(|one, other| other.score.total_cmp(&one.score));
        let mut named = BTreeSet::new();
        let each = known.into_iter().map(|one| one.key);
        each.filter(|key| *key == PHANTOM || named.insert(*key)).collect()
    }
}
