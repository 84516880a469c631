//! Belady: the one requested again farthest in the future goes; newcomers always enter.

use super::{
    Request,
    frame::Policy,
    queue::{Object, Queue},
};
use std::collections::BTreeMap;

pub struct Belady {
    /// For each request of the trace, when its key is requested next; never is the farthest.
    next_use: Vec<u64>,
    served: usize,
    /// Counts hold the next use. Ties are only between objects never used again: all of them go before any
    /// other, so their order changes no hit.
    queue: Queue,
}

impl Belady {
    pub fn new(future: &[Request]) -> Self {
        let mut seen = BTreeMap::new();
        let backwards = future.iter().enumerate().rev();
        let mut next_use: Vec<u64> = backwards
            .map(|(index, request)| seen.insert(request.key, index as u64).unwrap_or(u64::MAX))
            .collect();
        next_use.reverse();
        Belady { next_use, served: 0, queue: Queue::default() }
    }

    fn next_use(&self) -> u64 {
        self.next_use[self.served - 1]
    }
}

impl Policy for Belady {
    fn lookup(&mut self, request: Request) -> bool {
        self.served += 1;
        let next_use = self.next_use();
        let Some(object) = self.queue.find(request.key) else { return false };
        object.count = next_use;
        true
    }

    fn used(&self) -> u64 {
        self.queue.used()
    }

    fn evict(&mut self, _: Request) {
        self.queue.take_least(|object| std::cmp::Reverse(object.count));
    }

    fn insert(&mut self, newcomer: Request) {
        self.queue.push(Object { count: self.next_use(), ..newcomer.into() });
    }
}
