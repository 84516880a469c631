//! CLOCK as a FIFO with reinsertion: a hit counts up, the hand counts down.

use super::{Request, frame::Policy, queue::Queue};

pub struct Clock {
    most: u64,
    queue: Queue,
}

impl Clock {
    pub fn new(bits: u32) -> Self {
        Clock { most: (1 << bits) - 1, queue: Queue::default() }
    }
}

impl Policy for Clock {
    fn lookup(&mut self, request: Request) -> bool {
        let Some(object) = self.queue.find(request.key) else { return false };
        object.count = self.most.min(object.count + 1);
        true
    }

    fn used(&self) -> u64 {
        self.queue.used()
    }

    fn evict(&mut self, _: Request) {
        while let Some(mut oldest) = self.queue.pop() {
            if oldest.count == 0 {
                return;
            }
            oldest.count -= 1;
            self.queue.push(oldest);
        }
    }

    fn insert(&mut self, newcomer: Request) {
        self.queue.push(newcomer.into());
    }
}
