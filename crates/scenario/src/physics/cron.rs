//! A schedule in five fields, as cron reads them: minute, hour, day of the month, month, day of the week.
//!
//! # Days
//! Where both the day of the month and the day of the week are restricted, that is, do not begin with `*`, a day that
//! meets one of them will do.
//!
//! # Clocks that are set
//! A schedule for every hour follows the time that passes: what the clock skips is left out, and what it shows twice
//! comes twice. A schedule for certain hours comes once a day: a time that the clock skips comes when it has been set
//! forward, and of a time that it shows twice the first counts. That is what Debian's cron does.

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use jiff::tz::{AmbiguousOffset, TimeZone};

use crate::physics::calendar::{Calendar, nanos};
use crate::units::Seconds;

/// A schedule in five fields.
#[derive(Debug, Clone, PartialEq)]
pub struct Cron {
    minutes: u64,
    hours: u64,
    days: u64,
    months: u64,
    weekdays: u64,
    /// Whether a day has to meet the day of the month and the day of the week.
    both_days: bool,
    /// Its own clock, where it is not that of the calendar.
    zone: Option<TimeZone>,
}

/// What a field counts.
struct Field {
    name: &'static str,
    least: u64,
    most: u64,
    /// Names of values, from the least on.
    names: &'static [&'static str],
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const WEEKDAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const FIELDS: [Field; 5] = [
    Field { name: "minute", least: 0, most: 59, names: &[] },
    Field { name: "hour", least: 0, most: 23, names: &[] },
    Field { name: "day of the month", least: 1, most: 31, names: &[] },
    Field { name: "month", least: 1, most: 12, names: MONTHS },
    // Sunday is 0 and 7.
    Field { name: "day of the week", least: 0, most: 7, names: WEEKDAYS },
];

const EVERY_HOUR: u64 = (1 << 24) - 1;

