//! How long the warmer is at work at a stretch.

use trace::synthetic::Nanos;

/// The longest time in which operations without a fate were never none.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stretch {
    /// When the one at hand began, and the operations that were finished by then.
    since: Option<(Nanos, u64)>,
    longest: Option<Work>,
}

/// What was done at a stretch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// How long it took.
    pub lasts: Nanos,
    /// Operations that were finished in it.
    pub operations: u64,
}

impl Stretch {
    /// At an instant, operations without a fate, and those that are finished since the beginning.
    pub(crate) fn note(&mut self, now: Nanos, open: u64, finished: u64) {
        match (self.since, open) {
            (None, 1..) => self.since = Some((now, finished)),
            (Some(_), 0) => self.end(now, finished),
            _ => {}
        }
    }

    /// The longest one, if that at hand ends now.
    pub(crate) fn longest(mut self, now: Nanos, finished: u64) -> Option<Work> {
        self.end(now, finished);
        self.longest
    }

    fn end(&mut self, now: Nanos, finished: u64) {
        let Some((began, before)) = self.since.take() else { return };
        let work = Work { lasts: now - began, operations: finished - before };
        self.longest = Some(self.longest.filter(|longest| longest.lasts >= work.lasts).unwrap_or(work));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_stretch_counts_and_the_one_at_the_end_may_be_it() {
        let mut stretch = Stretch::default();
        assert_eq!(stretch.longest(9, 0), None);
        stretch.note(10, 3, 0);
        stretch.note(12, 1, 2);
        stretch.note(15, 0, 3);
        stretch.note(15, 0, 3);
        stretch.note(20, 2, 3);
        assert_eq!(stretch.longest(22, 4), Some(Work { lasts: 5, operations: 3 }));
        assert_eq!(stretch.longest(40, 4), Some(Work { lasts: 20, operations: 1 }));
    }
}
