//! Where an increasing function passes zero.

/// Steps after which the search ends; each at least halves what is left, and six or seven are usual.
const STEPS: usize = 100;

/// The argument above 0 at which an increasing function passes zero; none where it does not.
///
/// `from` is where the search begins, above 0: any scale of the answer will do.
///
/// # Method
/// Doubling or halving until the function changes its sign, then Ridders' method: the false position of the function after
/// an exponential factor has made its values at both ends and in the middle lie on a line. The root stays bracketed.
///
/// # Source
/// Ridders, *A new algorithm for computing a single root of a real continuous function*, IEEE Transactions on Circuits and
/// Systems 26(11), 1979.
pub(crate) fn of_increasing(from: f64, mut f: impl FnMut(f64) -> f64) -> Option<f64> {
    let (mut low, mut high) = (from, from);
    let (mut at_low, mut at_high) = (f(from), f(from));
    while at_high < 0.0 {
        (low, at_low) = (high, at_high);
        high *= 2.0;
        at_high = Some(high).filter(|high| high.is_finite()).map(&mut f)?;
    }
    while at_low > 0.0 {
        (high, at_high) = (low, at_low);
        low /= 2.0;
        at_low = Some(low).filter(|low| *low > 0.0).map(&mut f)?;
    }
    let mut last = f64::NAN;
    for _ in 0..STEPS {
        if at_low == 0.0 {
            return Some(low);
        }
        if at_high == 0.0 || high - low <= 2.0 * f64::EPSILON * high {
            return Some(high);
        }
        let middle = low + (high - low) / 2.0;
        let at_middle = f(middle);
        let bend = (at_middle * at_middle - at_low * at_high).sqrt();
        let next = if bend > 0.0 { middle - (middle - low) * at_middle / bend } else { middle };
        let at_next = f(next);
        for (at, value) in [(middle, at_middle), (next, at_next)] {
            if value <= 0.0 && at >= low {
                (low, at_low) = (at, value);
            } else if value > 0.0 && at <= high {
                (high, at_high) = (at, value);
            }
        }
        if (next - last).abs() <= f64::EPSILON * next {
            return Some(next);
        }
        last = next;
    }
    Some(low + (high - low) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_are_found_from_far_away() {
        for from in [1e-12, 1.0, 1e12] {
            let found = of_increasing(from, |x| x * x - 2.0).expect("changes its sign");
            assert!((found - 2f64.sqrt()).abs() < 1e-15, "{from}: {found}");
            let found = of_increasing(from, |x| x.ln() - 300.0).expect("changes its sign");
            assert!((found.ln() - 300.0).abs() < 1e-12, "{from}: {found}");
        }
    }

    #[test]
    fn a_step_is_found() {
        let found = of_increasing(1.0, |x| if x < 7.5 { -1.0 } else { 1.0 }).expect("changes its sign");
        assert!((found - 7.5).abs() < 1e-14);
    }

    #[test]
    fn what_does_not_change_its_sign_has_no_root() {
        assert_eq!(of_increasing(1.0, |x| -1.0 / x), None);
        assert_eq!(of_increasing(1.0, |x| 1.0 + x), None);
    }
}
