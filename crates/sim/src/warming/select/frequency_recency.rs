//! Keys asked for often and just now, as a known warming service scores them.
//!
//! # Formula
//! Its documentation has score = f · (1 + g) · b, where f is the rate of a key since it was first seen, g = (r − f) / f the
//! growth of its rate r within the window, and b a bonus for the last access. f cancels: score = r · b. Only the latest
//! accesses of each key are kept, so that the score has a ceiling, and all keys at the ceiling are alike.

use std::cmp::Reverse;

use rand::Rng;
use trace::synthetic::Nanos;

use crate::warming::select::choice::{Accesses, Choice, Moment};
use crate::warming::select::log::{Count, Log};
use crate::warming::setup::Bonus;

/// Counts within a window, each up to a ceiling, times a bonus.
pub(super) struct FrequencyRecency {
    log: Log,
    kept: u32,
    bonuses: Vec<Bonus>,
}

impl FrequencyRecency {
    pub(super) fn new(window: Nanos, kept: u32, bonuses: &[Bonus]) -> Self {
        Self { log: Log::new(window), kept, bonuses: bonuses.to_vec() }
    }

    fn score(&self, count: Count, now: Nanos) -> f64 {
        let age = now.saturating_sub(count.last);
        let bonus = self.bonuses.iter().find(|bonus| age < bonus.within).map_or(1.0, |bonus| bonus.factor);
        f64::from(count.times.min(self.kept)) * bonus
    }
}

impl Choice for FrequencyRecency {
    fn learn(&mut self, accesses: &Accesses) {
        self.log.extend(accesses);
    }

    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let counts = self.log.counts(moment.now);
        let seen = counts.iter().enumerate().filter(|(_, count)| count.times > 0);
        // Scores are not negative, and such numbers are in the order of their bits.
        let mut found: Vec<(Reverse<u64>, u64, u32)> = seen
            .map(|(key, count)| {
                let score = self.score(*count, moment.now).to_bits();
                (Reverse(score), moment.ties.next_u64(), key as u32)
            })
            .collect();
        if moment.most < found.len() {
            found.select_nth_unstable(moment.most);
            found.truncate(moment.most);
        }
        found.sort_unstable();
        found.into_iter().map(|(_, _, key)| key).collect()
    }
}
