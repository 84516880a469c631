//! LRU by the times of requests alone: the cache holds the keys whose last request is not older than some horizon, and
//! a miss moves the horizon behind the oldest of them.
//!
//! A request at an instant ends what the last one for the same key stood for, so the state is one number a key and one
//! bit an instant. Decisions of a block of requests are taken together while the horizon cannot pass any of them.

use super::{BATCH, Missed};
use crate::lane::{Lane, Stretch};
use crate::policy::{Broken, at_most, equal};
use crate::tally::Tally;

/// LRU with 4 bytes a key and one bit an instant.
pub(crate) struct ExpressLru {
    capacity: usize,
    /// Instant of each key's last request; 0 for never.
    last: Vec<u32>,
    /// Whether an instant's key was asked for again since.
    over: Vec<u64>,
    /// The instant that comes next, from 1.
    now: u32,
    /// Keys asked for last at or after this instant are in the cache.
    horizon: u32,
    /// Keys in the cache.
    held: usize,
    tally: Tally,
}

/// Requests decided together.
const BLOCK: usize = 64;

impl ExpressLru {
    pub(crate) fn new(capacity: u64) -> Self {
        let capacity = usize::try_from(capacity).unwrap_or(usize::MAX);
        Self { capacity, last: vec![], over: vec![], now: 1, horizon: 1, held: 0, tally: Tally::default() }
    }

    /// Instants that may pass before they are counted anew, which bounds the bits by two bytes a key.
    fn instants(&self) -> u32 {
        (16 * self.last.len() as u64 + (1 << 20)).min(1 << 31) as u32
    }

    fn mark(&mut self, instant: u32) {
        self.over[(instant / 64) as usize] |= 1 << (instant % 64);
    }

    fn unmark(&mut self, instant: u32) {
        self.over[(instant / 64) as usize] &= !(1 << (instant % 64));
    }

    /// The instant behind the `count`-th from the horizon that still stands for its key.
    fn beyond(&self, count: u32) -> u32 {
        let mut word = (self.horizon / 64) as usize;
        let mut stands = !self.over[word] & (!0 << (self.horizon % 64));
        let mut left = count;
        while left > stands.count_ones() {
            left -= stands.count_ones();
            word += 1;
            stands = !self.over[word];
        }
        for _ in 1..left {
            stands &= stands - 1;
        }
        word as u32 * 64 + stands.trailing_zeros() + 1
    }

    /// Decides requests, given the instants of the last ones for their keys, one after the other.
    fn one_by_one(&mut self, before: &[u32], mut note: impl FnMut(usize, bool)) {
        for (place, before) in before.iter().enumerate() {
            self.mark(*before);
            let miss = *before < self.horizon;
            note(place, miss);
            if miss && self.held < self.capacity {
                self.held += 1;
            } else if miss {
                self.horizon = self.beyond(1);
            }
        }
    }

    /// Decides a block at once; false, with nothing done, where it has to be one by one.
    fn together(&mut self, before: &[u32]) -> bool {
        if self.held < self.capacity || self.capacity < BLOCK {
            return false;
        }
        before.iter().for_each(|before| self.mark(*before));
        let misses: u32 = before.iter().map(|before| u32::from(*before < self.horizon)).sum();
        if misses == 0 {
            return true;
        }
        let beyond = self.beyond(misses);
        let between = before.iter().map(|before| u32::from(*before >= self.horizon && *before < beyond));
        if between.sum::<u32>() > 0 {
            // Whether the horizon passes this one first depends on the order.
            before.iter().for_each(|before| self.unmark(*before));
            return false;
        }
        self.horizon = beyond;
        true
    }

    /// Counts instants anew from 1, those that still stand for a key of the cache alone.
    fn renumber(&mut self) {
        let mut ranks = Vec::with_capacity(self.over.len());
        let mut rank = 0u32;
        let stands = |word: usize| {
            let from = match word.cmp(&((self.horizon / 64) as usize)) {
                std::cmp::Ordering::Less => 0,
                std::cmp::Ordering::Equal => !0 << (self.horizon % 64),
                std::cmp::Ordering::Greater => !0,
            };
            !self.over[word] & from
        };
        for word in 0..self.over.len() {
            ranks.push(rank);
            rank += stands(word).count_ones();
        }
        for last in &mut self.last {
            let below = (1u64 << (*last % 64)) - 1;
            let word = (*last / 64) as usize;
            *last = match *last >= self.horizon {
                true => 1 + ranks[word] + (stands(word) & below).count_ones(),
                false => 0,
            };
        }
        self.now = 1 + self.held as u32;
        self.horizon = 1;
        self.over.iter_mut().for_each(|word| *word = 0);
    }
}

impl Lane for ExpressLru {
    fn reserve(&mut self, keys: usize) {
        self.last.resize(keys, 0);
    }

    fn serve(&mut self, stretch: &Stretch) {
        let mut missed = Missed::new();
        let mut before = [0; BATCH];
        for (nth, keys) in stretch.keys.chunks(BATCH).enumerate() {
            if self.now > self.instants() {
                self.renumber();
            }
            let words = (self.now as usize + BATCH) / 64 + 2;
            if self.over.len() < words {
                self.over.resize(words.next_power_of_two(), 0);
            }
            for (before, key) in before.iter_mut().zip(keys) {
                *before = std::mem::replace(&mut self.last[*key as usize], self.now);
                self.now += 1;
            }
            for (block, before) in before[..keys.len()].chunks(BLOCK).enumerate() {
                let horizon = self.horizon;
                if self.together(before) {
                    for (place, before) in before.iter().enumerate() {
                        missed.note(block * BLOCK + place, *before < horizon);
                    }
                } else {
                    self.one_by_one(before, |place, miss| missed.note(block * BLOCK + place, miss));
                }
            }
            missed.settle(stretch, nth * BATCH, &mut self.tally);
        }
        self.tally.requests += stretch.keys.len() as u64;
        self.tally.evictions = self.tally.misses - self.held as u64;
    }

    fn tally(&self) -> Tally {
        self.tally
    }

    fn check(&self) -> Result<(), Broken> {
        let held = self.last.iter().filter(|last| **last >= self.horizon).count() as u64;
        equal(
            "the number of keys behind the horizon",
            held,
            "the number of keys in the cache",
            self.held as u64,
        )?;
        at_most("the number of keys in the cache", held, "the capacity", self.capacity as u64)
    }
}
