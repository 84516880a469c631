//! LRU: the one requested longest ago goes.

use super::{Request, frame::Policy, queue::Queue};

#[derive(Default)]
pub struct Lru {
    queue: Queue,
}

impl Policy for Lru {
    fn lookup(&mut self, request: Request) -> bool {
        self.queue.refresh(request.key)
    }

    fn used(&self) -> u64 {
        self.queue.used()
    }

    fn evict(&mut self, _: Request) {
        self.queue.pop();
    }

    fn insert(&mut self, newcomer: Request) {
        self.queue.push(newcomer.into());
    }
}
