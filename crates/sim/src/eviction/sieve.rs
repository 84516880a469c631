//! SIEVE: a hand moves from the oldest key to the newest and evicts the first that was not asked for since the hand
//! last passed; the others stay where they are.

use crate::express::ExpressSieve;
use crate::lane::Lane;
use crate::lists::Lists;
use crate::parameters::{Parameter, Parameters};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct Sieve;

impl Design for Sieve {
    const NAME: &'static str = "sieve";
    const TITLE: &'static str = "SIEVE";
    const PAPER: &'static str = "Zhang, Yang, Yue, Vigfusson, Rashmi: SIEVE is simpler than LRU, NSDI 2024";
    const PARAMETERS: &'static [Parameter] = &[];
    type Policy<U: Unit> = SieveCache<U>;

    fn build<U: Unit>(capacity: u64, _: &Parameters) -> SieveCache<U> {
        SieveCache {
            queue: Lists::new(1),
            visited: vec![],
            hand: None,
            sizes: U::default(),
            room: Room::new(capacity),
        }
    }

    fn express(capacity: u64, _: &Parameters) -> Option<Box<dyn Lane>> {
        Some(Box::new(ExpressSieve::new(capacity)))
    }
}

/// A cache that sieves out what is not asked for again.
#[derive(Debug)]
pub struct SieveCache<U> {
    queue: Lists,
    visited: Vec<bool>,
    /// Where the hand is; the oldest key where it has passed the newest.
    hand: Option<u32>,
    sizes: U,
    room: Room,
}

impl<U: Unit> SieveCache<U> {
    fn evict(&mut self, evictions: &mut impl Evictions) {
        let Some(mut at) = self.hand.or_else(|| self.queue.oldest(0)) else { return };
        while std::mem::replace(&mut self.visited[at as usize], false) {
            match self.queue.newer(at).or_else(|| self.queue.oldest(0)) {
                Some(next) => at = next,
                None => return,
            }
        }
        self.hand = Some(at);
        self.take_out(at);
        evictions.evicted(at);
    }
}

impl<U: Unit> Policy for SieveCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.queue.reserve(keys);
        self.visited.resize(keys, false);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        if self.queue.holds(key) {
            self.visited[key as usize] = true;
            return true;
        }
        if !self.room.admits(size) {
            return false;
        }
        while self.room.lacks(size) {
            self.evict(evictions);
        }
        self.queue.push(0, key);
        self.visited[key as usize] = false;
        self.sizes.record(key, size);
        self.room.used += size;
        false
    }

    fn take_out(&mut self, key: u32) {
        if self.hand == Some(key) {
            self.hand = self.queue.newer(key);
        }
        self.queue.remove(key);
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        self.queue.holds(key)
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }
}
