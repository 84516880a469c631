//! Requests by the hour.

use crate::request::Micros;

/// Requests of each hour, the first one and the last one in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hourly {
    /// The hour of the first request, counted from the epoch of the trace.
    pub first: i64,
    /// Requests of it and of those that follow, hours without any included.
    pub requests: Vec<u64>,
}

/// Microseconds since 1970 from which on times are taken for dates: the year 1990.
const EARLIEST_DATE: Micros = 631_152_000_000_000;
const HOUR: Micros = 3_600_000_000;

impl Hourly {
    /// Counts times in ascending order; none where there are none, or where they span more than a hundred years.
    pub fn of(times: &[Micros]) -> Option<Self> {
        let first = times.first()?.div_euclid(HOUR);
        let hours = usize::try_from(times.last()?.div_euclid(HOUR) - first + 1).ok()?;
        if hours > 100 * 366 * 24 {
            return None;
        }
        let mut requests = vec![0; hours];
        for time in times {
            requests[(time.div_euclid(HOUR) - first) as usize] += 1;
        }
        Some(Self { first, requests })
    }

    /// The same, and whether times are dates; a clock that starts near 0 is the trace's own, and its hours begin with the first
    /// request.
    pub fn by_clock(times: &[Micros]) -> Option<(Self, bool)> {
        let first = *times.first()?;
        if first >= EARLIEST_DATE {
            return Some((Self::of(times)?, true));
        }
        let own: Vec<Micros> = times.iter().map(|time| time - first).collect();
        Some((Self::of(&own)?, false))
    }

    /// Requests of each hour of the day, UTC where times are dates.
    pub fn of_day(&self) -> [u64; 24] {
        let mut day = [0; 24];
        for (nth, requests) in self.requests.iter().enumerate() {
            day[(self.first + nth as i64).rem_euclid(24) as usize] += requests;
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_without_requests_count_as_hours() {
        let hourly = Hourly::of(&[HOUR - 1, HOUR, 3 * HOUR, 3 * HOUR + 1]).expect("has times");
        assert_eq!(hourly, Hourly { first: 0, requests: vec![1, 1, 0, 2] });
        assert_eq!(hourly.of_day()[..4], [1, 1, 0, 2]);
        assert_eq!(Hourly::of(&[]), None);
    }

    #[test]
    fn hours_before_the_epoch_are_hours_too() {
        let hourly = Hourly::of(&[-1, 0]).expect("has times");
        assert_eq!((hourly.first, hourly.of_day()[23], hourly.of_day()[0]), (-1, 1, 1));
    }
}
