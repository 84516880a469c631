//! Keys by the score of a published warmer that minds its memory.
//!
//! # Formula
//! (importance / 10) · min(f, 1) · 1 / (1 + cost) · 1 / (1 + age), where f is the number of requests an hour within the
//! window, cost the factor by which fetches of a key take longer than usual, and age the hours since it was asked for
//! last. Above one request an hour f tells keys apart no more.

use trace::synthetic::Nanos;

use crate::warming::select::choice::{Accesses, Choice, Moment};
use crate::warming::select::log::Log;
use crate::warming::select::top::{top, worth};

const HOUR: f64 = 3.6e12;

/// Counts within a window, and the last of each.
pub(super) struct MemoryScore {
    window: Nanos,
    /// Requests an hour at least.
    least: f64,
    log: Log,
}

impl MemoryScore {
    pub(super) fn new(window: Nanos, least: f64) -> Self {
        Self { window, least, log: Log::new(window) }
    }
}

impl Choice for MemoryScore {
    fn learn(&mut self, accesses: &Accesses) {
        self.log.extend(accesses);
    }

    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let counts = self.log.counts(moment.now);
        let hours = self.window as f64 / HOUR;
        top(counts.len(), moment.most, |key| {
            let (id, count) = (key as u32, counts[key]);
            let frequency = f64::from(count.times) / hours;
            if frequency < self.least {
                return None;
            }
            let age = moment.now.saturating_sub(count.last) as f64 / HOUR;
            let importance = f64::from(moment.objects.importance(id)) / 10.0;
            worth(importance * frequency.min(1.0) / (1.0 + moment.objects.cost(id)) / (1.0 + age))
        })
    }
}
