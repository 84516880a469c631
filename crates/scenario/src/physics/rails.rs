//! When a strategy holds back.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::quantity::Quantity;
use crate::units::{Fraction, Items, Millis, PerHour, Percent, Seconds};

words! {
    /// Which fetches a stop for latency measures.
    pub LatencyOf {
        /// Those of warm operations.
        Warm,
        /// Those for misses, too.
        All,
    }
}

words! {
    /// What a stop for latency takes for the time of a fetch.
    pub LatencyIs {
        /// The time that it took.
        Measured,
        /// The origin's timeout, whatever it took: a mistake that a published warmer makes.
        Timeout,
    }
}

words! {
    /// Where a stop for memory pressure is looked at.
    pub Between {
        /// At any time.
        Operations,
        /// When a batch would begin.
        Batches,
        /// When a phase of a plan would begin.
        Phases,
    }
}

/// When a strategy holds back.
#[derive(Debug, Clone, PartialEq)]
pub struct Rails {
    /// Below this precision only `clamp_share` of the predicted part is warmed. This one and the next three are
    /// for the preset `hybrid`.
    pub clamp_below_precision: Fraction,
    /// Above this churn only `clamp_share` of the predicted part is warmed.
    pub clamp_above_churn_per_hour: PerHour,
    /// What a clamp leaves of the predicted part.
    pub clamp_share: Fraction,
    /// Below this precision nothing predicted is warmed.
    pub stop_below_precision: Fraction,
    /// A stop when the origin is slow.
    pub latency: Option<LatencyStop>,
    /// A stop when fetches fail.
    pub breaker: Option<Breaker>,
    /// A stop when memory is short.
    pub pressure: Option<PressureStop>,
    /// When the warmer breaks down.
    pub breakdowns: Breakdowns,
}

impl Default for Rails {
    /// The memo's clamps, and nothing that stops.
    fn default() -> Self {
        Self {
            clamp_below_precision: Fraction::wrap(0.78),
            clamp_above_churn_per_hour: PerHour::wrap(0.30),
            clamp_share: Fraction::wrap(0.5),
            stop_below_precision: Fraction::wrap(0.75),
            latency: None,
            breaker: None,
            pressure: None,
            breakdowns: Breakdowns { at: vec![], lasts: Seconds::wrap(0.0), resumes: true },
        }
    }
}

/// A stop when the origin is slow.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LatencyStop {
    /// It stops when the mean time of fetches is longer than this.
    pub above: Millis,
    /// The latest fetches of which the mean is taken.
    pub over: Items,
    /// Which fetches are measured.
    pub of: LatencyOf,
    /// What is taken for their time.
    pub is: LatencyIs,
    /// Whether a fetch that makes the mean too long is put into the cache.
    pub fills: bool,
    /// It goes on when the mean is shorter than this.
    pub resume_below: Option<Millis>,
    /// It goes on after so much time. With neither of these it does not.
    pub resume_after: Option<Seconds>,
}

/// A stop when fetches fail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breaker {
    /// Tries in a row that failed.
    pub failures: Items,
    /// How long it waits ahead of a probe.
    pub pause: Seconds,
}

/// A stop when memory is short.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PressureStop {
    /// At this pressure and above.
    pub at: Percent,
    /// It goes on below this pressure.
    pub below: Percent,
    /// Whether it never goes on.
    pub latches: bool,
    /// Where it is looked at.
    pub between: Between,
}

/// When the warmer breaks down.
#[derive(Debug, Clone, PartialEq)]
pub struct Breakdowns {
    /// At these times.
    pub at: Vec<Seconds>,
    /// For how long.
    pub lasts: Seconds,
    /// Whether it goes on where it was; otherwise it starts over.
    pub resumes: bool,
}
