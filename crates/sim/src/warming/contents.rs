//! What the cache holds, and whom each copy has to thank for it.

use rand::RngExt;
use trace::synthetic::Nanos;

use crate::expiry::{Expiry, Forever, Ttl};
use crate::parameters::Parameters;
use crate::policy::{Broken, Design, NEVER, Policy, Request};
use crate::unit::{Bytes, Items, Unit};
use crate::warming::select::Phantoms;
use crate::warming::setup::{CacheSetup, Lives};
use crate::warming::streams::Luck;

/// A cache that knows which copies were warmed, and what became of those: all that a world needs of it, so that only
/// this is compiled for each policy.
pub(crate) trait Contents: Send {
    /// Makes room for ids below `keys`.
    fn reserve(&mut self, keys: usize);

    /// Fetches into the processor's cache what it takes to serve keys, at most 64, to fill those that are not there and
    /// to let others expire meanwhile. Which are not there, a bit each from the lowest on.
    fn look_at(&self, keys: &[u32], phantoms: Phantoms) -> u64;

    /// Serves the first requests, as long as their keys are there and they come before an instant: that of the next
    /// event, or earlier where serving them brings an end of life forward.
    fn serve(&mut self, keys: &[u32], times: &[Nanos], before: Nanos, phantoms: Phantoms) -> Hits;

    /// Whether a key is there.
    fn holds(&self, key: u32) -> bool;

    /// A fetch brings a key.
    fn fill(&mut self, key: u32, now: Nanos, arrival: Arrival);

    /// The copy of a key was asked for; whether it was warmed.
    fn use_up(&mut self, key: u32) -> bool;

    /// The copy of a key that a warm operation just brought, and that is not counted as one, has a wrong value.
    fn spoil(&mut self, key: u32);

    /// When the life of the copy of a key ends; [`Nanos::MAX`] where there is none, or no end.
    fn ends(&self, key: u32) -> Nanos;

    /// What is known of the copy of a key.
    fn standing(&self, key: u32) -> Standing;

    /// Lets requests for a key be served one at a time, as long as its copy stays.
    fn watch(&mut self, key: u32, watched: bool);

    /// Takes a key out.
    fn remove(&mut self, key: u32);

    /// The copy of a key, if there is one, is stale from now on.
    fn outdate(&mut self, key: u32);

    /// When the next key may expire.
    fn due(&self) -> Nanos;

    /// Takes out the keys whose life is over; how many.
    fn expire(&mut self, now: Nanos) -> u64;

    /// Loses everything, the policy's memory included.
    fn clear(&mut self);

    /// Copies that were warmed and not asked for.
    fn unused(&self) -> u64;

    /// What became of copies so far.
    fn gone(&self) -> Gone;

    /// Compares what the policy holds with what it has booked.
    fn check(&self) -> Result<(), Broken>;
}

/// Requests that were served one after the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Hits {
    pub(crate) all: usize,
    /// Those whose copy was warmed.
    pub(crate) warmed: usize,
    /// Those whose copy was stale.
    pub(crate) stale: usize,
}

/// A copy that comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrival {
    /// A warm operation brings it.
    pub(crate) warm: bool,
    /// Its key was written meanwhile.
    pub(crate) stale: bool,
    /// What it takes up.
    pub(crate) size: u64,
}

/// What is known of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Standing {
    /// A warm operation brought it.
    pub(crate) warmed: bool,
    /// It was asked for since it was brought.
    pub(crate) asked_for: bool,
    /// Requests for it are served one at a time.
    pub(crate) watched: bool,
}

/// What became of copies.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Gone {
    pub(crate) fates: Fates,
    pub(crate) evictions: u64,
    pub(crate) expired: u64,
    /// Requests served by a copy whose value is wrong.
    pub(crate) wrong_hits: u64,
}

/// What became of copies that were warmed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Fates {
    pub(crate) used: u64,
    pub(crate) evicted_unused: u64,
    pub(crate) expired_unused: u64,
    pub(crate) overwritten_unused: u64,
}

/// An empty cache under a policy of the registry.
pub(crate) fn contents<D: Design + 'static>(
    setup: &CacheSetup,
    parameters: Parameters,
    luck: Luck,
) -> Box<dyn Contents> {
    match setup.bytes {
        None => counted::<D, Items>(setup, parameters, luck),
        Some(_) => counted::<D, Bytes>(setup, parameters, luck),
    }
}

