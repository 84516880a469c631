//! Reads the times of a trace: numbers in one unit, or dates of one kind. The first decides which.

use std::ops::Range;

use crate::fault::Wrong;
use crate::format::date;
use crate::format::decimal::scaled;
use crate::format::quote::quoted;
use crate::format::unit::Unit;
use crate::request::Micros;

/// The year 5138: a number beyond it is in a finer unit than it is taken for.
const END: u64 = 100_000_000_000_000_000;

/// The year 1973: a number is no milliseconds, microseconds or nanoseconds of our time ahead of it.
const BEGINNING: u64 = 100_000_000_000_000;

/// Where the unit of numbers comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Told {
    /// Nowhere: from the size of the first.
    #[default]
    Nowhere,
    /// The name of the column, which has to make sense.
    ByName(Unit),
    /// The user or the format, who knows.
    Surely(Unit),
}

/// What times look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number(Unit),
    Date { zoned: bool },
    Log,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Number(_) => "a number",
            Self::Date { zoned: true } => "a date with a zone",
            Self::Date { zoned: false } => "a date without a zone",
            Self::Log => "a date of an access log",
        }
    }
}

/// Reads times.
#[derive(Debug)]
pub(super) struct Clock {
    told: Told,
    /// Set by the first time.
    kind: Option<Kind>,
    first: Vec<u8>,
    /// Distances from 1970 that numbers may have.
    plausible: Range<u64>,
    /// The text read last, and the time it stands for: times repeat.
    text: Vec<u8>,
    time: Micros,
}

impl Clock {
    pub(super) fn new(told: Told) -> Self {
        Self { told, kind: None, first: vec![], plausible: 0..u64::MAX, text: vec![], time: 0 }
    }

    /// The time that a text tells.
    ///
    /// # Errors
    /// Where it tells none, or is of another kind than the first.
    #[inline]
    pub(super) fn read(&mut self, text: &[u8]) -> Result<Micros, Wrong> {
        if let Some(Kind::Number(unit)) = self.kind {
            let time = scaled(text, unit.places());
            let time = time.filter(|time| self.plausible.contains(&time.unsigned_abs()));
            return time.ok_or_else(|| self.refuse(text));
        }
        // Dates take longer to read than to compare, and repeat.
        if self.text == text && !text.is_empty() {
            return Ok(self.time);
        }
        let time = match self.kind {
            Some(Kind::Date { zoned }) => {
                date::iso(text).filter(|date| date.zoned == zoned).map(|date| date.time)
            }
            Some(Kind::Log) => date::log(text),
            Some(Kind::Number(_)) | None => return self.begin(text),
        };
        let time = time.ok_or_else(|| self.refuse(text))?;
        self.remember(text, time);
        Ok(time)
    }

    fn remember(&mut self, text: &[u8], time: Micros) {
        self.time = time;
        self.text.clear();
        self.text.extend_from_slice(text);
    }

    /// Learns from the first time what times look like.
    fn begin(&mut self, text: &[u8]) -> Result<Micros, Wrong> {
        let (kind, time, plausible) = if let Some(number) = scaled(text, 0) {
            let (unit, plausible) = match self.told {
                Told::Surely(unit) => (unit, 0..u64::MAX),
                Told::ByName(unit) => (unit, 0..END),
                Told::Nowhere => match Unit::of_size(number) {
                    Unit::Seconds => (Unit::Seconds, 0..END),
                    finer => (finer, BEGINNING..END),
                },
            };
            let time = scaled(text, unit.places()).filter(|time| plausible.contains(&time.unsigned_abs()));
            let time = time.ok_or_else(|| too_large(text, unit))?;
            (Kind::Number(unit), time, plausible)
        } else if let Some(date) = date::iso(text) {
            (Kind::Date { zoned: date.zoned }, date.time, 0..u64::MAX)
        } else {
            (Kind::Log, date::log(text).ok_or_else(|| no_time(text))?, 0..u64::MAX)
        };
        self.kind = Some(kind);
        self.plausible = plausible;
        self.first = text.to_vec();
        self.remember(text, time);
        Ok(time)
    }

    /// Why a later time is not taken.
    fn refuse(&self, text: &[u8]) -> Wrong {
        let kind = match date::iso(text) {
            Some(date) => Some(Kind::Date { zoned: date.zoned }),
            None if date::log(text).is_some() => Some(Kind::Log),
            None => scaled(text, 0).map(|number| Kind::Number(Unit::of_size(number))),
        };
        match (kind, self.kind) {
            (None, _) | (_, None) => no_time(text),
            (Some(Kind::Number(_)), Some(Kind::Number(unit))) => {
                let (text, first) = (quoted(text), quoted(&self.first));
                Wrong::new(
                    format!(
                        "the time {text} does not fit {}, which the first, {first}, is in",
                        unit.plural()
                    ),
                    "all times of a trace are in one unit; `--map time=COLUMN:ms` says which it is",
                )
            }
            (Some(kind), Some(first)) => Wrong::new(
                format!(
                    "the time {} is {}, and the first, {}, {}",
                    quoted(text),
                    kind.name(),
                    quoted(&self.first),
                    first.name()
                ),
                "all times of a trace are of one kind; convert them, or leave them out with `--map time=-`",
            ),
        }
    }

