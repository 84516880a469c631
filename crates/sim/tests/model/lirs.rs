//! LIRS: those asked for again soon (low recency) keep the cache; the others pass through a short queue.

use super::spec::{Spec, part};
use super::{
    Request,
    frame::Policy,
    queue::{Object, Queue},
};

pub struct Lirs {
    capacity: u64,
    high_capacity: u64,
    low_capacity: u64,
    /// S: keys by their last request, the bottom first.
    stack: Vec<u32>,
    /// LIR: all of them are in the stack, in the same order.
    low: Queue,
    /// Resident HIR, those in the stack and others.
    high: Queue,
    /// Remembered HIR that are no longer resident, by when they left; all of them are in the stack.
    gone: Queue,
    came_back: bool,
}

impl Lirs {
    pub fn new(capacity: u64, spec: &mut Spec<'_>) -> Self {
        let high_capacity = part(capacity, spec.number("queue", 0.01)).max(1).min(capacity);
        Lirs {
            capacity,
            high_capacity,
            low_capacity: capacity - high_capacity,
            stack: vec![],
            low: Queue::default(),
            high: Queue::default(),
            gone: Queue::default(),
            came_back: false,
        }
    }

    fn leave_stack(&mut self, key: u32) {
        self.stack.retain(|other| *other != key);
    }

    fn top(&mut self, key: u32) {
        self.leave_stack(key);
        self.stack.push(key);
    }

    /// Nobody lies below the lowest LIR.
    fn prune(&mut self) {
        while let Some(&bottom) = self.stack.first() {
            if self.low.find(bottom).is_some() {
                return;
            }
            self.leave_stack(bottom);
            self.gone.take(bottom);
        }
    }

    /// Makes the bottom LIR the newest HIR of the queue.
    fn demote(&mut self) {
        if let Some(bottom) = self.low.pop() {
            self.leave_stack(bottom.key);
            self.high.push(bottom);
            self.prune();
        }
    }

    /// Makes an object, which is in no queue, a LIR.
    fn promote(&mut self, object: Object) {
        self.low.push(object);
        self.top(object.key);
        while self.low.used() > self.low_capacity {
            self.demote();
        }
        self.prune();
    }

    fn remember(&mut self, object: Object) {
        self.gone.push(object);
        while self.gone.used() > self.capacity {
            if let Some(oldest) = self.gone.pop() {
                self.leave_stack(oldest.key);
            }
        }
    }
}

impl Policy for Lirs {
    fn lookup(&mut self, request: Request) -> bool {
        let key = request.key;
        if self.low.refresh(key) {
            self.top(key);
            self.prune();
            return true;
        }
        if let Some(object) = self.high.take(key) {
            if self.stack.contains(&key) {
                self.promote(object);
            } else {
                self.top(key);
                self.high.push(object);
            }
            return true;
        }
        self.came_back = false;
        // One that is not admitted stays remembered.
        if self.admits(request.size) && self.gone.take(key).is_some() {
            self.leave_stack(key);
            self.came_back = true;
        }
        false
    }

    fn admits(&self, size: u64) -> bool {
        size <= self.high_capacity
    }

    fn used(&self) -> u64 {
        self.low.used() + self.high.used()
    }

    fn evict(&mut self, _: Request) {
        if self.high.is_empty() {
            self.demote();
        }
        if let Some(oldest) = self.high.pop()
            && self.stack.contains(&oldest.key)
        {
            self.remember(oldest);
        }
    }

    fn insert(&mut self, newcomer: Request) {
        if self.came_back || self.low.used() + newcomer.size <= self.low_capacity {
            self.promote(newcomer.into());
        } else {
            self.top(newcomer.key);
            self.high.push(newcomer.into());
        }
    }
}
