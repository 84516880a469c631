//! Queues of residents, and ghost queues of keys that left.

use super::Request;
use std::collections::VecDeque;

#[derive(Debug, Clone, Copy)]
pub struct Object {
    pub key: u32,
    /// The size at insertion; later requests do not change it.
    pub size: u64,
    /// What the policy counts, from 0.
    pub count: u64,
}

impl From<Request> for Object {
    fn from(request: Request) -> Self {
        Object { key: request.key, size: request.size, count: 0 }
    }
}

/// Objects from the oldest to the newest.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    objects: VecDeque<Object>,
    used: u64,
}

impl Queue {
    pub fn used(&self) -> u64 {
        self.used
    }

    pub fn is_empty(&self) -> bool {
        self.objects.is_empty()
    }

    pub fn find(&mut self, key: u32) -> Option<&mut Object> {
        self.objects.iter_mut().find(|object| object.key == key)
    }

    pub fn oldest(&self) -> Option<Object> {
        self.objects.front().copied()
    }

    /// Adds at the newest end.
    pub fn push(&mut self, object: Object) {
        self.used += object.size;
        self.objects.push_back(object);
    }

    /// Removes the oldest.
    pub fn pop(&mut self) -> Option<Object> {
        let object = self.objects.pop_front()?;
        self.used -= object.size;
        Some(object)
    }

    /// Removes this key.
    pub fn take(&mut self, key: u32) -> Option<Object> {
        let place = self.objects.iter().position(|object| object.key == key)?;
        let object = self.objects.remove(place)?;
        self.used -= object.size;
        Some(object)
    }

    /// Makes this key the newest; false when it is not here.
    pub fn refresh(&mut self, key: u32) -> bool {
        let object = self.take(key);
        object.map(|object| self.push(object)).is_some()
    }

    /// Removes the object with the smallest rank, the oldest of equals.
    pub fn take_least<R: PartialOrd>(&mut self, rank: impl Fn(&Object) -> R) -> Option<Object> {
        let mut objects = self.objects.iter();
        let first = objects.next()?;
        let least =
            objects.fold(first, |least, object| if rank(object) < rank(least) { object } else { least });
        self.take(least.key)
    }
}

/// Keys and sizes of objects that left, oldest first, up to a capacity.
#[derive(Debug, Default)]
pub struct Ghost {
    capacity: u64,
    queue: Queue,
}

impl Ghost {
    pub fn new(capacity: u64) -> Self {
        Ghost { capacity, queue: Queue::default() }
    }

    /// Forgets the key; true when it was remembered.
    pub fn take(&mut self, key: u32) -> bool {
        self.queue.take(key).is_some()
    }

    /// Remembers an object, unless it is larger than all the room there is.
    pub fn push(&mut self, object: Object) {
        if object.size > self.capacity {
            return;
        }
        while self.queue.used() + object.size > self.capacity {
            self.queue.pop();
        }
        self.queue.push(object);
    }
}
