//! Doubly linked lists of keys in one flat array: every key is in at most one of them.

/// Lists of keys, each ordered from oldest to newest.
///
/// Each list is a ring through a sentinel of its own, so that no operation has to look for ends. The sentinels come
/// first in the array, the keys behind them, and the array can grow.
#[derive(Debug)]
pub(crate) struct Lists {
    nodes: Vec<Node>,
    lists: u32,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    older: u32,
    newer: u32,
}

/// In no list.
const DETACHED: u32 = u32::MAX;

impl Lists {
    /// That many empty lists.
    pub(crate) fn new(lists: usize) -> Self {
        let nodes = (0..lists as u32).map(|list| Node { older: list, newer: list }).collect();
        Self { nodes, lists: lists as u32 }
    }

    pub(crate) fn reserve(&mut self, keys: usize) {
        let detached = Node { older: DETACHED, newer: DETACHED };
        self.nodes.resize(self.lists as usize + keys, detached);
    }

    /// Whether a key is in a list.
    pub(crate) fn holds(&self, key: u32) -> bool {
        self.nodes[(key + self.lists) as usize].older != DETACHED
    }

    /// Appends a key that is in no list.
    pub(crate) fn push(&mut self, list: usize, key: u32) {
        let node = key + self.lists;
        let newest = self.nodes[list].older;
        self.nodes[node as usize] = Node { older: newest, newer: list as u32 };
        self.nodes[newest as usize].newer = node;
        self.nodes[list].older = node;
    }

    /// Takes a key out of the list that it is in.
    pub(crate) fn remove(&mut self, key: u32) {
        let node = (key + self.lists) as usize;
        let Node { older, newer } = self.nodes[node];
        self.nodes[older as usize].newer = newer;
        self.nodes[newer as usize].older = older;
        self.nodes[node].older = DETACHED;
    }

    /// Moves a key to the newest end of a list, from wherever it is.
    pub(crate) fn renew(&mut self, list: usize, key: u32) {
        self.remove(key);
        self.push(list, key);
    }

    /// The oldest key of a list.
    pub(crate) fn oldest(&self, list: usize) -> Option<u32> {
        self.nodes[list].newer.checked_sub(self.lists)
    }

    /// The key next newer than one that is in a list.
    pub(crate) fn newer(&self, key: u32) -> Option<u32> {
        self.nodes[(key + self.lists) as usize].newer.checked_sub(self.lists)
    }

    /// Takes the oldest key out of a list.
    pub(crate) fn pop(&mut self, list: usize) -> Option<u32> {
        let key = self.oldest(list)?;
        self.remove(key);
        Some(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::VecDeque;

    proptest! {
        #[test]
        fn lists_agree_with_queues(steps in prop::collection::vec((0..3usize, 0..20u32, 0..3u8), 0..300)) {
            let mut lists = Lists::new(3);
            lists.reserve(20);
            let mut queues = vec![VecDeque::<u32>::new(); 3];
            for (list, key, step) in steps {
                match step {
                    0 => {
                        if lists.holds(key) {
                            lists.renew(list, key);
                        } else {
                            lists.push(list, key);
                        }
                        queues.iter_mut().for_each(|queue| queue.retain(|one| *one != key));
                        queues[list].push_back(key);
                    }
                    1 => prop_assert_eq!(lists.pop(list), queues[list].pop_front()),
                    _ if lists.holds(key) => {
                        lists.remove(key);
                        queues.iter_mut().for_each(|queue| queue.retain(|one| *one != key));
                    }
                    _ => {}
                }
                for (list, queue) in queues.iter().enumerate() {
                    let mut found: Vec<u32> = vec![];
                    let mut next = lists.oldest(list);
                    while let Some(key) = next {
                        found.push(key);
                        next = lists.newer(key);
                    }
                    prop_assert_eq!(found, queue.iter().copied().collect::<Vec<_>>());
                }
            }
        }
    }
}