    /// What was found out about times.
    pub(super) fn found(&self) -> Option<String> {
        let kind = self.kind?;
        let digits = self.first.iter().take_while(|byte| byte.is_ascii_digit()).count();
        match (kind, self.told) {
            (Kind::Number(Unit::Seconds), Told::Nowhere) if digits < 9 => Some(format!(
                "times are read as seconds: the first, {}, does not tell; `--map time=COLUMN:ms` says otherwise",
                quoted(&self.first)
            )),
            (Kind::Number(unit), Told::Nowhere) => {
                let cut = if unit == Unit::Nanos { ", and cut to microseconds" } else { "" };
                Some(format!("times are in {}, told by their {digits} digits{cut}", unit.plural()))
            }
            (Kind::Date { zoned: false }, _) => Some("times without a zone are read as UTC".to_owned()),
            _ => None,
        }
    }
}

fn no_time(text: &[u8]) -> Wrong {
    Wrong::new(
        format!("{} is no time", quoted(text)),
        "times are numbers (s, ms, us, ns), ISO 8601 dates or `17/May/2015:10:05:03 +0000`; `--map time=COLUMN` names \
         another column, `--map time=-` leaves times out",
    )
}

fn too_large(text: &[u8], unit: Unit) -> Wrong {
    Wrong::new(
        format!("the time {} is too large to be in {}", quoted(text), unit.plural()),
        "`--map time=COLUMN:ms` says which unit it is in: s, ms, us or ns",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(told: Told, texts: &[&str]) -> (Vec<Result<Micros, String>>, Option<String>) {
        let mut clock = Clock::new(told);
        let times =
            texts.iter().map(|text| clock.read(text.as_bytes()).map_err(|wrong| wrong.message)).collect();
        (times, clock.found())
    }

    #[test]
    fn the_unit_is_told_by_the_digits_of_the_first() {
        for (text, unit) in [
            ("1700000000", "seconds, told by their 10 digits"),
            ("1700000000.5", "seconds, told by their 10 digits"),
            ("1700000000000", "milliseconds, told by their 13 digits"),
            ("1700000000000000", "microseconds, told by their 16 digits"),
            ("1700000000000000000", "nanoseconds, told by their 19 digits, and cut to microseconds"),
        ] {
            let (times, found) = read(Told::Nowhere, &[text]);
            let half = if text.contains('.') { 500_000 } else { 0 };
            assert_eq!(times, [Ok(1_700_000_000_000_000 + half)]);
            assert_eq!(found, Some(format!("times are in {unit}")));
        }
    }

    #[test]
    fn small_numbers_are_seconds_and_it_is_said_that_this_is_a_guess() {
        let (times, found) = read(Told::Nowhere, &["0.000", "0.25", "60"]);
        assert_eq!(times, [Ok(0), Ok(250_000), Ok(60_000_000)]);
        assert!(found.expect("says so").contains("the first, `0.000`, does not tell"));
    }

    #[test]
    fn a_stated_unit_is_taken_but_has_to_make_sense_unless_a_user_insists() {
        assert_eq!(read(Told::ByName(Unit::Millis), &["5"]), (vec![Ok(5000)], None));
        assert_eq!(
            read(Told::ByName(Unit::Seconds), &["1700000000000"]).0,
            [Err("the time `1700000000000` is too large to be in seconds".to_owned())]
        );
        assert_eq!(read(Told::Surely(Unit::Seconds), &["1700000000000"]).0, [Ok(1_700_000_000_000_000_000)]);
        assert_eq!(
            read(Told::Surely(Unit::Seconds), &["17000000000000"]).0,
            [Err("the time `17000000000000` is too large to be in seconds".to_owned())]
        );
    }

    #[test]
    fn a_later_time_of_another_kind_is_refused() {
        for (first, second, message) in [
            (
                "1700000000",
                "2023-11-14T22:13:20Z",
                "is a date with a zone, and the first, `1700000000`, a number",
            ),
            ("2023-11-14T22:13:20Z", "2023-11-14 22:13:20", "is a date without a zone"),
            ("2023-11-14 22:13:20", "1700000000", "is a number"),
            ("17/May/2015:10:05:03 +0000", "1700000000", "a date of an access log"),
            ("1700000000", "1700000000000", "does not fit seconds"),
            ("1700000000000", "1700000000", "does not fit milliseconds"),
            ("0", "yesterday", "`yesterday` is no time"),
        ] {
            let (times, _) = read(Told::Nowhere, &[first, second, first]);
            assert!(times[0].is_ok() && times[2] == times[0]);
            let wrong = times[1].clone().expect_err("is refused");
            assert!(wrong.contains(message), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_read_decides_nothing() {
        let (times, found) = read(Told::Nowhere, &["", "-", "2023-11-14 22:13:20"]);
        assert!(times[0].is_err() && times[1].is_err());
        assert_eq!(times[2], Ok(1_700_000_000_000_000));
        assert_eq!(found.as_deref(), Some("times without a zone are read as UTC"));
    }
}
