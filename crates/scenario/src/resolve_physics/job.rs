//! What a strategy warms, and when.

use crate::check::Check;
use crate::file::JobKeys;
use crate::physics::{
    Cron, Job, JobOrder, Part, RefreshWhen, Schedule, ScheduleKind, Selector, SelectorKind, time_zone,
};
use crate::quantity::Quantity;
use crate::units::{Fraction, Items, PerHour, Seconds};

/// Requests of a key that frequency-recency counts at most.
const ACCESSES_OF_A_KEY: f64 = 100.0;
/// Requests that next-key knows of.
const ACCESSES: f64 = 1000.0;
/// Share of a life from which on a copy is fetched anew.
const REFRESH_FROM: f64 = 0.8;

impl Check<'_> {
    /// A job; `here` is its section.
    pub(crate) fn job(&mut self, here: &str, keys: &JobKeys) -> Option<Job> {
        let (Some(selector), Some(schedule)) = (keys.selector, keys.schedule) else {
            let message = "a job needs `selector` and `schedule`".to_owned();
            self.at(here, message, "write selector = \"popular\" and schedule = \"at-start\", for example");
            return None;
        };
        self.keys_of_parts(here, keys, [selector.part(), schedule.part()]);
        if keys.every_s.is_some_and(|every| every.get() <= 0.0) {
            self.at(&format!("{here}.every_s"), "that never ends".to_owned(), "write a length above 0");
        }
        self.passes(&format!("{here}.accesses"), keys.accesses, "write 1 or more, or leave the key out");
        for (when, which) in [
            (ScheduleKind::RefreshAhead, SelectorKind::Resident),
            (ScheduleKind::OnWrite, SelectorKind::Written),
            (ScheduleKind::OnPromotion, SelectorKind::Promoted),
        ] {
            let [when_name, which_name] = [when.part().name, which.part().name];
            if (schedule == when) != (selector == which) {
                let message = format!("{when_name} and {which_name} go together, and with nothing else");
                let help = format!("write selector = \"{which_name}\" with schedule = \"{when_name}\"");
                self.at(here, message, &help);
            }
        }
        for (key, name) in [("prefix", &keys.prefix), ("tenant", &keys.tenant)] {
            self.printable(&format!("{here}.{key}"), name.as_deref());
            if selector == SelectorKind::Oracle && name.is_some() {
                let message =
                    format!("a predictor's precision says nothing of a part of the keys: no `{key}`");
                self.at(&format!("{here}.{key}"), message, "remove it, or choose another selector");
            }
        }
        Some(Job {
            order: keys.order.unwrap_or(JobOrder::HottestFirst),
            priority: keys.priority,
            needed: self.needed(here, keys),
            learns_from_warming: keys.learns_from_warming.unwrap_or(false),
            sees_requests: keys.sees_requests.unwrap_or(true),
            prefix: keys.prefix.clone(),
            tenant: keys.tenant.clone(),
            ..Job::new(self.chosen(here, selector, keys)?, self.schedule(here, schedule, keys)?, keys.keys)
        })
    }

    fn needed(&mut self, here: &str, keys: &JobKeys) -> Option<[Seconds; 2]> {
        let from = keys.needed_from_s.unwrap_or(Seconds::wrap(0.0));
        match keys.needed_for_s {
            Some(long) if long.get() > 0.0 => Some([from, long]),
            Some(_) => {
                let message = "what is needed for no time is not needed".to_owned();
                self.at(&format!("{here}.needed_for_s"), message, "write a length above 0");
                None
            }
            None if keys.needed_from_s.is_some() => {
                let message = "this does not say for how long the keys are needed".to_owned();
                self.at(&format!("{here}.needed_from_s"), message, "add needed_for_s");
                None
            }
            None => None,
        }
    }

    /// Every key that is set belongs to one of the parts, and every key that they need is set.
    fn keys_of_parts(&mut self, here: &str, keys: &JobKeys, parts: [&Part; 2]) {
        let set = [
            ("window_s", keys.window_s.is_some()),
            ("file", keys.file.is_some()),
            ("accesses", keys.accesses.is_some()),
            ("learns_from_warming", keys.learns_from_warming.is_some()),
            ("sees_requests", keys.sees_requests.is_some()),
            ("least_per_hour", keys.least_per_hour.is_some()),
            ("every_s", keys.every_s.is_some()),
            ("first_s", keys.first_s.is_some()),
            ("cron", keys.cron.is_some()),
            ("time_zone", keys.time_zone.is_some()),
            ("ttl_fraction", keys.ttl_fraction.is_some()),
            ("refresh", keys.refresh.is_some()),
            ("refresh_only_warmed", keys.refresh_only_warmed.is_some()),
        ];
        for (key, set) in set {
            let mut whose = ["selector", "schedule"].into_iter().zip(parts);
            let whose = whose.find(|(_, part)| part.needs.contains(&key));
            if let (false, Some((kind, part))) = (set, whose) {
                let manual = crate::key_manual(&format!("strategy.job.{key}"));
                let help = manual
                    .map(|manual| format!("{} For example: {key} = {}", manual.meaning, manual.example));
                self.at(here, format!("{kind} = \"{}\" needs `{key}`", part.name), &help.unwrap_or_default());
            }
            if set && !parts.iter().any(|part| part.knows(key)) {
                let known = crate::physics::SELECTORS.iter().chain(crate::physics::SCHEDULES);
                let known: Vec<_> = known.filter(|part| part.knows(key)).map(|part| part.name).collect();
                let message = format!("`{key}` means nothing to {} and {}", parts[0].name, parts[1].name);
                self.at(
                    &format!("{here}.{key}"),
                    message,
                    &format!("remove it; it goes with {}", known.join(", ")),
                );
            }
        }
    }

    fn schedule(&mut self, here: &str, kind: ScheduleKind, keys: &JobKeys) -> Option<Schedule> {
        Some(match kind {
            ScheduleKind::AtStart => Schedule::AtStart,
            ScheduleKind::Every => Schedule::Every {
                period: keys.every_s.unwrap_or(Seconds::wrap(0.0)),
                first: keys.first_s.unwrap_or(Seconds::wrap(0.0)),
            },
            ScheduleKind::Cron => Schedule::Cron(self.cron(here, keys)?),
            ScheduleKind::OnChange => Schedule::OnChange,
            ScheduleKind::OnPromotion => Schedule::OnPromotion,
            ScheduleKind::OnWrite => Schedule::OnWrite,
            ScheduleKind::RefreshAhead => {
                let from = keys.ttl_fraction.unwrap_or(Fraction::wrap(REFRESH_FROM));
                if from.get() <= 0.0 || from.get() >= 1.0 {
                    let message = format!("a copy is not fetched anew at {} of its life", from.get());
                    self.at(&format!("{here}.ttl_fraction"), message, "write a share above 0 and below 1");
                }
                if keys.keys.is_some() {
                    let message = "refresh-ahead takes one copy at a time".to_owned();
                    self.at(&format!("{here}.keys"), message, "remove `keys`");
                }
                let when = keys.refresh.unwrap_or(RefreshWhen::OnHit);
                Schedule::RefreshAhead { from, when, warmed_only: keys.refresh_only_warmed.unwrap_or(false) }
            }
        })
    }

    fn cron(&mut self, here: &str, keys: &JobKeys) -> Option<Cron> {
        let zone = match keys.time_zone.as_deref().map(time_zone) {
            Some(Err((message, help))) => {
                self.at(&format!("{here}.time_zone"), message, &help);
                return None;
            }
            Some(Ok(zone)) => Some(zone),
            None => None,
        };
        match Cron::parse(keys.cron.as_deref()?, zone) {
            Ok(cron) => Some(cron),
            Err(message) => {
                let help = "write minute, hour, day of the month, month and day of the week, such as \"30 8 * * mon-fri\"";
                self.at(&format!("{here}.cron"), message, help);
                None
            }
        }
    }

    fn chosen(&mut self, here: &str, kind: SelectorKind, keys: &JobKeys) -> Option<Selector> {
        let window = keys.window_s.unwrap_or(Seconds::wrap(0.0));
        let accesses = |usual| keys.accesses.unwrap_or(Items::wrap(usual));
        Some(match kind {
            SelectorKind::Popularity => Selector::Popularity,
            SelectorKind::Popular => Selector::Popular,
            SelectorKind::Recent => Selector::Recent { window },
            SelectorKind::Trending => Selector::Trending { window },
            SelectorKind::HourOfDay => Selector::HourOfDay,
            SelectorKind::FrequencyRecency => {
                Selector::FrequencyRecency { window, accesses: accesses(ACCESSES_OF_A_KEY) }
            }
            SelectorKind::NextKey => Selector::NextKey { accesses: accesses(ACCESSES) },
            SelectorKind::Depth => Selector::Depth,
            SelectorKind::Value => Selector::Value { window },
            SelectorKind::MemoryScore => {
                Selector::MemoryScore { window, least: keys.least_per_hour.unwrap_or(PerHour::wrap(0.0)) }
            }
            SelectorKind::Keys => {
                Selector::Keys { list: self.key_list(&format!("{here}.file"), keys.file.as_deref())? }
            }
            SelectorKind::Predictions => {
                let key = format!("{here}.file");
                let list = self.key_list(&key, keys.file.as_deref())?;
                if list.rows.iter().any(|row| row.ts.is_none()) {
                    let message = format!("{} does not say when each key was predicted", list.source);
                    self.at(&key, message, "add a column `ts`, in seconds from the beginning");
                }
                Selector::Predictions { list, window }
            }
            SelectorKind::Promoted => Selector::Promoted,
            SelectorKind::Written => Selector::Written,
            SelectorKind::Resident => Selector::Resident,
            SelectorKind::Oracle => Selector::Oracle,
            SelectorKind::Clairvoyant => Selector::Clairvoyant { horizon: window },
        })
    }
}
