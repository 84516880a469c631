//! The normal distribution.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Where the series gives way to the continued fraction.
const FAR: f64 = 2.5;
/// Terms of the continued fraction; beyond `FAR` the rest is below rounding.
const TERMS: u32 = 120;

/// Share of a standard normal variable above `x`.
///
/// # Formula
/// `erfc(x / √2) / 2`, with `erf(z) = 2 / √π · e^(−z²) Σ 2ⁿ z^(2n + 1) / (1 · 3 · … · (2n + 1))` near 0 and
/// `erfc(z) = e^(−z²) / √π · 1 / (z + (1/2) / (z + 1 / (z + (3/2) / (z + …))))` far from it.
pub(crate) fn above(x: f64) -> f64 {
    if x < 0.0 {
        return 1.0 - above(-x);
    }
    let z = x * FRAC_1_SQRT_2;
    if z.is_infinite() {
        return 0.0;
    }
    let scale = (-z * z).exp() / PI.sqrt();
    if z < FAR {
        let (mut term, mut sum, mut nth) = (z, z, 1.0);
        while term > 1e-17 * sum {
            term *= 2.0 * z * z / (2.0 * nth + 1.0);
            sum += term;
            nth += 1.0;
        }
        return 0.5 - scale * sum;
    }
    let fraction = (1..=TERMS).rev().fold(z, |below, nth| z + f64::from(nth) / 2.0 / below);
    scale / fraction / 2.0
}

/// Mean of the lesser of a normal variable and a bound.
///
/// # Formula
/// `E[min(X, b)] = μ Φ(z) − σ φ(z) + b (1 − Φ(z))` with z = (b − μ) / σ.
pub(crate) fn mean_up_to(mean: f64, deviation: f64, bound: f64) -> f64 {
    if deviation <= 0.0 {
        return mean.min(bound);
    }
    let z = (bound - mean) / deviation;
    let (density, over) = ((-z * z / 2.0).exp() / (2.0 * PI).sqrt(), above(z));
    mean * (1.0 - over) - deviation * density + bound * over
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By mpmath with 30 digits: erfc(x / √2) / 2.
    #[test]
    fn tails_match_reference_values() {
        for (x, tail) in TAILS {
            assert!((above(x) / tail - 1.0).abs() < 2e-12, "{x}: {}", above(x));
            assert!((above(-x) - (1.0 - tail)).abs() < 1e-15, "{x}");
        }
        assert_eq!((above(0.0), above(f64::INFINITY), above(f64::NEG_INFINITY)), (0.5, 0.0, 1.0));
    }

    const TAILS: [(f64, f64); 6] = [
        (0.1, 0.460_172_162_722_971),
        (1.0, 0.158_655_253_931_457_05),
        (2.0, 0.022_750_131_948_179_21),
        (3.5, 2.326_290_790_355_250_4e-4),
        (3.6, 1.591_085_901_575_338_8e-4),
        (8.0, 6.220_960_574_271_784e-16),
    ];
}
