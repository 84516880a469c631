//! The hottest keys by the law in force, which nobody knows better.

use crate::warming::select::choice::{Choice, Moment};

/// The hottest keys by the law in force.
pub(super) struct Popularity;

impl Choice for Popularity {
    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        moment.ranking[..moment.most.min(moment.ranking.len())].to_vec()
    }
}
