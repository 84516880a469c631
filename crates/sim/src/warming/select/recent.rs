//! Keys asked for last.

use trace::synthetic::Nanos;

use crate::warming::select::choice::{Accesses, Choice, Moment};
use crate::warming::select::top::top;

/// When each key was asked for last.
pub(super) struct Recent {
    window: Nanos,
    last: Vec<Nanos>,
}

/// Before everything.
const NEVER: Nanos = Nanos::MIN;

impl Recent {
    pub(super) fn new(window: Nanos) -> Self {
        Self { window, last: vec![] }
    }
}

impl Choice for Recent {
    fn learn(&mut self, accesses: &Accesses) {
        self.last.resize(accesses.known, NEVER);
        accesses.each().for_each(|(time, key)| self.last[key as usize] = time);
    }

    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let since = moment.now.saturating_sub(self.window).max(NEVER + 1);
        top(self.last.len(), moment.most, |key| Some(self.last[key]).filter(|last| *last >= since))
    }
}
