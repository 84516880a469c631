//! How many requests there are a second.

use trace::Micros;

use crate::estimate::{Estimate, student};
use crate::stretches::{seconds, stretches};

/// Stretches of equal length into which the time is cut, and requests in each at least.
const STRETCHES: usize = 30;
const FEWEST: usize = 10;

/// Requests a second; none where no time passes.
///
/// # Method
/// Batch means: the time is cut into 30 stretches of equal length, fewer where these had fewer than ten requests each. The mean
/// of their rates is the rate of all; its interval is Student's, from how their rates differ. Requests that come in bursts
/// much shorter than a stretch, or more evenly than at random, widen and narrow it as they should.
///
/// # Assumptions
/// What a stretch has does not depend on the one before: swings that last longer, such as those of a day, make it wider than
/// chance does, and it speaks of the mean over the time observed.
pub fn rate(times: &[Micros]) -> Option<Estimate> {
    let seconds = seconds(times);
    if seconds == 0.0 || times.len() < 3 {
        return None;
    }
    let count = (times.len() / FEWEST).clamp(2, STRETCHES);
    let counts: Vec<f64> = stretches(times, count).map(|stretch| stretch.len() as f64).collect();
    // The first request opens the time and is not counted in it.
    let value = (times.len() - 1) as f64 / seconds;
    let mean = counts.iter().sum::<f64>() / count as f64;
    let squares: f64 = counts.iter().map(|one| (one - mean).powi(2)).sum();
    let freedom = (count - 1) as f64;
    let error = (squares / freedom / count as f64).sqrt() * count as f64 / seconds;
    let half = student(freedom) * error;
    Some(Estimate { value, low: (value - half).max(0.0), high: value + half, n: times.len() as u64 })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forty requests a second apart.
    #[test]
    fn even_requests_have_the_rate_that_they_have() {
        let times: Vec<Micros> = (0..=40).map(|nth| nth * 1_000_000).collect();
        let found = rate(&times).expect("time passes");
        assert!((found.value - 1.0).abs() < 1e-12 && found.high - found.low < 0.2, "{found:?}");
    }

    #[test]
    fn without_time_there_is_no_rate() {
        assert_eq!(rate(&[5, 5, 5, 5]), None);
        assert_eq!(rate(&[]), None);
    }
}