fn counted<D: Design + 'static, U: Unit>(
    setup: &CacheSetup,
    parameters: Parameters,
    luck: Luck,
) -> Box<dyn Contents> {
    match setup.ttl {
        None => Box::new(Held::<D, U, _>::new(setup, parameters, Forever, luck)),
        Some(lives) => {
            let clock = Ttl { lives: Some(lives.mean), sliding: lives.sliding }.start();
            Box::new(Held::<D, U, _>::new(setup, parameters, clock, luck))
        }
    }
}

/// The contents of a cache under one policy, counted in one unit, with one way of expiry.
struct Held<D: Design, U: Unit, E> {
    capacity: u64,
    parameters: Parameters,
    cache: D::Policy<U>,
    expiry: E,
    /// What is known of the copy of each key.
    copies: Vec<u8>,
    keys: usize,
    lives: Option<Lives>,
    luck: Luck,
    gone: Gone,
}

/// The copy was put there by a warm operation.
const WARMED: u8 = 1;
/// Nobody has asked for it yet, and it was put there by a warm operation.
const UNUSED: u8 = 2;
/// Its value is wrong.
const WRONG: u8 = 4;
/// Nobody has asked for it yet.
const UNTOUCHED: u8 = 8;
/// Requests for it are served one at a time.
const WATCHED: u8 = 16;
/// Its key was written at the origin since its fetch began there.
const STALE: u8 = 32;

impl<D: Design, U: Unit, E: Expiry> Held<D, U, E> {
    fn new(setup: &CacheSetup, parameters: Parameters, expiry: E, luck: Luck) -> Self {
        let capacity = setup.bytes.unwrap_or(setup.capacity);
        Self {
            capacity,
            cache: D::build::<U>(capacity.max(1), &parameters),
            parameters,
            expiry,
            copies: vec![],
            keys: 0,
            lives: setup.ttl,
            luck,
            gone: Gone::default(),
        }
    }

    fn begin_life(&mut self, key: u32, now: Nanos) {
        let life = self.life();
        if E::EXPIRES {
            self.expiry.begin(key, now, life);
        }
    }

    /// How long a copy lives; none where it does not end.
    fn life(&mut self) -> Option<Nanos> {
        let lives = self.lives.filter(|_| E::EXPIRES)?;
        let stretch = match lives.jitter {
            0.0 => 0.0,
            jitter => jitter * (2.0 * self.luck.random::<f64>() - 1.0),
        };
        Some((lives.mean as f64 * (1.0 + stretch)).round() as Nanos)
    }

    /// The copy of a key is asked for; its marks.
    #[inline]
    fn touch(&mut self, key: u32) -> u8 {
        let copy = &mut self.copies[key as usize];
        self.gone.fates.used += u64::from(*copy & UNUSED != 0);
        *copy &= !(UNUSED | UNTOUCHED);
        if *copy & WRONG != 0 {
            self.gone.wrong_hits += 1;
        }
        *copy
    }

    /// Whether a hit starts a life anew.
    #[inline]
    fn slides(&self) -> bool {
        E::EXPIRES && self.lives.is_some_and(|lives| lives.sliding)
    }
}

impl<D: Design, U: Unit, E: Expiry> Contents for Held<D, U, E> {
    fn reserve(&mut self, keys: usize) {
        self.keys = keys;
        self.cache.reserve(keys);
        self.expiry.reserve(keys);
        self.copies.resize(keys, 0);
    }

    fn look_at(&self, keys: &[u32], phantoms: Phantoms) -> u64 {
        let mut absent = 0;
        for (nth, key) in keys.iter().enumerate() {
            let key = phantoms.id(*key);
            std::hint::black_box(self.copies[key as usize]);
            absent |= u64::from(!self.cache.contains(key)) << nth;
        }
        for (nth, key) in keys.iter().enumerate() {
            let key = phantoms.id(*key);
            match absent >> nth & 1 {
                0 => self.cache.look_at(key),
                _ => self.expiry.look_at(key),
            }
        }
        self.expiry.look_ahead(|key| {
            std::hint::black_box(self.copies[key as usize]);
            std::hint::black_box(self.cache.contains(key));
        });
        absent
    }

