//! How the origin works under load.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::units::{Fraction, Items, Millis, PerMinute, Seconds};

words! {
    /// How the time of a fetch varies about its mean.
    pub ServiceKind {
        /// Not at all.
        Constant,
        /// Exponentially distributed.
        Exponential,
        /// Log-normally distributed.
        LogNormal,
        /// Drawn from a list.
        Empirical,
    }
}

/// How the origin works.
#[derive(Debug, Clone, PartialEq)]
pub struct Capacity {
    /// Fetches that it works on at a time; none for any number.
    pub servers: Option<Items>,
    /// How the time of a fetch varies.
    pub service: ServiceKind,
    /// Its coefficient of variation, where it is log-normal; where it is empirical, that about each time in the list.
    pub variation: f64,
    /// The list, where it is empirical.
    pub times: Vec<Millis>,
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
