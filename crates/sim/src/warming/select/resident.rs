//! Keys that are in the cache.

use crate::warming::select::choice::{Choice, Moment};

/// Keys that are in the cache, in no order that means anything.
pub(super) struct Resident;

impl Choice for Resident {
    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let known = 0..moment.hot.len() as u32;
        known.filter(|key| (moment.held)(*key)).take(moment.most).collect()
    }
}
