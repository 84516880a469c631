//! What a strategy warms, and when.

use crate::check::Check;
use crate::file::JobKeys;
use crate::physics::{Job, Schedule, ScheduleKind, Selector, SelectorKind};
use crate::quantity::Quantity;
use crate::units::Seconds;

impl Check<'_> {
    /// A job; `here` is its section.
    pub(crate) fn job(&mut self, here: &str, keys: &JobKeys) -> Option<Job> {
        let (Some(selector), Some(schedule)) = (keys.selector, keys.schedule) else {
            let message = "a job needs `selector` and `schedule`".to_owned();
            self.at(here, message, "write selector = \"popular\" and schedule = \"at-start\", for example");
            return None;
        };
        let windowed =
            matches!(selector, SelectorKind::Recent | SelectorKind::Trending | SelectorKind::Clairvoyant);
        if keys.window_s.is_some() != windowed {
            let (message, help) = match windowed {
                true => ("this selector needs `window_s`", "write a length of time such as \"24h\""),
                false => ("this selector has no window", "remove window_s"),
            };
            self.at(here, message.to_owned(), help);
        }
        let clocked = schedule == ScheduleKind::Every;
        if keys.every_s.is_some() != clocked || (keys.first_s.is_some() && !clocked) {
            let help = "write every_s with schedule = \"every\", and only with that";
            self.at(here, "`every_s` and `first_s` go with schedule = \"every\"".to_owned(), help);
        }
        if keys.every_s.is_some_and(|every| every.get() <= 0.0) {
            self.at(&format!("{here}.every_s"), "that never ends".to_owned(), "write a length above 0");
        }
        let window = keys.window_s.unwrap_or(Seconds::wrap(0.0));
        let period = keys.every_s.unwrap_or(Seconds::wrap(0.0));
        let selector = match selector {
            SelectorKind::Popularity => Selector::Popularity,
            SelectorKind::Popular => Selector::Popular,
            SelectorKind::Recent => Selector::Recent { window },
            SelectorKind::Trending => Selector::Trending { window },
            SelectorKind::HourOfDay => Selector::HourOfDay,
            SelectorKind::Oracle => Selector::Oracle,
            SelectorKind::Clairvoyant => Selector::Clairvoyant { horizon: window },
        };
        let schedule = match schedule {
            ScheduleKind::AtStart => Schedule::AtStart,
            ScheduleKind::Every => {
                Schedule::Every { period, first: keys.first_s.unwrap_or(Seconds::wrap(0.0)) }
            }
            ScheduleKind::OnChange => Schedule::OnChange,
        };
        Some(Job { selector, keys: keys.keys, schedule })
    }
}
