//! Presets: combinations of the four parts that have a name.

use crate::physics::{
    Between, Budget, Job, MemoryShare, Phase, PressureStop, Rails, RefreshWhen, Room, Schedule, Selector,
    ShareOf,
};
use crate::quantity::Quantity;
use crate::units::{Bytes, Fraction, Items, Millis, PerHour, PerMinute, Percent, Plain, Seconds};

/// What a preset is made of.
pub(crate) struct MadeOf {
    /// Name in scenario files.
    pub(crate) name: &'static str,
    /// What it does, in one sentence.
    pub(crate) meaning: &'static str,
    /// Its jobs, beyond hot set and predictor.
    pub(crate) jobs: fn() -> Vec<Job>,
    /// How much it warms, and how fast, where the scenario does not say.
    pub(crate) budget: fn() -> Budget,
    /// When it holds back, where the scenario does not say.
    pub(crate) rails: fn() -> Rails,
}

/// One for each variant of [`Preset`](crate::Preset), in the same order.
pub(crate) const PRESETS: &[MadeOf] = &[
    MadeOf {
        name: "demand",
        meaning: "No warming: the cache fills on misses, and this is what warming is judged against.",
        jobs: Vec::new,
        budget: Budget::default,
        rails: Rails::default,
    },
    MadeOf {
        name: "static",
        meaning: "Keeps the hot set warm and refreshes its keys as they change.",
        jobs: Vec::new,
        budget: Budget::default,
        rails: Rails::default,
    },
    MadeOf {
        name: "predictive",
        meaning: "Static, plus predicted tail keys on the capacity that the hot set leaves free; needs [predictor].",
        jobs: Vec::new,
        budget: Budget::default,
        rails: Rails::default,
    },
    MadeOf {
        name: "hybrid",
        meaning: "Predictive behind rails: the predicted part is clamped, then switched off, as precision falls or churn rises.",
        jobs: Vec::new,
        budget: Budget::default,
        rails: Rails::default,
    },
    MadeOf {
        name: "restart-recent",
        meaning: "After each start, the 1000 keys of the last 24 hours that were asked for last, in batches of 100 with pauses of 50 ms.",
        jobs: || vec![job(Selector::Recent { window: day() }, 1000.0, Schedule::AtStart)],
        budget: || Budget {
            batch: Some(Items::wrap(100.0)),
            batch_delay: Millis::wrap(50.0),
            ..Budget::default()
        },
        rails: Rails::default,
    },
    MadeOf {
        name: "popular",
        meaning: "Every 30 minutes, the 100 keys asked for most since the beginning; at most 100 fetches a minute, 10 at a time.",
        jobs: || vec![job(Selector::Popular, 100.0, every(1800.0))],
        budget: a_hundred_a_minute,
        rails: Rails::default,
    },
    MadeOf {
        name: "trending",
        meaning: "Every hour, the 50 keys asked for most in the last 24 hours; at most 100 fetches a minute, 10 at a time.",
        jobs: || vec![job(Selector::Trending { window: day() }, 50.0, every(3600.0))],
        budget: a_hundred_a_minute,
        rails: Rails::default,
    },
    MadeOf {
        name: "hour-of-day",
        meaning: "Every hour, the 50 keys asked for most in the hour to come on all days so far; at most 100 fetches a minute, 10 at a time.",
        jobs: || vec![job(Selector::HourOfDay, 50.0, every(3600.0))],
        budget: a_hundred_a_minute,
        rails: Rails::default,
    },
    MadeOf {
        name: "selective",
        meaning: "After each start, the 1000 hottest keys in order, those in the cache included; at most 100 fetches a second, 10 at a time, 1000 waiting, each tried 4 times.",
        jobs: || vec![job(Selector::Popularity, 1000.0, Schedule::AtStart)],
        budget: a_hundred_a_second,
        rails: Rails::default,
    },
    MadeOf {
        name: "breadth",
        meaning: "After each start, 1000 keys, parents before what lies below them, those in the cache included; paced as selective.",
        jobs: || vec![job(Selector::Depth, 1000.0, Schedule::AtStart)],
        budget: a_hundred_a_second,
        rails: Rails::default,
    },
    MadeOf {
        name: "priority",
        meaning: "Every hour, the 1000 keys of the highest importance x requests of that hour / cost, those in the cache included; paced as selective.",
        jobs: || vec![job(Selector::Value { window: Seconds::wrap(3600.0) }, 1000.0, every(3600.0))],
        budget: a_hundred_a_second,
        rails: Rails::default,
    },
    MadeOf {
        name: "next-key",
        meaning: "Every 30 minutes, the 20 keys that followed keys of the cache most often among the last 1000 requests; at most 100 fetches a minute, 10 at a time.",
        jobs: || vec![job(Selector::NextKey { accesses: Items::wrap(1000.0) }, 20.0, every(1800.0))],
        budget: a_hundred_a_minute,
        rails: Rails::default,
    },
    MadeOf {
        name: "memory-aggressive",
        meaning: "After each start, the keys of the last 24 hours by memory-score on 80 % of the memory, or what its pressure leaves of that; those of importance 8 and more first, then 5 to 7, then the others; stops at critical pressure; batches of 10 with pauses of 100 ms, 3 at a time; needs workload.mean_object_bytes.",
        jobs: || by_memory_score(None),
        budget: || {
            on_memory(
                [0.8, 0.48, 0.16, 0.0],
                &[(8, 10, 0.4, BUDGET, 0.0), (5, 7, 0.6, REST, 0.0), (1, 4, 1.0, REST, 0.0)],
            )
        },
        rails: || stops_at(90.0),
    },
    MadeOf {
        name: "memory-balanced",
        meaning: "As memory-aggressive, on 60 % of the memory: importance 7 and more first, then 4 to 6, then 3 where 50 MB are left, of keys asked for at least once in 10 hours; stops at high pressure.",
        jobs: || by_memory_score(Some(0.1)),
        budget: || {
            on_memory(
                [0.6, 0.36, 0.12, 0.0],
                &[(7, 10, 0.5, BUDGET, 0.0), (4, 6, 0.7, REST, 0.0), (3, 3, 1.0, REST, 5e7)],
            )
        },
        rails: || stops_at(80.0),
    },
    MadeOf {
        name: "memory-conservative",
        meaning: "As memory-aggressive, on 20 % of the memory: only importance 8 and more, of keys asked for at least 3 times in 10 hours; stops at moderate pressure.",
        jobs: || by_memory_score(Some(0.3)),
        budget: || on_memory([0.2, 0.12, 0.04, 0.0], &[(8, 10, 1.0, BUDGET, 0.0)]),
        rails: || stops_at(70.0),
    },
    MadeOf {
        name: "memory-adaptive",
        meaning: "As memory-aggressive, on 50 % of the memory and in one phase.",
        jobs: || by_memory_score(None),
        budget: || on_memory([0.5, 0.3, 0.1, 0.0], &[]),
        rails: || stops_at(90.0),
    },
    MadeOf {
        name: "memory-priority",
        meaning: "As memory-aggressive, on 40 % of the memory, and only importance 7 and more.",
        jobs: || by_memory_score(None),
        budget: || on_memory([0.4, 0.24, 0.08, 0.0], &[(7, 10, 1.0, BUDGET, 0.0)]),
        rails: || stops_at(90.0),
    },
    MadeOf {
        name: "refresh-ahead",
        meaning: "Fetches a copy anew when it is asked for in the last fifth of its time to live; needs cache.ttl_s.",
        jobs: || {
            let schedule = Schedule::RefreshAhead {
                from: Fraction::wrap(0.8),
                when: RefreshWhen::OnHit,
                warmed_only: false,
            };
            vec![Job::new(Selector::Resident, schedule, None)]
        },
        budget: Budget::default,
        rails: Rails::default,
    },
    MadeOf {
        name: "clairvoyant",
        meaning: "Every 10 seconds, the keys that are not in the cache and will be asked for within 20 seconds, the soonest first: what no warmer can know, and the bound on all.",
        jobs: || {
            let selector = Selector::Clairvoyant { horizon: Seconds::wrap(20.0) };
            vec![Job::new(selector, every(10.0), None)]
        },
        budget: Budget::default,
        rails: Rails::default,
    },
    MadeOf {
        name: "custom",
        meaning: "What its own [[strategy.job]] sections say.",
        jobs: Vec::new,
        budget: Budget::default,
        rails: Rails::default,
    },
];

