//! What is said of selectors and schedules: their keys, and what `explain` tells.

use crate::physics::{ScheduleKind, SelectorKind};

/// A selector or a schedule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Name in scenario files.
    pub name: &'static str,
    /// Which keys it chooses, or when it plans, in one sentence.
    pub meaning: &'static str,
    /// Keys of a job that it needs.
    pub needs: &'static [&'static str],
    /// Keys of a job that it takes.
    pub takes: &'static [&'static str],
}

const LEARNS: &[&str] = &["learns_from_warming", "sees_requests"];

/// Every selector.
pub const SELECTORS: &[Part] = &[
    part(
        "popularity",
        "The keys that are hottest by the law in force, which nobody knows better: the hot set first.",
        &[],
        &[],
    ),
    part(
        "popular",
        "The keys asked for most since the beginning; nothing wears the counts down.",
        &[],
        LEARNS,
    ),
    part("recent", "The keys asked for last, the latest first.", &["window_s"], LEARNS),
    part("trending", "The keys asked for most within a window that ends now.", &["window_s"], LEARNS),
    part(
        "hour-of-day",
        "The keys asked for most in the hour of the day to come, on all days so far.",
        &[],
        LEARNS,
    ),
    part(
        "frequency-recency",
        "The keys with the highest score: requests within the window, times 2 where the last is less than 5 minutes old, or 1.5 where it is less than 30. A key's requests count up to a ceiling, and among keys alike chance decides.",
        &["window_s"],
        &["accesses", "learns_from_warming", "sees_requests"],
    ),
    part(
        "next-key",
        "The keys that are not in the cache and followed one that is, most often first, among the latest requests.",
        &[],
        &["accesses", "learns_from_warming", "sees_requests"],
    ),
    part(
        "depth",
        "Parents before what lies below them, those of one depth by name: needs keys that form a tree.",
        &[],
        &[],
    ),
    part(
        "value",
        "The keys of the highest importance x requests within the window / cost, where cost is the factor by which fetches of a key take longer than usual.",
        &["window_s"],
        LEARNS,
    ),
    part(
        "memory-score",
        "The keys of the highest importance / 10 x min(f, 1) / (1 + cost) / (1 + age), with f requests an hour within the window, cost the factor by which fetches of a key take longer than usual, and age the hours since the last request.",
        &["window_s"],
        &["least_per_hour", "learns_from_warming", "sees_requests"],
    ),
    part("keys", "The keys of a file, in its order.", &["file"], &[]),
    part(
        "predictions",
        "The keys that a file (`ts,key,score`) has predicted within a window that ends now, the highest score first: what a model of your own said, played again. Predictions of later instants are not known yet.",
        &["file", "window_s"],
        &[],
    ),
    part(
        "promoted",
        "The keys of crowds that are known by now (workload.crowd.known_ahead_s) and not over, crowd by crowd.",
        &[],
        &[],
    ),
    part("written", "The key that is written; what on-write takes.", &[], &[]),
    part("resident", "The keys that are in the cache; what refresh-ahead takes.", &[], &[]),
    part("oracle", "The keys that the predictor names; needs [predictor].", &[], &[]),
    part(
        "clairvoyant",
        "The keys that are not in the cache and will be asked for next, the soonest first: what no warmer can know, and the bound on all.",
        &["window_s"],
        &[],
    ),
];

/// Every schedule.
pub const SCHEDULES: &[Part] = &[
    part("at-start", "At the beginning, and after each restart of the cache.", &[], &[]),
    part("every", "Again and again, at equal distances.", &["every_s"], &["first_s"]),
    part(
        "cron",
        "By the calendar, in the five fields of cron. On days on which clocks are set, a schedule for every hour follows the time that passes; one for certain hours comes once: at the moment the clock is set forward where it is skipped, and the first of two times where it is shown twice.",
        &["cron"],
        &["time_zone"],
    ),
    part("on-change", "As at-start, and each key when it enters the hot set.", &[], &[]),
    part("on-promotion", "When a crowd becomes known: known_ahead_s before it begins.", &[], &[]),
    part(
        "on-write",
        "When a key is written, whether it is in the cache or not: it is fetched anew.",
        &[],
        &[],
    ),
    part(
        "refresh-ahead",
        "Each copy in the cache from a share of its time to live on: when it is asked for (on-hit), whatever happens (always), or where it was asked for since it was fetched (if-used). It is fetched anew although it is fresh.",
        &[],
        &["ttl_fraction", "refresh", "refresh_only_warmed"],
    ),
];

const fn part(
    name: &'static str,
    meaning: &'static str,
    needs: &'static [&'static str],
    takes: &'static [&'static str],
) -> Part {
    Part { name, meaning, needs, takes }
}

impl Part {
    /// Whether it has a use for a key of a job.
    pub fn knows(&self, key: &str) -> bool {
        self.needs.contains(&key) || self.takes.contains(&key)
    }
}

impl SelectorKind {
    pub(crate) fn part(self) -> &'static Part {
        &SELECTORS[self as usize]
    }
}

impl ScheduleKind {
    pub(crate) fn part(self) -> &'static Part {
        &SCHEDULES[self as usize]
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::Error;

    use super::*;

    #[test]
    fn parts_stand_where_their_words_do_and_have_names_of_their_own() {
        for (nth, part) in SELECTORS.iter().enumerate() {
            let word: Result<SelectorKind, Error> = SelectorKind::deserialize(part.name.into_deserializer());
            assert_eq!(word.map(|word| word as usize), Ok(nth), "{}", part.name);
        }
        for (nth, part) in SCHEDULES.iter().enumerate() {
            let word: Result<ScheduleKind, Error> = ScheduleKind::deserialize(part.name.into_deserializer());
            assert_eq!(word.map(|word| word as usize), Ok(nth), "{}", part.name);
        }
        let mut names: Vec<_> = SELECTORS.iter().chain(SCHEDULES).map(|part| part.name).collect();
        names.sort_unstable();
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "{names:?}");
        for part in SELECTORS.iter().chain(SCHEDULES) {
            let kebab = |letter: char| letter.is_ascii_lowercase() || letter == '-';
            assert!(part.name.chars().all(kebab) && part.meaning.ends_with('.'), "{part:?}");
            assert!(part.takes.iter().all(|key| !part.needs.contains(key)), "{part:?}");
        }
    }

    #[test]
    fn the_manual_speaks_of_every_selector_and_schedule_and_of_the_keys_that_they_take() {
        for (key, parts) in [("strategy.job.selector", SELECTORS), ("strategy.job.schedule", SCHEDULES)] {
            let manual = crate::key_manual(key).expect("is there");
            for part in parts {
                assert!(manual.range.contains(part.name), "{key} does not offer {}", part.name);
                for key in part.needs.iter().chain(part.takes) {
                    assert!(crate::key_manual(&format!("strategy.job.{key}")).is_some(), "{key}");
                }
            }
        }
    }
}
