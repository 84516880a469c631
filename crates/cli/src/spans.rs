//! Numbers on the command line that mean different things by how they are written: `1000`, `1%`, `1GiB`, `5m`.

use scenario::{Bytes, Fraction, Millis, Quantity};
use trace::Micros;

use crate::failure::Failure;

/// A capacity as it was written.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Capacity {
    /// So many items or bytes.
    Absolute(u64),
    /// So many percent of the working set.
    Percent(f64),
}

impl Capacity {
    /// Reads items or, where `bytes`, bytes; or a share with `%`.
    pub(crate) fn parse(text: &str, bytes: bool) -> Result<Self, Failure> {
        let wrong =
            |message: &str, help: &str| Failure::usage(&format!("--capacities {text}: {message}"), help);
        if let Some(percent) = text.strip_suffix('%') {
            let share =
                percent.trim().parse::<f64>().ok().filter(|percent| *percent > 0.0 && *percent <= 100.0);
            return share.map(Self::Percent).ok_or_else(|| {
                wrong("that is no share of the keys", "write a number above 0 and up to 100 before the `%`")
            });
        }
        let count = match bytes {
            true => Bytes::from_text(text)
                .map(Quantity::get)
                .map_err(|error| wrong(&error, "write 500MB or 1GiB"))?,
            false => match text.parse::<u64>() {
                Ok(items) => items as f64,
                Err(_) if Bytes::parse(text).is_ok_and(|bytes| bytes.get().fract() == 0.0) => {
                    return Err(wrong(
                        "that is an amount of bytes",
                        "write a number of items; `replay --bytes` counts capacity in bytes",
                    ));
                }
                Err(_) => {
                    return Err(wrong(
                        "that is no number of items",
                        "write a whole number, or a share such as 1%",
                    ));
                }
            },
        };
        match count >= 1.0 && count.fract() == 0.0 {
            true => Ok(Self::Absolute(count as u64)),
            false => Err(wrong("a cache holds something, and wholly", "write a whole number from 1 on")),
        }
    }

    /// The same, and at least one item of a share.
    pub(crate) fn at_least_one(self, all: u64) -> u64 {
        match self {
            Self::Absolute(count) => count,
            Self::Percent(percent) => percent_of(percent, all).max(1),
        }
    }

    /// The capacity, given all that could be in the cache.
    pub(crate) fn of(self, text: &str, all: u64) -> Result<u64, Failure> {
        match self {
            Self::Absolute(count) => Ok(count),
            Self::Percent(percent) => {
                Some(percent_of(percent, all)).filter(|count| *count > 0).ok_or_else(|| {
                    Failure::usage(
                        &format!("{text} of {all} is less than 1"),
                        "write a larger share, or a number",
                    )
                })
            }
        }
    }
}

/// So many percent of a count, cut to a whole number; 29 % of 100 is 29, whatever binary fractions make of it.
pub(crate) fn percent_of(percent: f64, all: u64) -> u64 {
    (percent * all as f64 / 100.0 * (1.0 + 1e-12)) as u64
}

/// A duration such as `5m`, in microseconds.
pub(crate) fn duration(option: &str, text: &str) -> Result<Micros, Failure> {
    let wrong = |message: &str| Failure::usage(&format!("{option} {text}: {message}"), "write 30s, 5m or 1h");
    if text.parse::<f64>().is_ok() {
        return Err(wrong("a duration needs its unit"));
    }
    let millis = Millis::parse(text).map_err(|error| wrong(&error))?.get();
    let micros = (millis * 1000.0).round();
    if (1.0..9e15).contains(&micros) { Ok(micros as Micros) } else { Err(wrong("that is out of range")) }
}

/// Refuses stretches of time so short that their series would be larger than any trace; `what` they are called.
pub(crate) fn refuse_too_short(
    option: &str,
    what: &str,
    length: Micros,
    span: Option<(Micros, Micros)>,
) -> Result<(), Failure> {
    /// Stretches that a series may have.
    const MOST: Micros = 100_000;
    let span = span.map_or(0, |(first, last)| last.saturating_sub(first));
    if span / length <= MOST {
        return Ok(());
    }
    Err(Failure::usage(
        &format!("the trace has {} {what} of that length", span / length),
        &format!("write {option} {}s or more", span / MOST / 1_000_000 + 1),
    ))
}

/// An amount of memory, `64MiB` and more.
pub(crate) fn bytes(option: &str, text: &str) -> Result<f64, Failure> {
    let help = "write an amount such as 512MiB, 1MiB or more";
    let bytes = Bytes::from_text(text).map(Quantity::get);
    let bytes = bytes.map_err(|error| Failure::usage(&format!("{option} {text}: {error}"), help))?;
    match bytes >= 1_048_576.0 {
        true => Ok(bytes),
        false => Err(Failure::usage(&format!("{option} {text} is too little to estimate from"), help)),
    }
}

/// A share such as `1%` or `0.01`.
pub(crate) fn share(option: &str, text: &str) -> Result<f64, Failure> {
    let share = Fraction::from_text(text).map(Quantity::get);
    share.map_err(|error| Failure::usage(&format!("{option} {text}: {error}"), "write 1% or 0.01"))
}
