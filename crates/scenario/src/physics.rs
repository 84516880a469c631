//! What a simulation has to know beyond the closed forms: how requests arrive, how the origin works, how fast a strategy
//! may warm, and how long to look.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::quantity::Quantity;
use crate::units::{Fraction, Items, Millis, PerMinute, Seconds};

macro_rules! words {
    ($(#[$doc:meta])* $vis:vis $name:ident { $($(#[$word:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        $vis enum $name {
            $($(#[$word])* $variant,)*
        }
    };
}

words! {
    /// How requests arrive.
    pub ArrivalsKind {
        /// Independently of each other.
        Poisson,
        /// Evenly.
        Regular,
        /// Independently, at a rate that is higher in bursts.
        Bursty,
    }
}

words! {
    /// How the time of a fetch varies about its mean.
    pub ServiceKind {
        /// Not at all.
        Constant,
        /// Exponentially distributed.
        Exponential,
        /// Log-normally distributed.
        LogNormal,
    }
}

words! {
    /// What recall counts.
    pub Weighting {
        /// Requests.
        Requests,
        /// Keys.
        Keys,
    }
}

words! {
    /// In which order predicted keys are warmed.
    pub Order {
        /// Any.
        Random,
        /// Those that will be asked for first.
        RightFirst,
    }
}

words! {
    /// What becomes of an operation that the rate does not allow.
    pub WhenExhausted {
        /// It waits.
        Wait,
        /// It is given up.
        Refuse,
    }
}

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

/// How requests arrive.
#[derive(Debug, Clone, PartialEq)]
pub struct Arrivals {
    /// In which way.
    pub kind: ArrivalsKind,
    /// Rate within bursts, in multiples of the mean rate.
    pub burst_factor: f64,
    /// Share of the time that is bursts.
    pub burst_share: Fraction,
    /// Mean length of a burst.
    pub mean_burst: Seconds,
    /// Rate by hour of the day, in multiples of any unit; none where it is the same all day.
    pub hourly: Option<[f64; 24]>,
}

/// How the origin works.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// Fetches that it works on at a time; none for any number.
    pub servers: Option<Items>,
    /// How the time of a fetch varies.
    pub service: ServiceKind,
    /// Its coefficient of variation, where it is log-normal.
    pub variation: f64,
    /// Most fetches that it begins.
    pub cap: Option<PerMinute>,
    /// Most fetches that it begins at once under that cap.
    pub cap_burst: Items,
    /// Share of the fetches that fail.
    pub failure_share: Fraction,
    /// When whoever waits for a fetch gives up.
    pub timeout: Option<Millis>,
    /// Whether requests wait for a fetch of their key that is under way.
    pub coalesce: bool,
    /// When it is slow.
    pub slow: Vec<Slow>,
}

/// A time in which the origin is slow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Slow {
    /// When it begins.
    pub from: Seconds,
    /// How long it takes.
    pub lasts: Seconds,
    /// How many times as long fetches take that begin in it.
    pub factor: f64,
}

/// How much a strategy warms, and how fast.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// Keys of the hot set that are kept warm; none for as many as there are.
    pub keys: Option<Items>,
    /// Operations sent to the origin; none for any number.
    pub rate: Option<PerMinute>,
    /// Operations at once under that rate.
    pub burst: Items,
    /// Whether an operation that the rate does not allow is given up.
    pub refuse: bool,
    /// Operations at a time; none for any number.
    pub workers: Option<Items>,
    /// Operations that may wait; none for any number.
    pub queue: Option<Items>,
    /// Operations in a batch; none for no batches.
    pub batch: Option<Items>,
    /// Pause between batches.
    pub batch_delay: Millis,
    /// Whether keys that are in the cache are left alone.
    pub skip_fresh: bool,
    /// Times that an operation that fails is tried again.
    pub retries: Items,
    /// Pause ahead of the first of these; it doubles.
    pub backoff: Millis,
    /// Share of a pause that is added to it at most.
    pub backoff_jitter: Fraction,
}

impl Default for Budget {
    /// No limits, nothing fetched that is there already, no second tries.
    fn default() -> Self {
        Self {
            keys: None,
            rate: None,
            burst: Items::wrap(1.0),
            refuse: false,
            workers: None,
            queue: None,
            batch: None,
            batch_delay: Millis::wrap(0.0),
            skip_fresh: true,
            retries: Items::wrap(0.0),
            backoff: Millis::wrap(100.0),
            backoff_jitter: Fraction::ZERO,
        }
    }
}

/// How long a simulation plays, and what of that it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// How long it plays.
    pub duration: Seconds,
    /// From when on it counts.
    pub measure_from: Seconds,
    /// Length of the intervals of time series.
    pub interval: Seconds,
    /// How often it plays, with other random numbers each time.
    pub replications: Items,
    /// Hit ratio whose time is asked for.
    pub target_hit_ratio: Fraction,
}
