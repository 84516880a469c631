//! LRU-K: the one whose k-th last reference is oldest goes; those with fewer go first, in order of insertion.

use super::{Request, frame::Policy, queue::Queue};
use std::collections::BTreeMap;

pub struct LruK {
    k: usize,
    now: u64,
    /// In order of insertion.
    queue: Queue,
    /// Times of the references to each resident since its insertion.
    references: BTreeMap<u32, Vec<u64>>,
}

impl LruK {
    pub fn new(k: usize) -> Self {
        assert!(k >= 1, "lru-k looks at one reference at least");
        LruK { k, now: 0, queue: Queue::default(), references: BTreeMap::new() }
    }
}

impl Policy for LruK {
    fn lookup(&mut self, request: Request) -> bool {
        self.now += 1;
        let Some(references) = self.references.get_mut(&request.key) else { return false };
        references.push(self.now);
        true
    }

    fn used(&self) -> u64 {
        self.queue.used()
    }

    fn evict(&mut self, _: Request) {
        let victim = self.queue.take_least(|object| {
            // No k-th last reference is `None`, which sorts before all times.
            let references = &self.references[&object.key];
            references.len().checked_sub(self.k).map(|place| references[place])
        });
        self.references.remove(&victim.expect("only a cache with residents evicts").key);
    }

    fn insert(&mut self, newcomer: Request) {
        self.queue.push(newcomer.into());
        self.references.insert(newcomer.key, vec![self.now]);
    }
}
