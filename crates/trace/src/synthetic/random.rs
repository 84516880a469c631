//! Random numbers: a stream for each purpose, and the distributions that are drawn from them.

use rand::rngs::ChaCha8Rng;
use rand::{Rng, SeedableRng};

use crate::synthetic::spec::Nanos;

/// What random numbers are drawn for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Purpose {
    /// Distances between requests of the law.
    Arrivals,
    /// When bursts begin and end.
    Bursts,
    /// Ranks.
    Popularity,
    /// Swaps.
    Churn,
    /// When contents arrive.
    Births,
    /// Requests for contents.
    Contents,
    /// Requests of the event of that number.
    Crowd(u32),
    /// Whose key is whose.
    Tenants,
    /// Sizes of objects.
    Sizes,
    /// Factors of the time that fetches take.
    Costs,
    /// Importance of keys.
    Importance,
    /// When keys are written.
    Writes,
    /// Which keys are written.
    Written,
}

/// The random numbers of a purpose in a replication, for others that draw by the same seed: their purposes are those from
/// [`OTHERS`] on.
pub fn random_stream(seed: u64, replication: u32, purpose: u8) -> ChaCha8Rng {
    numbered(seed, 0, replication, u64::from(purpose))
}

/// The first purpose that no workload has.
pub const OTHERS: u8 = 16;

fn numbered(seed: u64, event: u64, replication: u32, purpose: u64) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    random.set_stream(event << 40 | u64::from(replication) << 8 | purpose);
    random
}

/// The stream of a purpose in a replication.
pub(super) fn stream(seed: u64, replication: u32, purpose: Purpose) -> ChaCha8Rng {
    let (event, purpose) = match purpose {
        Purpose::Arrivals => (0, 0),
        Purpose::Bursts => (0, 1),
        Purpose::Popularity => (0, 2),
        Purpose::Churn => (0, 3),
        Purpose::Births => (0, 4),
        Purpose::Contents => (0, 5),
        Purpose::Crowd(event) => (u64::from(event), 6),
        Purpose::Tenants => (0, 7),
        Purpose::Sizes => (0, 8),
        Purpose::Costs => (0, 9),
        Purpose::Importance => (0, 10),
        Purpose::Writes => (0, 11),
        Purpose::Written => (0, 12),
    };
    numbered(seed, event, replication, purpose)
}

/// A number below `n` for a random one, none favoured by more than n · 2^-64.
#[inline]
pub(super) fn below(random: u64, n: u32) -> u32 {
    ((u128::from(random) * u128::from(n)) >> 64) as u32
}

/// A draw from the exponential distribution with mean 1, up to 36: −ln of a number above 0 and up to 1, in steps of
/// 2^-52.
///
/// Written out in operations that IEEE 754 rounds exactly, so that a seed stands for the same stream on every machine;
/// and without a branch, so that several draws are made at once. To within 2 units in the last place.
#[inline]
pub(super) fn exponential(random: u64) -> f64 {
    const ONE: u64 = 1.0f64.to_bits();
    const TWO_TO_52: f64 = (1u64 << 52) as f64;
    let uniform = 2.0 - f64::from_bits(random >> 12 | ONE);
    // uniform = m / 2^n with m from √½ to √2.
    let bits = uniform.to_bits();
    let n = (std::f64::consts::SQRT_2.to_bits() - bits) >> 52;
    let m = f64::from_bits(bits + (n << 52));
    let n = f64::from_bits(n | TWO_TO_52.to_bits()) - TWO_TO_52;
    // ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + …); s² < 0.0295, so that what comes behind s¹⁹ is below 2^-54 of it.
    let s = (m - 1.0) / (m + 1.0);
    let square = s * s;
    let mut sum = 1.0 / 19.0;
    for odd in [17.0, 15.0, 13.0, 11.0, 9.0, 7.0, 5.0, 3.0, 1.0] {
        sum = sum * square + 1.0 / odd;
    }
    n * std::f64::consts::LN_2 - 2.0 * s * sum
}

/// A number from 0 up to 1, without 1, in steps of 2^-53.
pub(super) fn uniform(random: u64) -> f64 {
    (random >> 11) as f64 / (1u64 << 53) as f64
}

/// Draws from a log-normal distribution with a mean and a coefficient of variation cv: ln X is normal with variance
/// s² = ln(1 + cv²) and mean ln(mean) − s²/2. Normal draws are made two at a time (Box & Muller 1958).
#[derive(Debug)]
pub(super) struct LogNormal {
    random: ChaCha8Rng,
    center: f64,
    deviation: f64,
    /// The second of two normal draws.
    left: Option<f64>,
}

impl LogNormal {
    pub(super) fn new(mean: f64, variation: f64, random: ChaCha8Rng) -> Self {
        let variance = (variation * variation).ln_1p();
        Self { random, center: mean.ln() - variance / 2.0, deviation: variance.sqrt(), left: None }
    }

    pub(super) fn draw(&mut self) -> f64 {
        let normal = match self.left.take() {
            Some(left) => left,
            None => {
                let radius = (2.0 * exponential(self.random.next_u64())).sqrt();
                let (sin, cos) = (std::f64::consts::TAU * uniform(self.random.next_u64())).sin_cos();
                self.left = Some(radius * sin);
                radius * cos
            }
        };
        (self.center + self.deviation * normal).exp()
    }
}

/// An instant that moves on by lengths that are no whole nanoseconds; what is left over is carried.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    whole: Nanos,
    part: f64,
}

impl Clock {
    pub(super) fn new(at: Nanos) -> Self {
        Self { whole: at, part: 0.0 }
    }

    /// Moves it on, and says what time it is then; at the end of time it stands still.
    pub(super) fn advance(&mut self, by: f64) -> Nanos {
        let length = self.part + by;
        self.whole = self.whole.saturating_add(length as Nanos);
        self.part = length.fract();
        self.whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_draws_are_minus_the_logarithm() {
        let mut random = stream(1, 0, Purpose::Arrivals);
        let ends = [0, u64::MAX, 1 << 63, (1 << 63) - 1, 1 << 12, u64::MAX << 12];
        for bits in ends.into_iter().chain(std::iter::repeat_with(|| random.next_u64()).take(100_000)) {
            let uniform = 1.0 - (bits >> 12) as f64 / (1u64 << 52) as f64;
            let (found, expected) = (exponential(bits), -uniform.ln());
            assert!((found - expected).abs() <= 2.0 * f64::EPSILON * expected, "{found} and not {expected}");
        }
        assert_eq!(exponential(0), 0.0);
        assert!((exponential(u64::MAX) - 52.0 * std::f64::consts::LN_2).abs() < 1e-14);
    }

    #[test]
    fn numbers_below_n_are_spread_from_0_to_n() {
        assert_eq!(
            [0, u64::MAX / 3, u64::MAX / 3 + 1, u64::MAX].map(|random| below(random, 3)),
            [0, 0, 1, 2]
        );
    }

    #[test]
    fn a_clock_carries_what_is_less_than_a_nanosecond() {
        let mut clock = Clock::new(10);
        assert_eq!([0.25, 0.5, 0.25, 2.5, 0.5].map(|by| clock.advance(by)), [10, 10, 11, 13, 14]);
        assert_eq!(Clock::new(5).advance(1e300), Nanos::MAX);
    }
}
