//! Where a function of one number changes its sign.

/// Steps after which a search ends; each at least halves the interval.
const STEPS: usize = 200;
/// The same of a search for a passage, whose functions are dear.
const PASSAGE_STEPS: usize = 100;
/// Relative precision of a passage.
pub(crate) const PRECISION: f64 = 1e-9;

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

/// Where a function that grows passes 0: the ends of an interval as good as a point, and how much of its value there is
/// that of the upper end. That matters where the function jumps.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Passage {
    pub(crate) low: f64,
    pub(crate) high: f64,
    pub(crate) share: f64,
}

impl Passage {
    /// A point at which nothing jumps.
    pub(crate) fn point(at: f64) -> Self {
        Self { low: at, high: at, share: 0.0 }
    }

    /// This, or another shifted by a distance if that is less far.
    pub(crate) fn or_aged(self, other: Self, by: f64) -> Self {
        let aged = Self { low: other.low + by, high: other.high + by, share: other.share };
        if aged.low < self.low { aged } else { self }
    }

    /// What a function is there.
    pub(crate) fn mean(&self, f: impl Fn(f64) -> f64) -> f64 {
        if self.share <= 0.0 {
            f(self.low)
        } else {
            (1.0 - self.share) * f(self.low) + self.share * f(self.high)
        }
    }
}

/// Where a function that grows from below 0 passes it, about `guess`; `small` is as good as 0.
///
/// # Method
/// Doubling or halving, as [`passage_near`] with a factor of 2.
pub(crate) fn passage(guess: f64, small: f64, f: &mut impl FnMut(f64) -> f64) -> Passage {
    passage_near(guess, 2.0, small, f)
}

/// The same where `guess` is known to be near.
///
/// # Method
/// Times or by `factor`, above 1, which grows tenfold beyond 1 up to 2, until it lies between two arguments; then false position, with the weight of an end that stays
/// halved (Illinois), and bisection where that is slow.
pub(crate) fn passage_near(
    guess: f64,
    mut factor: f64,
    small: f64,
    f: &mut impl FnMut(f64) -> f64,
) -> Passage {
    let (mut low, mut high) = (guess, guess);
    let mut below = f(low);
    let mut above = below;
    let mut wider = || {
        let wider = (1.0 + 10.0 * (factor - 1.0)).min(2.0);
        std::mem::replace(&mut factor, wider)
    };
    if below < 0.0 {
        while above < 0.0 && high < 1e300 {
            (low, below) = (high, above);
            high *= wider();
            above = f(high);
        }
    } else {
        while below >= 0.0 && low > 1e-300 {
            (high, above) = (low, below);
            low /= wider();
            below = f(low);
        }
    }
    let (mut weighed_below, mut weighed_above) = (below, above);
    let mut width = high - low;
    for step in 1..=PASSAGE_STEPS {
        if high - low <= PRECISION * high {
            break;
        }
        let by_position = (low * weighed_above - high * weighed_below) / (weighed_above - weighed_below);
        // Every third step is a bisection if the interval has not become much shorter.
        let slow = step % 3 == 0 && high - low > width / 4.0;
        if step % 3 == 0 {
            width = high - low;
        }
        let at =
            if slow || !(by_position > low && by_position < high) { (low + high) / 2.0 } else { by_position };
        let value = f(at);
        if value.abs() <= small {
            return Passage::point(at);
        }
        if value < 0.0 {
            (low, below, weighed_below) = (at, value, value);
            weighed_above /= 2.0;
        } else {
            (high, above, weighed_above) = (at, value, value);
            weighed_below /= 2.0;
        }
    }
    let share = if above > below { (-below / (above - below)).clamp(0.0, 1.0) } else { 0.0 };
    Passage { low, high, share }
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
