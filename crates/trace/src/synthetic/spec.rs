//! What a workload is made of, in numbers that have already been checked.

use std::sync::Arc;

use crate::synthetic::law::Law;
use crate::synthetic::object_spec::ObjectSpec;
use crate::synthetic::wall_clock::WallClock;

/// Virtual time in nanoseconds; a workload begins at 0.
pub type Nanos = i64;

/// A workload. Every number is finite; their ranges stand beside them and are not checked again.
#[derive(Debug, Clone)]
pub struct Spec {
    /// N, 1 or more: as many as `law` has. At the start the key of rank r is r.
    pub keys: u32,
    /// Popularity of ranks.
    pub law: Arc<Law>,
    /// Requests per second for keys of the law, on average; 0 or more.
    pub rate_per_s: f64,
    /// How these follow each other.
    pub arrivals: Arrivals,
    /// Factors of their rate by hour of the day, 0 or more and not all 0, taken relative to their mean.
    pub hourly: Option<[f64; 24]>,
    /// What hour it is.
    pub clock: WallClock,
    /// H: the ranks below H are hot; up to N. Without hot or without tail ranks nothing is swapped.
    pub hot_keys: u32,
    /// c, 0 or more: each hot rank swaps keys with a tail rank, any of them alike, at this rate per hour.
    ///
    /// A key leaves the hot set at rate c and enters it at rate c' = c H / (N − H). Of the keys that are hot at an
    /// instant, e^(−c t) have stayed hot t hours later, and π + (1 − π) e^(−(c + c') t) with π = H / N are hot then,
    /// those that came back included.
    pub churn_per_hour: f64,
    /// What happens beside, in any order.
    pub events: Vec<Event>,
    /// Contents that come and go.
    pub contents: Option<Contents>,
    /// Writes of keys of the law, where there are any.
    pub updates: Option<Updates>,
    /// What keys are.
    pub objects: ObjectSpec,
}

impl Spec {
    /// Requests of a law at random, and nothing else: keys that stay as popular as they are, and are all alike.
    pub fn calm(law: Law, rate_per_s: f64) -> Self {
        Self {
            keys: law.keys(),
            law: Arc::new(law),
            rate_per_s,
            arrivals: Arrivals::Poisson,
            hourly: None,
            clock: WallClock::default(),
            hot_keys: 0,
            churn_per_hour: 0.0,
            events: vec![],
            contents: None,
            updates: None,
            objects: ObjectSpec::default(),
        }
    }
}

/// Keys of the law are written at the origin: a Poisson process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Updates {
    /// Writes per second; above 0.
    pub per_s: f64,
    /// Whether a key is written as often as it is asked for, in proportion; otherwise all keys alike.
    pub popular: bool,
}

/// How requests follow each other, while the hour's factor is 1. Where it is not, time runs faster or slower by it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Arrivals {
    /// At random: a Poisson process.
    Poisson,
    /// At equal distances, the first after half of one.
    Regular,
    /// A Poisson process whose rate is that of a burst or that between two.
    ///
    /// Bursts and pauses last exponentially distributed times; a stream begins within a burst with probability `share`.
    /// The rate is λ·factor within and λ·(1 − factor·share) / (1 − share) between, λ on average.
    ///
    /// # Formula
    /// The index of dispersion of counts in a window t, their variance over their mean, is
    /// `1 + 2 σ² / (λ ω) · (1 − (1 − e^(−ω t)) / (ω t))`, where `σ² = share (1 − share) (difference of the rates)²` and
    /// ω = 1 / mean burst + 1 / mean pause (Heffes & Lucantoni, *A Markov modulated characterization of packetized
    /// voice and data traffic*, IEEE JSAC 4(6), 1986).
    Bursty {
        /// Rate within a burst relative to the mean; 1 or more, `factor · share` up to 1.
        factor: f64,
        /// Share of time that bursts take; above 0 and below 1.
        share: f64,
        /// Seconds that a burst lasts on average; above 0.
        mean_burst_s: f64,
    },
}

/// Something that happens once, for keys that were not there before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Event {
    /// Many ask for few new keys, each of them alike: a Poisson process on top of all others.
    FlashCrowd {
        /// When it begins; 0 or more.
        at: Nanos,
        /// How long it lasts; above 0.
        lasts: Nanos,
        /// How many new keys; 1 or more.
        keys: u32,
        /// Requests per second, at the beginning; 0 or more.
        rate_per_s: f64,
        /// Whether the rate falls to 0 at the end, in a straight line, so that it comes to half as many requests.
        decays: bool,
    },
    /// New keys are asked for once each, one after the other, at equal distances.
    Scan {
        /// When the first is asked for; 0 or more.
        at: Nanos,
        /// Requests per second; above 0.
        rate_per_s: f64,
        /// How many new keys.
        keys: u32,
    },
}

impl Event {
    /// How many new keys there are.
    pub fn keys(&self) -> u32 {
        match self {
            Self::FlashCrowd { keys, .. } | Self::Scan { keys, .. } => *keys,
        }
    }
}

/// Contents that are asked for while they live: shot noise with a box profile.
///
/// They arrive as a Poisson process. Each is asked for a number of times that has a Poisson distribution, at instants
/// spread uniformly over its life. The stream begins with those that arrived up to one life before it, so that their
/// number is stationary from the start.
///
/// # Formula
/// Contents that live at an instant: Poisson with mean `per_hour · lives`. Requests per hour: `per_hour · requests` on
/// average; of these `(1 − e^(−V)) / V` with V = `requests` are the first for their content, the misses that no cache
/// avoids unless it is warmed.
///
/// # Source
/// Traverso, Ahmed, Garetto, Giaccone, Leonardi & Niccolini, *Temporal locality in today's content caching*, ACM CCR
/// 43(5), 2013.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contents {
    /// Arrivals; above 0.
    pub per_hour: f64,
    /// Seconds that each lives; above 0.
    pub lives_s: f64,
    /// Requests for each on average; 0 or more.
    pub requests: f64,
}
