//! Keys whose misses cost most, for what it costs to warm them.
//!
//! # Formula
//! importance · requests within the window / cost, where importance goes from 1 to 10 and cost is the factor by which
//! fetches of a key take longer than usual.

use trace::synthetic::Nanos;

use crate::warming::select::choice::{Accesses, Choice, Moment};
use crate::warming::select::log::Log;
use crate::warming::select::top::{top, worth};

/// Counts within a window, weighed.
pub(super) struct Value {
    log: Log,
}

impl Value {
    pub(super) fn new(window: Nanos) -> Self {
        Self { log: Log::new(window) }
    }
}

impl Choice for Value {
    fn learn(&mut self, accesses: &Accesses) {
        self.log.extend(accesses);
    }

    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let counts = self.log.counts(moment.now);
        top(counts.len(), moment.most, |key| {
            let id = key as u32;
            let asked = f64::from(counts[key].times) * f64::from(moment.objects.importance(id));
            worth(asked / moment.objects.cost(id))
        })
    }
}
