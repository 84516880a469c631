//! Integrals of smooth functions.

/// The Gauss–Legendre rule: places from −1 to 1, and the weight of each.
pub(crate) struct GaussLegendre {
    places: Vec<(f64, f64)>,
}

impl GaussLegendre {
    /// The rule with so many places, exact for polynomials of a degree below twice that.
    ///
    /// # Method
    /// Newton's method for the roots of the Legendre polynomial, from cos(π (k − 1/4) / (n + 1/2)).
    pub(crate) fn new(count: usize) -> Self {
        let guess = |nth: usize| (std::f64::consts::PI * (nth as f64 + 0.75) / (count as f64 + 0.5)).cos();
        let place = |nth: usize| {
            let mut at = guess(nth);
            // From there four steps reach the last digit; a fifth costs nothing.
            for _ in 0..5 {
                let (value, slope) = legendre(count, at);
                at -= value / slope;
            }
            let (_, slope) = legendre(count, at);
            (at, 2.0 / ((1.0 - at * at) * slope * slope))
        };
        Self { places: (0..count).map(place).collect() }
    }

    /// The places between two bounds, and the weight of each.
    pub(crate) fn places(&self, from: f64, to: f64) -> impl Iterator<Item = (f64, f64)> {
        let (middle, half) = (from + (to - from) / 2.0, (to - from) / 2.0);
        self.places.iter().map(move |(at, weight)| (middle + half * at, half * weight))
    }
}

/// The Legendre polynomial of a degree of 1 or more, and its slope, inside −1 to 1.
fn legendre(degree: usize, at: f64) -> (f64, f64) {
    let (mut before, mut value) = (1.0, at);
    for nth in 2..=degree {
        let nth = nth as f64;
        (before, value) = (value, ((2.0 * nth - 1.0) * at * value - (nth - 1.0) * before) / nth);
    }
    (value, degree as f64 * (at * value - before) / (at * at - 1.0))
}

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

    fn by_places(places: usize, from: f64, to: f64, f: fn(f64) -> f64) -> f64 {
        GaussLegendre::new(places).places(from, to).map(|(at, weight)| weight * f(at)).sum()
    }

    /// Two places: ±1/√3, each of weight 1.
    #[test]
    fn two_places_are_worked_by_hand() {
        let found: Vec<_> = GaussLegendre::new(2).places(-1.0, 1.0).collect();
        for ((at, weight), place) in found.into_iter().zip([1.0, -1.0]) {
            assert!((at - place / 3f64.sqrt()).abs() < 1e-15 && (weight - 1.0).abs() < 1e-15);
        }
    }

    /// ∫₀¹ x^9 dx = 1/10; ∫₀^50 e^−x dx = 1 − e^−50.
    #[test]
    fn known_integrals_are_met() {
        assert!((by_places(5, 0.0, 1.0, |x| x.powi(9)) - 0.1).abs() < 1e-15);
        assert!((by_places(160, 0.0, 50.0, |x| (-x).exp()) - 1.0).abs() < 1e-14);
        assert_eq!(by_places(5, 3.0, 3.0, |x| x), 0.0);
    }

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
