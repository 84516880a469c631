//! Segmented LRU: a hit moves one segment up, what overflows falls one segment down.

use super::spec::{Spec, part};
use super::{
    Request,
    frame::Policy,
    queue::{Object, Queue},
};

struct Segment {
    capacity: u64,
    queue: Queue,
}

impl Segment {
    fn has_room(&self, size: u64) -> bool {
        self.queue.used() + size <= self.capacity
    }
}

pub struct Slru {
    /// From the lowest to the most protected.
    segments: Vec<Segment>,
}

impl Slru {
    pub fn new(capacity: u64, spec: &mut Spec<'_>) -> Self {
        let equal = spec.number("segments", 4);
        let capacities: Vec<u64> = match spec.text("ratio") {
            None => vec![capacity / equal; equal as usize],
            Some(ratio) => {
                let shares = ratio.split('-').map(|share| share.parse().expect("a ratio is of numbers"));
                let shares: Vec<f64> = shares.collect();
                let whole: f64 = shares.iter().sum();
                shares.iter().map(|share| part(capacity, share / whole)).collect()
            }
        };
        let segments = capacities.into_iter().map(|capacity| Segment { capacity, queue: Queue::default() });
        Slru { segments: segments.collect() }
    }

    /// Puts an object into a segment; the oldest ones there fall until the segment keeps to its capacity again.
    ///
    /// An object larger than the whole segment falls through it, after all others.
    fn place(&mut self, index: usize, object: Object) {
        self.segments[index].queue.push(object);
        while !self.segments[index].has_room(0) {
            let oldest = self.segments[index].queue.pop().expect("an empty segment has room");
            if index > 0 {
                self.place(index - 1, oldest);
            }
        }
    }
}

impl Policy for Slru {
    fn lookup(&mut self, request: Request) -> bool {
        for index in 0..self.segments.len() {
            if let Some(object) = self.segments[index].queue.take(request.key) {
                let above = (index + 1).min(self.segments.len() - 1);
                self.place(above, object);
                return true;
            }
        }
        false
    }

    fn admits(&self, size: u64) -> bool {
        size <= self.segments[0].capacity
    }

    fn used(&self) -> u64 {
        self.segments.iter().map(|segment| segment.queue.used()).sum()
    }

    fn evict(&mut self, _: Request) {
        self.segments.iter_mut().find_map(|segment| segment.queue.pop());
    }

    fn insert(&mut self, newcomer: Request) {
        // Where no segment has room, the lowest grows beyond its capacity, until a hit pushes something into it.
        let with_room = self.segments.iter().position(|segment| segment.has_room(newcomer.size));
        self.segments[with_room.unwrap_or(0)].queue.push(newcomer.into());
    }
}
