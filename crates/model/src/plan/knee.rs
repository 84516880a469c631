//! How many are worth it.

/// Distance from the chord, as a share, below which a curve counts as straight.
pub const FLAT: f64 = 0.05;

/// The number of fetches behind which the next saves less than the average of all; none where all are nearly alike.
///
/// `saved` is what each fetch saves, the most valuable first.
///
/// # Formula
/// The k that makes S(k) / S(n) − k / n largest, S being the sum of the first k of n: the point of the curve of savings
/// that is farthest from the straight line between its ends. Where that distance is below 0.05 there is no knee.
///
/// # Source
/// Satopää, Albrecht, Irwin & Raghavan, *Finding a "kneedle" in a haystack: detecting knee points in system behavior*,
/// ICDCS workshops, 2011: the rule for a curve that is known in full and needs no smoothing.
pub fn knee(saved: &[f64]) -> Option<usize> {
    let all: f64 = saved.iter().sum();
    let mean = all / saved.len() as f64;
    let (mut sum, mut best, mut at) = (0.0, 0.0, 0);
    for (nth, one) in saved.iter().enumerate() {
        sum += one - mean;
        if sum > best {
            (best, at) = (sum, nth + 1);
        }
    }
    (all > 0.0 && best / all >= FLAT).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_knee_is_where_the_next_is_below_the_average() {
        assert_eq!(knee(&[0.9, 0.8, 0.1, 0.1, 0.1]), Some(2));
        // A straight fall from 1 to 0 crosses its mean, a half, in the middle.
        let fall: Vec<f64> = (0..100).map(|nth| 1.0 - f64::from(nth) / 99.0).collect();
        assert_eq!(knee(&fall), Some(50));
    }

    #[test]
    fn a_straight_curve_has_none() {
        assert_eq!(knee(&[0.5; 10]), None);
        assert_eq!(knee(&[0.50, 0.49, 0.48, 0.47]), None);
        assert_eq!(knee(&[]), None);
        assert_eq!(knee(&[0.0, 0.0]), None);
    }
}
