//! LIRS: keys asked for again soon (low inter-reference recency) hold nearly all of the cache; the others pass through
//! a small queue, and become such keys when they are asked for again while the stack still remembers them.
//!
//! What is remembered of keys that are gone takes up as much as the cache does; the paper leaves that open.

use crate::lists::Lists;
use crate::parameters::{Parameter, Parameters, part};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct Lirs;

impl Design for Lirs {
    const NAME: &'static str = "lirs";
    const TITLE: &'static str = "low inter-reference recency set";
    const PAPER: &'static str = "Jiang, Zhang: LIRS: an efficient low inter-reference recency set replacement policy, SIGMETRICS 2002";
    const PARAMETERS: &'static [Parameter] =
        &[Parameter::share("queue", "share of the cache for keys of high recency", 0.01, 0.0, 1.0)];
    type Policy<U: Unit> = LirsCache<U>;

    fn build<U: Unit>(capacity: u64, parameters: &Parameters) -> LirsCache<U> {
        let queue = part(capacity, parameters.share("queue")).max(1).min(capacity);
        LirsCache {
            stack: Lists::new(1),
            queues: Lists::new(2),
            kind: vec![],
            queue,
            low: Room::new(capacity - queue),
            gone: Room::new(capacity),
            sizes: U::default(),
            room: Room::new(capacity),
        }
    }
}

/// What a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unknown,
    /// In the cache, and asked for again soon.
    Low,
    /// In the cache, in the queue.
    High,
    /// Gone, but remembered in the stack.
    Gone,
}

/// Keys of high recency, next to go first.
const QUEUE: usize = 0;
/// Keys that are gone, longest first.
const GONE: usize = 1;

/// A cache that ranks keys by the distance between their last two requests.
#[derive(Debug)]
pub struct LirsCache<U> {
    /// Keys by recency, down to the oldest of low recency.
    stack: Lists,
    queues: Lists,
    kind: Vec<Kind>,
    /// Capacity of the queue.
    queue: u64,
    low: Room,
    gone: Room,
    sizes: U,
    room: Room,
}

impl<U: Unit> LirsCache<U> {
    fn move_to_top(&mut self, key: u32) {
        if self.stack.holds(key) {
            self.stack.remove(key);
        }
        self.stack.push(0, key);
    }

    /// Makes a key of the cache one of low recency, and others give way.
    fn make_low(&mut self, key: u32) {
        self.kind[key as usize] = Kind::Low;
        self.low.used += self.sizes.size(key);
        self.move_to_top(key);
        while self.low.lacks(0) {
            self.demote_oldest();
        }
        self.prune();
    }

    /// Moves the oldest key of low recency, which is at the bottom of the stack, to the queue.
    fn demote_oldest(&mut self) {
        self.prune();
        if let Some(oldest) = self.stack.pop(0) {
            self.low.used -= self.sizes.size(oldest);
            self.kind[oldest as usize] = Kind::High;
            self.queues.push(QUEUE, oldest);
        }
    }

    /// Takes keys off the bottom of the stack until one of low recency is there.
    fn prune(&mut self) {
        while let Some(bottom) = self.stack.oldest(0) {
            match self.kind[bottom as usize] {
                Kind::Low => return,
                Kind::Gone => self.forget(bottom),
                _ => self.stack.remove(bottom),
            }
        }
    }

    fn forget(&mut self, key: u32) {
        self.stack.remove(key);
        self.queues.remove(key);
        self.gone.used -= self.sizes.size(key);
        self.kind[key as usize] = Kind::Unknown;
    }

    fn evict(&mut self, evictions: &mut impl Evictions) {
        if self.queues.oldest(QUEUE).is_none() {
            self.demote_oldest();
        }
        let Some(victim) = self.queues.pop(QUEUE) else { return };
        let size = self.sizes.size(victim);
        self.room.used -= size;
        self.kind[victim as usize] = Kind::Unknown;
        if self.stack.holds(victim) {
            self.kind[victim as usize] = Kind::Gone;
            self.queues.push(GONE, victim);
            self.gone.used += size;
            while self.gone.lacks(0) {
                let Some(oldest) = self.queues.oldest(GONE) else { break };
                self.forget(oldest);
            }
        }
        evictions.evicted(victim);
    }
}

impl<U: Unit> Policy for LirsCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.stack.reserve(keys);
        self.queues.reserve(keys);
        self.kind.resize(keys, Kind::Unknown);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        match self.kind[key as usize] {
            Kind::Low => {
                self.move_to_top(key);
                self.prune();
                return true;
            }
            Kind::High if self.stack.holds(key) => {
                self.queues.remove(key);
                self.make_low(key);
                return true;
            }
            Kind::High => {
                self.move_to_top(key);
                self.queues.renew(QUEUE, key);
                return true;
            }
            Kind::Gone | Kind::Unknown => {}
        }
        // As in 2Q and S3-FIFO, what is larger than the part for newcomers is never let in.
        if size > self.queue {
            return false;
        }
        let remembered = self.kind[key as usize] == Kind::Gone;
        if remembered {
            self.forget(key);
        }
        while self.room.lacks(size) {
            self.evict(evictions);
        }
        self.sizes.record(key, size);
        self.room.used += size;
        if remembered || !self.low.lacks(size) {
            self.make_low(key);
        } else {
            self.kind[key as usize] = Kind::High;
            self.move_to_top(key);
            self.queues.push(QUEUE, key);
        }
        false
    }

    fn take_out(&mut self, key: u32) {
        let size = self.sizes.size(key);
        self.room.used -= size;
        match self.kind[key as usize] {
            Kind::Low => self.low.used -= size,
            _ => self.queues.remove(key),
        }
        if self.stack.holds(key) {
            self.stack.remove(key);
        }
        self.kind[key as usize] = Kind::Unknown;
        self.prune();
    }

    fn contains(&self, key: u32) -> bool {
        matches!(self.kind[key as usize], Kind::Low | Kind::High)
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }
}
