//! How hard the origin and the warmer work.

use std::ops::Sub;

use trace::synthetic::Nanos;

/// Counters of work that only grow; times in nanoseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Fetches that the origin has begun.
    pub begun: u64,
    /// How long these waited for it, together.
    pub waited: u128,
    /// How long it worked, all of its servers together.
    pub busy: u128,
    /// How long operations stood ready and waited for the rate of their budget.
    pub paced: u128,
}

impl Sub for Load {
    type Output = Self;

    fn sub(self, before: Self) -> Self {
        Self {
            begun: self.begun - before.begun,
            waited: self.waited - before.waited,
            busy: self.busy - before.busy,
            paced: self.paced - before.paced,
        }
    }
}

impl Load {
    /// Milliseconds that a fetch waited on average; none where none was begun.
    pub fn mean_wait_ms(&self) -> Option<f64> {
        (self.begun > 0).then(|| self.waited as f64 / self.begun as f64 / 1e6)
    }

    /// Share of the time that `servers` worked.
    pub fn utilisation(&self, servers: u32, time: Nanos) -> Option<f64> {
        (time > 0).then(|| self.busy as f64 / (f64::from(servers) * time as f64))
    }

    /// Another stretch of time joins.
    pub(crate) fn add(&mut self, other: &Self) {
        self.begun += other.begun;
        self.waited += other.waited;
        self.busy += other.busy;
        self.paced += other.paced;
    }
}

/// How many work at a time, summed over time.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Level {
    now: u32,
    since: Nanos,
    sum: u128,
}

impl Level {
    pub(crate) fn now(&self) -> u32 {
        self.now
    }

    /// One more, or one less.
    pub(crate) fn step(&mut self, now: Nanos, up: bool) {
        self.sum = self.sum_at(now);
        self.since = now;
        self.now = if up { self.now + 1 } else { self.now - 1 };
    }

    /// The sum up to an instant.
    pub(crate) fn sum_at(&self, now: Nanos) -> u128 {
        self.sum + u128::from(self.now) * (now.saturating_sub(self.since).max(0) as u128)
    }
}

/// Stretches of time in which something holds, told one after the other, overlaps counted once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretches {
    until: Nanos,
    sum: u128,
}

impl Default for Stretches {
    fn default() -> Self {
        Self { until: Nanos::MIN, sum: 0 }
    }
}

impl Stretches {
    pub(crate) fn note(&mut self, from: Nanos, until: Nanos) {
        let from = from.max(self.until);
        if until > from {
            self.sum += (until - from) as u128;
            self.until = until;
        }
    }

    /// Their sum up to an instant.
    pub(crate) fn sum_at(&self, now: Nanos) -> u128 {
        self.sum.saturating_sub(self.until.saturating_sub(now).max(0) as u128)
    }
}

/// The most events that fell into one second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peak {
    second: Nanos,
    count: u64,
    most: u64,
    /// How many a second may have.
    allowed: u64,
    /// Seconds that had more.
    over: u64,
}

impl Default for Peak {
    fn default() -> Self {
        Self::above(u64::MAX)
    }
}

impl Peak {
    /// Counts the seconds that have more than `allowed`, too.
    pub(crate) fn above(allowed: u64) -> Self {
        Self { second: 0, count: 0, most: 0, allowed, over: 0 }
    }

    pub(crate) fn note(&mut self, now: Nanos) {
        self.note_many(now, 1);
    }

    pub(crate) fn note_many(&mut self, now: Nanos, count: u64) {
        let second = now / 1_000_000_000;
        if second != self.second {
            (self.second, self.count) = (second, 0);
        }
        let before = self.count;
        self.count += count;
        self.over += u64::from(before <= self.allowed && self.count > self.allowed);
        self.most = self.most.max(self.count);
    }

    /// Forgets what was, and counts on.
    pub(crate) fn restart(&mut self) {
        *self = Self::above(self.allowed);
    }

    pub(crate) fn most(&self) -> u64 {
        self.most
    }

    pub(crate) fn seconds_over(&self) -> u64 {
        self.over
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Nanos = 1_000_000_000;

    #[test]
    fn a_level_is_summed_over_time() {
        let mut level = Level::default();
        // By hand: one from 2 to 5, two from 5 to 6, one from 6 on.
        for (at, up) in [(2, true), (5, true), (6, false)] {
            level.step(at, up);
        }
        assert_eq!((level.now(), level.sum_at(6), level.sum_at(10)), (1, 5, 9));
    }

    #[test]
    fn stretches_that_overlap_count_once() {
        let mut stretches = Stretches::default();
        for (from, until) in [(0, 4), (2, 6), (3, 5), (9, 10)] {
            stretches.note(from, until);
        }
        assert_eq!((stretches.sum_at(10), stretches.sum_at(12)), (7, 7));
        // What is still to come of the last does not count yet.
        stretches.note(11, 20);
        assert_eq!(stretches.sum_at(13), 9);
    }

    #[test]
    fn a_peak_counts_the_seconds_that_had_more_than_allowed() {
        let mut peak = Peak::above(2);
        for (at, count) in [(0, 1), (1, 1), (2, 1), (SECOND, 2), (3 * SECOND, 5), (3 * SECOND, 4)] {
            peak.note_many(at, count);
        }
        assert_eq!((peak.most(), peak.seconds_over()), (9, 2));
        peak.restart();
        peak.note(3 * SECOND);
        assert_eq!((peak.most(), peak.seconds_over()), (1, 0));
    }
}
