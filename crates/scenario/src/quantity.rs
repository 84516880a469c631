//! Numbers with a unit: how they are typed in a file, and what they may be.
//!
//! A key that carries its unit in its name takes a bare number in that unit, or text with the unit written
//! out: `hit_latency_ms = 14` and `hit_latency_ms = "0.014s"` are the same. Construction validates, so that
//! whoever holds a [`Millis`](crate::Millis) need not ask again.

use std::fmt;
use std::marker::PhantomData;

use schemars::{Schema, json_schema};
use serde::de::{self, Deserializer, Visitor};

use crate::problem::closest;

/// Largest number of any quantity: every whole number up to it is exact, and no product of a few overflows.
pub(crate) const LIMIT: f64 = 9e15;

/// A validated number in one fixed unit.
pub trait Quantity: Sized + Copy {
    /// What a reader of an error message is told to write, for example `a duration in milliseconds`.
    const EXPECTED: &'static str;
    /// Accepted unit suffixes, each with the factor into this quantity's own unit.
    const UNITS: &'static [(&'static str, f64)];
    /// Largest value allowed; the smallest is always 0.
    const MAX: f64;
    /// Whether only whole numbers make sense.
    const WHOLE: bool = false;

    /// Wraps a number that is already in range.
    fn wrap(value: f64) -> Self;
    /// The number in this quantity's own unit.
    fn get(self) -> f64;

    /// What to write instead of `value`, for the mistakes people make.
    fn remedy(_value: f64) -> Option<String> {
        None
    }

    /// Accepts a number in this quantity's own unit.
    ///
    /// # Errors
    /// Where `value` is not a number, is infinite, negative, above [`Self::MAX`], or not whole where it must be.
    fn new(value: f64) -> Result<Self, String> {
        if value > LIMIT {
            return Err(format!("{value:e} is more than {LIMIT:e}, the most that is taken"));
        }
        let broken = if !(0.0..=Self::MAX).contains(&value) {
            format!("not {}", Self::EXPECTED)
        } else if Self::WHOLE && value.fract() != 0.0 {
            format!("not {}: it has a fractional part", Self::EXPECTED)
        } else {
            return Ok(Self::wrap(value + 0.0)); // makes -0 a 0
        };
        Err(match Self::remedy(value) {
            None => format!("{value} is {broken}"),
            Some(remedy) => format!("{value} is {broken}; {remedy}"),
        })
    }

    /// Accepts text with a unit: `"1GiB"`, `"5m"`, `"300/s"`, `"42%"`.
    ///
    /// # Errors
    /// Where the number or the unit cannot be read, or as for [`Self::new`].
    fn parse(text: &str) -> Result<Self, String> {
        let (number, unit) = split_unit(text);
        let units = || Self::UNITS.iter().map(|(name, _)| *name);
        let factor = Self::UNITS.iter().find(|(name, _)| *name == unit).map(|(_, factor)| *factor);
        match (number.parse::<f64>(), factor) {
            (Ok(number), Some(factor)) => Self::new(tidy(number * factor)),
            (Ok(number), None) if unit.is_empty() => Self::new(number),
            (Ok(_), None) => {
                let alike =
                    units().find(|known| known.eq_ignore_ascii_case(unit)).or_else(|| closest(unit, units()));
                let meant = alike.map_or_else(String::new, |known| format!("did you mean `{known}`? "));
                let known = units().collect::<Vec<_>>().join(", ");
                Err(format!("\"{text}\": `{unit}` is no unit known here; {meant}known here: {known}"))
            }
            (Err(_), _) => Err(format!(
                "\"{text}\" is not {}; write a number, bare or as text with a unit: {}",
                Self::EXPECTED,
                units().collect::<Vec<_>>().join(", ")
            )),
        }
    }

    /// Accepts what stands in a file or on a command line: a bare number or text with a unit.
    ///
    /// # Errors
    /// As for [`Self::new`] and [`Self::parse`].
    fn from_text(text: &str) -> Result<Self, String> {
        match text.trim().parse::<f64>() {
            Ok(number) => Self::new(number),
            Err(_) => Self::parse(text),
        }
    }
}

