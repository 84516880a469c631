//! Belady's MIN: the key whose next request lies farthest ahead goes first. Where all sizes are equal, no policy that lets
//! every newcomer in does better; with sizes it is a yardstick, not a bound.

use crate::agenda::Agenda;
use crate::parameters::{Parameter, Parameters};
use crate::policy::{Design, Evictions, NEVER, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct Belady;

impl Design for Belady {
    const NAME: &'static str = "belady";
    const TITLE: &'static str = "Belady's MIN, which knows the future";
    const PAPER: &'static str = "Belady: A study of replacement algorithms for a virtual-storage computer, IBM Systems Journal 5(2), 1966";
    const PARAMETERS: &'static [Parameter] = &[];
    type Policy<U: Unit> = BeladyCache<U>;

    fn build<U: Unit>(capacity: u64, _: &Parameters) -> BeladyCache<U> {
        BeladyCache {
            next: vec![],
            agenda: Agenda::new(),
            asked_at: vec![],
            over: vec![],
            sizes: U::default(),
            room: Room::new(capacity),
        }
    }
}

/// Not in the cache.
const ABSENT: u32 = NEVER - 1;

/// A cache that knows the future.
#[derive(Debug)]
pub struct BeladyCache<U> {
    /// Next request of each key in the cache.
    next: Vec<u32>,
    /// The next requests of all of them.
    agenda: Agenda,
    /// The key of each coming request in the agenda.
    asked_at: Vec<u32>,
    /// Keys that are never asked for again, which go before all others.
    over: Vec<u32>,
    sizes: U,
    room: Room,
}

impl<U: Unit> BeladyCache<U> {
    fn plan(&mut self, key: u32, next: u32) {
        self.next[key as usize] = next;
        if next == NEVER {
            self.over.push(key);
            return;
        }
        let next = next as usize;
        self.agenda.insert(next);
        if next >= self.asked_at.len() {
            self.asked_at.resize((next + 1).next_power_of_two(), 0);
        }
        self.asked_at[next] = key;
    }

    fn victim(&mut self) -> Option<u32> {
        while let Some(key) = self.over.pop() {
            // One that was taken out, or that came back after all, is none.
            if self.next[key as usize] == NEVER {
                return Some(key);
            }
        }
        self.agenda.last().map(|next| self.asked_at[next])
    }
}

impl<U: Unit> Policy for BeladyCache<U> {
    const NEEDS_FUTURE: bool = true;

    fn reserve(&mut self, keys: usize) {
        self.next.resize(keys, ABSENT);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, next, .. }: Request, evictions: &mut impl Evictions) -> bool {
        let planned = self.next[key as usize];
        if planned != ABSENT {
            if planned != NEVER {
                self.agenda.remove(planned as usize);
            }
            self.plan(key, next);
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
        self.plan(key, next);
        self.sizes.record(key, size);
        self.room.used += size;
        false
    }

    fn take_out(&mut self, key: u32) {
        let planned = std::mem::replace(&mut self.next[key as usize], ABSENT);
        if planned != NEVER {
            self.agenda.remove(planned as usize);
        }
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        self.next[key as usize] != ABSENT
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }
}
