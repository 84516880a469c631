//! W-TinyLFU: newcomers pass a small LRU window; what leaves it enters the main part, a segmented LRU, only if it was
//! asked for more often than what would have to go.
//!
//! How often is counted exactly, one small counter a key, halved again and again; the published design saves memory
//! with a sketch, whose collisions are no property of the policy. As in libCacheSim, the window may take the whole cache
//! until that is full for the first time, the main part fills its segments from the lowest up, and a candidate's contest
//! counts as a request for it.
//!
//! Where the window is adaptive, it climbs as in Caffeine: after every ten requests a key in the cache (a thousand at
//! least) the hit ratio is compared with that of the sample before; where it fell the climb turns back. The first step
//! is one sixteenth of the cache towards a wider window; each is 2 % smaller than the one before, and of full size again
//! after the hit ratio changed by 0.05 or more. Steps add up unrounded, between one item and 99 % of the cache; the main
//! part keeps its proportions, and keys move when room is needed next.

use crate::lists::Lists;
use crate::parameters::{Parameter, Parameters, part};
use crate::policy::{Design, Evictions, Policy, Request};
use crate::room::Room;
use crate::unit::Unit;

/// The policy in the registry.
pub struct WTinyLfu;

impl Design for WTinyLfu {
    const NAME: &'static str = "w-tinylfu";
    const TITLE: &'static str = "W-TinyLFU";
    const PAPER: &'static str = "Einziger, Friedman, Manes: TinyLFU: a highly efficient cache admission policy, ACM Transactions on Storage 13(4), 2017; adaptive window: Einziger, Eytan, Friedman, Manes, Middleware 2018";
    const PARAMETERS: &'static [Parameter] = &[
        Parameter::share(
            "window",
            "share of the cache for newcomers, at first where it is adaptive",
            0.01,
            0.0,
            0.99,
        ),
        Parameter::word("adaptive", "whether the window follows the hit ratio", &["on", "off"]),
        Parameter::share("protected", "share of the main part for keys asked for again", 0.8, 0.0, 1.0),
        Parameter::count(
            "sample",
            "requests between two halvings, in multiples of the keys in the cache",
            10,
            1,
            1000,
        ),
    ];
    type Policy<U: Unit> = WTinyLfuCache<U>;

    fn build<U: Unit>(capacity: u64, parameters: &Parameters) -> WTinyLfuCache<U> {
        let window = part(capacity, parameters.share("window")).max(1).min(capacity);
        let mut cache = WTinyLfuCache {
            lists: Lists::new(3),
            of: vec![],
            parts: [Room::new(0); 3],
            share: parameters.share("protected"),
            counts: Counts { sample: parameters.count("sample"), ..Counts::default() },
            climber: (parameters.word("adaptive") == "on").then(|| Climber::new(window, capacity)),
            residents: 0,
            sizes: U::default(),
            room: Room::new(capacity),
        };
        cache.divide(window);
        cache
    }
}

const WINDOW: usize = 0;
const PROBATION: usize = 1;
const PROTECTED: usize = 2;

/// A cache that admits by frequency.
#[derive(Debug)]
pub struct WTinyLfuCache<U> {
    lists: Lists,
    of: Vec<u8>,
    parts: [Room; 3],
    /// Share of the main part that is protected.
    share: f64,
    counts: Counts,
    climber: Option<Climber>,
    residents: u64,
    sizes: U,
    room: Room,
}

impl<U: Unit> WTinyLfuCache<U> {
    fn enter(&mut self, list: usize, key: u32) {
        self.parts[list].used += self.sizes.size(key);
        self.lists.push(list, key);
        self.of[key as usize] = list as u8;
    }

    fn leave(&mut self, key: u32) {
        self.parts[usize::from(self.of[key as usize])].used -= self.sizes.size(key);
        self.lists.remove(key);
    }

    fn drop_key(&mut self, key: u32, evictions: &mut impl Evictions) {
        self.remove(key);
        evictions.evicted(key);
    }

    /// Divides the cache, with so much of it for the window.
    fn divide(&mut self, window: u64) {
        let main = self.room.capacity - window;
        let protected = part(main, self.share);
        for (part, capacity) in self.parts.iter_mut().zip([window, main - protected, protected]) {
            part.capacity = capacity;
        }
    }

    /// What the main part could still take; none where it holds more than its share.
    fn room_in_main(&self) -> Option<u64> {
        let [_, probation, protected] = &self.parts;
        (probation.capacity + protected.capacity).checked_sub(probation.used + protected.used)
    }

    /// Makes room for `size`: the oldest of the window move to the main part, as far as that has room, and compete with
    /// what it would let go, as soon as it has none.
    fn make_room(&mut self, size: u64, evictions: &mut impl Evictions) {
        while self.room.lacks(size) {
            let (candidate, room) = (self.lists.oldest(WINDOW), self.room_in_main());
            match (candidate, room, self.main_victim()) {
                (Some(candidate), Some(room), _) if self.sizes.size(candidate) <= room => {
                    self.leave(candidate);
                    self.enter_main(candidate);
                }
                (Some(candidate), Some(_), Some(victim)) => self.contest(candidate, victim, evictions),
                // The main part gives back what a wider window has taken from it.
                (_, None, Some(victim)) | (None, _, Some(victim)) => self.drop_key(victim, evictions),
                (Some(candidate), _, None) => self.drop_key(candidate, evictions),
                (None, _, None) => return,
            }
        }
    }

