//! The accesses of a window of time.

use std::collections::VecDeque;

use trace::synthetic::Nanos;

use crate::warming::select::choice::Accesses;

/// The accesses of the time just past.
pub(super) struct Log {
    window: Nanos,
    accesses: VecDeque<(Nanos, u32)>,
    known: usize,
}

impl Log {
    pub(super) fn new(window: Nanos) -> Self {
        Self { window, accesses: VecDeque::new(), known: 0 }
    }

    pub(super) fn extend(&mut self, accesses: &Accesses) {
        self.known = accesses.known;
        self.accesses.extend(accesses.each());
        let since = self.accesses.back().map_or(0, |(time, _)| time.saturating_sub(self.window));
        while self.accesses.front().is_some_and(|(time, _)| *time < since) {
            self.accesses.pop_front();
        }
    }

    /// How often each key was accessed within the window that ends now, and when last.
    pub(super) fn counts(&self, now: Nanos) -> Vec<Count> {
        let since = now.saturating_sub(self.window);
        let mut counts = vec![Count::default(); self.known];
        for (time, key) in self.accesses.iter().rev().take_while(|(time, _)| *time >= since) {
            let count = &mut counts[*key as usize];
            if count.times == 0 {
                count.last = *time;
            }
            count.times += 1;
        }
        counts
    }
}

/// Accesses of a key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) times: u32,
    /// When it was accessed last, where it was.
    pub(super) last: Nanos,
}
