//! Keys of promotions.

use crate::warming::select::choice::{Choice, Moment};
use crate::warming::setup::Crowd;

/// Keys of crowds that are known and not over, crowd by crowd.
pub(super) struct Promoted(pub(super) Vec<Crowd>);

impl Choice for Promoted {
    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let known =
            |crowd: &&Crowd| crowd.known.is_some_and(|known| known <= moment.now) && moment.now < crowd.ends;
        let keys = |crowd: &Crowd| crowd.first..crowd.first.saturating_add(crowd.keys);
        self.0.iter().filter(known).flat_map(keys).collect()
    }
}
