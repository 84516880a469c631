//! Numbers as the summary of a plan tells them.

/// Three digits, or all of those ahead of the point, with a comma at every thousand; no zeros at the end.
pub(crate) fn figure(value: f64) -> String {
    let decimals = match value.abs() {
        100.0.. => return report::sheet::grouped(value.round() as u64),
        10.0.. => 1,
        1.0.. => 2,
        0.1.. => 3,
        0.01.. => 4,
        0.001.. => 5,
        _ if value == 0.0 => return "0".to_owned(),
        _ => return format!("{value:.1e}"),
    };
    let text = format!("{value:.decimals$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A time in the units that one would say it in.
pub(crate) fn span(seconds: f64) -> String {
    let whole = seconds.round() as u64;
    let (days, hours, minutes) = (whole / 86_400, whole / 3600 % 24, whole / 60 % 60);
    match seconds {
        0.0 => "0 s".to_owned(),
        ..1.0 => format!("{} ms", figure(seconds * 1e3)),
        ..60.0 if whole < 60 => format!("{} s", figure(seconds)),
        _ if whole < 3600 => format!("{minutes} min {} s", whole % 60),
        _ if days == 0 => format!("{hours} h {minutes} min"),
        _ => format!("{} d {hours} h", report::sheet::grouped(days)),
    }
}

/// A time of day so many seconds behind an hour: 14:05, with the days that have passed.
pub(crate) fn clock(hour: u8, seconds: f64) -> String {
    let minutes = u64::from(hour) * 60 + (seconds / 60.0).ceil() as u64;
    let days = match minutes / 1440 {
        0 => String::new(),
        days => format!(" {} later", report::sheet::counted(days, "day")),
    };
    format!("{}:{:02}{days}", minutes / 60 % 24, minutes % 60)
}

/// Six digits: more would be a promise.
pub(crate) fn six(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// Whole milliseconds, in seconds.
pub(crate) fn milli(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits() {
        let told = [0.0, 0.000_123, 0.001_234, 0.4567, 5.0, 61.3, 1234.4, 1234.5].map(figure);
        // A half is rounded up, as by hand.
        assert_eq!(told, ["0", "1.2e-4", "0.00123", "0.457", "5", "61.3", "1,234", "1,235"]);
    }

    #[test]
    fn times_are_told_in_two_units_at_most() {
        let told = [0.0, 0.25, 2.5, 59.96, 61.0, 3661.0, 90_061.0].map(span);
        assert_eq!(told, ["0 s", "250 ms", "2.5 s", "1 min 0 s", "1 min 1 s", "1 h 1 min", "1 d 1 h"]);
    }

    #[test]
    fn times_of_day_are_told_to_the_minute_that_begins_next() {
        assert_eq!(
            [0.0, 61.0, 7200.0, 93_600.0].map(|at| clock(23, at)),
            ["23:00", "23:02", "1:00 1 day later", "1:00 2 days later"]
        );
    }

    #[test]
    fn six_digits_are_kept() {
        assert_eq!([0.123_456_789, 1e-12, 1_234_567.0].map(six), [0.123_457, 1e-12, 1_234_570.0]);
        assert_eq!(milli(0.1 + 0.2), 0.3);
    }
}
