//! How many operations a rate lets begin, and when.

use std::collections::VecDeque;

use trace::synthetic::Nanos;

use crate::warming::bucket::TokenBucket;
use crate::warming::setup::Budget;

/// What keeps to a rate.
#[derive(Debug, Clone)]
pub(crate) enum Limiter {
    /// Tokens, which flow in evenly.
    Bucket(TokenBucket),
    /// A log of what began within a window that slides along.
    Log(SlidingLog),
}

impl Limiter {
    /// None where there is no rate.
    pub(crate) fn of(budget: &Budget) -> Option<Self> {
        let rate = budget.rate?;
        Some(match budget.rate_window {
            Some(window) => Self::Log(SlidingLog::new(window, rate.per_second * window as f64 / 1e9)),
            None => Self::Bucket(TokenBucket::new(rate)),
        })
    }

    /// When an operation may begin, now or later.
    pub(crate) fn ready(&self, now: Nanos) -> Nanos {
        match self {
            Self::Bucket(bucket) => bucket.ready(now),
            Self::Log(log) => log.ready(now),
        }
    }

    /// An operation begins.
    pub(crate) fn take(&mut self, now: Nanos) {
        match self {
            Self::Bucket(bucket) => bucket.take(now),
            Self::Log(log) => log.take(now),
        }
    }
}

/// So many within any window of a length, all at once where they can: the half-open window (now − length, now].
#[derive(Debug, Clone)]
pub(crate) struct SlidingLog {
    window: Nanos,
    most: usize,
    /// The latest that began, as many as a window allows.
    begun: VecDeque<Nanos>,
}

impl SlidingLog {
    /// A millionth of an operation is a matter of rounding.
    fn new(window: Nanos, most: f64) -> Self {
        Self { window, most: ((most + 1e-6).floor() as usize).max(1), begun: VecDeque::new() }
    }

    fn ready(&self, now: Nanos) -> Nanos {
        match self.begun.front() {
            Some(first) if self.begun.len() == self.most => now.max(first.saturating_add(self.window)),
            _ => now,
        }
    }

    fn take(&mut self, now: Nanos) {
        if self.begun.len() == self.most {
            self.begun.pop_front();
        }
        self.begun.push_back(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_lets_all_of_it_begin_at_once_and_then_each_where_one_before_it_has_left() {
        let mut log = SlidingLog::new(60, 3.0);
        let began = [0, 0, 10, 20, 65, 65].map(|wanted| {
            let ready = log.ready(wanted);
            log.take(ready);
            ready
        });
        // By hand: the fourth waits for the first to be 60 old, the fifth for the second, the sixth for the third.
        assert_eq!(began, [0, 0, 10, 60, 65, 70]);
    }
}
