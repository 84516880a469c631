//! What the cache holds, and whom each copy has to thank for it.

use rand::RngExt;
use trace::synthetic::Nanos;

use crate::expiry::Expiry;
use crate::parameters::Parameters;
use crate::policy::{Broken, Design, NEVER, Policy, Request};
use crate::unit::Items;
use crate::warming::setup::Lives;
use crate::warming::streams::Luck;

/// A cache that knows which copies were warmed, and what became of those.
pub(crate) struct Contents<D: Design, E> {
    capacity: u64,
    parameters: Parameters,
    cache: D::Policy<Items>,
    expiry: E,
    /// What is known of the copy of each key.
    copies: Vec<u8>,
    keys: usize,
    lives: Option<Lives>,
    luck: Luck,
    pub(crate) fates: Fates,
    pub(crate) evictions: u64,
    pub(crate) expired: u64,
}

/// The copy was put there by a warm operation.
const WARMED: u8 = 1;
/// Nobody has asked for it yet.
const UNUSED: u8 = 2;

/// What became of copies that were warmed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Fates {
    pub(crate) used: u64,
    pub(crate) evicted_unused: u64,
    pub(crate) expired_unused: u64,
    pub(crate) overwritten_unused: u64,
}

impl<D: Design, E: Expiry> Contents<D, E> {
    pub(crate) fn new(
        capacity: u64,
        parameters: Parameters,
        expiry: E,
        lives: Option<Lives>,
        luck: Luck,
    ) -> Self {
        Self {
            capacity,
            cache: D::build::<Items>(capacity.max(1), &parameters),
            parameters,
            expiry,
            copies: vec![],
            keys: 0,
            lives,
            luck,
            fates: Fates::default(),
            evictions: 0,
            expired: 0,
        }
    }

    /// Makes room for ids below `keys`.
    pub(crate) fn reserve(&mut self, keys: usize) {
        self.keys = keys;
        self.cache.reserve(keys);
        self.expiry.reserve(keys);
        self.copies.resize(keys, 0);
    }

    pub(crate) fn holds(&self, key: u32) -> bool {
        self.cache.contains(key)
    }

    /// Fetches what is known of keys into the processor's cache.
    pub(crate) fn look_at(&self, keys: impl Iterator<Item = u32>) {
        let seen = keys.map(|key| u32::from(self.cache.contains(key)) + u32::from(self.copies[key as usize]));
        std::hint::black_box(seen.fold(0, u32::wrapping_add));
    }

    /// Fetches into the processor's cache what it takes to fill a key later.
    pub(crate) fn expect(&self, key: u32) {
        self.expiry.look_at(key);
    }

    /// A request for a key: whether it is there, and whether it was warmed.
    #[inline]
    pub(crate) fn touch(&mut self, key: u32, now: Nanos) -> Option<bool> {
        if !self.cache.contains(key) {
            return None;
        }
        self.cache.request(request(key, now), &mut |_| {});
        if self.slides() {
            let life = self.life();
            self.expiry.renew(key, now, life);
        }
        Some(self.use_up(key))
    }

    /// A fetch brings a key.
    pub(crate) fn fill(&mut self, key: u32, now: Nanos, warm: bool) {
        if self.capacity == 0 {
            self.fates.evicted_unused += u64::from(warm);
            return;
        }
        let Self { cache, copies, fates, evictions, .. } = self;
        let before = std::mem::replace(&mut copies[key as usize], if warm { WARMED | UNUSED } else { 0 });
        // A copy that is gone has no marks.
        fates.overwritten_unused += u64::from(before & UNUSED != 0);
        cache.request(request(key, now), &mut |victim: u32| {
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

    /// The copy of a key was asked for; whether it was warmed.
    #[inline]
    pub(crate) fn use_up(&mut self, key: u32) -> bool {
        let copy = &mut self.copies[key as usize];
        self.fates.used += u64::from(*copy & UNUSED != 0);
        *copy &= !UNUSED;
        *copy & WARMED != 0
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

    /// Whether a hit starts a life anew.
    #[inline]
    pub(crate) fn slides(&self) -> bool {
        E::EXPIRES && self.lives.is_some_and(|lives| lives.sliding)
    }

    /// Takes a key out.
    pub(crate) fn remove(&mut self, key: u32) {
        if self.cache.remove(key) {
            self.fates.evicted_unused += forget(&mut self.copies, key);
        }
    }

    /// When the next key may expire.
    pub(crate) fn due(&self) -> Nanos {
        self.expiry.due()
    }

    /// Takes out the keys whose life is over.
    pub(crate) fn expire(&mut self, now: Nanos) {
        let Self { cache, expiry, copies, fates, .. } = self;
        self.expired += expiry.advance(now, |key| {
            let there = cache.remove(key);
            if there {
                fates.expired_unused += forget(copies, key);
            }
            there
        });
    }

    /// Loses everything, the policy's memory included.
    pub(crate) fn clear(&mut self) {
        self.fates.evicted_unused += self.unused();
        self.copies.fill(0);
        self.cache = D::build::<Items>(self.capacity.max(1), &self.parameters);
        self.cache.reserve(self.keys);
        self.expiry.clear();
    }

    /// Copies that were warmed and not asked for.
    pub(crate) fn unused(&self) -> u64 {
        self.copies.iter().filter(|copy| **copy & UNUSED != 0).count() as u64
    }

    /// Compares what the policy holds with what it has booked.
    pub(crate) fn check(&self) -> Result<(), Broken> {
        self.cache.check(self.keys)
    }
}

/// The copy of a key is gone: one, where it was warmed and not asked for.
fn forget(copies: &mut [u8], key: u32) -> u64 {
    u64::from(std::mem::take(&mut copies[key as usize]) & UNUSED != 0)
}

fn request(key: u32, now: Nanos) -> Request {
    // Policies count microseconds.
    Request { key, size: 1, next: NEVER, now: now / 1000 }
}
