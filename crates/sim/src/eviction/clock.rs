//! CLOCK, also known as FIFO-reinsertion or second chance: the oldest key goes, unless it was asked for since.

use crate::lists::Lists;
use crate::parameters::{Parameter, Parameters};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct Clock;

impl Design for Clock {
    const NAME: &'static str = "clock";
    const TITLE: &'static str = "CLOCK, FIFO with reinsertion";
    const PAPER: &'static str = "Corbató: A paging experiment with the Multics system, MIT Project MAC, 1968";
    const PARAMETERS: &'static [Parameter] =
        &[Parameter::count("bits", "bits of each key's counter of hits", 1, 1, 8)];
    type Policy<U: Unit> = ClockCache<U>;

    fn build<U: Unit>(capacity: u64, parameters: &Parameters) -> ClockCache<U> {
        ClockCache {
            ring: Lists::new(1),
            hits: vec![],
            most: ((1u32 << parameters.count("bits")) - 1) as u8,
            sizes: U::default(),
            room: Room::new(capacity),
        }
    }
}

/// A cache that gives keys asked for since their insertion another round.
#[derive(Debug)]
pub struct ClockCache<U> {
    ring: Lists,
    /// Hits of each key, up to `most`; each round takes one off.
    hits: Vec<u8>,
    most: u8,
    sizes: U,
    room: Room,
}

impl<U: Unit> ClockCache<U> {
    fn evict(&mut self, evictions: &mut impl Evictions) {
        while let Some(oldest) = self.ring.oldest(0) {
            if self.hits[oldest as usize] == 0 {
                self.ring.remove(oldest);
                self.room.used -= self.sizes.size(oldest);
                return evictions.evicted(oldest);
            }
            self.hits[oldest as usize] -= 1;
            self.ring.renew(0, oldest);
        }
    }
}

impl<U: Unit> Policy for ClockCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.ring.reserve(keys);
        self.hits.resize(keys, 0);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        if self.ring.holds(key) {
            let hits = &mut self.hits[key as usize];
            *hits += u8::from(*hits < self.most);
            return true;
        }
        if !self.room.admits(size) {
            return false;
        }
        while self.room.lacks(size) {
            self.evict(evictions);
        }
        self.ring.push(0, key);
        self.hits[key as usize] = 0;
        self.sizes.record(key, size);
        self.room.used += size;
        false
    }

    fn take_out(&mut self, key: u32) {
        self.ring.remove(key);
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        self.ring.holds(key)
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }
}
