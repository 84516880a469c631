//! The calendar day and the time of day at which a simulation begins.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};

use crate::problem::closest;
use crate::units::Seconds;

/// When time 0 of a simulation is, and by which clock.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    start: Timestamp,
    zone: TimeZone,
}

/// The year after which nothing begins, so that dates do not come to their end.
const LAST_YEAR: i16 = 9000;

impl Calendar {
    /// Time 0 at a date and time of day, such as `2026-01-05T00:00:00`.
    ///
    /// # Errors
    /// What is wrong with it, and what to do about it.
    pub(crate) fn new(starts_at: &str, zone: TimeZone) -> Result<Self, (String, &'static str)> {
        let help = "write a date and a time of day such as \"2026-01-05T08:30:00\"";
        // The zone stands in a key of its own.
        let time = starts_at.get(10..).unwrap_or_default();
        let civil: DateTime = match starts_at.parse() {
            Ok(civil) if !time.contains(['[', 'Z', 'z', '+', '-']) => civil,
            _ => return Err((format!("`{starts_at}` is no date and time of day"), help)),
        };
        if !(0..=LAST_YEAR).contains(&civil.year()) {
            return Err((format!("the year {} is too far away", civil.year()), help));
        }
        let ambiguous = zone.to_ambiguous_timestamp(civil);
        if matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. }) {
            let message = format!("{civil} does not exist there: clocks are set forward across it");
            return Err((message, "write a time of day that does"));
        }
        let start = ambiguous.earlier().map_err(|_| (format!("{civil} is too far away"), help))?;
        Ok(Self { start, zone })
    }

    /// When it begins.
    pub(crate) fn start(&self) -> Timestamp {
        self.start
    }

    /// Its clock.
    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// What its clock shows: from which nanosecond of the simulation on, and how many nanoseconds it is ahead of the
    /// simulation's own time, apart from whole days. The first is from the beginning.
    pub fn clock(&self, duration: Seconds) -> Vec<(i64, i64)> {
        let shown = |at: Timestamp| i128::from(self.zone.to_offset(at).seconds()) * 1_000_000_000;
        let ahead = |at: Timestamp| {
            const DAY: i128 = 86_400_000_000_000;
            (self.start.as_nanosecond() + shown(at)).rem_euclid(DAY) as i64
        };
        let end = nanos(duration);
        let turns = self.zone.following(self.start).map(|turn| turn.timestamp());
        let later = turns.map(|at| (self.elapsed(at), ahead(at))).take_while(|(at, _)| *at < end);
        std::iter::once((0, ahead(self.start))).chain(later).collect()
    }

    /// Nanoseconds of the simulation that have passed at an instant.
    pub(crate) fn elapsed(&self, at: Timestamp) -> i64 {
        let elapsed = at.as_nanosecond() - self.start.as_nanosecond();
        i64::try_from(elapsed).unwrap_or(if elapsed < 0 { i64::MIN } else { i64::MAX })
    }
}

pub(crate) fn nanos(time: Seconds) -> i64 {
    (time.get() * 1e9).round() as i64
}

/// The time zone of a name of the IANA database, which the program carries with it, or of an offset such as `+05:30`.
///
/// # Errors
/// What is wrong with it, and what to do about it.
pub(crate) fn time_zone(name: &str) -> Result<TimeZone, (String, String)> {
    let help = "write a name such as \"America/New_York\", or an offset such as \"+05:30\"";
    let refused = |help: String| (format!("`{name}` is no time zone"), help);
    if let Some(rest) = name.strip_prefix(['+', '-']) {
        let ahead = name.starts_with('+');
        let offset = fixed(rest).map(|offset| if ahead { offset } else { offset.negate() });
        return offset.map(TimeZone::fixed).ok_or_else(|| refused(help.to_owned()));
    }
    let known = TimeZoneDatabase::bundled();
    known.get(name).map_err(|_| {
        let names: Vec<String> = known.available().map(|name| name.as_str().to_owned()).collect();
        let near = closest(name, names.iter().map(String::as_str));
        refused(near.map_or(help.to_owned(), |near| format!("did you mean `{near}`?")))
    })
}

/// An offset of `HH`, `HHMM` or `HH:MM`.
fn fixed(text: &str) -> Option<Offset> {
    let digits = text.replacen(':', "", 1);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || ![2, 4].contains(&digits.len()) {
        return None;
    }
    let (hours, minutes) = digits.split_at(2);
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, format!("0{minutes}").parse().ok()?);
    (minutes < 60).then(|| Offset::from_seconds(hours * 3600 + minutes * 60).ok()).flatten()
}