    fn serve(&mut self, keys: &[u32], times: &[Nanos], mut before: Nanos, phantoms: Phantoms) -> Hits {
        let mut hits = Hits::default();
        for (key, now) in keys.iter().zip(times) {
            let key = phantoms.id(*key);
            if *now >= before || !self.cache.contains(key) || self.copies[key as usize] & WATCHED != 0 {
                break;
            }
            let size = if U::BYTES { self.cache.size(key) } else { 1 };
            self.cache.request(request(key, size, *now), &mut |_| {});
            if self.slides() {
                let life = self.life();
                self.expiry.renew(key, *now, life);
                before = before.min(self.expiry.due());
            }
            hits.all += 1;
            let marks = self.touch(key);
            hits.warmed += usize::from(marks & WARMED != 0);
            hits.stale += usize::from(marks & STALE != 0);
        }
        hits
    }

    fn holds(&self, key: u32) -> bool {
        self.cache.contains(key)
    }

    fn fill(&mut self, key: u32, now: Nanos, Arrival { warm, stale, size }: Arrival) {
        let Self { cache, copies, gone: Gone { fates, evictions, .. }, .. } = self;
        if self.capacity == 0 {
            fates.evicted_unused += u64::from(warm);
            return;
        }
        let mut marks = if warm { WARMED | UNUSED | UNTOUCHED } else { UNTOUCHED };
        marks |= if stale { STALE } else { 0 };
        let before = std::mem::replace(&mut copies[key as usize], marks);
        // A copy that is gone has no marks.
        fates.overwritten_unused += u64::from(before & UNUSED != 0);
        cache.request(request(key, size, now), &mut |victim: u32| {
            fates.evicted_unused += forget(copies, victim);
            *evictions += 1;
        });
        if cache.contains(key) {
            self.begin_life(key, now);
        } else {
            // The policy did not let it in, or let it go at once, which has been booked.
            fates.evicted_unused += forget(copies, key);
        }
    }

    fn use_up(&mut self, key: u32) -> bool {
        self.touch(key) & WARMED != 0
    }

    fn spoil(&mut self, key: u32) {
        if self.cache.contains(key) {
            self.copies[key as usize] |= WARMED | WRONG;
        }
    }

    fn ends(&self, key: u32) -> Nanos {
        if self.cache.contains(key) { self.expiry.ends(key) } else { Nanos::MAX }
    }

    fn standing(&self, key: u32) -> Standing {
        let copy = self.copies[key as usize];
        Standing {
            warmed: copy & WARMED != 0,
            asked_for: copy & UNTOUCHED == 0,
            watched: copy & WATCHED != 0,
        }
    }

    fn watch(&mut self, key: u32, watched: bool) {
        let copy = &mut self.copies[key as usize];
        *copy = if watched { *copy | WATCHED } else { *copy & !WATCHED };
    }

    fn remove(&mut self, key: u32) {
        if self.cache.remove(key) {
            self.gone.fates.evicted_unused += forget(&mut self.copies, key);
        }
    }

    fn outdate(&mut self, key: u32) {
        if self.cache.contains(key) {
            self.copies[key as usize] |= STALE;
        }
    }

    fn due(&self) -> Nanos {
        self.expiry.due()
    }

    fn expire(&mut self, now: Nanos) -> u64 {
        let Self { cache, expiry, copies, gone, .. } = self;
        let expired = expiry.advance(now, |key| {
            let there = cache.remove(key);
            if there {
                gone.fates.expired_unused += forget(copies, key);
            }
            there
        });
        gone.expired += expired;
        expired
    }

    fn clear(&mut self) {
        self.gone.fates.evicted_unused += self.unused();
        self.copies.fill(0);
        self.cache = D::build::<U>(self.capacity.max(1), &self.parameters);
        self.cache.reserve(self.keys);
        self.expiry.clear();
    }

    fn unused(&self) -> u64 {
        self.copies.iter().filter(|copy| **copy & UNUSED != 0).count() as u64
    }

    fn gone(&self) -> Gone {
        self.gone
    }

    fn check(&self) -> Result<(), Broken> {
        self.cache.check(self.keys)
    }
}

/// The copy of a key is gone: one, where it was warmed and not asked for.
fn forget(copies: &mut [u8], key: u32) -> u64 {
    u64::from(std::mem::take(&mut copies[key as usize]) & UNUSED != 0)
}

fn request(key: u32, size: u64, now: Nanos) -> Request {
    // Policies count microseconds.
    Request { key, size, next: NEVER, now: now / 1000 }
}
