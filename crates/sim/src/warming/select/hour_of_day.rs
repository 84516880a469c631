//! Keys asked for most in the hour of the day to come.

use trace::synthetic::WallClock;

use crate::warming::select::choice::{Accesses, Choice, Moment};
use crate::warming::select::top::top;

/// How often each key was asked for in each hour of the day.
pub(super) struct HourOfDay {
    clock: WallClock,
    hours: Vec<[u32; 24]>,
}

impl HourOfDay {
    pub(super) fn new(clock: &WallClock) -> Self {
        Self { clock: clock.clone(), hours: vec![] }
    }
}

impl Choice for HourOfDay {
    fn learn(&mut self, accesses: &Accesses) {
        self.hours.resize(accesses.known, [0; 24]);
        accesses.each().for_each(|(time, key)| self.hours[key as usize][self.clock.hour(time)] += 1);
    }

    fn choose(&mut self, moment: &mut Moment) -> Vec<u32> {
        let next = (self.clock.hour(moment.now) + 1) % 24;
        top(self.hours.len(), moment.most, |key| Some(self.hours[key][next]).filter(|count| *count > 0))
    }
}
