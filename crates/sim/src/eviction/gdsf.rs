//! GDSF: frequency over size, on top of an age that rises with each eviction.

use crate::parameters::{Parameter, Parameters};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::ranking::Ranking;
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct Gdsf;

impl Design for Gdsf {
    const NAME: &'static str = "gdsf";
    const TITLE: &'static str = "GreedyDual-Size-Frequency";
    const PAPER: &'static str = "Cherkasova: Improving WWW proxies performance with Greedy-Dual-Size-Frequency caching policy, HP Labs HPL-98-69R1, 1998";
    const PARAMETERS: &'static [Parameter] = &[];
    type Policy<U: Unit> = GdsfCache<U>;

    fn build<U: Unit>(capacity: u64, _: &Parameters) -> GdsfCache<U> {
        GdsfCache {
            ranking: Ranking::new(),
            requests: vec![],
            age: 0.0,
            clock: 0,
            sizes: U::default(),
            room: Room::new(capacity),
        }
    }
}

/// Scale of frequency over size against the age.
const SCALE: f64 = 1e6;

/// A cache that keeps what is asked for often and is small.
#[derive(Debug)]
pub struct GdsfCache<U> {
    /// By priority, then by time of the last request.
    ranking: Ranking<(f64, u64)>,
    requests: Vec<u32>,
    /// Priority of the key evicted last.
    age: f64,
    clock: u64,
    sizes: U,
    room: Room,
}

impl<U: Unit> GdsfCache<U> {
    fn rank(&mut self, key: u32) {
        // An empty object is as cheap to keep as the smallest one.
        let size = self.sizes.size(key).max(1) as f64;
        let priority = self.age + f64::from(self.requests[key as usize]) * SCALE / size;
        self.ranking.set(key, (priority, self.clock));
    }
}

impl<U: Unit> Policy for GdsfCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.ranking.reserve(keys);
        self.requests.resize(keys, 0);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        self.clock += 1;
        if self.ranking.holds(key) {
            self.requests[key as usize] = self.requests[key as usize].saturating_add(1);
            self.rank(key);
            return true;
        }
        if !self.room.admits(size) {
            return false;
        }
        self.requests[key as usize] = 1;
        self.sizes.record(key, size);
        self.room.used += size;
        self.rank(key);
        // The newcomer is in before room is made, and may be the one to go.
        while self.room.lacks(0) {
            let Some(((priority, _), victim)) = self.ranking.least() else { break };
            self.age = priority;
            self.remove(victim);
            evictions.evicted(victim);
        }
        false
    }

    fn take_out(&mut self, key: u32) {
        self.ranking.remove(key);
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        self.ranking.holds(key)
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }
}
