//! How long a simulation plays.

use crate::physics::Calendar;
use crate::units::{Fraction, Items, Seconds};

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
    /// When time 0 is, and by which clock.
    pub calendar: Calendar,
}
