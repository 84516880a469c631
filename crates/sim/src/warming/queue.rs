//! Operations that have not begun: in a queue, or aside until the one that they depend on has its fate.

use std::collections::{BTreeMap, VecDeque};

use trace::synthetic::Nanos;

/// An operation that has not begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Waiting {
    pub(crate) key: u32,
    /// The phase of a plan to which it belongs.
    pub(crate) phase: u32,
    /// How urgent it is, in percent.
    pub(crate) urgent: u8,
    /// When it may not begin any more.
    pub(crate) until: Nanos,
}

/// What is asked of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Need {
    /// How urgent it is, in percent.
    pub(crate) urgent: u8,
    /// Whether it is needed though its key be in the cache.
    pub(crate) renews: bool,
}

/// Operations of a key that have no fate.
#[derive(Debug, Clone, Copy, Default)]
struct Pending {
    operations: u32,
    /// Whether the key was asked for since.
    late: bool,
    /// Whether one of them renews a copy.
    renews: bool,
}

/// Operations that have not begun, and the keys of all that have no fate.
#[derive(Debug, Default)]
pub(crate) struct Queue {
    /// By the time at which they were planned, or by priority first.
    waiting: VecDeque<Waiting>,
    by_priority: bool,
    /// By the key that they wait for.
    aside: BTreeMap<u32, Vec<Waiting>>,
    pending: Vec<Pending>,
}

impl Queue {
    pub(crate) fn new(by_priority: bool) -> Self {
        Self { by_priority, ..Self::default() }
    }

    pub(crate) fn reserve(&mut self, keys: usize) {
        self.pending.resize(keys, Pending::default());
    }

    /// Whether a key has an operation without a fate.
    pub(crate) fn has(&self, key: u32) -> bool {
        self.pending[key as usize].operations > 0
    }

    /// A key is asked for in vain: whether that is news for its operation.
    pub(crate) fn is_late(&mut self, key: u32) -> bool {
        let pending = &mut self.pending[key as usize];
        let news = pending.operations > 0 && !pending.late;
        pending.late |= news;
        news
    }

    /// Whether the operation of a key renews the copy in the cache.
    pub(crate) fn renews(&self, key: u32) -> bool {
        self.pending[key as usize].renews
    }

    pub(crate) fn len(&self) -> u64 {
        (self.waiting.len() + self.aside.values().map(Vec::len).sum::<usize>()) as u64
    }

    /// The operation at the head of the queue.
    pub(crate) fn first(&self) -> Option<Waiting> {
        self.waiting.front().copied()
    }

    /// An operation waits behind all others, or behind those that are as urgent. One that `renews` is needed though its
    /// key be in the cache.
    pub(crate) fn push(&mut self, operation: Waiting, renews: bool) {
        let pending = &mut self.pending[operation.key as usize];
        pending.operations += 1;
        pending.renews |= renews;
        let place = match self.by_priority {
            true => self.waiting.partition_point(|other| other.urgent >= operation.urgent),
            false => self.waiting.len(),
        };
        self.waiting.insert(place, operation);
    }

    /// The operation at the head of the queue begins.
    pub(crate) fn begin_first(&mut self) -> Option<Waiting> {
        self.waiting.pop_front()
    }

    /// The operation at the head of the queue waits until that of another key has its fate.
    pub(crate) fn set_aside(&mut self, behind: u32) {
        if let Some(first) = self.waiting.pop_front() {
            self.aside.entry(behind).or_default().push(first);
        }
    }

    /// An operation of a key has its fate: what was aside for the last of them goes to the head of the queue.
    pub(crate) fn settle(&mut self, key: u32) {
        let pending = &mut self.pending[key as usize];
        pending.operations -= 1;
        if pending.operations > 0 {
            return;
        }
        *pending = Pending::default();
        if self.aside.is_empty() {
            return;
        }
        for operation in self.aside.remove(&key).into_iter().flatten().rev() {
            self.waiting.push_front(operation);
        }
    }

    /// The operation at the head of the queue does not begin.
    pub(crate) fn drop_first(&mut self) {
        if let Some(first) = self.waiting.pop_front() {
            self.settle(first.key);
        }
    }

    /// The operation that came last, that of this key, does not begin.
    pub(crate) fn drop_last(&mut self, key: u32) {
        let of_key = |operation: &Waiting| operation.key == key;
        if let Some(place) = self.waiting.iter().rposition(of_key) {
            self.waiting.remove(place);
        } else if let Some(list) = self.aside.values_mut().find(|list| list.iter().any(of_key))
            && let Some(place) = list.iter().rposition(of_key)
        {
            list.remove(place);
        }
        self.settle(key);
    }

    /// What may not begin any more does not; how much that is.
    pub(crate) fn drop_overdue(&mut self, now: Nanos) -> u64 {
        let before = self.len();
        let mut gone = vec![];
        loop {
            let mut keep = |operation: &Waiting| {
                let kept = operation.until > now;
                if !kept {
                    gone.push(operation.key);
                }
                kept
            };
            self.waiting.retain(&mut keep);
            self.aside.values_mut().for_each(|list| list.retain(&mut keep));
            if gone.is_empty() {
                return before - self.len();
            }
            gone.drain(..).for_each(|key| self.settle(key));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(queue: &Queue) -> Vec<u32> {
        queue.waiting.iter().map(|operation| operation.key).collect()
    }

    #[test]
    fn what_waits_for_a_key_goes_ahead_once_that_has_its_fate() {
        let mut queue = Queue::default();
        queue.reserve(10);
        (0..5).for_each(|key| {
            queue.push(Waiting { key, phase: 0, urgent: 100, until: Nanos::from(key) }, false)
        });
        assert_eq!(queue.begin_first().map(|first| first.key), Some(0));
        queue.set_aside(0);
        queue.set_aside(0);
        assert_eq!((keys(&queue), queue.len()), (vec![3, 4], 4));
        queue.settle(0);
        assert_eq!((keys(&queue), queue.has(0), queue.has(1)), (vec![1, 2, 3, 4], false, true));
        queue.set_aside(4);
        queue.drop_last(4);
        assert_eq!((keys(&queue), queue.len()), (vec![1, 2, 3], 3));
        queue.set_aside(3);
        // Overdue aside and in the queue.
        assert_eq!((queue.drop_overdue(2), keys(&queue)), (2, vec![3]));
        assert_eq!([1, 2, 3].map(|key| queue.has(key)), [false, false, true]);
    }

    #[test]
    fn the_most_urgent_goes_first_and_of_those_the_one_that_was_planned_first() {
        let mut queue = Queue::new(true);
        queue.reserve(5);
        for (key, urgent) in [(0, 50), (1, 100), (2, 50), (3, 75), (1, 60)] {
            queue.push(Waiting { key, phase: 0, urgent, until: 0 }, false);
        }
        assert_eq!(keys(&queue), [1, 3, 1, 0, 2]);
        queue.drop_first();
        // Key 1 was planned twice.
        assert!(queue.has(1));
        queue.drop_last(1);
        assert_eq!((keys(&queue), queue.has(1)), (vec![3, 0, 2], false));
    }
}
