//! Segmented LRU: a hit moves a key up one segment; what a segment cannot hold moves down one, and out of the lowest.

use crate::lists::Lists;
use crate::parameters::{Parameter, Parameters, part};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct Slru;

impl Design for Slru {
    const NAME: &'static str = "slru";
    const TITLE: &'static str = "segmented LRU";
    const PAPER: &'static str = "Karedla, Love, Wherry: Caching strategies to improve disk system performance, IEEE Computer 27(3), 1994; four segments as in Huang et al., SOSP 2013";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::count("segments", "segments of equal size; the paper has 2", 4, 1, 64),
        Parameter {
            name: "ratio",
            meaning: "sizes of the segments, lowest first, in place of equal ones",
            kind: crate::parameters::Kind::Ratio { most: 64 },
        },
    ];
    type Policy<U: Unit> = SlruCache<U>;

    fn build<U: Unit>(capacity: u64, parameters: &Parameters) -> SlruCache<U> {
        let ratio = parameters.ratio("ratio");
        let sum: u64 = ratio.iter().sum();
        let segments: Vec<Room> = match parameters.count("segments") {
            equal if ratio.is_empty() => vec![Room::new(capacity / equal); equal as usize],
            _ => ratio.iter().map(|one| Room::new(part(capacity, *one as f64 / sum as f64))).collect(),
        };
        SlruCache {
            recency: Lists::new(segments.len()),
            segments,
            of: vec![],
            sizes: U::default(),
            room: Room::new(capacity),
        }
    }
}

/// A cache in segments.
#[derive(Debug)]
pub struct SlruCache<U> {
    recency: Lists,
    segments: Vec<Room>,
    /// Segment of each key that is in the cache.
    of: Vec<u8>,
    sizes: U,
    room: Room,
}

impl<U: Unit> SlruCache<U> {
    fn enter(&mut self, segment: usize, key: u32) {
        self.recency.push(segment, key);
        self.segments[segment].used += self.sizes.size(key);
        self.of[key as usize] = segment as u8;
    }

    fn leave(&mut self, key: u32) {
        self.recency.remove(key);
        self.segments[usize::from(self.of[key as usize])].used -= self.sizes.size(key);
    }

    /// Moves what a segment cannot hold down, and so on below it.
    fn settle(&mut self, segment: usize, evictions: &mut impl Evictions) {
        while self.segments[segment].lacks(0) {
            let Some(oldest) = self.recency.oldest(segment) else { return };
            if segment == 0 {
                self.remove(oldest);
                evictions.evicted(oldest);
                continue;
            }
            self.leave(oldest);
            self.enter(segment - 1, oldest);
            self.settle(segment - 1, evictions);
        }
    }
}

impl<U: Unit> Policy for SlruCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.recency.reserve(keys);
        self.of.resize(keys, 0);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        if self.recency.holds(key) {
            let above = (usize::from(self.of[key as usize]) + 1).min(self.segments.len() - 1);
            self.leave(key);
            self.enter(above, key);
            self.settle(above, evictions);
            return true;
        }
        if !self.segments[0].admits(size) {
            return false;
        }
        while self.room.lacks(size) {
            let lowest = (0..self.segments.len()).find_map(|segment| self.recency.oldest(segment));
            let Some(victim) = lowest else { break };
            self.remove(victim);
            evictions.evicted(victim);
        }
        // While the cache fills, newcomers go to the lowest segment that has room.
        let segment = self.segments.iter().position(|segment| !segment.lacks(size)).unwrap_or(0);
        self.sizes.record(key, size);
        self.room.used += size;
        self.enter(segment, key);
        false
    }

    fn take_out(&mut self, key: u32) {
        self.leave(key);
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        self.recency.holds(key)
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }

    fn parts(&self) -> u64 {
        self.segments.iter().map(|segment| segment.used).sum()
    }
}