impl Cron {
    /// Reads five fields, such as `0 7,11,17 * * mon-fri`.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(crate) fn parse(text: &str, zone: Option<TimeZone>) -> Result<Self, String> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let Ok(fields) = <[&str; 5]>::try_from(fields) else {
            return Err(format!("`{text}` does not have five fields"));
        };
        let mut sets = [0; 5];
        for ((set, field), text) in sets.iter_mut().zip(&FIELDS).zip(fields) {
            *set = field.set(text)?;
        }
        let [minutes, hours, days, months, weekdays] = sets;
        let cron = Self {
            minutes,
            hours,
            days,
            months,
            weekdays: (weekdays | weekdays >> 7) & 0x7f,
            both_days: fields[2].starts_with('*') || fields[4].starts_with('*'),
            zone,
        };
        // The longest month of all has the date, or there is none.
        let lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let comes = |(month, length): (u64, u64)| has(months, month) && days & ((2 << length) - 1) != 0;
        match cron.both_days && !(1..).zip(lengths).any(comes) {
            true => Err(format!("`{text}` is on no day of any year")),
            false => Ok(cron),
        }
    }

    /// Nanoseconds of the simulation at which it comes, in order.
    pub fn instants(&self, calendar: &Calendar, duration: Seconds) -> Vec<i64> {
        let zone = self.zone.as_ref().unwrap_or(calendar.zone());
        let end = nanos(duration);
        let mut found = vec![];
        // Clocks are less than two days apart.
        let first = zone.to_datetime(calendar.start()).date().saturating_sub(2.days());
        for date in first.series(1.day()).filter(|date| self.is_on(*date)) {
            let before = found.len();
            for time in self.times(date) {
                each_instant(time, zone, self.hours == EVERY_HOUR, |at| {
                    found.extend(Some(calendar.elapsed(at)).filter(|at| (0..end).contains(at)));
                });
            }
            if found.len() == before && self.is_over(date, zone, calendar, end) {
                break;
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Whether a day begins behind the end.
    fn is_over(&self, date: Date, zone: &TimeZone, calendar: &Calendar, end: i64) -> bool {
        let midnight = zone.to_timestamp(date.at(0, 0, 0, 0));
        midnight.map_or(true, |midnight| calendar.elapsed(midnight) >= end)
    }

    fn is_on(&self, date: Date) -> bool {
        let day = has(self.days, date.day() as u64);
        let weekday = has(self.weekdays, date.weekday().to_sunday_zero_offset() as u64);
        has(self.months, date.month() as u64) && if self.both_days { day && weekday } else { day || weekday }
    }

    fn times(&self, date: Date) -> impl Iterator<Item = DateTime> {
        let hours = (0..24).filter(|hour| has(self.hours, *hour));
        hours.flat_map(move |hour| {
            let minutes = (0..60).filter(|minute| has(self.minutes, *minute));
            minutes.map(move |minute| date.at(hour as i8, minute as i8, 0, 0))
        })
    }
}

/// Instants at which a clock shows a time, or those that stand in for them.
fn each_instant(time: DateTime, zone: &TimeZone, every_hour: bool, mut found: impl FnMut(Timestamp)) {
    let at = |offset: jiff::tz::Offset| offset.to_timestamp(time).ok();
    match zone.to_ambiguous_timestamp(time).offset() {
        AmbiguousOffset::Unambiguous { offset } => at(offset).into_iter().for_each(found),
        AmbiguousOffset::Gap { .. } if every_hour => {}
        AmbiguousOffset::Gap { after, .. } => {
            // By the clock as it will be, the time lies ahead of the instant at which it is set.
            let set = at(after).and_then(|before| zone.following(before).next());
            set.into_iter().for_each(|set| found(set.timestamp()));
        }
        AmbiguousOffset::Fold { before, after } => {
            at(before).into_iter().for_each(&mut found);
            at(after).filter(|_| every_hour).into_iter().for_each(found);
        }
    }
}

fn has(set: u64, value: u64) -> bool {
    set >> value & 1 == 1
}

impl Field {
    /// The values of a list of ranges.
    fn set(&self, text: &str) -> Result<u64, String> {
        text.split(',').try_fold(0, |set, part| Ok(set | self.range(part)?))
    }

    fn range(&self, text: &str) -> Result<u64, String> {
        let (range, step) = match text.split_once('/') {
            None => (text, None),
            Some((range, step)) => {
                let step = step.parse().ok().filter(|step| *step > 0);
                let step: usize =
                    step.ok_or_else(|| format!("`{text}` has no step of 1 or more behind its `/`"))?;
                (range, Some(step))
            }
        };
        let (first, last) = match (range, range.split_once('-')) {
            ("*", _) => (self.least, self.most),
            (_, Some((first, last))) => (self.value(first)?, self.value(last)?),
            (_, None) => {
                let first = self.value(range)?;
                (first, if step.is_some() { self.most } else { first })
            }
        };
        if first > last {
            return Err(format!("`{text}` ends before it begins"));
        }
        Ok((first..=last).step_by(step.unwrap_or(1)).fold(0, |set, value| set | 1 << value))
    }

    fn value(&self, text: &str) -> Result<u64, String> {
        let lower = text.to_ascii_lowercase();
        let named = self.names.iter().position(|name| *name == lower);
        let value = match named {
            Some(nth) => Some(self.least + nth as u64),
            None => text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit())),
        };
        let Field { name, least, most, .. } = self;
        value
            .filter(|value| (least..=most).contains(&value))
            .ok_or_else(|| format!("`{text}` is no {name}, which goes from {least} to {most}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::physics::calendar::time_zone;
    use crate::quantity::Quantity;

    const HOUR: f64 = 3600.0;

    fn zone(name: &str) -> TimeZone {
        time_zone(name).expect("is there")
    }

    /// Hours from `start` on at which a schedule comes.
    fn hours(cron: &str, start: &str, place: &str, hours: f64) -> Vec<f64> {
        let calendar = Calendar::new(start, zone(place)).expect("exists");
        let cron = Cron::parse(cron, None).unwrap_or_else(|wrong| panic!("{cron}: {wrong}"));
        let found = cron.instants(&calendar, Seconds::wrap(hours * HOUR));
        found.into_iter().map(|at| at as f64 / HOUR / 1e9).collect()
    }

    /// By hand, from a Monday's midnight on.
    #[test]
    fn fields_are_lists_ranges_steps_and_names() {
        let week = |cron| hours(cron, "2026-01-05T00:00:00", "UTC", 168.0);
        assert_eq!(week("0 7,11,17 * * 1"), [7.0, 11.0, 17.0]);
        assert_eq!(week("30 8 * * mon-fri"), [8.5, 32.5, 56.5, 80.5, 104.5]);
        assert_eq!(week("*/30 0-1 5 jan *"), [0.0, 0.5, 1.0, 1.5]);
        assert_eq!(week("0 5/8 * * SUN"), [149.0, 157.0, 165.0]);
        assert_eq!(week("0 0 * * 7"), week("0 0 * * 0"));
        // The 6th is a Tuesday; Thursday will do as well.
        assert_eq!(week("0 0 6 * 4"), [24.0, 72.0]);
        // A star restricts nothing, even with a step: the days of both.
        assert_eq!(week("0 0 */2 * 1,2,3"), [0.0, 48.0]);
        assert_eq!(week("59 23 * * *").len(), 7);
        assert_eq!(week("0 0 1 2 *"), [0.0; 0]);
        assert_eq!(week("* * * * *").len(), 168 * 60);
        // The first and the last instant: time 0 is in, the end is not.
        assert_eq!(hours("0 0 * * *", "2026-01-05T00:00:00", "UTC", 24.0), [0.0]);
        assert_eq!(hours("0 0 29 2 *", "2027-01-01T00:00:00", "UTC", 24.0 * 500.0), [24.0 * 424.0]);
    }

    /// New York, 8 March 2026: at 2:00 the clock is set to 3:00, seven hours after midnight in UTC.
    #[test]
    fn what_the_clock_skips_comes_when_it_has_been_set() {
        let day = |cron| hours(cron, "2026-03-08T00:00:00", "America/New_York", 23.0);
        assert_eq!(day("30 2 * * *"), [2.0]);
        assert_eq!(day("15,45 1-3 * * *"), [1.25, 1.75, 2.0, 2.25, 2.75]);
        assert_eq!(day("0 * * * *").len(), 23);
        assert_eq!(day("30 * * * *")[..4], [0.5, 1.5, 2.5, 3.5]);
    }

    /// New York, 1 November 2026: at 2:00 the clock is set back to 1:00.
    #[test]
    fn what_the_clock_shows_twice_comes_once_unless_it_comes_every_hour() {
        let day = |cron| hours(cron, "2026-11-01T00:00:00", "America/New_York", 25.0);
        assert_eq!(day("30 1 * * *"), [1.5]);
        assert_eq!(day("0 1-3 * * *"), [1.0, 3.0, 4.0]);
        assert_eq!(day("0 * * * *").len(), 25);
    }

    #[test]
    fn a_schedule_may_have_a_clock_of_its_own() {
        let calendar = Calendar::new("2026-01-05T00:00:00", TimeZone::UTC).expect("exists");
        let at = |place| {
            let cron = Cron::parse("30 8 * * *", Some(zone(place))).expect("is one");
            cron.instants(&calendar, Seconds::wrap(24.0 * HOUR))
                .iter()
                .map(|at| *at as f64 / HOUR / 1e9)
                .sum()
        };
        let hours: [f64; 4] = ["America/New_York", "Asia/Kolkata", "+05:30", "-0345"].map(at);
        assert_eq!(hours, [13.5, 3.0, 3.0, 12.25]);
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        let wrong = |text| Cron::parse(text, None).expect_err(text);
        for (text, says) in [
            ("0 7 * *", "does not have five fields"),
            ("60 7 * * *", "`60` is no minute, which goes from 0 to 59"),
            ("0 24 * * *", "`24` is no hour"),
            ("0 0 0 * *", "`0` is no day of the month"),
            ("0 0 * foo *", "`foo` is no month"),
            ("0 0 * * 8", "`8` is no day of the week"),
            ("0 0 * * fri-mon", "`fri-mon` ends before it begins"),
            ("*/0 * * * *", "no step"),
            ("+1 * * * *", "`+1` is no minute"),
            ("0 0 31 feb,apr *", "on no day of any year"),
            ("0,, 0 * * *", "`` is no minute"),
        ] {
            assert!(wrong(text).contains(says), "{text}: {}", wrong(text));
        }
        assert!(time_zone("Mars/Olympus").is_err());
        assert!(time_zone("America/New_Yrok").is_err_and(|(_, help)| help.contains("America/New_York")));
        assert!(["+5", "+25:99", "-12:60", "+a:bc"].iter().all(|name| time_zone(name).is_err()));
    }

    #[test]
    fn a_simulation_begins_when_a_clock_can_show() {
        let wrong = |text| Calendar::new(text, zone("America/New_York")).expect_err(text).0;
        assert!(wrong("2026-03-08T02:30:00").contains("does not exist there"));
        assert!(wrong("2026-13-08T02:30:00").contains("no date"));
        assert!(wrong("2026-01-05T00:00:00Z").contains("no date"));
        let calendar = Calendar::new("2026-03-07T08:30:00", zone("America/New_York")).expect("exists");
        let (hour, minute) = (3_600_000_000_000, 60_000_000_000);
        // 17.5 hours on, at 2:00, the clock is set an hour forward.
        let turns = [(0, 8 * hour + 30 * minute), (17 * hour + 30 * minute, 9 * hour + 30 * minute)];
        assert_eq!(calendar.clock(Seconds::wrap(48.0 * HOUR)), turns);
    }
}
