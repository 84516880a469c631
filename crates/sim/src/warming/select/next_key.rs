//! Keys that came next: those that followed keys of the cache, and are not in it themselves.

use std::collections::VecDeque;

use crate::warming::select::choice::{Accesses, Choice, Moment};

/// The latest accesses, in their order.
pub(super) struct NextKey {
    accesses: usize,
    log: VecDeque<u32>,
    known: usize,
}

impl NextKey {
    pub(super) fn new(accesses: usize) -> Self {
        Self { accesses, log: VecDeque::new(), known: 0 }
    }
}

impl Choice for NextKey {
    fn learn(&mut self, accesses: &Accesses) {
        self.known = accesses.known;
        let keys = accesses.keys;
        self.log.extend(&keys[keys.len().saturating_sub(self.accesses)..]);
        let over = self.log.len().saturating_sub(self.accesses);
        self.log.drain(..over);
    }

    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let mut counts = vec![0_u32; self.known];
        let mut found = vec![];
        for (key, next) in self.log.iter().zip(self.log.iter().skip(1)) {
            if (moment.held)(*key) && !(moment.held)(*next) {
                let count = &mut counts[*next as usize];
                *count += 1;
                if *count == 1 {
                    found.push(*next);
                }
            }
        }
        // Of two alike, the one that came first.
        found.sort_by_key(|key| std::cmp::Reverse(counts[*key as usize]));
        found.truncate(moment.most);
        found
    }
}
