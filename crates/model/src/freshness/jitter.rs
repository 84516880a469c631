//! Times to live drawn at random, so that copies fetched together do not expire together.

use std::f64::consts::PI;

/// Rounds up to which a density is worked exactly.
const EXACT: u32 = 16;

/// Most expiries a second in the nth round, of so many keys that were fetched together; infinite without a jitter.
///
/// Each time to live is drawn evenly from T (1 − j) to T (1 + j), T being `ttl` in seconds and j `jitter`, from 0 to 1. Round
/// 1 is the first expiry of each key.
///
/// # Formula
/// `N / (2 j T)` in the first round. In round n it is that times the density of the sum of n draws from 0 to 1 at its middle,
///
/// ```text
/// 1 / (n − 1)! · Σₖ (−1)^k · (n over k) · (n/2 − k)^(n − 1)     over k up to n / 2
/// ```
///
/// which is 1 in the second round too, 3/4 in the third, 2/3 in the fourth, and tends to √(6 / (π n)).
///
/// # Assumptions
/// Each key is fetched again as soon as it has expired, as a key is that is asked for all the time. Rounds are looked at one
/// by one: from a [`spread`] of T / 4 on they overlap, and at T / 2 the sum of all is N / T within 2 %.
///
/// # Accuracy
/// Exact up to 16 rounds, then √(6 / (π n)) with three terms in 1 / n, to 2e-7 of the value.
pub fn peak_rate(keys: f64, ttl: f64, jitter: f64, round: u32) -> f64 {
    keys / (2.0 * jitter * ttl) * middle(round)
}

/// Standard deviation of the times at which keys expire in the nth round, in seconds.
///
/// # Formula
/// `j T √(n / 3)`.
pub fn spread(ttl: f64, jitter: f64, round: u32) -> f64 {
    jitter * ttl * (f64::from(round) / 3.0).sqrt()
}

/// The density of the sum of so many draws from 0 to 1 at its middle.
fn middle(draws: u32) -> f64 {
    let count = f64::from(draws);
    if draws > EXACT {
        let corrections =
            1.0 - 3.0 / (20.0 * count) - 13.0 / (1120.0 * count.powi(2)) + 27.0 / (3200.0 * count.powi(3));
        return (6.0 / (PI * count)).sqrt() * corrections;
    }
    let (mut sum, mut choose, mut factorial) = (0.0, 1.0, 1.0);
    for nth in 0..=draws / 2 {
        let term = choose * (count / 2.0 - f64::from(nth)).powi(draws as i32 - 1);
        sum += if nth % 2 == 0 { term } else { -term };
        choose *= f64::from(draws - nth) / f64::from(nth + 1);
    }
    for nth in 2..draws {
        factorial *= f64::from(nth);
    }
    sum / factorial
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// 1000 keys, an hour, 15 %: the numbers of lada-cache issue 154, in the theory notes (equation E8).
    #[test]
    fn the_first_round_matches_the_reference_value() {
        assert!((peak_rate(1000.0, 3600.0, 0.15, 1) - 0.93).abs() < 6e-3);
        assert!((peak_rate(1000.0, 3600.0, 0.15, 1) - 1000.0 / 1080.0).abs() < 1e-12);
        assert_eq!(peak_rate(1000.0, 3600.0, 0.0, 1), f64::INFINITY);
    }

    /// The sum of two draws is a triangle, that of three a parabola in its middle; 16 and 30 by mpmath with 30 digits.
    #[test]
    fn later_rounds_are_flatter() {
        for (round, density, off) in [
            (1, 1.0, 1e-15),
            (2, 1.0, 1e-15),
            (3, 0.75, 1e-15),
            (4, 2.0 / 3.0, 1e-15),
            (8, 0.479_365_079_365_079, 1e-14),
            (16, 0.342_240_261_355_341, 1e-12),
            (20, 0.306_693_101_737_982, 1e-7),
            (30, 0.251_048_514_990_566, 1e-8),
        ] {
            assert!((peak_rate(1.0, 1.0, 0.5, round) - density).abs() < off, "{round}");
        }
    }

    /// An even draw from −1 to 1 has the variance 1/3.
    #[test]
    fn the_spread_grows_with_the_root_of_the_rounds() {
        assert!((spread(3600.0, 0.15, 1) - 540.0 / 3f64.sqrt()).abs() < 1e-10);
        assert!((spread(3600.0, 0.15, 12) - 1080.0).abs() < 1e-10);
    }

    proptest!(
        #[test]
        fn no_round_is_steeper_than_the_one_before_it(round in 1..200u32, unit in 1e-4..1e4f64) {
            let peak = peak_rate(100.0, 60.0, 0.1, round);
            prop_assert!(peak_rate(100.0, 60.0, 0.1, round + 1) <= peak);
            prop_assert!((peak_rate(100.0, 60.0 / unit, 0.1, round) / unit / peak - 1.0).abs() < 1e-12);
        }
    );
}
