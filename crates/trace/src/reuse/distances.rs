//! Exact LRU stack distances, request by request.

use super::timeline::Timeline;

/// No request so far.
const NEVER: u32 = u32::MAX;

/// Requests whose last instants are looked up together, so that their memory accesses overlap.
const TOGETHER: usize = 64;

/// Instants of a timeline at the least.
const INSTANTS: usize = 1 << 16;

/// Instants a key: a timeline lasts for three requests a key before it is numbered anew.
const INSTANTS_A_KEY: usize = 4;

/// Finds how far back in the order of last use the key of each request stands.
///
/// The stack distance of a request is the number of distinct keys asked for since the last request for the same key,
/// that key included. A cache of `C` items that evicts the least recently used finds a request exactly where its
/// distance is at most `C`; a first request has no distance. (Mattson, Gecsei, Slutz & Traiger, *Evaluation techniques
/// for storage hierarchies*, IBM Systems Journal 9(2), 1970.)
///
/// Time `O(log16 K)` a request for `K` keys, memory 4 bytes and about 6 bits a key, whatever the number of requests.
/// That is so up to 2³⁰ keys; beyond, the timeline holds fewer than four instants a key and is numbered anew more often.
#[derive(Debug, Clone)]
pub struct StackDistances {
    /// Instant of each key's last request.
    last: Vec<u32>,
    timeline: Timeline,
    /// The instant that comes next.
    now: usize,
    /// Keys asked for so far.
    seen: u32,
    /// Instants of a timeline at the least.
    instants: usize,
}

impl Default for StackDistances {
    fn default() -> Self {
        Self::with_instants(INSTANTS)
    }
}

impl StackDistances {
    /// With a timeline of at least so many instants.
    pub(super) fn with_instants(instants: usize) -> Self {
        Self { last: vec![], timeline: Timeline::new(instants), now: 0, seen: 0, instants }
    }

    /// Makes room for ids below `keys`; called before such ids come.
    pub fn reserve(&mut self, keys: usize) {
        if keys > self.last.len() {
            self.last.resize(keys, NEVER);
        }
    }

    /// Keys asked for so far.
    pub fn keys(&self) -> u64 {
        u64::from(self.seen)
    }

    /// The distance of one request; none where it is the first for its key.
    ///
    /// # Panics
    /// Where there is no room for the key.
    pub fn next(&mut self, key: u32) -> Option<u64> {
        let mut distance = 0;
        self.each(&[key], |found| distance = found);
        (distance > 0).then_some(u64::from(distance))
    }

    /// Passes the distance of each request to `note`, in order; 0 for the first request of a key.
    ///
    /// # Panics
    /// Where there is no room for a key.
    pub fn each(&mut self, keys: &[u32], mut note: impl FnMut(u32)) {
        let mut rest = keys;
        let mut before = [NEVER; TOGETHER];
        while !rest.is_empty() {
            if self.now == self.timeline.len() {
                self.renumber();
            }
            let room = self.timeline.len() - self.now;
            let (together, behind) = rest.split_at(rest.len().min(TOGETHER).min(room));
            rest = behind;
            for (before, key) in before.iter_mut().zip(together) {
                *before = std::mem::replace(&mut self.last[*key as usize], self.now as u32);
                self.now += 1;
            }
            for before in &before[..together.len()] {
                if *before == NEVER {
                    self.seen += 1;
                    note(0);
                } else {
                    note(self.seen - self.timeline.take(*before));
                }
            }
        }
    }

    /// Numbers the instants that stand for a key anew from 0, in their order.
    fn renumber(&mut self) {
        for last in &mut self.last {
            if *last != NEVER {
                *last = self.timeline.before(*last);
            }
        }
        self.now = self.seen as usize;
        // An instant has to differ from NEVER.
        let most = NEVER as usize / 64 * 64;
        self.timeline = Timeline::new((INSTANTS_A_KEY * self.now).clamp(self.instants, most));
    }
}
