//! Requests beside those of the popularity law, for keys of their own.

use crate::units::{Items, PerHour, PerMinute, Seconds};

/// Requests beside those of the popularity law, for keys of their own.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Extras {
    /// Flash crowds.
    pub crowds: Vec<Crowd>,
    /// Scans.
    pub scans: Vec<Scan>,
    /// Contents that come and go.
    pub contents: Option<Contents>,
}

/// Many who ask for few new keys: a promotion, a launch.
#[derive(Debug, Clone, PartialEq)]
pub struct Crowd {
    /// Name.
    pub name: String,
    /// When it begins.
    pub at: Seconds,
    /// How long it lasts.
    pub lasts: Seconds,
    /// How many new keys.
    pub keys: Items,
    /// Requests, at the beginning.
    pub rate: PerMinute,
    /// Whether they fall to none at the end.
    pub decays: bool,
    /// How long before it begins a warmer may know of it.
    pub known_ahead: Option<Seconds>,
}

/// New keys that are asked for once each, one after the other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scan {
    /// When it begins.
    pub at: Seconds,
    /// How many new keys.
    pub keys: Items,
    /// Requests.
    pub rate: PerMinute,
}

/// Contents that are asked for while they live.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contents {
    /// Arrivals.
    pub per_hour: PerHour,
    /// How long each lives.
    pub lives: Seconds,
    /// Requests for each on average.
    pub requests: f64,
}
