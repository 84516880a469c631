//! A cache that serves stretches of requests and keeps count.

use trace::{Micros, Sizes, Trace};

use crate::expiry::{Expiry, Forever, Ttl};
use crate::parameters::Parameters;
use crate::policy::{Broken, Design, NEVER, Policy, Request, at_most};
use crate::tally::Tally;
use crate::unit::{Bytes, Items, Unit};

/// What a cache is built from, besides its policy.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    /// Capacity, in bytes or items.
    pub capacity: u64,
    /// Whether capacity is in bytes.
    pub bytes: bool,
    /// When keys expire.
    pub ttl: Option<Ttl>,
    /// Seed of what the policy draws at random.
    pub seed: u64,
    /// Whether to take a shorter way to the same counts, where there is one.
    pub express: bool,
}

/// Requests in a row. The lists are as long as `keys`, or empty where the trace does not tell.
#[derive(Debug, Clone, Copy)]
pub struct Stretch<'a> {
    /// Key of each request.
    pub keys: &'a [u32],
    /// Index of the first in its trace.
    pub first: usize,
    /// Sizes of all keys or of all requests of the trace.
    pub sizes: &'a Sizes,
    /// When.
    pub times: &'a [Micros],
    /// Time to live that each asks for.
    pub ttls: &'a [Option<Micros>],
    /// Index of the next request for the same key.
    pub next: &'a [u32],
}

impl<'a> Stretch<'a> {
    /// The part ahead of a request, and the part from it on.
    pub fn split_at(&self, at: usize) -> (Self, Self) {
        fn split<T>(list: &[T], at: usize) -> (&[T], &[T]) {
            if list.is_empty() { (list, list) } else { list.split_at(at) }
        }
        let (keys, times, ttls) = (split(self.keys, at), split(self.times, at), split(self.ttls, at));
        let next = split(self.next, at);
        let part =
            |first, keys, times, ttls, next| Self { keys, first, sizes: self.sizes, times, ttls, next };
        (
            part(self.first, keys.0, times.0, ttls.0, next.0),
            part(self.first + at, keys.1, times.1, ttls.1, next.1),
        )
    }

    /// A whole trace; `next` is empty where the future is not needed.
    pub fn of(trace: &'a Trace, next: &'a [u32]) -> Self {
        Self {
            keys: &trace.requests,
            first: 0,
            sizes: &trace.sizes,
            times: &trace.times,
            ttls: &trace.ttls,
            next,
        }
    }
}

/// A cache at work.
pub trait Lane: Send {
    /// Makes room for ids below `keys`; called before such ids come.
    fn reserve(&mut self, keys: usize);

    /// Serves requests.
    fn serve(&mut self, stretch: &Stretch);

    /// What was counted since the beginning.
    fn tally(&self) -> Tally;

    /// Compares what the cache holds with what it has booked.
    ///
    /// # Errors
    /// Where the two differ.
    fn check(&self) -> Result<(), Broken>;
}

/// A cache under a policy of the registry.
pub(crate) fn build<D: Design>(setup: &Setup, parameters: &Parameters) -> Box<dyn Lane> {
    match (setup.bytes, setup.ttl) {
        (false, None) => match D::express(setup.capacity, parameters) {
            Some(express) if setup.express => express,
            _ => lane::<D, Items, _>(setup, parameters, Forever),
        },
        (true, None) => lane::<D, Bytes, _>(setup, parameters, Forever),
        (false, Some(ttl)) => lane::<D, Items, _>(setup, parameters, ttl.start()),
        (true, Some(ttl)) => lane::<D, Bytes, _>(setup, parameters, ttl.start()),
    }
}

fn lane<D: Design, U: Unit, E: Expiry>(setup: &Setup, parameters: &Parameters, expiry: E) -> Box<dyn Lane> {
    let policy = D::build::<U>(setup.capacity, parameters);
    Box::new(Simulated::<D::Policy<U>, U, E> {
        policy,
        expiry,
        keys: 0,
        tally: Tally::default(),
        unit: std::marker::PhantomData,
    })
}

/// A policy that is asked for each request in turn.
struct Simulated<P, U, E> {
    policy: P,
    expiry: E,
    /// Ids that there is room for.
    keys: usize,
    tally: Tally,
    unit: std::marker::PhantomData<fn() -> U>,
}

impl<P: Policy, U: Unit, E: Expiry> Lane for Simulated<P, U, E> {
    fn reserve(&mut self, keys: usize) {
        self.keys = keys;
        self.policy.reserve(keys);
        self.expiry.reserve(keys);
    }

    fn serve(&mut self, stretch: &Stretch) {
        let Self { policy, expiry, tally, .. } = self;
        let mut evictions = 0;
        let (mut misses, mut missed) = (0, 0);
        for (nth, key) in stretch.keys.iter().copied().enumerate() {
            let now = stretch.times.get(nth).copied().unwrap_or(0);
            let size = || stretch.sizes.of(stretch.first + nth, key).unwrap_or(1);
            if E::EXPIRES {
                tally.expired += expiry.advance(now, |key| policy.remove(key));
            }
            let request = Request {
                key,
                size: if U::BYTES { size() } else { 1 },
                next: if P::NEEDS_FUTURE { stretch.next.get(nth).copied().unwrap_or(NEVER) } else { NEVER },
                now: if P::NEEDS_TIME { now } else { 0 },
            };
            let hit = policy.request(request, &mut |_| evictions += 1);
            if !hit {
                misses += 1;
                missed = u64::saturating_add(missed, size());
            }
            if E::EXPIRES {
                let lives = stretch.ttls.get(nth).copied().flatten();
                if hit {
                    expiry.renew(key, now, lives);
                } else if policy.contains(key) {
                    expiry.begin(key, now, lives);
                }
            }
        }
        tally.requests += stretch.keys.len() as u64;
        tally.misses += misses;
        tally.missed_bytes = tally.missed_bytes.saturating_add(missed);
        tally.evictions += evictions;
    }

    fn tally(&self) -> Tally {
        self.tally
    }

    fn check(&self) -> Result<(), Broken> {
        self.policy.check(self.keys)?;
        let Tally { requests, misses, evictions, expired, .. } = self.tally;
        at_most("misses", misses, "requests", requests)?;
        at_most("keys that left the cache", evictions + expired, "misses", misses)
    }
}
