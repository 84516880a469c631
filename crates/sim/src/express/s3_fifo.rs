//! S3-FIFO with queues that are just queues: keys only ever leave the small and the main one at the end, and the memory
//! of keys that are gone passes over those that came back.

use std::collections::VecDeque;

use super::{BATCH, Missed};
use crate::lane::{Lane, Stretch};
use crate::policy::{Broken, at_most, equal};
use crate::tally::Tally;

/// S3-FIFO with 5 bytes a key.
pub(crate) struct ExpressS3Fifo {
    capacity: usize,
    rules: Rules,
    state: Vec<u8>,
    small: VecDeque<u32>,
    main: VecDeque<u32>,
    ghost: Ghost,
    /// Whether newcomers overflow into the main part, which ends with the first eviction.
    filling: bool,
    tally: Tally,
}

/// What the policy's parameters say, in items.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub small: usize,
    pub ghost: usize,
    pub threshold: u8,
    pub fills_main: bool,
}

/// A key's state: where it is, and above that its requests since it came there.
const ABSENT: u8 = 0;
const GONE: u8 = 1;
const RESIDENT: u8 = 2;
const REQUEST: u8 = 4;

/// Requests that count for another round in the main part.
const ROUNDS: u8 = 3;

impl ExpressS3Fifo {
    pub(crate) fn new(capacity: u64, rules: Rules) -> Self {
        Self {
            capacity: usize::try_from(capacity).unwrap_or(usize::MAX),
            rules,
            state: vec![],
            small: VecDeque::new(),
            main: VecDeque::new(),
            ghost: Ghost::default(),
            filling: rules.fills_main,
            tally: Tally::default(),
        }
    }

    fn evict(&mut self) {
        self.filling = false;
        if self.main.len() > self.capacity - self.rules.small || self.small.is_empty() {
            self.evict_from_main();
        } else {
            self.evict_from_small();
        }
    }

    fn evict_from_main(&mut self) {
        while let Some(oldest) = self.main.pop_front() {
            let state = &mut self.state[oldest as usize];
            let requests = (*state / REQUEST).min(ROUNDS);
            if requests == 0 {
                *state = ABSENT;
                return;
            }
            *state = RESIDENT | ((requests - 1) * REQUEST);
            self.main.push_back(oldest);
        }
    }

    fn evict_from_small(&mut self) {
        while let Some(oldest) = self.small.pop_front() {
            let state = &mut self.state[oldest as usize];
            if *state / REQUEST >= self.rules.threshold {
                *state = RESIDENT;
                self.main.push_back(oldest);
                continue;
            }
            *state = ABSENT;
            if self.rules.ghost > 0 {
                if self.ghost.held == self.rules.ghost {
                    self.ghost.forget_oldest(&mut self.state);
                }
                self.ghost.remember(oldest, &mut self.state);
            }
            return;
        }
    }
}

impl Lane for ExpressS3Fifo {
    fn reserve(&mut self, keys: usize) {
        self.state.resize(keys, ABSENT);
        self.ghost.place.resize(keys, 0);
    }

    fn serve(&mut self, stretch: &Stretch) {
        // Counting further would make no difference.
        let most = RESIDENT | (self.rules.threshold.max(ROUNDS) * REQUEST);
        let mut missed = Missed::new();
        for (nth, batch) in stretch.keys.chunks(BATCH).enumerate() {
            for (place, key) in batch.iter().enumerate() {
                let state = &mut self.state[*key as usize];
                if *state >= RESIDENT {
                    *state = (*state + REQUEST).min(most);
                    continue;
                }
                missed.note(place, true);
                let remembered = *state == GONE;
                if remembered {
                    *state = ABSENT;
                    self.ghost.held -= 1;
                }
                while self.small.len() + self.main.len() >= self.capacity {
                    self.evict();
                }
                let to_main = remembered || self.filling && self.small.len() >= self.rules.small;
                self.state[*key as usize] = RESIDENT;
                if to_main { &mut self.main } else { &mut self.small }.push_back(*key);
            }
            missed.settle(stretch, nth * BATCH, &mut self.tally);
        }
        self.tally.requests += stretch.keys.len() as u64;
        self.tally.evictions = self.tally.misses - (self.small.len() + self.main.len()) as u64;
    }

    fn tally(&self) -> Tally {
        self.tally
    }

    fn check(&self) -> Result<(), Broken> {
        let held = self.state.iter().filter(|state| **state >= RESIDENT).count() as u64;
        let queued = (self.small.len() + self.main.len()) as u64;
        equal("the number of keys that are marked", held, "the number of keys in the queues", queued)?;
        let gone = self.state.iter().filter(|state| **state == GONE).count() as u64;
        equal("the number of keys marked as gone", gone, "the number remembered", self.ghost.held as u64)?;
        at_most("the number of keys in the cache", held, "the capacity", self.capacity as u64)
    }
}

/// Keys that are gone, in the order in which they went. One that came back stays in the list until it is met, and does
/// not count: its state says so, or its place, if it went again since.
#[derive(Default)]
struct Ghost {
    list: Vec<u32>,
    oldest: usize,
    /// Where each key stands in the list.
    place: Vec<u32>,
    held: usize,
}

impl Ghost {
    fn holds(&self, place: usize, state: &[u8]) -> bool {
        let key = self.list[place] as usize;
        state[key] == GONE && self.place[key] as usize == place
    }

    fn remember(&mut self, key: u32, state: &mut [u8]) {
        if self.list.len() >= 2 * self.held + 1024 {
            self.close_gaps(state);
        }
        self.place[key as usize] = self.list.len() as u32;
        self.list.push(key);
        state[key as usize] = GONE;
        self.held += 1;
    }

    fn forget_oldest(&mut self, state: &mut [u8]) {
        while !self.holds(self.oldest, state) {
            self.oldest += 1;
        }
        state[self.list[self.oldest] as usize] = ABSENT;
        self.oldest += 1;
        self.held -= 1;
    }

    fn close_gaps(&mut self, state: &[u8]) {
        let mut kept = 0;
        for place in self.oldest..self.list.len() {
            if self.holds(place, state) {
                let key = self.list[place];
                self.list[kept] = key;
                self.place[key as usize] = kept as u32;
                kept += 1;
            }
        }
        self.list.truncate(kept);
        self.oldest = 0;
    }
}
