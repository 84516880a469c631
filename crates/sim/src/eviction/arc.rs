//! ARC: two LRU lists, keys seen once and keys seen again, whose shares follow the hits among what each has lost.
//!
//! The directory is trimmed only when room is needed; the paper trims it even while the cache fills.

use crate::lists::Lists;
use crate::parameters::{Parameter, Parameters};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct Arc;

impl Design for Arc {
    const NAME: &'static str = "arc";
    const TITLE: &'static str = "adaptive replacement cache";
    const PAPER: &'static str =
        "Megiddo, Modha: ARC: a self-tuning, low overhead replacement cache, FAST 2003";
    const PARAMETERS: &'static [Parameter] = &[];
    type Policy<U: Unit> = ArcCache<U>;

    fn build<U: Unit>(capacity: u64, _: &Parameters) -> ArcCache<U> {
        ArcCache {
            lists: Lists::new(4),
            of: vec![],
            used: [0; 4],
            target: 0.0,
            came_again: false,
            sizes: U::default(),
            room: Room::new(capacity),
        }
    }
}

/// Seen once, in the cache: the paper's T1.
const ONCE: usize = 0;
/// Seen again, in the cache: T2.
const AGAIN: usize = 1;
/// Lost from the first, B1.
const LOST_ONCE: usize = 2;
/// Lost from the second, B2.
const LOST_AGAIN: usize = 3;

/// A cache that adapts between recency and frequency.
#[derive(Debug)]
pub struct ArcCache<U> {
    lists: Lists,
    of: Vec<u8>,
    used: [u64; 4],
    /// What keys seen once should take up: the paper's p.
    target: f64,
    /// Whether what was asked for last and had been in a list came from the second of the lost; as in libCacheSim, that
    /// outlasts requests for keys never seen, where it is too large to be let in.
    came_again: bool,
    sizes: U,
    room: Room,
}

impl<U: Unit> ArcCache<U> {
    fn list(&self, key: u32) -> Option<usize> {
        self.lists.holds(key).then(|| usize::from(self.of[key as usize]))
    }

    fn enter(&mut self, list: usize, key: u32) {
        self.used[list] += self.sizes.size(key);
        self.lists.push(list, key);
        self.of[key as usize] = list as u8;
    }

    fn leave(&mut self, key: u32) {
        self.used[usize::from(self.of[key as usize])] -= self.sizes.size(key);
        self.lists.remove(key);
    }

    /// Moves the target towards the list that has lost what is asked for now.
    fn adapt(&mut self, lost: usize) {
        let [_, _, once, again] = self.used.map(|used| used as f64);
        let capacity = self.room.capacity as f64;
        self.target = match lost {
            LOST_ONCE => (self.target + (again / once).max(1.0)).min(capacity),
            _ => (self.target - (once / again).max(1.0)).max(0.0),
        };
    }

    /// The paper's case IV and REPLACE.
    fn evict(&mut self, lost: bool, size: u64, evictions: &mut impl Evictions) {
        if !lost {
            if self.used[ONCE] + self.used[LOST_ONCE] + size > self.room.capacity {
                match self.lists.oldest(LOST_ONCE) {
                    Some(oldest) => self.leave(oldest),
                    None => return self.drop_oldest(ONCE, None, evictions),
                }
            } else if self.used.iter().sum::<u64>() >= 2 * self.room.capacity
                && let Some(oldest) = self.lists.oldest(LOST_AGAIN)
            {
                self.leave(oldest);
            }
        }
        let once = self.used[ONCE] as f64;
        let from_once = self.used[ONCE] > 0 && (once > self.target || once == self.target && self.came_again);
        if from_once || self.used[AGAIN] == 0 {
            self.drop_oldest(ONCE, Some(LOST_ONCE), evictions);
        } else {
            self.drop_oldest(AGAIN, Some(LOST_AGAIN), evictions);
        }
    }

    fn drop_oldest(&mut self, list: usize, into: Option<usize>, evictions: &mut impl Evictions) {
        let Some(victim) = self.lists.oldest(list) else { return };
        self.leave(victim);
        self.room.used -= self.sizes.size(victim);
        if let Some(into) = into {
            self.enter(into, victim);
        }
        evictions.evicted(victim);
    }
}

impl<U: Unit> Policy for ArcCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.lists.reserve(keys);
        self.of.resize(keys, 0);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        let lost = match self.list(key) {
            Some(ONCE | AGAIN) => {
                self.came_again = false;
                self.leave(key);
                self.enter(AGAIN, key);
                return true;
            }
            Some(lost) => {
                self.came_again = lost == LOST_AGAIN;
                self.adapt(lost);
                self.leave(key);
                Some(lost)
            }
            None => None,
        };
        if !self.room.admits(size) {
            return false;
        }
        while self.room.lacks(size) {
            self.evict(lost.is_some(), size, evictions);
        }
        self.sizes.record(key, size);
        self.room.used += size;
        self.enter(if lost.is_some() { AGAIN } else { ONCE }, key);
        self.came_again &= lost.is_none();
        false
    }

    fn take_out(&mut self, key: u32) {
        self.leave(key);
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        matches!(self.list(key), Some(ONCE | AGAIN))
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }

    fn parts(&self) -> u64 {
        self.used[ONCE] + self.used[AGAIN]
    }
}
