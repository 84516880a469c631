//! What a quantity that drifts will be on average over a stretch to come.

use crate::estimate::{Estimate, Z};

/// Ratios of the variance of a drift's step to that of noise that are tried: 1e-4 to 1e3.
const RATIOS: i32 = 56;
const LEAST: f64 = -4.0;
const STEP: f64 = 0.125;

/// The mean of the next `ahead` values of a series; none where it has fewer than three.
///
/// # Method
/// The local-level model: each value is a level and noise, and the level takes a random step from one to the next. The level at
/// the end is that of the Kalman filter, averaged over ratios q of step to noise by their likelihood, so that a series that
/// drifts is told by what was last, and one that only scatters by its mean.
///
/// # Formula
/// With P the variance of the level and unit noise, each value v moves it by K (v − a), K = P / (P + 1); the likelihood is of
/// the errors v − a over P + 1, with their scale σ² profiled out. The mean of h values to come has the variance
/// σ² (P + q (h + 1)(2h + 1) / 6h + 1 / h), and the interval adds how the levels of different q differ.
///
/// # Source
/// Harvey, *Forecasting, Structural Time Series Models and the Kalman Filter*, Cambridge 1989, section 4.1.2.
pub fn mean_ahead(series: &[f64], ahead: usize) -> Option<Estimate> {
    if series.len() < 3 || ahead == 0 {
        return None;
    }
    let tried: Vec<Told> = (0..=RATIOS)
        .map(|nth| Told::of(series, ahead as f64, 10f64.powf(LEAST + STEP * f64::from(nth))))
        .collect();
    let best = tried.iter().map(|told| told.likelihood).fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = tried.iter().map(|told| (told.likelihood - best).exp()).collect();
    let all: f64 = weights.iter().sum();
    let mean = |of: &dyn Fn(&Told) -> f64| {
        tried.iter().zip(&weights).map(|(told, weight)| of(told) * weight).sum::<f64>() / all
    };
    let value = mean(&|told| told.level);
    let half = Z * mean(&|told| told.variance + (told.level - value).powi(2)).sqrt();
    Some(Estimate { value, low: value - half, high: value + half, n: series.len() as u64 })
}

/// What one ratio of step to noise says.
struct Told {
    likelihood: f64,
    level: f64,
    variance: f64,
}

impl Told {
    fn of(series: &[f64], ahead: f64, ratio: f64) -> Self {
        let (mut level, mut spread) = (series[0], 1.0);
        let (mut squares, mut logs) = (0.0, 0.0);
        for value in &series[1..] {
            spread += ratio;
            let error = value - level;
            let scale = spread + 1.0;
            level += spread / scale * error;
            spread /= scale;
            squares += error * error / scale;
            logs += scale.ln();
        }
        let count = (series.len() - 1) as f64;
        // Where nothing varies, every ratio says the same.
        let noise = (squares / count).max(f64::MIN_POSITIVE);
        let steps = (ahead + 1.0) * (2.0 * ahead + 1.0) / (6.0 * ahead);
        Self {
            likelihood: -0.5 * (count * noise.ln() + logs),
            level,
            variance: squares / count * (spread + ratio * steps + 1.0 / ahead),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_scatters_is_told_by_its_mean_and_what_drifts_by_its_end() {
        let scattered: Vec<f64> = (0..20).map(|nth| 5.0 + if nth % 2 == 0 { 1.0 } else { -1.0 }).collect();
        let found = mean_ahead(&scattered, 20).expect("is told");
        assert!((found.value - 5.0).abs() < 0.2 && found.holds(5.0), "{found:?}");
        let drifting: Vec<f64> = (0..20).map(|nth| f64::from(nth * nth) / 40.0).collect();
        let found = mean_ahead(&drifting, 20).expect("is told");
        assert!(found.value > 8.5 && found.high - found.low > 2.0, "{found:?}");
    }

    #[test]
    fn what_stays_the_same_is_certain() {
        let found = mean_ahead(&[0.5; 6], 6).expect("is told");
        assert_eq!((found.value, found.low, found.high), (0.5, 0.5, 0.5));
        assert_eq!(mean_ahead(&[0.5; 2], 6), None);
    }

    /// By hand, for q = 1 and the values 0, 1, 2: P goes 1 → 2 → 2/3 → 5/3 → 5/8, the level 0 → 2/3 → 2/3 + 5/8 (2 − 2/3) = 3/2,
    /// and the errors 1 and 4/3 have the scales 3 and 8/3.
    #[test]
    fn a_filter_step_is_that_of_hand() {
        let told = Told::of(&[0.0, 1.0, 2.0], 1.0, 1.0);
        assert!((told.level - 1.5).abs() < 1e-12);
        let squares: f64 = 1.0 / 3.0 + (4.0f64 / 3.0).powi(2) / (8.0 / 3.0);
        assert!((told.variance - squares / 2.0 * (5.0 / 8.0 + 1.0 + 1.0)).abs() < 1e-12);
    }
}
