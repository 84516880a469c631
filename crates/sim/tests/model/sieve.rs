//! SIEVE: a hand walks from the oldest to the newest, clears marks and takes the first without one.

use super::{Request, frame::Policy, queue::Object};

#[derive(Default)]
pub struct Sieve {
    /// Oldest first; a count of 1 marks a visit.
    objects: Vec<Object>,
    /// Where the hand points; beyond the newest it starts over at the oldest.
    hand: usize,
}

impl Policy for Sieve {
    fn lookup(&mut self, request: Request) -> bool {
        let Some(object) = self.objects.iter_mut().find(|object| object.key == request.key) else {
            return false;
        };
        object.count = 1;
        true
    }

    fn used(&self) -> u64 {
        self.objects.iter().map(|object| object.size).sum()
    }

    fn evict(&mut self, _: Request) {
        loop {
            if self.hand == self.objects.len() {
                self.hand = 0;
            }
            if self.objects[self.hand].count == 0 {
                break;
            }
            self.objects[self.hand].count = 0;
            self.hand += 1;
        }
        // Its newer neighbour slides under the hand. The hand that took the newest of all starts over: what
        // comes in later is newer than that neighbour would have been.
        self.objects.remove(self.hand);
        if self.hand == self.objects.len() {
            self.hand = 0;
        }
    }

    fn insert(&mut self, newcomer: Request) {
        self.objects.push(newcomer.into());
    }
}
