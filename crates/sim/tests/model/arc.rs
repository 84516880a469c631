//! ARC: recent and frequent residents share the cache by a target that their ghosts move.

use super::{Request, frame::Policy, queue::Queue};

#[derive(Default)]
pub struct Arc {
    capacity: u64,
    /// p: the size that the recent ones should have.
    target: f64,
    /// T1 and its ghosts B1.
    recent: Queue,
    recent_ghosts: Queue,
    /// T2 and its ghosts B2.
    frequent: Queue,
    frequent_ghosts: Queue,
    /// Whether the key of this request was a ghost.
    came_back: bool,
    /// Whether it was a frequent one; then recent ones leave already at their target, not only above it.
    ///
    /// A ghost that comes back larger than the cache leaves this set until another key is found anywhere: an
    /// oversight of libCacheSim's that sizes which never change do not meet.
    came_back_frequent: bool,
}

impl Arc {
    pub fn new(capacity: u64) -> Self {
        Arc { capacity, ..Arc::default() }
    }

    /// A ghost hit moves the target, by the sizes of the lists before the ghost is forgotten.
    fn look_among_ghosts(&mut self, key: u32) -> bool {
        let recent = self.recent_ghosts.used() as f64;
        let frequent = self.frequent_ghosts.used() as f64;
        if self.recent_ghosts.take(key).is_some() {
            self.target = (self.target + (frequent / recent).max(1.0)).min(self.capacity as f64);
            self.came_back_frequent = false;
            true
        } else if self.frequent_ghosts.take(key).is_some() {
            self.target = (self.target - (recent / frequent).max(1.0)).max(0.0);
            self.came_back_frequent = true;
            true
        } else {
            false
        }
    }

    /// REPLACE of the paper.
    fn replace(&mut self) {
        let size = self.recent.used() as f64;
        let too_many_recent = size > self.target || (size == self.target && self.came_back_frequent);
        if self.frequent.is_empty() || (!self.recent.is_empty() && too_many_recent) {
            self.recent_ghosts.push(self.recent.pop().expect("somebody is resident"));
        } else {
            self.frequent_ghosts.push(self.frequent.pop().expect("there are frequent ones"));
        }
    }
}

impl Policy for Arc {
    fn lookup(&mut self, request: Request) -> bool {
        if let Some(object) = self.recent.take(request.key).or_else(|| self.frequent.take(request.key)) {
            self.frequent.push(object);
            self.came_back_frequent = false;
            return true;
        }
        self.came_back = self.look_among_ghosts(request.key);
        false
    }

    fn used(&self) -> u64 {
        self.recent.used() + self.frequent.used()
    }

    fn evict(&mut self, newcomer: Request) {
        let recent = self.recent.used() + self.recent_ghosts.used();
        let frequent = self.frequent.used() + self.frequent_ghosts.used();
        if self.came_back {
            self.replace();
        } else if recent + newcomer.size > self.capacity {
            if self.recent_ghosts.pop().is_some() {
                self.replace();
            } else {
                self.recent.pop();
            }
        } else {
            if recent + frequent >= 2 * self.capacity {
                self.frequent_ghosts.pop();
            }
            self.replace();
        }
    }

    fn insert(&mut self, newcomer: Request) {
        if self.came_back {
            self.frequent.push(newcomer.into());
            self.came_back_frequent = false;
        } else {
            self.recent.push(newcomer.into());
        }
    }
}
