//! Student's t.

use std::sync::LazyLock;

use statrs::distribution::{ContinuousCDF, StudentsT};

/// Half of an interval of 95 % in standard errors: the 0.975 quantile of Student's t.
///
/// # Formula
/// t with P(T ≤ t) = 0.975, where T has ν `degrees` of freedom: up to 100 by inverting the incomplete beta function,
/// above by the expansion t = z + g₁(z)/ν + g₂(z)/ν² + g₃(z)/ν³ + g₄(z)/ν⁴ about the normal quantile z. The relative
/// error is below 1e-10. Infinite for ν = 0, where nothing is known.
///
/// # Source
/// Abramowitz & Stegun, Handbook of Mathematical Functions (1964), 26.7.5.
pub fn student_t(degrees: u64) -> f64 {
    if let Some(t) = FEW.get(degrees as usize) {
        return *t;
    }
    let freedom = degrees as f64;
    EXPANSION.iter().rev().fold(0.0, |sum, term| sum / freedom + term)
}

/// t by its degrees of freedom, so that a rule that asks after each replication does not invert each time. It ends where
/// the expansion is good, because the inversion is not for long: 3.5e-6 off at 1e5, wrong at 1e7, endless at 1e9.
static FEW: LazyLock<[f64; 101]> = LazyLock::new(|| {
    std::array::from_fn(|degrees| {
        let student = StudentsT::new(0.0, 1.0, degrees as f64);
        student.map_or(f64::INFINITY, |student| student.inverse_cdf(0.975))
    })
});

/// z and g₁ to g₄ of it.
const EXPANSION: [f64; 5] = {
    let z = 1.959_963_984_540_054;
    let square = z * z;
    [
        z,
        z * (square + 1.0) / 4.0,
        z * ((5.0 * square + 16.0) * square + 3.0) / 96.0,
        z * (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0,
        z * ((((79.0 * square + 776.0) * square + 1_482.0) * square - 1_920.0) * square - 945.0) / 92_160.0,
    ]
};
