//! The units a scenario speaks, as types.
//!
//! Rates, durations, shares and sizes do not mix by accident: there is no `PerMinute * PerHour` to write. The
//! one place that mixes them on purpose is the memo's closed form, which takes plain numbers and says so.

use crate::quantity::quantity;

quantity! {
    /// A share of a whole, 0 to 1.
    Fraction,
    expected: "a fraction between 0 and 1",
    units: &[("%", 0.01)],
    max: 1.0,
    remedy: |value| (2.0..=100.0).contains(&value)
        .then(|| format!("for {value} % write {} or \"{value}%\"", crate::quantity::tidy(value / 100.0))),
}

quantity! {
    /// A duration in milliseconds.
    Millis,
    expected: "a duration of 0 ms or more",
    units: &[("ns", 1e-6), ("us", 1e-3), ("µs", 1e-3), ("ms", 1.0), ("s", 1e3), ("m", 6e4), ("min", 6e4), ("h", 3.6e6), ("d", 8.64e7)],
}

quantity! {
    /// A duration in seconds.
    Seconds,
    expected: "a duration of 0 s or more",
    units: &[("ms", 1e-3), ("s", 1.0), ("m", 60.0), ("min", 60.0), ("h", 3600.0), ("d", 86400.0)],
}

quantity! {
    /// Events per minute.
    PerMinute,
    expected: "a rate of 0 per minute or more",
    units: &[("/s", 60.0), ("/m", 1.0), ("/min", 1.0), ("/h", 1.0 / 60.0), ("/d", 1.0 / 1440.0)],
}

quantity! {
    /// Events per hour.
    PerHour,
    expected: "a rate of 0 per hour or more",
    units: &[("/s", 3600.0), ("/m", 60.0), ("/min", 60.0), ("/h", 1.0), ("/d", 1.0 / 24.0)],
}

quantity! {
    /// A count of keys or objects.
    Items,
    expected: "a whole number of 0 or more",
    units: &[("k", 1e3), ("M", 1e6)],
    whole: true,
}

quantity! {
    /// A size in bytes.
    Bytes,
    expected: "a size of 0 bytes or more",
    units: &[
        ("B", 1.0),
        ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12),
        ("KiB", 1024.0), ("MiB", 1_048_576.0), ("GiB", 1_073_741_824.0), ("TiB", 1_099_511_627_776.0),
    ],
    whole: true,
}

quantity! {
    /// The exponent of a power law.
    Exponent,
    expected: "an exponent of 0 to 20",
    units: &[],
    max: 20.0,
}

quantity! {
    /// A number without a unit, 0 or more: a ratio, a tolerance.
    Plain,
    expected: "a number of 0 or more",
    units: &[],
}

quantity! {
    /// A share of a whole, in percent.
    Percent,
    expected: "a percentage of 0 to 100",
    units: &[("%", 1.0)],
    max: 100.0,
}

impl Fraction {
    /// Nothing.
    pub const ZERO: Self = Self(0.0);
    /// Everything.
    pub const ONE: Self = Self(1.0);

    /// What is left of the whole.
    pub fn rest(self) -> Self {
        Self(1.0 - self.0)
    }
}

impl Items {
    /// How many objects of `size` fit into `room`; none where objects have no size.
    pub fn that_fit(room: Bytes, size: Bytes) -> Self {
        Self(if size.0 > 0.0 { (room.0 / size.0).floor() } else { 0.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Quantity;

    #[test]
    fn units_written_out_equal_bare_numbers() {
        assert_eq!(PerMinute::from_text("300/s").map(PerMinute::get), Ok(18_000.0));
        assert_eq!(Bytes::from_text("1GiB").map(Bytes::get), Ok(1_073_741_824.0));
        assert_eq!(Seconds::from_text("5m").map(Seconds::get), Ok(300.0));
        assert_eq!(Millis::from_text("0.014s").map(Millis::get), Ok(14.0));
        assert_eq!(Fraction::from_text("42%").map(Fraction::get), Ok(0.42));
        assert_eq!(Fraction::from_text("0.07 %").map(Fraction::get), Ok(0.0007));
        assert_eq!(PerHour::from_text("4.8/d").map(PerHour::get), Ok(0.2));
        assert_eq!(PerMinute::from_text("1e3/s").map(PerMinute::get), Ok(60_000.0));
        assert_eq!(Items::from_text("10k").map(Items::get), Ok(10_000.0));
    }

    #[test]
    fn values_out_of_range_are_refused_with_a_remedy() {
        let message = |result: Result<Fraction, String>| result.expect_err("refused");
        assert_eq!(
            message(Fraction::new(42.0)),
            "42 is not a fraction between 0 and 1; for 42 % write 0.42 or \"42%\""
        );
        assert_eq!(message(Fraction::new(-0.1)), "-0.1 is not a fraction between 0 and 1");
        assert_eq!(message(Fraction::new(f64::NAN)), "NaN is not a fraction between 0 and 1");
        assert!(Millis::new(f64::INFINITY).is_err());
        assert!(Items::new(1.5).is_err());
        assert_eq!(Millis::parse("14"), Millis::new(14.0));
        assert!(PerMinute::new(1e300).is_err_and(|m| m.contains("more than 9e15")));
        assert!(Plain::new(-0.0).is_ok_and(|zero| zero.get().is_sign_positive()));
        assert!(Seconds::parse("5 parsecs").is_err_and(|m| m.contains("`parsecs` is no unit known here")));
        assert!(Bytes::parse("3 gib").is_err_and(|m| m.contains("did you mean `GiB`?")));
        assert!(Fraction::parse("lots").is_err_and(|m| m.contains("is not a fraction between 0 and 1")));
    }

    #[test]
    fn objects_without_size_fill_nothing() {
        assert_eq!(Items::that_fit(Bytes(100.0), Bytes(0.0)), Items(0.0));
        assert_eq!(Items::that_fit(Bytes(100.0), Bytes(30.0)), Items(3.0));
    }
}
