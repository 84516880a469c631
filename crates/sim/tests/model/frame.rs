//! What nearly all policies share: look up; on a miss make room, then insert.

use super::{Model, Request};

pub trait Policy {
    /// Looks the key up, following the hit rule (and the ghost-hit rule); true for a hit.
    fn lookup(&mut self, request: Request) -> bool;

    /// Whether an object of this size may enter at all.
    fn admits(&self, _size: u64) -> bool {
        true
    }

    /// Sizes of all residents.
    fn used(&self) -> u64;

    /// Makes one step towards room for the newcomer; some steps free nothing.
    fn evict(&mut self, newcomer: Request);

    fn insert(&mut self, newcomer: Request);
}

pub struct Framed<P> {
    capacity: u64,
    policy: P,
}

impl<P> Framed<P> {
    pub fn new(capacity: u64, policy: P) -> Self {
        Framed { capacity, policy }
    }
}

impl<P: Policy> Model for Framed<P> {
    fn request(&mut self, request: Request) -> bool {
        if self.policy.lookup(request) {
            return true;
        }
        if request.size <= self.capacity && self.policy.admits(request.size) {
            while self.policy.used() + request.size > self.capacity {
                self.policy.evict(request);
            }
            self.policy.insert(request);
        }
        false
    }
}
