//! Redis' approximations: at each eviction a few keys are drawn at random, the best candidates are kept in a small
//! pool, and the best of all goes.
//!
//! `redis-lru` ranks by idle time, here in requests rather than in Redis' clock of a second. `redis-lfu` ranks by an
//! 8-bit logarithmic counter that decays with time.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

use crate::parameters::{Parameter, Parameters};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// Sampled LRU in the registry.
pub struct RedisLru;

/// Sampled LFU in the registry.
pub struct RedisLfu;

const SAMPLES: Parameter =
    Parameter::count("samples", "keys drawn at an eviction (maxmemory-samples)", 5, 1, 64);

impl Design for RedisLru {
    const NAME: &'static str = "redis-lru";
    const TITLE: &'static str = "Redis' sampled LRU (allkeys-lru)";
    const PAPER: &'static str = "Redis documentation, Key eviction; evict.c, evictionPoolPopulate";
    const PARAMETERS: &'static [Parameter] = &[SAMPLES];
    type Policy<U: Unit> = RedisCache<U, Idle>;

    fn build<U: Unit>(capacity: u64, parameters: &Parameters) -> RedisCache<U, Idle> {
        RedisCache::new(capacity, parameters, Idle::default())
    }
}

impl Design for RedisLfu {
    const NAME: &'static str = "redis-lfu";
    const TITLE: &'static str = "Redis' sampled LFU (allkeys-lfu)";
    const PAPER: &'static str = "Redis documentation, Key eviction; evict.c, LFULogIncr and LFUDecrAndReturn";
    const PARAMETERS: &'static [Parameter] = &[
        SAMPLES,
        Parameter::count("log-factor", "how slowly counters rise (lfu-log-factor)", 10, 0, 10_000),
        Parameter::count(
            "decay",
            "minutes after which a counter loses 1, 0 for never (lfu-decay-time)",
            1,
            0,
            65_535,
        ),
    ];
    type Policy<U: Unit> = RedisCache<U, Counters>;

    fn build<U: Unit>(capacity: u64, parameters: &Parameters) -> RedisCache<U, Counters> {
        let counters = Counters {
            log_factor: parameters.count("log-factor"),
            decay: parameters.count("decay") as i64 * MINUTE,
            ..Counters::default()
        };
        RedisCache::new(capacity, parameters, counters)
    }
}

/// Microseconds.
const MINUTE: i64 = 60_000_000;

/// Candidates that are kept (EVPOOL_SIZE).
const POOL: usize = 16;

/// How candidates are ranked.
pub trait Rank: Send {
    /// Whether it depends on the time.
    const TIMED: bool;
    /// Makes room for ids below `keys`.
    fn reserve(&mut self, keys: usize);
    /// A key is inserted.
    fn insert(&mut self, key: u32, now: i64);
    /// A key in the cache is asked for.
    fn note(&mut self, key: u32, now: i64, random: &mut ChaCha8Rng);
    /// How much a key deserves to go.
    fn dispensable(&self, key: u32, now: i64) -> u64;
    /// A request was served.
    fn tick(&mut self) {}
}

/// By the number of requests since the last for the key.
#[derive(Debug, Default)]
pub struct Idle {
    last: Vec<u64>,
    clock: u64,
}

impl Rank for Idle {
    const TIMED: bool = false;

    fn reserve(&mut self, keys: usize) {
        self.last.resize(keys, 0);
    }

    fn insert(&mut self, key: u32, _: i64) {
        self.last[key as usize] = self.clock;
    }

    fn note(&mut self, key: u32, _: i64, _: &mut ChaCha8Rng) {
        self.last[key as usize] = self.clock;
    }

    fn dispensable(&self, key: u32, _: i64) -> u64 {
        self.clock - self.last[key as usize]
    }

    fn tick(&mut self) {
        self.clock += 1;
    }
}

/// By a counter that rises with the logarithm of the requests and falls with time.
#[derive(Debug, Default)]
pub struct Counters {
    counters: Vec<u8>,
    decayed: Vec<i64>,
    log_factor: u64,
    decay: i64,
}

impl Counters {
    /// Counter of a new key (LFU_INIT_VAL).
    const FIRST: u8 = 5;

