//! FIFO: the key that came first goes first.

use crate::express::ExpressFifo;
use crate::lane::Lane;
use crate::lists::Lists;
use crate::parameters::{Parameter, Parameters};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct Fifo;

impl Design for Fifo {
    const NAME: &'static str = "fifo";
    const TITLE: &'static str = "first in, first out";
    const PAPER: &'static str = "folklore";
    const PARAMETERS: &'static [Parameter] = &[];
    type Policy<U: Unit> = FifoCache<U>;

    fn build<U: Unit>(capacity: u64, _: &Parameters) -> FifoCache<U> {
        FifoCache { queue: Lists::new(1), sizes: U::default(), room: Room::new(capacity) }
    }

    fn express(capacity: u64, _: &Parameters) -> Option<Box<dyn Lane>> {
        Some(Box::new(ExpressFifo::new(capacity)))
    }
}

/// A cache that evicts the key inserted first.
#[derive(Debug)]
pub struct FifoCache<U> {
    queue: Lists,
    sizes: U,
    room: Room,
}

impl<U: Unit> Policy for FifoCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.queue.reserve(keys);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        if self.queue.holds(key) {
            return true;
        }
        if !self.room.admits(size) {
            return false;
        }
        while self.room.lacks(size) {
            let Some(victim) = self.queue.pop(0) else { break };
            self.room.used -= self.sizes.size(victim);
            evictions.evicted(victim);
        }
        self.queue.push(0, key);
        self.sizes.record(key, size);
        self.room.used += size;
        false
    }

    fn take_out(&mut self, key: u32) {
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
