//! Units of time that traces use.

/// A unit of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Seconds,
    Millis,
    Micros,
    Nanos,
}

impl Unit {
    /// The unit that is written so, as in `--map time=when:ms` or the end of a column's name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name.to_lowercase().as_str() {
            "s" | "sec" | "secs" | "second" | "seconds" => Self::Seconds,
            "ms" | "msec" | "msecs" | "milli" | "millis" | "millisecond" | "milliseconds" => Self::Millis,
            "us" | "µs" | "μs" | "usec" | "usecs" | "micro" | "micros" | "microsecond" | "microseconds" => {
                Self::Micros
            }
            "ns" | "nsec" | "nsecs" | "nano" | "nanos" | "nanosecond" | "nanoseconds" => Self::Nanos,
            _ => return None,
        })
    }

    /// Its name in a sentence.
    pub(super) fn plural(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::Millis => "milliseconds",
            Self::Micros => "microseconds",
            Self::Nanos => "nanoseconds",
        }
    }

    /// It is 10^places microseconds.
    pub(super) fn places(self) -> i32 {
        match self {
            Self::Seconds => 6,
            Self::Millis => 3,
            Self::Micros => 0,
            Self::Nanos => -3,
        }
    }

    /// The unit in which a number of this size is a date of our time.
    pub(super) fn of_size(number: i64) -> Self {
        match number.unsigned_abs() {
            0..100_000_000_000 => Self::Seconds,
            100_000_000_000..100_000_000_000_000 => Self::Millis,
            100_000_000_000_000..100_000_000_000_000_000 => Self::Micros,
            _ => Self::Nanos,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_instant_is_told_in_every_unit() {
        for (number, unit) in [
            (1_700_000_000, Unit::Seconds),
            (1_700_000_000_000, Unit::Millis),
            (1_700_000_000_000_000, Unit::Micros),
            (1_700_000_000_000_000_000, Unit::Nanos),
            (0, Unit::Seconds),
        ] {
            assert_eq!(Unit::of_size(number), unit);
        }
    }

    #[test]
    fn units_go_by_their_symbols_and_names() {
        for (symbol, unit) in [
            ("s", Unit::Seconds),
            ("ms", Unit::Millis),
            ("us", Unit::Micros),
            ("µs", Unit::Micros),
            ("NS", Unit::Nanos),
        ] {
            assert_eq!(Unit::named(symbol), Some(unit));
            assert_eq!(Unit::named(unit.plural()), Some(unit));
        }
        assert_eq!(Unit::named("m"), None);
    }
}