    fn value(&self, key: u32, now: i64) -> u8 {
        let periods = if self.decay > 0 { (now - self.decayed[key as usize]) / self.decay } else { 0 };
        self.counters[key as usize].saturating_sub(periods.clamp(0, 255) as u8)
    }
}

impl Rank for Counters {
    const TIMED: bool = true;

    fn reserve(&mut self, keys: usize) {
        self.counters.resize(keys, 0);
        self.decayed.resize(keys, 0);
    }

    fn insert(&mut self, key: u32, now: i64) {
        self.counters[key as usize] = Self::FIRST;
        self.decayed[key as usize] = now;
    }

    fn note(&mut self, key: u32, now: i64, random: &mut ChaCha8Rng) {
        let value = self.value(key, now);
        let above = f64::from(value.saturating_sub(Self::FIRST));
        let rises = value < 255 && random.random::<f64>() < 1.0 / (above * self.log_factor as f64 + 1.0);
        self.counters[key as usize] = value + u8::from(rises);
        self.decayed[key as usize] = now;
    }

    fn dispensable(&self, key: u32, now: i64) -> u64 {
        255 - u64::from(self.value(key, now))
    }
}

/// A cache that evicts the best of a few drawn at random.
#[derive(Debug)]
pub struct RedisCache<U, R> {
    /// Keys in the cache, in no order, and where each is.
    residents: Vec<u32>,
    at: Vec<u32>,
    rank: R,
    samples: u64,
    /// Candidates, the best last, as they were when they were drawn.
    pool: Vec<(u64, u32)>,
    random: ChaCha8Rng,
    sizes: U,
    room: Room,
}

const ABSENT: u32 = u32::MAX;

impl<U: Unit, R: Rank> RedisCache<U, R> {
    fn new(capacity: u64, parameters: &Parameters, rank: R) -> Self {
        Self {
            residents: vec![],
            at: vec![],
            rank,
            samples: parameters.count("samples"),
            pool: vec![],
            random: ChaCha8Rng::seed_from_u64(parameters.seed),
            sizes: U::default(),
            room: Room::new(capacity),
        }
    }

    fn draw(&mut self, now: i64) {
        for _ in 0..self.samples {
            let key = self.residents[self.random.random_range(0..self.residents.len())];
            let rank = self.rank.dispensable(key, now);
            let place = self.pool.partition_point(|(one, _)| *one < rank);
            if self.pool.len() < POOL {
                self.pool.insert(place, (rank, key));
            } else if place > 0 {
                self.pool[..place].rotate_left(1);
                self.pool[place - 1] = (rank, key);
            }
        }
    }

    fn evict(&mut self, now: i64, evictions: &mut impl Evictions) {
        loop {
            self.draw(now);
            while let Some((_, key)) = self.pool.pop() {
                // One that went in the meantime is passed over.
                if self.remove(key) {
                    return evictions.evicted(key);
                }
            }
        }
    }
}

impl<U: Unit, R: Rank> Policy for RedisCache<U, R> {
    const NEEDS_TIME: bool = R::TIMED;

    fn reserve(&mut self, keys: usize) {
        self.at.resize(keys, ABSENT);
        self.rank.reserve(keys);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, now, .. }: Request, evictions: &mut impl Evictions) -> bool {
        self.rank.tick();
        if self.contains(key) {
            self.rank.note(key, now, &mut self.random);
            return true;
        }
        if !self.room.admits(size) {
            return false;
        }
        while self.room.lacks(size) {
            self.evict(now, evictions);
        }
        self.at[key as usize] = self.residents.len() as u32;
        self.residents.push(key);
        self.rank.insert(key, now);
        self.sizes.record(key, size);
        self.room.used += size;
        false
    }

    fn take_out(&mut self, key: u32) {
        let at = std::mem::replace(&mut self.at[key as usize], ABSENT);
        self.residents.swap_remove(at as usize);
        if let Some(moved) = self.residents.get(at as usize) {
            self.at[*moved as usize] = at;
        }
        self.room.used -= self.sizes.size(key);
    }

    fn contains(&self, key: u32) -> bool {
        self.at[key as usize] != ABSENT
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }
}
