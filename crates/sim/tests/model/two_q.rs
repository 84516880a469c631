//! 2Q: newcomers wait in a FIFO; who is asked for again after leaving it enters the LRU.

use super::spec::{Spec, part};
use super::{
    Request,
    frame::Policy,
    queue::{Ghost, Queue},
};

pub struct TwoQ {
    inbox_capacity: u64,
    main_capacity: u64,
    /// A1in.
    inbox: Queue,
    /// A1out.
    left: Ghost,
    /// Am.
    main: Queue,
    came_back: bool,
}

impl TwoQ {
    pub fn new(capacity: u64, spec: &mut Spec<'_>) -> Self {
        let inbox_capacity = part(capacity, spec.number("in", 0.25));
        TwoQ {
            inbox_capacity,
            main_capacity: capacity - inbox_capacity,
            inbox: Queue::default(),
            left: Ghost::new(part(capacity, spec.number("out", 0.5))),
            main: Queue::default(),
            came_back: false,
        }
    }
}

impl Policy for TwoQ {
    fn lookup(&mut self, request: Request) -> bool {
        self.came_back = false;
        if self.inbox.find(request.key).is_some() || self.main.refresh(request.key) {
            return true;
        }
        self.came_back = self.left.take(request.key);
        false
    }

    fn admits(&self, size: u64) -> bool {
        size <= self.inbox_capacity
    }

    fn used(&self) -> u64 {
        self.inbox.used() + self.main.used()
    }

    fn evict(&mut self, _: Request) {
        if !self.main.is_empty() && self.inbox.used() <= self.inbox_capacity {
            self.main.pop();
        } else if let Some(oldest) = self.inbox.pop() {
            self.left.push(oldest);
        }
    }

    fn insert(&mut self, newcomer: Request) {
        if !self.came_back {
            self.inbox.push(newcomer.into());
        } else if newcomer.size <= self.main_capacity {
            // One too large for main is turned away, though room was made for it.
            while self.main.used() + newcomer.size > self.main_capacity {
                self.main.pop();
            }
            self.main.push(newcomer.into());
        }
    }
}
