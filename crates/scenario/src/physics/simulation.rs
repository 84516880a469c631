//! How long a simulation plays.

use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserialize, Deserializer, Visitor};

use crate::physics::Calendar;
use crate::units::{Fraction, Items, Seconds};

/// How long a simulation plays, and what of that it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Simulation {
    /// How long it plays.
    pub duration: Seconds,
    /// From when on it counts.
    pub measure_from: Seconds,
    /// The request of a trace from which on it counts instead, the first being 0.
    pub measure_from_request: Option<u64>,
    /// Whether it counts from when on the hit ratio is steady instead.
    pub steady_state: bool,
    /// Length of the intervals of time series.
    pub interval: Seconds,
    /// Requests of a trace in each of these instead.
    pub interval_requests: Option<u64>,
    /// How often it plays, with other random numbers each time.
    pub replications: Items,
    /// Hit ratio whose time is asked for.
    pub target_hit_ratio: Fraction,
    /// When time 0 is, and by which clock.
    pub calendar: Calendar,
    /// Whether the scenario names that target itself.
    pub has_target: bool,
    /// How far a hit ratio may lie below a bound that it is said to keep.
    pub tolerance: Fraction,
}

/// A request of a trace: its number, the first being 0, or the share of all that come before it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FromRequest {
    /// Its number.
    Nth(u64),
    /// Percent of all.
    Percent(f64),
}

impl FromRequest {
    /// Its number among so many.
    pub fn of(self, requests: u64) -> u64 {
        match self {
            Self::Nth(nth) => nth,
            // 29 % of 100 is 29, whatever binary fractions make of it.
            Self::Percent(percent) => (percent * requests as f64 / 100.0 * (1.0 + 1e-12)) as u64,
        }
    }
}

impl<'de> Deserialize<'de> for FromRequest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = FromRequest;

            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("the number of a request, or a share such as \"50%\"")
            }

            fn visit_i64<E: de::Error>(self, value: i64) -> Result<FromRequest, E> {
                u64::try_from(value).map(FromRequest::Nth).map_err(|_| {
                    E::custom(format!("{value} is not the number of a request, 0 or more; the first is 0"))
                })
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<FromRequest, E> {
                let percent = text.trim().strip_suffix('%').and_then(|number| number.trim().parse().ok());
                match percent.filter(|percent| (0.0..100.0).contains(percent)) {
                    Some(percent) => Ok(FromRequest::Percent(percent)),
                    None => Err(E::custom(format!(
                        "\"{text}\" is not a share of all requests; write \"50%\", or the number of a request"
                    ))),
                }
            }
        }
        deserializer.deserialize_any(Written)
    }
}

impl JsonSchema for FromRequest {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FromRequest".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "type": "integer", "minimum": 0 },
            { "type": "string", "pattern": "^ *[0-9.]+ *% *$" },
        ] })
    }
}
