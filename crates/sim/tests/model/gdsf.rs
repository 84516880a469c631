//! GDSF: the lowest priority goes, where priority = L + count · 10⁶ / size and L is that of the last evicted.

use super::{Model, Request};

struct Resident {
    key: u32,
    size: u64,
    count: u64,
    priority: f64,
}

pub struct Gdsf {
    capacity: u64,
    last_evicted: f64,
    /// In order of their last requests.
    residents: Vec<Resident>,
}

impl Gdsf {
    pub fn new(capacity: u64) -> Self {
        Gdsf { capacity, last_evicted: 0.0, residents: Vec::new() }
    }

    fn touch(&mut self, mut resident: Resident) {
        resident.count += 1;
        resident.priority = self.last_evicted + resident.count as f64 * 1e6 / resident.size as f64;
        self.residents.push(resident);
    }

    fn used(&self) -> u64 {
        self.residents.iter().map(|resident| resident.size).sum()
    }

    fn evict(&mut self) {
        let lowest = self.residents.iter().map(|resident| resident.priority).fold(f64::INFINITY, f64::min);
        let oldest = self.residents.iter().position(|resident| resident.priority == lowest);
        self.residents.remove(oldest.expect("the lowest priority is somebody's"));
        self.last_evicted = lowest;
    }
}

impl Model for Gdsf {
    fn request(&mut self, request: Request) -> bool {
        if let Some(place) = self.residents.iter().position(|resident| resident.key == request.key) {
            let resident = self.residents.remove(place);
            self.touch(resident);
            return true;
        }
        if request.size <= self.capacity {
            // The newcomer is in before room is made and can be the victim itself.
            self.touch(Resident { key: request.key, size: request.size, count: 0, priority: 0.0 });
            while self.used() > self.capacity {
                self.evict();
            }
        }
        false
    }
}
