//! What the plan is made for: a cache and an origin, from a scenario or from options.

use model::plan::{CopyLife, Headroom};
use scenario::{Bytes, Fraction, Items, PerMinute, Place, Quantity, Scenario};

use crate::args::{Known, PlanArgs};
use crate::failure::Failure;
use crate::load::Loaded;
use crate::spans::duration;

/// A cache and an origin.
pub(crate) struct Facts {
    /// How long copies are of use; room in bytes where `bytes`, else in objects.
    pub(crate) life: CopyLife,
    pub(crate) bytes: bool,
    /// Milliseconds that a warm fetch takes, and that a miss takes beyond a hit.
    pub(crate) fetch_ms: Option<f64>,
    pub(crate) miss_ms: Option<f64>,
    /// What the origin can take; empty where nothing is known of it.
    pub(crate) limits: Vec<Limit>,
    pub(crate) notes: Vec<String>,
}

/// What limits the origin.
pub(crate) struct Limit {
    pub(crate) headroom: Headroom,
    /// In words.
    pub(crate) what: String,
    /// Where it was written.
    pub(crate) place: Option<Place>,
}

impl Facts {
    pub(crate) fn of_scenario(loaded: &Loaded) -> Self {
        let Scenario { cache, origin, .. } = &loaded.scenario;
        let (miss, warm) = (origin.miss_penalty.get(), origin.warm_cost.get());
        let mut limits = vec![];
        let locate = |key| loaded.places.locate(key).cloned();
        if let Some(cap) = origin.capacity.cap {
            limits.push(Limit::cap(cap, locate("origin.cap_per_minute")));
        }
        if let Some(servers) = origin.capacity.servers.filter(|_| warm > 0.0) {
            limits.push(Limit {
                headroom: Headroom { cap: servers.get(), miss: miss / 1e3, warm: warm / 1e3 },
                what: format!("{} servers, {miss} ms a miss and {warm} ms a warm fetch", servers.get()),
                place: locate("origin.servers"),
            });
        }
        let mut notes = vec![];
        if cache.policy != "lru" {
            notes.push(format!(
                "The cache evicts by {}; how long copies stay is worked out for lru.",
                cache.policy
            ));
        }
        if !cache.fill_on_miss {
            notes.push("Misses fill nothing here: without warming every request is one.".to_owned());
        }
        Self {
            life: CopyLife {
                room: Some(cache.capacity.get()),
                ttl: cache.ttl.map(|ttl| ttl.get()),
                sliding: cache.ttl_sliding,
                horizon: None,
                fills: cache.fill_on_miss,
            },
            bytes: false,
            fetch_ms: Some(warm),
            miss_ms: Some(miss),
            limits,
            notes,
        }
    }

    /// What the options say; `keys` is what a share of all keys is taken of.
    pub(crate) fn of_options(known: &Known, keys: usize) -> Result<Self, Failure> {
        let (room, bytes) = match &known.capacity {
            Some(text) => capacity(text, keys).map(|(room, bytes)| (Some(room), bytes))?,
            None => (None, false),
        };
        let cap = known.origin_cap.as_deref().map(|text| rate("--origin-cap", text)).transpose()?;
        let millis = |option, text: &Option<String>| {
            text.as_deref().map(|text| duration(option, text).map(|micros| micros as f64 / 1e3)).transpose()
        };
        let ttl = known.ttl.as_deref().map(|text| duration("--ttl", text)).transpose()?;
        Ok(Self {
            life: CopyLife {
                room,
                ttl: ttl.map(|micros| micros as f64 / 1e6),
                sliding: false,
                horizon: None,
                fills: true,
            },
            bytes,
            fetch_ms: millis("--fetch", &known.fetch)?,
            miss_ms: millis("--miss", &known.miss)?,
            limits: cap.into_iter().map(|cap| Limit::cap(cap, None)).collect(),
            notes: vec![],
        })
    }
}

impl Limit {
    fn cap(cap: PerMinute, place: Option<Place>) -> Self {
        let cap = cap.get() / 60.0;
        let headroom = Headroom { cap, miss: 1.0, warm: 1.0 };
        Self { headroom, what: format!("{} fetches/s", super::text::figure(cap)), place }
    }
}

/// Refuses options that speak of what a scenario says.
pub(crate) fn refuse_beside_a_scenario(args: &PlanArgs) -> Result<(), Failure> {
    let known = &args.known;
    let given = [
        ("--capacity", known.capacity.is_some(), "cache.capacity_items=1000"),
        ("--ttl", known.ttl.is_some(), "cache.ttl_s=5m"),
        ("--origin-cap", known.origin_cap.is_some(), "origin.cap_per_minute=100/s"),
        ("--fetch", known.fetch.is_some(), "origin.warm_cost_ms=5"),
        ("--miss", known.miss.is_some(), "origin.miss_penalty_ms=80"),
    ];
    match given.into_iter().find(|(_, given, _)| *given) {
        Some((option, _, key)) => Err(Failure::usage(
            &format!("{option} says what the scenario says"),
            &format!("write --set {key}, in place of it"),
        )),
        None => Ok(()),
    }
}

/// Requests or fetches per minute, above 0.
pub(crate) fn rate(option: &str, text: &str) -> Result<PerMinute, Failure> {
    let wrong = |message: &str| {
        Failure::usage(&format!("{option} {text}: {message}"), "write 100/s, or a number per minute")
    };
    let rate = PerMinute::from_text(text).map_err(|error| wrong(&error))?;
    if rate.get() > 0.0 { Ok(rate) } else { Err(wrong("nothing is no rate")) }
}

/// A share such as `80%` or 0.8.
pub(crate) fn share(option: &str, text: &str) -> Result<f64, Failure> {
    let share = Fraction::from_text(text).map(Quantity::get);
    share.map_err(|error| Failure::usage(&format!("{option} {text}: {error}"), "write 80% or 0.8"))
}

/// Room, and whether it is bytes.
fn capacity(text: &str, keys: usize) -> Result<(f64, bool), Failure> {
    let help = "write objects (1000), bytes (1GiB), or a share of all keys (10%)";
    let wrong = |message: &str| Failure::usage(&format!("--capacity {text}: {message}"), help);
    let (room, bytes) = if text.trim().ends_with('%') {
        let share = Fraction::from_text(text).map_err(|error| wrong(&error))?.get();
        ((share * keys as f64 * (1.0 + 1e-12)).floor(), false)
    } else if let Ok(items) = Items::from_text(text) {
        (items.get(), false)
    } else {
        (Bytes::from_text(text).map_err(|error| wrong(&error))?.get(), true)
    };
    if room >= 1.0 { Ok((room, bytes)) } else { Err(wrong("nothing fits into that")) }
}

/// What was typed of these that changes the answer.
pub(crate) fn canonical(known: &Known) -> Vec<String> {
    let typed = [
        ("--capacity", &known.capacity),
        ("--ttl", &known.ttl),
        ("--origin-cap", &known.origin_cap),
        ("--fetch", &known.fetch),
        ("--miss", &known.miss),
        ("--request-rate", &known.request_rate),
        ("--window", &known.window),
    ];
    typed.into_iter().filter_map(|(option, text)| Some(format!("{option} {}", text.as_ref()?))).collect()
}
