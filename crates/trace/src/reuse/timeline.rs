//! Which instants are still the last request for their key, and how many of these lie before one of them.

/// Children of a node.
const FAN: usize = 16;

/// Instants in a word.
const WORD: usize = 64;

/// A bit an instant, under a tree that counts them.
///
/// Every instant begins as standing for a key, those to come as well: nothing asks what lies behind the present, so
/// that a new request need not be entered, and the only change there is takes an instant away.
#[derive(Debug, Clone)]
pub(super) struct Timeline {
    /// Whether an instant stands for a key.
    words: Vec<u64>,
    /// Nodes level by level, finest first, one node in the last: for each child how many instants stand in the
    /// children of its node before it. Sixteen counts are one cache line.
    levels: Vec<Vec<[u32; FAN]>>,
}

impl Timeline {
    /// At least that many instants, all standing.
    pub(super) fn new(instants: usize) -> Self {
        let words = instants.div_ceil(WORD).max(1);
        let mut levels = vec![];
        let (mut children, mut each) = (words, WORD as u64);
        while levels.is_empty() || children > 1 {
            children = children.div_ceil(FAN);
            // A count that wraps belongs to a child beyond the last instant.
            levels.push(vec![std::array::from_fn(|child| (child as u64 * each) as u32); children]);
            each *= FAN as u64;
        }
        Self { words: vec![!0; words], levels }
    }

    /// Number of instants.
    pub(super) fn len(&self) -> usize {
        self.words.len() * WORD
    }

    /// How many instants stand before this one.
    pub(super) fn before(&self, instant: u32) -> u32 {
        let (mut child, bit) = (instant as usize / WORD, instant as usize % WORD);
        let mut before = (self.words[child] & ((1 << bit) - 1)).count_ones();
        for nodes in &self.levels {
            before += nodes[child / FAN][child % FAN];
            child /= FAN;
        }
        before
    }

    /// Takes an instant away that stands; how many stand before it.
    #[inline]
    pub(super) fn take(&mut self, instant: u32) -> u32 {
        let (mut child, bit) = (instant as usize / WORD, instant as usize % WORD);
        let word = &mut self.words[child];
        let mut before = (*word & ((1 << bit) - 1)).count_ones();
        *word &= !(1 << bit);
        for nodes in &mut self.levels {
            let (node, place) = (&mut nodes[child / FAN], child % FAN);
            before += node[place];
            // All sixteen at once, rather than those behind the place alone.
            for (other, count) in node.iter_mut().enumerate() {
                *count = count.wrapping_sub(u32::from(other > place));
            }
            child /= FAN;
        }
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_stands_before_an_instant_whatever_was_taken() {
        for instants in [1, 64, 65, 1024, 1025, 20_000, 300_000] {
            let mut timeline = Timeline::new(instants);
            assert!(timeline.len() >= instants);
            let mut stands = vec![true; instants];
            let mut state = 1u64;
            for _ in 0..instants.min(300) {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (state >> 33) as usize % instants;
                let before = stands[..at].iter().filter(|stands| **stands).count() as u32;
                assert_eq!(timeline.before(at as u32), before);
                if stands[at] {
                    assert_eq!(timeline.take(at as u32), before);
                    stands[at] = false;
                }
            }
        }
    }
}
