//! LFU: the lowest count goes, among equals the one that came to that count first.

use super::{
    Request,
    frame::Policy,
    queue::{Object, Queue},
};

/// In the order in which the residents came to their counts.
#[derive(Default)]
pub struct Lfu {
    queue: Queue,
}

impl Policy for Lfu {
    fn lookup(&mut self, request: Request) -> bool {
        let Some(object) = self.queue.take(request.key) else { return false };
        self.queue.push(Object { count: object.count + 1, ..object });
        true
    }

    fn used(&self) -> u64 {
        self.queue.used()
    }

    fn evict(&mut self, _: Request) {
        self.queue.take_least(|object| object.count);
    }

    fn insert(&mut self, newcomer: Request) {
        self.queue.push(Object { count: 1, ..newcomer.into() });
    }
}
