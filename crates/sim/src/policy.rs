//! What an eviction policy is.

use crate::lane::Lane;
use crate::parameters::{Parameter, Parameters};
use crate::unit::Unit;

/// One request, as a policy sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Request {
    /// Dense id of the key.
    pub key: u32,
    /// What it takes up, in the unit of the capacity: 1 where items are counted.
    pub size: u64,
    /// Index of the next request for the same key, [`NEVER`] where there is none; read only by policies that
    /// [need the future](Policy::NEEDS_FUTURE).
    pub next: u32,
    /// When, in microseconds; read only by policies that [need the time](Policy::NEEDS_TIME). 0 where nobody knows.
    pub now: i64,
}

/// No further use.
pub const NEVER: u32 = u32::MAX;

/// Hears of keys that had to go.
pub trait Evictions {
    /// This key was evicted.
    fn evicted(&mut self, key: u32);
}

impl<F: FnMut(u32)> Evictions for F {
    fn evicted(&mut self, key: u32) {
        self(key);
    }
}

/// A cache under an eviction policy. Keys are dense ids, so that all state is in flat arrays.
pub trait Policy: Send {
    /// Whether it reads [`Request::next`].
    const NEEDS_FUTURE: bool = false;

    /// Whether it reads [`Request::now`].
    const NEEDS_TIME: bool = false;

    /// Makes the arrays large enough for ids below `keys`; called before such ids are used.
    fn reserve(&mut self, keys: usize);

    /// Serves a request: true for a hit; a miss is filled, if the policy admits it.
    fn request(&mut self, request: Request, evictions: &mut impl Evictions) -> bool;

    /// Takes a key out, as expiry or invalidation does; what the policy remembers of keys that are gone stays. Whether
    /// it was there.
    fn remove(&mut self, key: u32) -> bool;

    /// Whether a key is in the cache.
    fn contains(&self, key: u32) -> bool;

    /// What the keys in the cache take up.
    fn used(&self) -> u64;
}

/// A policy in the registry.
pub trait Design {
    /// Its name, in kebab-case.
    const NAME: &'static str;
    /// Its name in full.
    const TITLE: &'static str;
    /// Where it was published.
    const PAPER: &'static str;
    /// What can be set.
    const PARAMETERS: &'static [Parameter];
    /// The policy with capacities in a unit.
    type Policy<U: Unit>: Policy + 'static;

    /// An empty cache.
    fn build<U: Unit>(capacity: u64, parameters: &Parameters) -> Self::Policy<U>;

    /// A shorter way to the same counts, for items that never expire, if there is one.
    fn express(_capacity: u64, _parameters: &Parameters) -> Option<Box<dyn Lane>> {
        None
    }
}
