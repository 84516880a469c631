//! How requests arrive.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::units::{Fraction, Seconds};

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
