//! S3-FIFO: a small FIFO for newcomers, a main FIFO for those worth keeping, a ghost FIFO for those that left.

use super::spec::{Spec, part};
use super::{
    Request,
    frame::Policy,
    queue::{Ghost, Object, Queue},
};

const MOST_MAIN_COUNT: u64 = 3;

pub struct S3Fifo {
    small_capacity: u64,
    main_capacity: u64,
    /// Hits that lead from small to main.
    threshold: u64,
    /// Whether newcomers may fill main while nothing was evicted yet.
    fills_main: bool,
    small: Queue,
    main: Queue,
    ghost: Ghost,
    came_back: bool,
    ever_evicted: bool,
}

impl S3Fifo {
    pub fn new(capacity: u64, spec: &mut Spec<'_>) -> Self {
        let fills_main = match spec.text("fill") {
            None => false,
            Some("main") => true,
            Some(other) => panic!("s3-fifo fills main, not `{other}`"),
        };
        let small_capacity = part(capacity, spec.number("small", 0.1)).max(1).min(capacity);
        S3Fifo {
            small_capacity,
            main_capacity: capacity - small_capacity,
            threshold: spec.number("threshold", 2),
            fills_main,
            small: Queue::default(),
            main: Queue::default(),
            ghost: Ghost::new(part(capacity, spec.number("ghost", 0.9))),
            came_back: false,
            ever_evicted: false,
        }
    }

    /// An object as large as all of small is turned away, though only after room was made for it.
    ///
    /// libCacheSim does so with an object of size 1 and a small of 1 too, and so never admits anything into a cache
    /// of 10 to 19 items, nor starts below 10. Here small is at least 1 and an object of size 1 always fits.
    fn fits_small(&self, size: u64) -> bool {
        size < self.small_capacity || size == 1
    }

    /// Evicts one from small, moving all those on the way that earned it to main.
    fn evict_small(&mut self) {
        while let Some(oldest) = self.small.pop() {
            if oldest.count < self.threshold {
                self.ghost.push(oldest);
                return;
            }
            self.main.push(Object { count: 0, ..oldest });
        }
    }

    fn evict_main(&mut self) {
        while let Some(oldest) = self.main.pop() {
            if oldest.count == 0 {
                return;
            }
            self.main.push(Object { count: oldest.count.min(MOST_MAIN_COUNT) - 1, ..oldest });
        }
    }
}

impl Policy for S3Fifo {
    fn lookup(&mut self, request: Request) -> bool {
        self.came_back = false;
        if let Some(object) = self.small.find(request.key) {
            object.count += 1;
            return true;
        }
        self.came_back = self.ghost.take(request.key);
        if self.came_back {
            return false;
        }
        let Some(object) = self.main.find(request.key) else { return false };
        object.count += 1;
        true
    }

    fn admits(&self, size: u64) -> bool {
        size <= self.small_capacity
    }

    fn used(&self) -> u64 {
        self.small.used() + self.main.used()
    }

    fn evict(&mut self, _: Request) {
        self.ever_evicted = true;
        if self.main.used() > self.main_capacity || self.small.is_empty() {
            self.evict_main();
        } else {
            self.evict_small();
        }
    }

    fn insert(&mut self, newcomer: Request) {
        // Another size than before can bring a ghost back that is as large as all of small.
        if !self.came_back && !self.fits_small(newcomer.size) {
            return;
        }
        let filling = self.fills_main && !self.ever_evicted && self.small.used() >= self.small_capacity;
        let queue = if self.came_back || filling { &mut self.main } else { &mut self.small };
        queue.push(newcomer.into());
    }
}
