//! 2Q: newcomers pass through a FIFO; those asked for again after they left it enter the LRU that is the main part.

use crate::lists::Lists;
use crate::parameters::{Parameter, Parameters, part};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct TwoQ;

impl Design for TwoQ {
    const NAME: &'static str = "2q";
    const TITLE: &'static str = "2Q, full version";
    const PAPER: &'static str = "Johnson, Shasha: 2Q: a low overhead high performance buffer management replacement algorithm, VLDB 1994";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::share("in", "share of the cache for newcomers (Kin)", 0.25, 0.0, 1.0),
        Parameter::share(
            "out",
            "keys remembered after they left it, as a share of the cache (Kout)",
            0.5,
            0.0,
            10.0,
        ),
    ];
    type Policy<U: Unit> = TwoQCache<U>;

    fn build<U: Unit>(capacity: u64, parameters: &Parameters) -> TwoQCache<U> {
        let newcomers = part(capacity, parameters.share("in"));
        TwoQCache {
            lists: Lists::new(3),
            of: vec![],
            newcomers: Room::new(newcomers),
            main: Room::new(capacity - newcomers),
            gone: Room::new(part(capacity, parameters.share("out"))),
            sizes: U::default(),
            room: Room::new(capacity),
        }
    }
}

const NEWCOMERS: usize = 0;
const MAIN: usize = 1;
const GONE: usize = 2;

/// A cache with a queue for newcomers, a memory of them, and a main part.
#[derive(Debug)]
pub struct TwoQCache<U> {
    lists: Lists,
    /// The list of each key that is in one.
    of: Vec<u8>,
    newcomers: Room,
    main: Room,
    gone: Room,
    sizes: U,
    room: Room,
}

impl<U: Unit> TwoQCache<U> {
    fn part(&mut self, list: usize) -> &mut Room {
        match list {
            NEWCOMERS => &mut self.newcomers,
            MAIN => &mut self.main,
            _ => &mut self.gone,
        }
    }

    fn enter(&mut self, list: usize, key: u32) {
        let size = self.sizes.size(key);
        self.part(list).used += size;
        self.lists.push(list, key);
        self.of[key as usize] = list as u8;
    }

    fn leave(&mut self, key: u32) {
        let size = self.sizes.size(key);
        self.part(usize::from(self.of[key as usize])).used -= size;
        self.lists.remove(key);
    }

    /// Evicts the oldest of a part.
    fn evict(&mut self, list: usize, evictions: &mut impl Evictions) {
        let Some(victim) = self.lists.oldest(list) else { return };
        self.leave(victim);
        let size = self.sizes.size(victim);
        self.room.used -= size;
        if list == NEWCOMERS && self.gone.admits(size) {
            while self.gone.lacks(size) {
                let Some(oldest) = self.lists.oldest(GONE) else { break };
                self.leave(oldest);
            }
            self.enter(GONE, victim);
        }
        evictions.evicted(victim);
    }

    fn holds(&self, list: usize, key: u32) -> bool {
        self.lists.holds(key) && usize::from(self.of[key as usize]) == list
    }
}

impl<U: Unit> Policy for TwoQCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.lists.reserve(keys);
        self.of.resize(keys, 0);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        if self.holds(MAIN, key) {
            self.lists.renew(MAIN, key);
            return true;
        }
        if self.holds(NEWCOMERS, key) {
            return true;
        }
        let known = self.holds(GONE, key);
        if known {
            self.leave(key);
        }
        if !self.newcomers.admits(size) {
            return false;
        }
        while self.room.lacks(size) {
            let from_main = self.main.used > 0 && self.newcomers.used <= self.newcomers.capacity;
            self.evict(if from_main { MAIN } else { NEWCOMERS }, evictions);
        }
        while known && self.main.lacks(size) && self.main.used > 0 {
            self.evict(MAIN, evictions);
        }
        if known && self.main.lacks(size) {
            return false;
        }
        self.sizes.record(key, size);
        self.room.used += size;
        self.enter(if known { MAIN } else { NEWCOMERS }, key);
        false
    }

    fn take_out(&mut self, key: u32) {
        self.leave(key);
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        self.holds(MAIN, key) || self.holds(NEWCOMERS, key)
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }

    fn parts(&self) -> u64 {
        self.newcomers.used + self.main.used
    }
}
