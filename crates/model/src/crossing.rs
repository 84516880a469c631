//! Where a function of one number changes its sign.

/// Steps after which a search ends; each at least halves the interval.
const STEPS: usize = 200;

/// The point between `low` and `high` where `value` turns from negative to 0 or more; an end where it turns nowhere.
///
/// # Method
/// Ridders' method: the middle of the interval, then the point where an exponential curve through its ends and its
/// middle crosses 0. Where the function jumps or is infinite that is bisection.
///
/// # Source
/// Ridders, *A new algorithm for computing a single root of a real continuous function*, IEEE Trans. Circuits and Systems
/// 26(11), 1979.
pub(crate) fn crossing(mut low: f64, mut high: f64, mut value: impl FnMut(f64) -> f64) -> f64 {
    let (mut below, mut above) = (value(low), value(high));
    if below >= 0.0 {
        return low;
    }
    if above <= 0.0 {
        return high;
    }
    let mut last = f64::NAN;
    for _ in 0..STEPS {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        let at_middle = value(middle);
        let scale = (at_middle * at_middle - below * above).sqrt();
        let curved = middle - (middle - low) * at_middle / scale;
        let guess = if curved > low && curved < high { curved } else { middle };
        let at_guess = if guess == middle { at_middle } else { value(guess) };
        let mut narrow = |point: f64, at: f64| {
            if at < 0.0 && point > low {
                (low, below) = (point, at);
            } else if at >= 0.0 && point < high {
                (high, above) = (point, at);
            }
        };
        narrow(middle, at_middle);
        narrow(guess, at_guess);
        if at_guess == 0.0 || (guess - last).abs() <= 1e-15 * guess.abs() {
            return guess;
        }
        last = guess;
    }
    high
}

/// The same anywhere above `low`, at about `step` or more from it; infinite where `value` stays negative.
pub(crate) fn crossing_above(low: f64, step: f64, value: impl Fn(f64) -> f64) -> f64 {
    let (mut from, mut step) = (low, step);
    while step > 0.0 && step.is_finite() {
        let to = low + step;
        if value(to) >= 0.0 {
            return crossing(from, to, value);
        }
        (from, step) = (to, 2.0 * step);
    }
    f64::INFINITY
}

/// The argument above 0 at which an increasing function passes 0; none where it does not.
///
/// `from` is where the search begins, above 0: any scale of the answer will do.
///
/// # Method
/// Doubling or halving until the function changes its sign, then [`crossing`].
pub(crate) fn of_increasing(from: f64, mut f: impl FnMut(f64) -> f64) -> Option<f64> {
    let (mut low, mut high) = (from, from);
    while f(high) < 0.0 {
        (low, high) = (high, 2.0 * high);
        if high.is_infinite() {
            return None;
        }
    }
    while f(low) > 0.0 {
        (low, high) = (low / 2.0, low);
        if low == 0.0 {
            return None;
        }
    }
    Some(crossing(low, high, f))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_worked_by_hand_are_found() {
        assert!((crossing(0.0, 2.0, |x| x * x - 2.0) - 2f64.sqrt()).abs() < 1e-15);
        assert!((crossing_above(0.0, 1e-3, |x| x.ln() - 5.0) / 5f64.exp() - 1.0).abs() < 1e-14);
        assert_eq!(crossing_above(0.0, 1.0, |_| -1.0), f64::INFINITY);
        assert_eq!(crossing(1.0, 2.0, |x| x), 1.0);
        assert_eq!(crossing(1.0, 2.0, |x| -x), 2.0);
    }

    #[test]
    fn a_jump_is_found_and_so_is_one_to_infinity() {
        assert!((crossing(0.0, 1.0, |x| if x < 0.3 { -1.0 } else { 5.0 }) - 0.3).abs() < 1e-14);
        assert!((crossing(0.0, 1.0, |x| if x < 0.3 { -1.0 } else { f64::INFINITY }) - 0.3).abs() < 1e-14);
    }

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
