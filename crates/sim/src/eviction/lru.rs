//! LRU: the key that was not asked for the longest goes first.

use crate::express::ExpressLru;
use crate::lane::Lane;
use crate::parameters::{Parameter, Parameters};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::recency::Recency;
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct Lru;

impl Design for Lru {
    const NAME: &'static str = "lru";
    const TITLE: &'static str = "least recently used";
    const PAPER: &'static str = "Mattson, Gecsei, Slutz, Traiger: Evaluation techniques for storage hierarchies, IBM Systems Journal 9(2), 1970";
    const PARAMETERS: &'static [Parameter] = &[];
    type Policy<U: Unit> = LruCache<U>;

    fn build<U: Unit>(capacity: u64, _: &Parameters) -> LruCache<U> {
        LruCache { recency: Recency::new(), sizes: U::default(), room: Room::new(capacity) }
    }

    fn express(capacity: u64, _: &Parameters) -> Option<Box<dyn Lane>> {
        Some(Box::new(ExpressLru::new(capacity)))
    }
}

/// A cache that evicts the least recently used key.
#[derive(Debug)]
pub struct LruCache<U> {
    recency: Recency,
    sizes: U,
    room: Room,
}

impl<U: Unit> Policy for LruCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.recency.reserve(keys);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        if self.recency.holds(key) {
            self.recency.renew(key);
            return true;
        }
        if !self.room.admits(size) {
            return false;
        }
        while self.room.lacks(size) {
            let Some(victim) = self.recency.pop() else { break };
            self.room.used -= self.sizes.size(victim);
            evictions.evicted(victim);
        }
        self.recency.renew(key);
        self.sizes.record(key, size);
        self.room.used += size;
        false
    }

    fn take_out(&mut self, key: u32) {
        self.recency.remove(key);
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        self.recency.holds(key)
    }

    fn look_at(&self, key: u32) {
        self.recency.look_at(key);
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }
}
