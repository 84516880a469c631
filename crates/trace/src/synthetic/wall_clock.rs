//! What time of day it is while a workload is played.

use crate::synthetic::spec::Nanos;

const HOUR: Nanos = 3_600_000_000_000;

/// A clock on the wall, which may be set from time to time. Without being told, it shows midnight at time 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WallClock {
    /// From when on, and how far the clock is ahead of time then; in order of time.
    turns: Vec<(Nanos, Nanos)>,
}

impl WallClock {
    /// A clock that is so far ahead of time from these instants on, which are in order; before the first it shows time
    /// itself.
    pub fn new(turns: Vec<(Nanos, Nanos)>) -> Self {
        Self { turns }
    }

    /// The hour of the day, 0 to 23.
    pub fn hour(&self, at: Nanos) -> usize {
        (at.saturating_add(self.ahead(at)).div_euclid(HOUR)).rem_euclid(24) as usize
    }

    /// When the clock shows another hour, or is set.
    pub fn hour_ends(&self, at: Nanos) -> Option<Nanos> {
        let ahead = self.ahead(at);
        let shown = at.checked_add(ahead)?;
        let next = shown.div_euclid(HOUR).checked_add(1)?.checked_mul(HOUR)?.checked_sub(ahead)?;
        let set = self.turns.get(self.passed(at)).map_or(Nanos::MAX, |(from, _)| *from);
        Some(next.min(set))
    }

    fn ahead(&self, at: Nanos) -> Nanos {
        self.passed(at).checked_sub(1).map_or(0, |last| self.turns[last].1)
    }

    /// How many turns there were.
    fn passed(&self, at: Nanos) -> usize {
        self.turns.partition_point(|(from, _)| *from <= at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_shows_the_hours_of_a_day_on_which_it_is_set() {
        let half = HOUR / 2;
        // Half past eight at time 0; set an hour forward after 17 and a half.
        let clock = WallClock::new(vec![(0, 17 * half), (35 * half, 19 * half)]);
        let hours = [0, 1, 2, 34, 35, 36].map(|halves| clock.hour(halves * half));
        assert_eq!(hours, [8, 9, 9, 1, 3, 3]);
        let ends = [0, 1, 33, 34, 35].map(|halves| clock.hour_ends(halves * half).map(|at| at / half));
        assert_eq!(ends, [1, 3, 35, 35, 37].map(Some));
        let plain = WallClock::default();
        assert_eq!((plain.hour(25 * HOUR), plain.hour_ends(half)), (1, Some(HOUR)));
        assert_eq!(plain.hour_ends(Nanos::MAX - 1), None);
    }
}
