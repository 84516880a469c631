//! Keys in order of their last use, told by the instants of uses.

/// Keys from the least to the most recently used.
///
/// A use takes the next instant and ends what the key's last one stood for: four bytes a key, and a bit and four bytes an
/// instant. The keys held are those whose last instant is not behind the horizon. A list with links would change three
/// places at random for each use; this changes one, and a bit.
#[derive(Debug)]
pub(crate) struct Recency {
    /// Instant of each key's last use; 0 for never, or where it was taken out.
    last: Vec<u32>,
    /// The key that was used at each instant.
    used: Vec<u32>,
    /// Whether an instant stands for no key any more, a bit each.
    over: Vec<u64>,
    /// The first instant that may stand for a key.
    horizon: u32,
    /// Instants that may pass before they are counted anew.
    most: usize,
}

impl Recency {
    pub(crate) fn new() -> Self {
        // Instant 0 stands for nothing.
        Self { last: vec![], used: vec![0], over: vec![1], horizon: 1, most: 0 }
    }

    pub(crate) fn reserve(&mut self, keys: usize) {
        self.last.resize(keys, 0);
        self.most = keys.saturating_mul(4).saturating_add(1 << 16).min(u32::MAX as usize);
    }

    pub(crate) fn holds(&self, key: u32) -> bool {
        self.last[key as usize] >= self.horizon
    }

    /// Fetches what another use of a key changes into the processor's cache.
    pub(crate) fn look_at(&self, key: u32) {
        let last = self.last[key as usize];
        std::hint::black_box(self.over[(last / 64) as usize]);
    }

    /// Uses a key, held or not.
    pub(crate) fn renew(&mut self, key: u32) {
        if self.used.len() >= self.most {
            self.count_anew();
        }
        let now = self.used.len() as u32;
        self.used.push(key);
        if now.is_multiple_of(64) {
            self.over.push(0);
        }
        let last = std::mem::replace(&mut self.last[key as usize], now);
        self.end(last);
    }

    /// Takes a key out that is held.
    pub(crate) fn remove(&mut self, key: u32) {
        let last = std::mem::take(&mut self.last[key as usize]);
        self.end(last);
    }

    /// Takes out the key that was not used the longest.
    pub(crate) fn pop(&mut self) -> Option<u32> {
        let oldest = self.next_standing(self.horizon)?;
        self.horizon = oldest + 1;
        Some(self.used[oldest as usize])
    }

    fn end(&mut self, instant: u32) {
        self.over[(instant / 64) as usize] |= 1 << (instant % 64);
    }

    /// The first instant from one on that stands for a key.
    fn next_standing(&self, from: u32) -> Option<u32> {
        let mut word = (from / 64) as usize;
        let mut standing = !*self.over.get(word)? & (!0 << (from % 64));
        while standing == 0 {
            word += 1;
            standing = !*self.over.get(word)?;
        }
        let instant = word as u32 * 64 + standing.trailing_zeros();
        ((instant as usize) < self.used.len()).then_some(instant)
    }

    /// Counts instants anew from 1, those that stand for a key alone.
    fn count_anew(&mut self) {
        let horizon = self.horizon;
        self.last.iter_mut().filter(|last| **last < horizon).for_each(|last| *last = 0);
        let (mut at, mut now) = (horizon, 1);
        while let Some(instant) = self.next_standing(at) {
            let key = self.used[instant as usize];
            self.used[now] = key;
            self.last[key as usize] = now as u32;
            (at, now) = (instant + 1, now + 1);
        }
        self.used.truncate(now);
        self.over.clear();
        self.over.resize(now.div_ceil(64), 0);
        self.end(0);
        self.horizon = 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    proptest! {
        #[test]
        fn it_agrees_with_a_queue(steps in prop::collection::vec((0..20u32, 0..4u8), 0..600), most in 21..200usize) {
            let mut recency = Recency::new();
            recency.reserve(20);
            // So that instants are counted anew within the run.
            recency.most = most;
            let mut queue = VecDeque::<u32>::new();
            for (key, step) in steps {
                match step {
                    0 => prop_assert_eq!(recency.pop(), queue.pop_front()),
                    1 if recency.holds(key) => {
                        recency.remove(key);
                        queue.retain(|one| *one != key);
                    }
                    1 => {}
                    _ => {
                        recency.renew(key);
                        queue.retain(|one| *one != key);
                        queue.push_back(key);
                    }
                }
                for key in 0..20 {
                    prop_assert_eq!(recency.holds(key), queue.contains(&key));
                }
            }
            let all: Vec<u32> = std::iter::from_fn(|| recency.pop()).collect();
            prop_assert_eq!(all, Vec::from(queue));
        }
    }
}