fn day() -> Seconds {
    Seconds::wrap(86_400.0)
}

fn job(selector: Selector, keys: f64, schedule: Schedule) -> Job {
    Job::new(selector, schedule, Some(Items::wrap(keys)))
}

fn every(seconds: f64) -> Schedule {
    Schedule::Every { period: Seconds::wrap(seconds), first: Seconds::wrap(0.0) }
}

/// All keys of a day, best first.
fn by_memory_score(least_per_hour: Option<f64>) -> Vec<Job> {
    let least = PerHour::wrap(least_per_hour.unwrap_or(0.0));
    vec![Job::new(Selector::MemoryScore { window: day(), least }, Schedule::AtStart, None)]
}

const BUDGET: ShareOf = ShareOf::Budget;
const REST: ShareOf = ShareOf::Rest;

/// The pace of a published warmer that minds its memory, on shares of the memory by pressure, in phases: of importance
/// from and to, a share, of what, and the bytes that have to be left.
fn on_memory(shares: [f64; 4], phases: &[(u8, u8, f64, ShareOf, f64)]) -> Budget {
    let phases = phases.iter().map(|(least, most, share, of, above)| Phase {
        least: *least,
        most: *most,
        share: Fraction::wrap(*share),
        of: *of,
        only_above: Bytes::wrap(*above),
    });
    let memory = MemoryShare {
        available: None,
        shares: shares.map(Fraction::wrap),
        floor: Bytes::wrap(1e7),
        cap: Plain::wrap(0.9),
    };
    Budget {
        room: Room { memory: Some(memory), phases: phases.collect(), ..Room::default() },
        batch: Some(Items::wrap(10.0)),
        batch_delay: Millis::wrap(100.0),
        workers: Some(Items::wrap(3.0)),
        ..Budget::default()
    }
}