    fn contest(&mut self, candidate: u32, victim: u32, evictions: &mut impl Evictions) {
        let wins = self.counts.of(candidate) > self.counts.of(victim);
        self.counts.note(candidate, self.residents);
        let size = self.sizes.size(candidate);
        let main: u64 = self.parts[PROBATION..].iter().map(|part| part.capacity).sum();
        if !wins || size > main {
            return self.drop_key(candidate, evictions);
        }
        while self.room_in_main().is_none_or(|room| room < size) {
            let Some(victim) = self.main_victim() else { break };
            self.drop_key(victim, evictions);
        }
        self.leave(candidate);
        self.enter_main(candidate);
    }

    /// Enters the lowest segment that has room.
    fn enter_main(&mut self, key: u32) {
        let size = self.sizes.size(key);
        let full = self.parts[PROBATION].lacks(size) && !self.parts[PROTECTED].lacks(size);
        self.enter(if full { PROTECTED } else { PROBATION }, key);
    }

    fn main_victim(&self) -> Option<u32> {
        self.lists.oldest(PROBATION).or_else(|| self.lists.oldest(PROTECTED))
    }

    /// Moves what the protected part cannot hold to probation.
    fn settle_protected(&mut self) {
        while self.parts[PROTECTED].lacks(0) {
            let Some(oldest) = self.lists.oldest(PROTECTED) else { return };
            self.leave(oldest);
            self.enter(PROBATION, oldest);
        }
    }

    fn resize_window(&mut self, width: f64) {
        self.divide(width as u64);
        self.settle_protected();
    }
}

impl<U: Unit> Policy for WTinyLfuCache<U> {
    fn reserve(&mut self, keys: usize) {
        self.lists.reserve(keys);
        self.of.resize(keys, 0);
        self.counts.reserve(keys);
        self.sizes.reserve(keys);
    }

    fn request(&mut self, Request { key, size, .. }: Request, evictions: &mut impl Evictions) -> bool {
        self.counts.note(key, self.residents);
        let hit = self.lists.holds(key);
        if let Some(width) = self.climber.as_mut().and_then(|climber| climber.note(hit, self.residents)) {
            self.resize_window(width);
        }
        if hit {
            match usize::from(self.of[key as usize]) {
                PROBATION if self.parts[PROTECTED].admits(self.sizes.size(key)) => {
                    self.leave(key);
                    self.enter(PROTECTED, key);
                    self.settle_protected();
                }
                list => self.lists.renew(list, key),
            }
            return true;
        }
        if !self.room.admits(size) {
            return false;
        }
        self.make_room(size, evictions);
        self.sizes.record(key, size);
        self.room.used += size;
        self.residents += 1;
        self.enter(WINDOW, key);
        false
    }

    fn take_out(&mut self, key: u32) {
        self.leave(key);
        self.room.used -= self.sizes.size(key);
        self.residents -= 1;
    }

    fn contains(&self, key: u32) -> bool {
        self.lists.holds(key)
    }

    fn room(&self) -> Room {
        self.room
    }

    fn size(&self, key: u32) -> u64 {
        self.sizes.size(key)
    }

    fn parts(&self) -> u64 {
        self.parts.iter().map(|part| part.used).sum()
    }
}

/// How often each key was asked for lately: up to 15, halved every sample.
#[derive(Debug, Default)]
struct Counts {
    counts: Vec<u8>,
    /// The halving that each count has seen last.
    halved: Vec<u32>,
    halvings: u32,
    since: u64,
    sample: u64,
}

impl Counts {
    fn reserve(&mut self, keys: usize) {
        self.counts.resize(keys, 0);
        self.halved.resize(keys, 0);
    }

    fn of(&self, key: u32) -> u8 {
        let behind = self.halvings - self.halved[key as usize];
        self.counts[key as usize].checked_shr(behind).unwrap_or(0)
    }

    fn note(&mut self, key: u32, residents: u64) {
        self.counts[key as usize] = (self.of(key) + 1).min(15);
        self.halved[key as usize] = self.halvings;
        self.since += 1;
        if self.since >= self.sample * residents.max(10) {
            self.since = 0;
            self.halvings += 1;
        }
    }
}

/// Moves the window while the hit ratio rises, and turns back where it falls.
#[derive(Debug)]
struct Climber {
    requests: u64,
    hits: u64,
    before: Option<f64>,
    /// Step to come, as a share of the cache.
    step: f64,
    /// Width of the window, and that of the cache.
    width: f64,
    cache: f64,
}

impl Climber {
    /// Step at first, as a share of the cache.
    const STEP: f64 = 0.0625;
    /// Most of the cache that the window takes.
    const WIDEST: f64 = 0.99;
    /// What is left of a step after the next sample.
    const DECAY: f64 = 0.98;
    /// Change of the hit ratio that starts the climb anew.
    const RESTART: f64 = 0.05;

    fn new(window: u64, capacity: u64) -> Self {
        let (width, cache) = (window as f64, capacity as f64);
        Self { requests: 0, hits: 0, before: None, step: Self::STEP, width, cache }
    }

    /// After each sample, how wide the window should be.
    fn note(&mut self, hit: bool, residents: u64) -> Option<f64> {
        self.requests += 1;
        self.hits += u64::from(hit);
        if self.requests < 10 * residents.max(100) {
            return None;
        }
        let ratio = self.hits as f64 / self.requests as f64;
        (self.requests, self.hits) = (0, 0);
        let change = ratio - self.before.replace(ratio)?;
        if change < 0.0 {
            self.step = -self.step;
        }
        self.width = (self.width + self.step * self.cache).clamp(1.0, (self.cache * Self::WIDEST).max(1.0));
        self.step = if change.abs() >= Self::RESTART {
            Self::STEP.copysign(self.step)
        } else {
            self.step * Self::DECAY
        };
        Some(self.width)
    }
}
