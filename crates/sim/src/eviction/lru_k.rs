//! LRU-K: the key whose k-th last request lies farthest back goes first; keys with fewer requests go before all others,
//! in the order of their insertion.
//!
//! Requests are counted while a key is in the cache, and each counts: the paper also remembers keys that are gone, and
//! takes requests close together for one.

use crate::lists::Lists;
use crate::parameters::{Parameter, Parameters};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::ranking::Ranking;
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct LruK;

impl Design for LruK {
    const NAME: &'static str = "lru-k";
    const TITLE: &'static str = "LRU-K";
    const PAPER: &'static str = "O'Neil, O'Neil, Weikum: The LRU-K page replacement algorithm for database disk buffering, SIGMOD 1993";
    const PARAMETERS: &'static [Parameter] = &[Parameter::count("k", "which last request counts", 2, 1, 64)];
    type Policy<U: Unit> = LruKCache<U>;

    fn build<U: Unit>(capacity: u64, parameters: &Parameters) -> LruKCache<U> {
        LruKCache {
            k: parameters.count("k") as usize,
            young: Lists::new(1),
            grown: Ranking::new(),
            requests: vec![],
            times: vec![],
            clock: 0,
            sizes: U::default(),
            room: Room::new(capacity),
        }
    }
}

/// A cache that evicts by the k-th last request.
#[derive(Debug)]
pub struct LruKCache<U> {
    k: usize,
    /// Keys with fewer than k requests.
    young: Lists,
    /// The others, by their k-th last request.
    grown: Ranking<u64>,
    /// Requests of each key, and the times of the last k as a ring.
    requests: Vec<u64>,
    times: Vec<u64>,
    clock: u64,
    sizes: U,
    room: Room,
}

impl<U: Unit> LruKCache<U> {
    /// Takes note of a request for a key that is in the cache.
    fn note(&mut self, key: u32) {
        let requests = &mut self.requests[key as usize];
        let ring = key as usize * self.k;
        let slot = ring + (*requests % self.k as u64) as usize;
        self.times[slot] = self.clock;
        *requests += 1;
        if *requests < self.k as u64 {
            return;
        }
        if self.young.holds(key) {
            self.young.remove(key);
        }
        // The slot that is overwritten next is the oldest.
        let oldest = self.times[ring + (*requests % self.k as u64) as usize];
        self.grown.set(key, oldest);
    }

    fn victim(&self) -> Option<u32> {
        self.young.oldest(0).or_else(|| self.grown.least().map(|(_, key)| key))
    }
}

impl<U: Unit> Policy for LruKCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.young.reserve(keys);
        self.grown.reserve(keys);
        self.requests.resize(keys, 0);
        self.times.resize(keys * self.k, 0);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        self.clock += 1;
        if self.contains(key) {
            self.note(key);
            return true;
        }
        if !self.room.admits(size) {
            return false;
        }
        while self.room.lacks(size) {
            let Some(victim) = self.victim() else { break };
            self.remove(victim);
            evictions.evicted(victim);
        }
        self.sizes.record(key, size);
        self.room.used += size;
        self.requests[key as usize] = 0;
        self.young.push(0, key);
        self.note(key);
        false
    }

    fn take_out(&mut self, key: u32) {
        if self.young.holds(key) {
            self.young.remove(key);
        } else {
            self.grown.remove(key);
        }
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        self.young.holds(key) || self.grown.holds(key)
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }
}
