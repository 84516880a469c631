//! Keys asked for most since the beginning.

use crate::warming::select::choice::{Accesses, Choice, Moment};
use crate::warming::select::top::top;

/// Counts that nothing wears down.
#[derive(Default)]
pub(super) struct Popular {
    counts: Vec<u32>,
}

impl Choice for Popular {
    fn learn(&mut self, accesses: &Accesses) {
        self.counts.resize(accesses.known, 0);
        accesses.keys.iter().for_each(|key| self.counts[*key as usize] += 1);
    }

    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let asked = |key: usize| Some(self.counts[key]).filter(|count| *count > 0);
        top(self.counts.len(), moment.most, asked)
    }
}
