//! Gauss–Legendre rules on an interval.

/// Nodes on [−1, 1] and weights, of degree 5: exact for polynomials up to it.
pub(crate) const THREE: [(f64, f64); 3] =
    [(-0.774_596_669_241_483_4, 5.0 / 9.0), (0.0, 8.0 / 9.0), (0.774_596_669_241_483_4, 5.0 / 9.0)];

/// Of degree 11.
pub(crate) const SIX: [(f64, f64); 6] = [
    (-0.932_469_514_203_152, 0.171_324_492_379_170_35),
    (-0.661_209_386_466_264_5, 0.360_761_573_048_138_6),
    (-0.238_619_186_083_196_9, 0.467_913_934_572_691_04),
    (0.238_619_186_083_196_9, 0.467_913_934_572_691_04),
    (0.661_209_386_466_264_5, 0.360_761_573_048_138_6),
    (0.932_469_514_203_152, 0.171_324_492_379_170_35),
];

/// Nodes and weights of a rule, moved to [from, to].
pub(crate) fn nodes<const N: usize>(
    rule: &[(f64, f64); N],
    from: f64,
    to: f64,
) -> impl Iterator<Item = (f64, f64)> {
    let (middle, half) = ((from + to) / 2.0, (to - from) / 2.0);
    rule.iter().map(move |(at, weight)| (middle + half * at, half * weight))
}

/// ∫ f over [from, to]; 0 where the interval is empty.
pub(crate) fn integral(from: f64, to: f64, f: impl Fn(f64) -> f64) -> f64 {
    if to <= from {
        return 0.0;
    }
    nodes(&SIX, from, to).map(|(at, weight)| weight * f(at)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_exact_for_polynomials_of_their_degree() {
        let power = |rule: &mut dyn Iterator<Item = (f64, f64)>, degree: i32| {
            rule.map(|(at, weight)| weight * at.powi(degree)).sum::<f64>()
        };
        for degree in 0..=5 {
            let exact = (2f64.powi(degree + 1) - 1.0) / f64::from(degree + 1);
            assert!((power(&mut nodes(&THREE, 1.0, 2.0), degree) / exact - 1.0).abs() < 1e-14);
        }
        for degree in 0..=11 {
            let exact = (2f64.powi(degree + 1) - 1.0) / f64::from(degree + 1);
            assert!((power(&mut nodes(&SIX, 1.0, 2.0), degree) / exact - 1.0).abs() < 1e-13);
        }
    }
}
