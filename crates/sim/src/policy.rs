//! What an eviction policy is.

use crate::lane::Lane;
use crate::parameters::{Parameter, Parameters};
use crate::room::Room;
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

    /// Takes out a key that is in the cache; what the policy remembers of keys that are gone stays.
    fn take_out(&mut self, key: u32);

    /// Takes a key out, as expiry or invalidation does. Whether it was there.
    fn remove(&mut self, key: u32) -> bool {
        let there = self.contains(key);
        if there {
            self.take_out(key);
        }
        there
    }

    /// Whether a key is in the cache.
    fn contains(&self, key: u32) -> bool;

    /// Fetches into the processor's cache what a hit of a key changes, besides what [`contains`](Policy::contains)
    /// reads.
    fn look_at(&self, _: u32) {}

    /// The capacity and what of it is booked.
    fn room(&self) -> Room;

    /// What a key that is in the cache was recorded to take up.
    fn size(&self, key: u32) -> u64;

    /// What is booked in the parts of the cache together, for a policy that has parts.
    fn parts(&self) -> u64 {
        self.room().used
    }

    /// Counts the cache's contents anew, among ids below `keys`, and compares them with what is booked.
    ///
    /// # Errors
    /// Where they differ, or more is booked than the capacity: an error in the policy.
    fn check(&self, keys: usize) -> Result<(), Broken> {
        let Room { capacity, used } = self.room();
        let held = (0..keys as u32).filter(|key| self.contains(*key)).map(|key| self.size(key)).sum();
        equal("what the keys in the cache take up", held, "what is booked", used)?;
        equal("what is booked in its parts", self.parts(), "what is booked", used)?;
        at_most("what is booked", used, "the capacity", capacity)
    }
}

/// Two numbers of a run that do not agree, which no input can cause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} is {found}, {other} is {against}")]
pub struct Broken {
    /// What the first is.
    pub what: &'static str,
    /// The first.
    pub found: u64,
    /// What the second is.
    pub other: &'static str,
    /// The second.
    pub against: u64,
}

pub(crate) fn equal(what: &'static str, found: u64, other: &'static str, against: u64) -> Result<(), Broken> {
    if found == against { Ok(()) } else { Err(Broken { what, found, other, against }) }
}

pub(crate) fn at_most(
    what: &'static str,
    found: u64,
    other: &'static str,
    against: u64,
) -> Result<(), Broken> {
    if found <= against { Ok(()) } else { Err(Broken { what, found, other, against }) }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Holds the keys below 3, of size 2 each, and says what it is told to say.
    struct Claims {
        room: Room,
        parts: u64,
    }

    impl Policy for Claims {
        fn reserve(&mut self, _: usize) {}

        fn request(&mut self, request: Request, _: &mut impl Evictions) -> bool {
            self.contains(request.key)
        }

        fn take_out(&mut self, _: u32) {}

        fn contains(&self, key: u32) -> bool {
            key < 3
        }

        fn room(&self) -> Room {
            self.room
        }

        fn size(&self, _: u32) -> u64 {
            2
        }

        fn parts(&self) -> u64 {
            self.parts
        }
    }

    #[test]
    fn a_policy_that_has_lost_count_is_found_out() {
        let check = |capacity, used, parts| {
            Claims { room: Room { capacity, used }, parts }.check(10).map_err(|broken| broken.to_string())
        };
        assert_eq!(check(6, 6, 6), Ok(()));
        assert_eq!(
            check(6, 4, 4),
            Err("what the keys in the cache take up is 6, what is booked is 4".to_owned())
        );
        assert_eq!(check(6, 6, 5), Err("what is booked in its parts is 5, what is booked is 6".to_owned()));
        assert_eq!(check(5, 6, 6), Err("what is booked is 6, the capacity is 5".to_owned()));
    }
}
