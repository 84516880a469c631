//! What a strategy warms, and when.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::key_list::KeyList;
use crate::physics::Cron;
use crate::units::{Fraction, Items, PerHour, Percent, Seconds};

words! {
    /// Which keys a job warms, as typed; `SELECTORS` has them in the same order.
    pub(crate) SelectorKind {
        /// Those of the hot set.
        Popularity,
        /// Those asked for most so far.
        Popular,
        /// Those asked for last.
        Recent,
        /// Those asked for most lately.
        Trending,
        /// Those asked for most in the hour to come on days before.
        HourOfDay,
        /// Those asked for often and just now.
        FrequencyRecency,
        /// Those that followed keys of the cache.
        NextKey,
        /// Parents first.
        Depth,
        /// The most valuable.
        Value,
        /// Those of the highest score that minds memory.
        MemoryScore,
        /// Those of a file.
        Keys,
        /// Those that a file has predicted.
        Predictions,
        /// Those of promotions that are known.
        Promoted,
        /// The one that is written.
        Written,
        /// Those that are in the cache.
        Resident,
        /// Those that the predictor names.
        Oracle,
        /// Those that will be asked for next and are not in the cache.
        Clairvoyant,
    }
}

words! {
    /// When a job plans, as typed; `SCHEDULES` has them in the same order.
    pub(crate) ScheduleKind {
        /// At the beginning, and after each restart.
        AtStart,
        /// Again and again.
        Every,
        /// By the calendar.
        Cron,
        /// At the beginning, after each restart, and a key when it enters the hot set.
        OnChange,
        /// When a promotion becomes known.
        OnPromotion,
        /// When a key is written.
        OnWrite,
        /// A copy before its life ends.
        RefreshAhead,
    }
}

words! {
    /// When a copy is fetched anew.
    pub RefreshWhen {
        /// When it is asked for in its window.
        OnHit,
        /// When its window opens.
        Always,
        /// When its window opens, where it was asked for since it was fetched.
        IfUsed,
    }
}

words! {
    /// In which order the keys of a job are warmed.
    pub JobOrder {
        /// The best first.
        HottestFirst,
        /// The best last, so that a cache that forgets the oldest keeps them longest.
        ColdestFirst,
        /// By chance.
        Any,
    }
}

/// Keys that a strategy warms at certain times.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Which keys, the first first.
    pub selector: Selector,
    /// How many at most; none for as many as the cache holds.
    pub keys: Option<Items>,
    /// In which order.
    pub order: JobOrder,
    /// How urgent each of them is, in percent; none for less and less from 100 on, in the order of the selector.
    pub priority: Option<Percent>,
    /// From when after a plan they are needed, and for how long.
    pub needed: Option<[Seconds; 2]>,
    /// When.
    pub schedule: Schedule,
    /// Whether the selector takes warm operations for requests.
    pub learns_from_warming: bool,
    /// Whether the selector is told of requests.
    pub sees_requests: bool,
    /// How the names of the keys begin that it keeps to; none for all keys.
    pub prefix: Option<String>,
    /// Whose the keys are that it keeps to; none for those of all.
    pub tenant: Option<String>,
}

impl Job {
    /// A job for all keys, which learns from requests alone.
    pub fn new(selector: Selector, schedule: Schedule, keys: Option<Items>) -> Self {
        Self {
            selector,
            keys,
            order: JobOrder::HottestFirst,
            priority: None,
            needed: None,
            schedule,
            learns_from_warming: false,
            sees_requests: true,
            prefix: None,
            tenant: None,
        }
    }
}

/// Which keys a job warms.
#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    /// The hottest by the law in force.
    Popularity,
    /// Those asked for most so far.
    Popular,
    /// Those asked for last.
    Recent {
        /// Within so much time.
        window: Seconds,
    },
    /// Those asked for most.
    Trending {
        /// Within so much time.
        window: Seconds,
    },
    /// Those asked for most in the hour to come on days before.
    HourOfDay,
    /// Those asked for often and just now.
    FrequencyRecency {
        /// Within so much time.
        window: Seconds,
        /// Of each key, so many requests at most.
        accesses: Items,
    },
    /// Those that followed keys of the cache and are not in it.
    NextKey {
        /// Among so many requests.
        accesses: Items,
    },
    /// Parents before what lies below them.
    Depth,
    /// By importance and requests for what they cost.
    Value {
        /// Requests within so much time.
        window: Seconds,
    },
    /// By importance, frequency, cost and age.
    MemoryScore {
        /// Requests within so much time.
        window: Seconds,
        /// How often they were asked for at least.
        least: PerHour,
    },
    /// Those of a list, in its order.
    Keys {
        /// The list.
        list: Arc<KeyList>,
    },
    /// Those that a list has predicted by now, the highest score first.
    Predictions {
        /// The list; every row has its time.
        list: Arc<KeyList>,
        /// Within so much time.
        window: Seconds,
    },
    /// Those of crowds that are known and not over.
    Promoted,
    /// The one that is written.
    Written,
    /// Those that are in the cache.
    Resident,
    /// Those that the predictor names.
    Oracle,
    /// Those that will be asked for next and are not in the cache.
    Clairvoyant {
        /// How far it looks ahead.
        horizon: Seconds,
    },
}

/// When a job plans.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// At the beginning, and after each restart.
    AtStart,
    /// Again and again.
    Every {
        /// How often.
        period: Seconds,
        /// When first.
        first: Seconds,
    },
    /// By the calendar.
    Cron(Cron),
    /// At the beginning, after each restart, and a key when it enters the hot set.
    OnChange,
    /// When a crowd becomes known.
    OnPromotion,
    /// When a key is written.
    OnWrite,
    /// A copy before its life ends.
    RefreshAhead {
        /// From which share of its life on.
        from: Fraction,
        /// When.
        when: RefreshWhen,
        /// Whether only copies that were warmed are.
        warmed_only: bool,
    },
}
