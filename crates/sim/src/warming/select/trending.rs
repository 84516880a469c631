//! Keys asked for most lately.

use trace::synthetic::Nanos;

use crate::warming::select::choice::{Accesses, Choice, Moment};
use crate::warming::select::log::Log;
use crate::warming::select::top::top;

/// Counts within a window.
pub(super) struct Trending {
    log: Log,
}

impl Trending {
    pub(super) fn new(window: Nanos) -> Self {
        Self { log: Log::new(window) }
    }
}

impl Choice for Trending {
    fn learn(&mut self, accesses: &Accesses) {
        self.log.extend(accesses);
    }

    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let counts = self.log.counts(moment.now);
        top(counts.len(), moment.most, |key| Some(counts[key].times).filter(|times| *times > 0))
    }
}
