//! Keys in the order of a rank that changes.

const ABSENT: u32 = u32::MAX;

/// A heap over dense ids, least rank first, that knows where each key is.
#[derive(Debug)]
pub(crate) struct Ranking<R> {
    heap: Vec<(R, u32)>,
    /// Place of each key in the heap.
    at: Vec<u32>,
}

/// Children of a node; four keep the heap flat and its comparisons in one cache line.
const WIDTH: usize = 4;

impl<R: Copy + PartialOrd> Ranking<R> {
    pub(crate) fn new() -> Self {
        Self { heap: vec![], at: vec![] }
    }

    pub(crate) fn reserve(&mut self, keys: usize) {
        self.at.resize(keys, ABSENT);
    }

    pub(crate) fn holds(&self, key: u32) -> bool {
        self.at[key as usize] != ABSENT
    }

    /// The key of least rank.
    pub(crate) fn least(&self) -> Option<(R, u32)> {
        self.heap.first().copied()
    }

    /// Inserts a key, or changes its rank.
    pub(crate) fn set(&mut self, key: u32, rank: R) {
        let at = match self.at[key as usize] {
            ABSENT => {
                self.heap.push((rank, key));
                self.heap.len() - 1
            }
            at => {
                self.heap[at as usize].0 = rank;
                at as usize
            }
        };
        self.settle(at);
    }

    /// Takes a key out.
    pub(crate) fn remove(&mut self, key: u32) {
        let at = std::mem::replace(&mut self.at[key as usize], ABSENT) as usize;
        self.heap.swap_remove(at);
        if at < self.heap.len() {
            self.settle(at);
        }
    }

    /// Moves an entry up or down to where it belongs.
    fn settle(&mut self, mut at: usize) {
        let entry = self.heap[at];
        while at > 0 {
            let parent = (at - 1) / WIDTH;
            if self.heap[parent].0 <= entry.0 {
                break;
            }
            self.place(at, self.heap[parent]);
            at = parent;
        }
        loop {
            let first = at * WIDTH + 1;
            let last = (first + WIDTH).min(self.heap.len());
            let least = (first..last).reduce(
                |least, one| {
                    if self.heap[one].0 < self.heap[least].0 { one } else { least }
                },
            );
            match least {
                Some(child) if self.heap[child].0 < entry.0 => {
                    self.place(at, self.heap[child]);
                    at = child;
                }
                _ => break,
            }
        }
        self.place(at, entry);
    }

    fn place(&mut self, at: usize, entry: (R, u32)) {
        self.heap[at] = entry;
        self.at[entry.1 as usize] = at as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn the_least_is_the_least_whatever_happened(steps in prop::collection::vec((0..30u32, 0..1000u64, prop::bool::ANY), 0..200)) {
            let mut ranking = Ranking::new();
            ranking.reserve(30);
            let mut model = BTreeMap::new();
            for (nth, (key, rank, set)) in steps.into_iter().enumerate() {
                let rank = (rank, nth);
                if set {
                    ranking.set(key, rank);
                    model.insert(key, rank);
                } else if ranking.holds(key) {
                    ranking.remove(key);
                    model.remove(&key);
                }
                let least = model.iter().map(|(key, rank)| (*rank, *key)).min();
                prop_assert_eq!(ranking.least(), least);
            }
        }
    }
}
