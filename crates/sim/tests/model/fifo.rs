//! FIFO: the oldest goes, hits change nothing.

use super::{Request, frame::Policy, queue::Queue};

#[derive(Default)]
pub struct Fifo {
    queue: Queue,
}

impl Policy for Fifo {
    fn lookup(&mut self, request: Request) -> bool {
        self.queue.find(request.key).is_some()
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