/// Splits `"1.5 GiB"` into `("1.5", "GiB")`; an exponent (`1e6/s`) belongs to the number.
fn split_unit(text: &str) -> (&str, &str) {
    let text = text.trim();
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let exponent = (c == 'e' || c == 'E')
            && text[at + 1..].starts_with(|next: char| next.is_ascii_digit() || next == '-' || next == '+');
        let sign = (c == '-' || c == '+') && (at == 0 || text[..at].ends_with(['e', 'E']));
        if !(c.is_ascii_digit() || c == '.' || exponent || sign) {
            break;
        }
        end = at + c.len_utf8();
    }
    (&text[..end], text[end..].trim_start())
}

/// Removes the last bits of dust that a unit factor leaves, so that `"42%"` is 0.42 and `"0.014s"` is 14 ms.
pub(crate) fn tidy(value: f64) -> f64 {
    format!("{value:.14e}").parse().unwrap_or(value)
}

/// Reads a [`Quantity`] from a number or from text with a unit.
pub(crate) struct QuantityVisitor<Q>(PhantomData<Q>);

impl<Q: Quantity> Visitor<'_> for QuantityVisitor<Q> {
    type Value = Q;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(Q::EXPECTED)
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Q, E> {
        Q::new(value).map_err(E::custom)
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Q, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Q, E> {
        self.visit_f64(value as f64)
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Q, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Q, E> {
        self.visit_f64(value as f64)
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Q, E> {
        Q::parse(text).map_err(E::custom)
    }
}

pub(crate) fn deserialize<'de, Q: Quantity, D: Deserializer<'de>>(deserializer: D) -> Result<Q, D::Error> {
    deserializer.deserialize_any(QuantityVisitor(PhantomData))
}

pub(crate) fn json_schema<Q: Quantity>() -> Schema {
    let kind = if Q::WHOLE { "integer" } else { "number" };
    let mut number = json_schema!({ "type": kind, "minimum": 0 });
    if Q::MAX.is_finite() {
        number.insert("maximum".into(), Q::MAX.into());
    }
    if Q::UNITS.is_empty() {
        return number;
    }
    let units: Vec<_> = Q::UNITS.iter().map(|(name, _)| name.replace('/', "\\/")).collect();
    let pattern = format!("^ *[0-9.]+([eE][-+]?[0-9]+)? *({})? *$", units.join("|"));
    json_schema!({ "anyOf": [number, { "type": "string", "pattern": pattern }] })
}

/// Declares one quantity: a newtype over `f64` with its unit, its range and its ways of being written.
macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident, expected: $expected:literal, units: $units:expr $(, max: $max:expr)?
     $(, whole: $whole:expr)? $(, remedy: $remedy:expr)? $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
        pub struct $name(f64);

        impl $crate::Quantity for $name {
            const EXPECTED: &'static str = $expected;
            const UNITS: &'static [(&'static str, f64)] = $units;
            const MAX: f64 = quantity!(@or $crate::quantity::LIMIT $(, $max)?);
            const WHOLE: bool = quantity!(@or false $(, $whole)?);

            fn wrap(value: f64) -> Self {
                Self(value)
            }

            fn get(self) -> f64 {
                self.0
            }

            $(fn remedy(value: f64) -> Option<String> {
                let remedy: fn(f64) -> Option<String> = $remedy;
                remedy(value)
            })?
        }

        impl $name {
            /// The number in this quantity's own unit.
            pub fn get(self) -> f64 {
                self.0
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::quantity::deserialize(deserializer)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_f64(self.0)
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                $crate::quantity::json_schema::<Self>()
            }
        }
    };
    (@or $default:expr) => { $default };
    (@or $default:expr, $given:expr) => { $given };
}

pub(crate) use quantity;
