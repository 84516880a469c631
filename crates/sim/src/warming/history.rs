//! What was asked for so far: all that a warmer without foresight knows.

use std::cmp::Reverse;
use std::collections::VecDeque;

use trace::synthetic::Nanos;

use crate::warming::select::Ahead;
use crate::warming::setup::Selector;

/// Requests of the past, as far as the jobs of a strategy have use for them.
#[derive(Default)]
pub(crate) struct History {
    wants: Wants,
    /// When each key was asked for last.
    last: Vec<Nanos>,
    /// How often each key was asked for.
    counts: Vec<u32>,
    /// How often each key was asked for in each hour of the day.
    hours: Vec<[u32; 24]>,
    /// The requests of the longest window.
    log: VecDeque<(Nanos, u32)>,
    /// Requests of the chunk at hand that are in it.
    fed: usize,
}

/// What of the past is kept.
#[derive(Default, Clone, Copy)]
struct Wants {
    last: bool,
    counts: bool,
    hours: bool,
    /// The longest window.
    window: Nanos,
}

/// Before everything.
const NEVER: Nanos = Nanos::MIN;

const HOUR: Nanos = 3_600_000_000_000;

impl History {
    /// Keeps what these selectors need.
    pub(crate) fn of<'a>(selectors: impl Iterator<Item = &'a Selector>) -> Self {
        let mut wants = Wants::default();
        for selector in selectors {
            match selector {
                Selector::Recent { .. } => wants.last = true,
                Selector::Popular => wants.counts = true,
                Selector::HourOfDay => wants.hours = true,
                Selector::Trending { window } => wants.window = wants.window.max(*window),
                Selector::Popularity
                | Selector::Oracle(_)
                | Selector::Clairvoyant { .. }
                | Selector::Keys(_) => {}
            }
        }
        Self { wants, ..Self::default() }
    }

    /// Learns of the requests up to now.
    pub(crate) fn feed(&mut self, ahead: &Ahead) {
        let Some(chunk) = ahead.chunks.first() else { return };
        let Wants { last, counts, hours, window } = self.wants;
        let (known, requests) = (chunk.known as usize, self.fed..ahead.at);
        self.fed = ahead.at;
        let passed = || chunk.keys[requests.clone()].iter().zip(&chunk.times[requests.clone()]);
        if last {
            self.last.resize(known, NEVER);
            passed().for_each(|(key, time)| self.last[*key as usize] = *time);
        }
        if counts {
            self.counts.resize(known, 0);
            passed().for_each(|(key, _)| self.counts[*key as usize] += 1);
        }
        if hours {
            self.hours.resize(known, [0; 24]);
            passed().for_each(|(key, time)| self.hours[*key as usize][hour(*time)] += 1);
        }
        if window > 0 {
            self.log.extend(passed().map(|(key, time)| (*time, *key)));
            let since = self.log.back().map_or(0, |(time, _)| time.saturating_sub(window));
            while self.log.front().is_some_and(|(time, _)| *time < since) {
                self.log.pop_front();
            }
        }
    }

    /// The chunk at hand is over.
    pub(crate) fn turn(&mut self) {
        self.fed = 0;
    }

    /// The keys asked for last, the latest first.
    pub(crate) fn latest(&self, since: Nanos, most: usize) -> Vec<u32> {
        top(self.last.len(), most, |key| Some(self.last[key]).filter(|last| *last >= since.max(NEVER + 1)))
    }

    /// The keys asked for most.
    pub(crate) fn most(&self, most: usize) -> Vec<u32> {
        top(self.counts.len(), most, |key| Some(self.counts[key]).filter(|count| *count > 0))
    }

    /// The keys asked for most in the hour of the day behind that of `now`.
    pub(crate) fn most_next_hour(&self, now: Nanos, most: usize) -> Vec<u32> {
        let next = (hour(now) + 1) % 24;
        top(self.hours.len(), most, |key| Some(self.hours[key][next]).filter(|count| *count > 0))
    }

    /// The keys asked for most since an instant.
    pub(crate) fn most_since(&self, since: Nanos, most: usize) -> Vec<u32> {
        let mut counts: Vec<u32> = vec![];
        for (_, key) in self.log.iter().rev().take_while(|(time, _)| *time >= since) {
            if *key as usize >= counts.len() {
                counts.resize(*key as usize + 1, 0);
            }
            counts[*key as usize] += 1;
        }
        top(counts.len(), most, |key| Some(counts[key]).filter(|count| *count > 0))
    }
}

/// Hour of the day.
fn hour(time: Nanos) -> usize {
    (time / HOUR).rem_euclid(24) as usize
}

/// The keys of the highest worth, the highest first; of two alike the smaller.
fn top<W: Ord + Copy>(keys: usize, most: usize, worth: impl Fn(usize) -> Option<W>) -> Vec<u32> {
    let mut found: Vec<(Reverse<W>, u32)> =
        (0..keys).filter_map(|key| Some((Reverse(worth(key)?), key as u32))).collect();
    if most < found.len() {
        found.select_nth_unstable(most);
        found.truncate(most);
    }
    found.sort_unstable();
    found.into_iter().map(|(_, key)| key).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use trace::synthetic::Chunk;

    #[test]
    fn each_selector_knows_the_past_up_to_now_and_no_further() {
        let minute = HOUR / 60;
        let chunk = Chunk {
            // Key 3 at 0:10, 1 at 0:20, 1 at 1:10, 2 twice at 1:20, 3 at 2:00; the last is still to come.
            times: [10, 20, 70, 80, 80, 120].map(|at| at * minute).to_vec(),
            keys: vec![3, 1, 1, 2, 2, 3],
            known: 5,
            ..Chunk::default()
        };
        let trending = Selector::Trending { window: HOUR };
        let recent = Selector::Recent { window: HOUR };
        let mut history = History::of([Selector::Popular, Selector::HourOfDay, trending, recent].iter());
        let chunks = [chunk];
        history.feed(&Ahead { chunks: &chunks, at: 3 });
        history.feed(&Ahead { chunks: &chunks, at: 5 });
        assert_eq!(history.latest(0, 9), [2, 1, 3]);
        assert_eq!(history.latest(75 * minute, 9), [2]);
        assert_eq!(history.most(9), [1, 2, 3]);
        assert_eq!(history.most(1), [1]);
        assert_eq!(history.most_since(30 * minute, 9), [2, 1]);
        // At 23:30 the next hour is that from midnight.
        assert_eq!(history.most_next_hour(23 * HOUR + 30 * minute, 9), [1, 3]);
        assert_eq!(history.most_next_hour(90 * minute, 9), [0; 0]);
        assert_eq!(history.most_next_hour(5 * minute, 9), [2, 1]);
    }
}
