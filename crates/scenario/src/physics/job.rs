//! What a strategy warms, and when.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::units::{Items, Seconds};

words! {
    /// Which keys a job warms, as typed.
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
        /// Those that the predictor names.
        Oracle,
        /// Those that will be asked for next and are not in the cache.
        Clairvoyant,
    }
}

words! {
    /// When a job plans, as typed.
    pub(crate) ScheduleKind {
        /// At the beginning, and after each restart.
        AtStart,
        /// Again and again.
        Every,
        /// At the beginning, after each restart, and a key when it enters the hot set.
        OnChange,
    }
}

/// Keys that a strategy warms at certain times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Job {
    /// Which keys, the first first.
    pub selector: Selector,
    /// How many at most; none for as many as the cache holds.
    pub keys: Option<Items>,
    /// When.
    pub schedule: Schedule,
}

/// Which keys a job warms.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// Those that the predictor names.
    Oracle,
    /// Those that will be asked for next and are not in the cache.
    Clairvoyant {
        /// How far it looks ahead.
        horizon: Seconds,
    },
}

/// When a job plans.
#[derive(Debug, Clone, Copy, PartialEq)]
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
    /// At the beginning, after each restart, and a key when it enters the hot set.
    OnChange,
}
