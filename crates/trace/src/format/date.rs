//! Dates as traces write them.

use jiff::civil::DateTime;
use jiff::tz::Offset;

use crate::request::Micros;

/// An instant, and whether its text says in which zone it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) time: Micros,
    pub(super) zoned: bool,
}

/// An ISO 8601 date: `2026-11-20T15:20:06.123Z`, with an offset, with a space or slashes, without seconds, without a
/// time of day (midnight), without a zone (UTC). Digits beyond the microsecond are cut.
pub(super) fn iso(text: &[u8]) -> Option<Date> {
    let mut rest = Cursor(text);
    let year = rest.number(4)?;
    let separator = if rest.eat(b'-') { b'-' } else { b'/' };
    if separator == b'/' && !rest.eat(b'/') {
        return None;
    }
    let month = rest.number(2)?;
    let day = rest.eat(separator).then(|| rest.number(2))??;
    let mut second = 0;
    let mut micros = 0;
    let (mut hour, mut minute) = (0, 0);
    let mut offset = None;
    if !rest.0.is_empty() {
        if !(rest.eat(b'T') || rest.eat(b' ') || rest.eat(b't')) {
            return None;
        }
        hour = rest.number(2)?;
        minute = rest.eat(b':').then(|| rest.number(2))??;
        if rest.eat(b':') {
            second = rest.number(2)?;
            if rest.eat(b'.') || rest.eat(b',') {
                micros = rest.fraction()?;
            }
        }
        rest.eat(b' ');
        offset = rest.zone()?;
    }
    let time = instant([year, month, day], [hour, minute, second], offset.unwrap_or(0))?;
    Some(Date { time: time + Micros::from(micros), zoned: offset.is_some() })
}

/// A date of an access log, `17/May/2015:10:05:03 +0000`, with its brackets or without.
pub(super) fn log(text: &[u8]) -> Option<Micros> {
    const MONTHS: [&[u8; 3]; 12] =
        [b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec"];
    let inner = text.strip_prefix(b"[").and_then(|text| text.strip_suffix(b"]"));
    let mut rest = Cursor(inner.unwrap_or(text));
    let day = rest.number(2)?;
    let name = rest.eat(b'/').then(|| rest.take(3))??;
    let month = MONTHS.iter().position(|month| month[..] == *name)? as i32 + 1;
    let year = rest.eat(b'/').then(|| rest.number(4))??;
    let hour = rest.eat(b':').then(|| rest.number(2))??;
    let minute = rest.eat(b':').then(|| rest.number(2))??;
    let second = rest.eat(b':').then(|| rest.number(2))??;
    let offset = rest.eat(b' ').then(|| rest.zone())???;
    instant([year, month, day], [hour, minute, second], offset)
}

/// Microseconds since 1970. A leap second is the first of the next minute, as in POSIX time.
fn instant(date: [i32; 3], time: [i32; 3], offset: i32) -> Option<Micros> {
    let [year, month, day] = date;
    let [hour, minute, second] = time;
    let leap = i32::from(second == 60);
    let [month, day, hour, minute, second] = [month, day, hour, minute, second - leap].map(|part| part as i8);
    let date = DateTime::new(year as i16, month, day, hour, minute, second, 0).ok()?;
    let instant = Offset::from_seconds(offset).ok()?.to_timestamp(date).ok()?;
    Some(instant.as_microsecond() + Micros::from(leap) * 1_000_000)
}

/// What of a text is still to be read.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    fn eat(&mut self, byte: u8) -> bool {
        let eats = self.0.first() == Some(&byte);
        if eats {
            self.0 = &self.0[1..];
        }
        eats
    }

    /// A number of so many digits.
    fn number(&mut self, digits: usize) -> Option<i32> {
        let taken = self.take(digits)?;
        taken
            .iter()
            .try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i32::from(digit - b'0')))
    }

    /// Microseconds from the digits behind the point.
    fn fraction(&mut self) -> Option<i32> {
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let taken = self.take(digits).filter(|taken| !taken.is_empty())?;
        Some((0..6).fold(0, |sum, nth| sum * 10 + taken.get(nth).map_or(0, |digit| i32::from(digit - b'0'))))
    }

    /// A zone up to the end: nothing, `Z`, `UTC`, `+02:00`, `+0200` or `+02`, in seconds east.
    fn zone(&mut self) -> Option<Option<i32>> {
        let sign = match self.0 {
            b"" => return Some(None),
            b"Z" | b"z" | b"UTC" | b"GMT" => return Some(Some(0)),
            [b'+', ..] => 1,
            [b'-', ..] => -1,
            _ => return None,
        };
        self.0 = &self.0[1..];
        let hours = self.number(2)?;
        self.eat(b':');
        let minutes = if self.0.is_empty() { 0 } else { self.number(2)? };
        (self.0.is_empty() && minutes < 60).then_some(Some(sign * (hours * 60 + minutes) * 60))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Seconds since 1970 from GNU date, `date -u -d … +%s`.
    #[test]
    fn iso_dates_are_read_in_every_shape() {
        for (text, time, zoned) in [
            ("2026-11-20T15:20:06.123Z", 1_795_188_006_123_000, true),
            ("2026-11-20T15:20:06Z", 1_795_188_006_000_000, true),
            ("2026-11-20 15:20:06", 1_795_188_006_000_000, false),
            ("2026-11-20 15:20:06 UTC", 1_795_188_006_000_000, true),
            ("2026/11/20 15:20:06", 1_795_188_006_000_000, false),
            ("2026-11-20T17:20:06,5+02:00", 1_795_188_006_500_000, true),
            ("2026-11-20T17:20:06+0200", 1_795_188_006_000_000, true),
            ("2026-11-20T08:50:06-06:30", 1_795_188_006_000_000, true),
            ("2026-11-20T17:20:06.1234567890+02", 1_795_188_006_123_456, true),
            ("2026-11-20T15:20", 1_795_188_000_000_000, false),
            ("2026-11-20", 1_795_132_800_000_000, false),
            ("1969-12-31T23:59:59.5Z", -500_000, true),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000_000, true),
        ] {
            assert_eq!(iso(text.as_bytes()), Some(Date { time, zoned }), "{text}");
        }
    }

    #[test]
    fn dates_of_access_logs_are_read() {
        for text in
            ["17/May/2015:10:05:03 +0000", "[17/May/2015:12:05:03 +0200]", "17/May/2015:03:05:03 -0700"]
        {
            assert_eq!(log(text.as_bytes()), Some(1_431_857_103_000_000), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "2026",
            "2026-13-01",
            "2026-02-29",
            "2026-11/20",
            "2026-11-20T",
            "2026-11-20T15",
            "2026-11-20T15:20:06.",
            "2026-11-20T15:20:06 CET",
            "2026-11-20T24:00:00",
            "2026-11-20T15:20:61",
            "2026-11-20T15:20:06+2",
            "2026-11-20T15:20:06+99:00",
            "12/1/2010 8:26",
            "20261120",
        ] {
            assert_eq!(iso(text.as_bytes()), None, "{text}");
        }
        for text in
            ["17/May/2015:10:05:03", "17/Mai/2015:10:05:03 +0000", "32/May/2015:10:05:03 +0000", "[17/May"]
        {
            assert_eq!(log(text.as_bytes()), None, "{text}");
        }
    }
}
