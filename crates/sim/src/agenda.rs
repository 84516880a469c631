//! A set of instants with its latest, in a tree of bits.

/// A set of whole numbers below a bound: one bit each, and above every 64 bits one that says whether any is set.
#[derive(Debug)]
pub(crate) struct Agenda {
    /// From the bits themselves up to a single word.
    levels: Vec<Vec<u64>>,
}

impl Agenda {
    pub(crate) fn new() -> Self {
        Self { levels: vec![vec![0]] }
    }

    /// Makes room for numbers up to `most`.
    fn reserve(&mut self, most: usize) {
        let mut words = most / 64 + 1;
        for level in 0.. {
            if level == self.levels.len() {
                // A new top stands above the single word that was the top before.
                let any = u64::from(self.levels[level - 1][0] != 0);
                self.levels.push(vec![any]);
            }
            if self.levels[level].len() < words {
                let words = words.next_power_of_two();
                self.levels[level].resize(words, 0);
            }
            if words == 1 && self.levels[level].len() == 1 {
                return;
            }
            words = self.levels[level].len().div_ceil(64);
        }
    }

    pub(crate) fn insert(&mut self, mut number: usize) {
        if number / 64 >= self.levels[0].len() {
            self.reserve(number);
        }
        for level in &mut self.levels {
            level[number / 64] |= 1 << (number % 64);
            number /= 64;
        }
    }

    pub(crate) fn remove(&mut self, mut number: usize) {
        for level in &mut self.levels {
            level[number / 64] &= !(1 << (number % 64));
            if level[number / 64] != 0 {
                return;
            }
            number /= 64;
        }
    }

    /// The largest number.
    pub(crate) fn last(&self) -> Option<usize> {
        self.levels.iter().rev().try_fold(0, |word, level| {
            let bits = level[word];
            (bits != 0).then(|| word * 64 + 63 - bits.leading_zeros() as usize)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn an_agenda_is_a_set_that_knows_its_last(steps in prop::collection::vec((prop::bool::ANY, prop_oneof![0..70usize, 0..5000usize, 0..400_000usize]), 0..200)) {
            let mut agenda = Agenda::new();
            let mut set = BTreeSet::new();
            for (insert, number) in steps {
                if insert {
                    agenda.insert(number);
                    set.insert(number);
                } else if set.remove(&number) {
                    agenda.remove(number);
                }
                prop_assert_eq!(agenda.last(), set.last().copied());
            }
        }
    }
}
