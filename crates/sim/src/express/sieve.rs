//! SIEVE in one array: the hand moves what it spares together behind it, so that no list is needed.
//!
//! ```text
//!  spared by the hand     gap     not looked at in this round, newest last
//! |------------------|---------|------------------------------------------|
//!                  spared     hand                                       end
//! ```
//!
//! Requests are taken in blocks: first all of them mark their keys, which needs no branch on hit or miss, then the
//! misses evict. That is the same as one by one as long as the hand meets no key of the block; where it does, the rest
//! of the block is undone and taken one by one.

use super::{BATCH, Missed};
use crate::lane::{Lane, Stretch};
use crate::policy::{Broken, at_most, equal};
use crate::tally::Tally;

/// SIEVE with one byte a key and 8 an item.
pub(crate) struct ExpressSieve {
    capacity: usize,
    state: Vec<u8>,
    /// Keys in order of insertion, around the gap.
    queue: Vec<u32>,
    spared: usize,
    hand: usize,
    end: usize,
    held: usize,
    tally: Tally,
}

/// In the cache, and not asked for since the hand passed.
const IDLE: u8 = 1;
/// In the cache, and asked for since.
const VISITED: u8 = 3;
/// Asked for in the block at hand.
const MARKED: u8 = 4;

/// Requests taken together.
const BLOCK: usize = 32;

impl ExpressSieve {
    pub(crate) fn new(capacity: u64) -> Self {
        Self {
            capacity: usize::try_from(capacity).unwrap_or(usize::MAX),
            state: vec![],
            queue: vec![],
            spared: 0,
            hand: 0,
            end: 0,
            held: 0,
            tally: Tally::default(),
        }
    }

    fn evict(&mut self) {
        while !self.examine() {}
    }

    /// Lets the hand look at one key, which it evicts or spares; whether it evicted.
    fn examine(&mut self) -> bool {
        let key = self.queue[self.hand];
        self.hand += 1;
        let state = &mut self.state[key as usize];
        let idle = *state == IDLE;
        *state = u8::from(!idle);
        if !idle {
            self.queue[self.spared] = key;
            self.spared += 1;
        }
        if self.hand == self.end {
            // The newest was looked at: the next round begins with the oldest.
            (self.end, self.hand, self.spared) = (self.spared, 0, 0);
        }
        idle
    }

    fn insert(&mut self, key: u32) {
        if self.end == self.queue.len() {
            self.make_room();
        }
        self.queue[self.end] = key;
        self.end += 1;
    }

    /// Serves one request; whether it missed.
    fn request(&mut self, key: u32) -> bool {
        let state = &mut self.state[key as usize];
        if *state != 0 {
            *state = VISITED;
            return false;
        }
        *state = IDLE;
        if self.held < self.capacity {
            self.held += 1;
        } else {
            self.evict();
        }
        self.insert(key);
        true
    }

    /// Serves a block that begins at a place of its batch.
    fn block(&mut self, keys: &[u32], first: usize, missed: &mut Missed) {
        if self.held < self.capacity || self.capacity < BLOCK {
            return keys
                .iter()
                .enumerate()
                .for_each(|(place, key)| missed.note(first + place, self.request(*key)));
        }
        let mut before = [0; BLOCK];
        let earlier = missed.count;
        for (place, (key, before)) in keys.iter().zip(&mut before).enumerate() {
            let state = &mut self.state[*key as usize];
            *before = *state;
            missed.note(first + place, *state == 0);
            *state |= (*state << 1) & VISITED | IDLE | MARKED;
        }
        for nth in earlier..missed.count {
            let place = usize::from(missed.places[nth]) - first;
            loop {
                if self.state[self.queue[self.hand] as usize] & MARKED != 0 {
                    missed.count = nth + 1;
                    return self.from(place, keys, &before, first, missed);
                }
                if self.examine() {
                    break;
                }
            }
            self.insert(keys[place]);
        }
        keys.iter().for_each(|key| self.state[*key as usize] &= !MARKED);
    }

    /// Takes back what the block did behind a place, whose miss has yet to evict, and goes on from there one by one.
    fn from(&mut self, place: usize, keys: &[u32], before: &[u8], first: usize, missed: &mut Missed) {
        for (key, before) in keys.iter().zip(before).skip(place + 1).rev() {
            self.state[*key as usize] = *before;
        }
        keys[..=place].iter().for_each(|key| self.state[*key as usize] &= !MARKED);
        self.evict();
        self.insert(keys[place]);
        for (place, key) in keys.iter().enumerate().skip(place + 1) {
            missed.note(first + place, self.request(*key));
        }
    }

    /// Closes the gap, or doubles the array where it is small.
    fn make_room(&mut self) {
        self.queue.copy_within(self.hand..self.end, self.spared);
        (self.hand, self.end) = (self.spared, self.spared + self.end - self.hand);
        if 2 * self.end >= self.queue.len() {
            self.queue.resize((2 * self.end).max(1024), 0);
        }
    }
}

impl Lane for ExpressSieve {
    fn reserve(&mut self, keys: usize) {
        self.state.resize(keys, 0);
    }

    fn serve(&mut self, stretch: &Stretch) {
        let mut missed = Missed::new();
        for (nth, batch) in stretch.keys.chunks(BATCH).enumerate() {
            for (block, keys) in batch.chunks(BLOCK).enumerate() {
                self.block(keys, block * BLOCK, &mut missed);
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
        let held = self.state.iter().filter(|state| **state != 0).count() as u64;
        equal(
            "the number of keys that are marked",
            held,
            "the number of keys in the cache",
            self.held as u64,
        )?;
        let queued = (self.spared + self.end - self.hand) as u64;
        equal(
            "the number of keys in the queue",
            queued,
            "the number of keys in the cache",
            self.held as u64,
        )?;
        at_most("the number of keys in the cache", held, "the capacity", self.capacity as u64)
    }
}
