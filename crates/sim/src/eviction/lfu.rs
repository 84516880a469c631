//! LFU: the key asked for least often since its insertion goes first; of equals the one that came to its count first.

use crate::parameters::{Parameter, Parameters};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct Lfu;

impl Design for Lfu {
    const NAME: &'static str = "lfu";
    const TITLE: &'static str = "least frequently used, counted while in the cache";
    const PAPER: &'static str =
        "Shah, Mitra, Matani: An O(1) algorithm for implementing the LFU cache eviction scheme, 2010";
    const PARAMETERS: &'static [Parameter] = &[];
    type Policy<U: Unit> = LfuCache<U>;

    fn build<U: Unit>(capacity: u64, _: &Parameters) -> LfuCache<U> {
        LfuCache { counts: Counts::default(), sizes: U::default(), room: Room::new(capacity) }
    }
}

/// A cache that evicts the least frequently used key.
#[derive(Debug)]
pub struct LfuCache<U> {
    counts: Counts,
    sizes: U,
    room: Room,
}

impl<U: Unit> Policy for LfuCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.counts.reserve(keys);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        if self.counts.holds(key) {
            self.counts.raise(key);
            return true;
        }
        if !self.room.admits(size) {
            return false;
        }
        while self.room.lacks(size) {
            let Some(victim) = self.counts.least() else { break };
            self.remove(victim);
            evictions.evicted(victim);
        }
        self.counts.insert(key);
        self.sizes.record(key, size);
        self.room.used += size;
        false
    }

    fn take_out(&mut self, key: u32) {
        self.counts.remove(key);
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        self.counts.holds(key)
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }
}

const NONE: u32 = u32::MAX;

/// Keys by how often they were asked for: groups of equal count in rising order, each a list by time of entry. There
/// are never more groups than keys, however large the counts.
#[derive(Debug, Default)]
struct Counts {
    keys: Vec<Member>,
    groups: Vec<Group>,
    free: Vec<u32>,
    lowest: Option<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Member {
    group: u32,
    older: u32,
    newer: u32,
}

#[derive(Debug, Clone, Copy)]
struct Group {
    count: u64,
    oldest: u32,
    newest: u32,
    below: u32,
    above: u32,
}

impl Counts {
    fn reserve(&mut self, keys: usize) {
        self.keys.resize(keys, Member { group: NONE, older: NONE, newer: NONE });
    }

    fn holds(&self, key: u32) -> bool {
        self.keys[key as usize].group != NONE
    }

    fn least(&self) -> Option<u32> {
        self.lowest.map(|group| self.groups[group as usize].oldest)
    }

    fn insert(&mut self, key: u32) {
        let group = match self.lowest {
            Some(lowest) if self.groups[lowest as usize].count == 1 => lowest,
            lowest => self.group(1, NONE, lowest.unwrap_or(NONE)),
        };
        self.enter(key, group);
    }

    fn raise(&mut self, key: u32) {
        let from = self.keys[key as usize].group;
        let Group { count, above, oldest, newest, .. } = self.groups[from as usize];
        let next = above != NONE && self.groups[above as usize].count == count + 1;
        if !next && oldest == newest {
            // Alone in its group, it takes the group along.
            self.groups[from as usize].count += 1;
            return;
        }
        let to = if next { above } else { self.group(count + 1, from, above) };
        self.remove(key);
        self.enter(key, to);
    }

    fn remove(&mut self, key: u32) {
        let Member { group, older, newer } =
            std::mem::replace(&mut self.keys[key as usize], Member { group: NONE, older: NONE, newer: NONE });
        match older {
            NONE => self.groups[group as usize].oldest = newer,
            older => self.keys[older as usize].newer = newer,
        }
        match newer {
            NONE => self.groups[group as usize].newest = older,
            newer => self.keys[newer as usize].older = older,
        }
        if older == NONE && newer == NONE {
            self.dissolve(group);
        }
    }

    /// Appends a key to a group.
    fn enter(&mut self, key: u32, group: u32) {
        let newest = std::mem::replace(&mut self.groups[group as usize].newest, key);
        match newest {
            NONE => self.groups[group as usize].oldest = key,
            newest => self.keys[newest as usize].newer = key,
        }
        self.keys[key as usize] = Member { group, older: newest, newer: NONE };
    }

    /// An empty group between two.
    fn group(&mut self, count: u64, below: u32, above: u32) -> u32 {
        let new = Group { count, oldest: NONE, newest: NONE, below, above };
        let group = match self.free.pop() {
            Some(group) => {
                self.groups[group as usize] = new;
                group
            }
            None => {
                self.groups.push(new);
                self.groups.len() as u32 - 1
            }
        };
        self.join(below, group);
        self.join(group, above);
        group
    }

    fn dissolve(&mut self, group: u32) {
        let Group { below, above, .. } = self.groups[group as usize];
        self.join(below, above);
        self.free.push(group);
    }

    /// Makes two groups neighbours; `NONE` is the end.
    fn join(&mut self, below: u32, above: u32) {
        match below {
            NONE => self.lowest = Some(above).filter(|above| *above != NONE),
            below => self.groups[below as usize].above = above,
        }
        if above != NONE {
            self.groups[above as usize].below = below;
        }
    }
}
