//! How the rate follows the hour of the day.

use statrs::distribution::{ContinuousCDF, FisherSnedecor};
use trace::Micros;
use trace::stats::Hourly;

/// A chance that is taken for none.
const UNLIKELY: f64 = 0.01;
const HOURS: usize = 24;

/// The rate in each hour of the day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Day {
    /// Requests a minute, from midnight on, or from the first request where times are no dates.
    pub per_minute: [f64; HOURS],
    /// Whether times are dates, and hours UTC.
    pub dated: bool,
    /// The chance that hours differ as much where the hour does not matter.
    pub p: f64,
}

/// The profile of a day; none where not every hour was seen twice, or where hours differ no more than days do.
///
/// # Formula
/// F = [Σ n_h (m_h − m)² / 23] / [Σ (x − m_h)² / (n − 24)] over whole hours with counts x, the mean m_h of those at one hour of the
/// day, of which there are n_h, and the mean m of all n (Fisher's analysis of variance).
pub fn day(times: &[Micros], each: f64) -> Option<Day> {
    let (hourly, dated) = Hourly::by_clock(times)?;
    // The first hour and the last are there in part.
    let whole = 1..hourly.requests.len().saturating_sub(1);
    let mut of_day: [Vec<f64>; HOURS] = Default::default();
    for nth in whole {
        let hour = (hourly.first + nth as i64).rem_euclid(HOURS as i64) as usize;
        of_day[hour].push(hourly.requests[nth] as f64 * each / 60.0);
    }
    if of_day.iter().any(|seen| seen.len() < 2) {
        return None;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let per_minute: [f64; HOURS] = std::array::from_fn(|hour| mean(&of_day[hour]));
    let all: Vec<f64> = of_day.iter().flatten().copied().collect();
    let middle = mean(&all);
    let between: f64 =
        of_day.iter().zip(per_minute).map(|(seen, mean)| seen.len() as f64 * (mean - middle).powi(2)).sum();
    let within: f64 = of_day
        .iter()
        .zip(per_minute)
        .flat_map(|(seen, mean)| seen.iter().map(move |x| (x - mean).powi(2)))
        .sum();
    let freedom = [(HOURS - 1) as f64, (all.len() - HOURS) as f64];
    let ratio = (between / freedom[0]) / (within / freedom[1]);
    let p = if within > 0.0 { FisherSnedecor::new(freedom[0], freedom[1]).ok()?.sf(ratio) } else { 0.0 };
    (p < UNLIKELY && between > 0.0).then_some(Day { per_minute, dated, p })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Micros = 3_600_000_000;

    /// Of so many days, in each hour as many requests as are told.
    fn times(days: i64, of_hour: impl Fn(i64, i64) -> i64) -> Vec<Micros> {
        let hours = (0..days * 24).flat_map(|nth| {
            let count = of_hour(nth / 24, nth % 24);
            (0..count).map(move |one| nth * HOUR + one * (HOUR / count))
        });
        hours.collect()
    }

    #[test]
    fn busy_hours_show_and_chance_does_not() {
        let busy = times(5, |day, hour| 60 + 6 * (hour % 12) + (day * 7 + hour * 3) % 5);
        let found = day(&busy, 1.0).expect("has a profile");
        assert!(!found.dated && found.per_minute[11] > 1.9 * found.per_minute[0], "{found:?}");
        let even = times(5, |day, hour| 60 + (day * 7 + hour * 11) % 13);
        assert_eq!(day(&even, 1.0), None);
        assert_eq!(day(&busy[..2000], 1.0), None, "a day is no profile");
    }
}
