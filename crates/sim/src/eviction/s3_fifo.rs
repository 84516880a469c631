//! S3-FIFO: a small FIFO sieves newcomers, a main FIFO with reinsertion keeps the rest, a third remembers keys that
//! the small one let go.

use crate::express::{ExpressS3Fifo, Rules};
use crate::lane::Lane;
use crate::lists::Lists;
use crate::parameters::{Parameter, Parameters, part};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct S3Fifo;

impl Design for S3Fifo {
    const NAME: &'static str = "s3-fifo";
    const TITLE: &'static str = "S3-FIFO";
    const PAPER: &'static str =
        "Yang, Zhang, Qiu, Yue, Rashmi: FIFO queues are all you need for cache eviction, SOSP 2023";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::share("small", "share of the cache for newcomers", 0.1, 0.0, 1.0),
        Parameter::share("ghost", "keys remembered, as a share of the cache", 0.9, 0.0, 10.0),
        Parameter::count("threshold", "requests in the small part that take a key to the main one", 2, 1, 60),
        Parameter::word(
            "fill",
            "where newcomers go while the cache fills and the small part is full",
            &["small", "main"],
        ),
    ];
    type Policy<U: Unit> = S3FifoCache<U>;

    fn build<U: Unit>(capacity: u64, parameters: &Parameters) -> S3FifoCache<U> {
        let small = small(capacity, parameters);
        let threshold = parameters.count("threshold") as u8;
        S3FifoCache {
            queues: Lists::new(3),
            state: vec![],
            small: Room::new(small),
            main: Room::new(capacity - small),
            ghost: Room::new(part(capacity, parameters.share("ghost"))),
            threshold,
            most: threshold.max(REINSERTIONS),
            fills_main: parameters.word("fill") == "main",
            sizes: U::default(),
            room: Room::new(capacity),
        }
    }

    fn express(capacity: u64, parameters: &Parameters) -> Option<Box<dyn Lane>> {
        let items = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let rules = Rules {
            small: items(small(capacity, parameters)),
            ghost: items(part(capacity, parameters.share("ghost"))),
            threshold: parameters.count("threshold") as u8,
            fills_main: parameters.word("fill") == "main",
        };
        Some(Box::new(ExpressS3Fifo::new(capacity, rules)))
    }
}

/// Capacity of the small part. With fewer than ten items nothing could ever enter; libCacheSim refuses to run.
fn small(capacity: u64, parameters: &Parameters) -> u64 {
    part(capacity, parameters.share("small")).max(1).min(capacity)
}

const SMALL: usize = 0;
const MAIN: usize = 1;
const GHOST: usize = 2;

/// Requests that count for another round in the main part.
const REINSERTIONS: u8 = 3;

/// A key's queue, in the low two bits, and above them its requests since it entered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct State(u8);

impl State {
    const ABSENT: Self = Self(3);

    fn new(queue: usize, requests: u8) -> Self {
        Self(requests << 2 | queue as u8)
    }

    fn queue(self) -> usize {
        usize::from(self.0 & 3)
    }

    fn requests(self) -> u8 {
        self.0 >> 2
    }

    fn is_in_cache(self) -> bool {
        self.queue() <= MAIN
    }
}

/// A cache of three FIFO queues.
#[derive(Debug)]
pub struct S3FifoCache<U> {
    queues: Lists,
    state: Vec<State>,
    small: Room,
    main: Room,
    ghost: Room,
    threshold: u8,
    /// Where counting stops: what lies beyond makes no difference.
    most: u8,
    /// Whether newcomers overflow into the main part, which ends with the first eviction.
    fills_main: bool,
    sizes: U,
    room: Room,
}

impl<U: Unit> S3FifoCache<U> {
    fn part(&mut self, queue: usize) -> &mut Room {
        match queue {
            SMALL => &mut self.small,
            MAIN => &mut self.main,
            _ => &mut self.ghost,
        }
    }

    fn enter(&mut self, queue: usize, key: u32, requests: u8) {
        let size = self.sizes.size(key);
        self.part(queue).used += size;
        self.queues.push(queue, key);
        self.state[key as usize] = State::new(queue, requests);
    }

    fn leave(&mut self, key: u32) {
        let size = self.sizes.size(key);
        self.part(self.state[key as usize].queue()).used -= size;
        self.queues.remove(key);
        self.state[key as usize] = State::ABSENT;
    }

    fn evict(&mut self, evictions: &mut impl Evictions) {
        self.fills_main = false;
        if self.main.used > self.main.capacity || self.small.used == 0 {
            self.evict_from_main(evictions);
        } else {
            self.evict_from_small(evictions);
        }
    }

    fn evict_from_main(&mut self, evictions: &mut impl Evictions) {
        while let Some(oldest) = self.queues.oldest(MAIN) {
            let requests = self.state[oldest as usize].requests().min(REINSERTIONS);
            self.leave(oldest);
            if requests == 0 {
                self.room.used -= self.sizes.size(oldest);
                return evictions.evicted(oldest);
            }
            self.enter(MAIN, oldest, requests - 1);
        }
    }

    fn evict_from_small(&mut self, evictions: &mut impl Evictions) {
        while let Some(oldest) = self.queues.oldest(SMALL) {
            let requests = self.state[oldest as usize].requests();
            self.leave(oldest);
            if requests >= self.threshold {
                self.enter(MAIN, oldest, 0);
                continue;
            }
            let size = self.sizes.size(oldest);
            self.room.used -= size;
            if self.ghost.admits(size) {
                while self.ghost.lacks(size) {
                    let Some(forgotten) = self.queues.oldest(GHOST) else { break };
                    self.leave(forgotten);
                }
                self.enter(GHOST, oldest, 0);
            }
            return evictions.evicted(oldest);
        }
    }
}

impl<U: Unit> Policy for S3FifoCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.queues.reserve(keys);
        self.state.resize(keys, State::ABSENT);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        let state = self.state[key as usize];
        if state.is_in_cache() {
            self.state[key as usize] = State::new(state.queue(), (state.requests() + 1).min(self.most));
            return true;
        }
        let remembered = state != State::ABSENT;
        if remembered {
            self.leave(key);
        }
        if !self.small.admits(size) {
            return false;
        }
        while self.room.lacks(size) {
            self.evict(evictions);
        }
        let full = self.small.used >= self.small.capacity;
        let queue = if remembered || self.fills_main && full { MAIN } else { SMALL };
        // What would take the whole small part is turned away, but only now; one item never is.
        if U::BYTES && !remembered && size > 1 && size >= self.small.capacity {
            return false;
        }
        self.sizes.record(key, size);
        self.room.used += size;
        self.enter(queue, key, 0);
        false
    }

    fn take_out(&mut self, key: u32) {
        self.leave(key);
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        self.state[key as usize].is_in_cache()
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }

    fn parts(&self) -> u64 {
        self.small.used + self.main.used
    }
}