/// Stops between phases at a pressure in percent.
fn stops_at(percent: f64) -> Rails {
    let at = Percent::wrap(percent);
    let stop = PressureStop { at, below: at, latches: false, between: Between::Phases };
    Rails { pressure: Some(stop), ..Rails::default() }
}

/// The limits of a published warmer of market data.
fn a_hundred_a_minute() -> Budget {
    Budget {
        rate: Some(PerMinute::wrap(100.0)),
        burst: Items::wrap(100.0),
        workers: Some(Items::wrap(10.0)),
        ..Budget::default()
    }
}

/// The limits of a published warming service, which fetches what it is told to, fresh or not.
fn a_hundred_a_second() -> Budget {
    Budget {
        rate: Some(PerMinute::wrap(6000.0)),
        burst: Items::wrap(100.0),
        workers: Some(Items::wrap(10.0)),
        queue: Some(Items::wrap(1000.0)),
        skip_fresh: false,
        retries: Items::wrap(3.0),
        backoff: Millis::wrap(100.0),
        backoff_jitter: Fraction::wrap(0.5),
        ..Budget::default()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde::de::IntoDeserializer;
    use serde::de::value::Error;

    use super::*;
    use crate::Preset;

    #[test]
    fn presets_stand_where_their_words_do_and_the_manual_speaks_of_each() {
        assert_eq!(Preset::ALL.len(), PRESETS.len());
        let manual = crate::key_manual("strategy.preset").expect("is there");
        for (nth, (preset, made_of)) in Preset::ALL.iter().zip(PRESETS).enumerate() {
            assert_eq!(*preset as usize, nth);
            let word: Result<Preset, Error> = Preset::deserialize(made_of.name.into_deserializer());
            assert_eq!(word.as_ref(), Ok(preset), "{}", made_of.name);
            assert!(manual.range.contains(made_of.name), "the manual does not offer {}", made_of.name);
            assert!(made_of.meaning.ends_with('.'), "{}", made_of.name);
        }
    }
}
