//! Decimal numbers as they are written, so that steps fall on the decimals one would write.

/// An integer times a power of ten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Decimal {
    digits: i128,
    places: usize,
}

/// Digits at most, of a number and of what is worked out with it.
const MOST_DIGITS: usize = 18;

impl Decimal {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let plain = |part: &str| part.chars().all(|c| c.is_ascii_digit());
        let digits = whole.strip_prefix('-').unwrap_or(whole);
        if !plain(digits) || !plain(fraction) || whole.len() + fraction.len() > MOST_DIGITS {
            return None;
        }
        Some(Self { digits: format!("{whole}{fraction}").parse().ok()?, places: fraction.len() })
    }

    /// The digits at `places` behind the point, which must be at least its own.
    fn at(self, places: usize) -> i128 {
        self.digits * 10_i128.pow((places - self.places) as u32)
    }

    pub(super) fn show(self) -> String {
        let Self { digits, places } = self;
        let sign = if digits < 0 { "-" } else { "" };
        let text = format!("{:0>width$}", digits.unsigned_abs(), width = places + 1);
        let (whole, fraction) = text.split_at(text.len() - places);
        if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
    }

    /// The product without zeros at its end; none where it has too many digits.
    fn times(self, other: Self) -> Option<Self> {
        let mut product =
            Self { digits: self.digits.checked_mul(other.digits)?, places: self.places + other.places };
        while product.places > 0 && product.digits % 10 == 0 {
            product = Self { digits: product.digits / 10, places: product.places - 1 };
        }
        let fits = product.digits.unsigned_abs() < 10_u128.pow(MOST_DIGITS as u32);
        (fits && product.places <= MOST_DIGITS).then_some(product)
    }

    /// Both as integers of the same unit.
    fn with(self, other: Self) -> (i128, i128) {
        let places = self.places.max(other.places);
        (self.at(places), other.at(places))
    }

    fn exceeds(self, other: Self) -> bool {
        let (one, other) = self.with(other);
        one > other
    }

    fn equals(self, other: Self) -> bool {
        let (one, other) = self.with(other);
        one == other
    }
}

/// Why there is no such range.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoRange {
    /// It would not end.
    DoesNotGoUp,
    /// It passes the upper end, the last below which is this.
    PassesTheEnd(Decimal),
    /// There are more values than this.
    TooMany(usize),
}

/// Both ends and every step between them.
pub(super) fn steps(from: Decimal, to: Decimal, step: Decimal, most: usize) -> Result<Vec<Decimal>, NoRange> {
    let places = from.places.max(to.places).max(step.places);
    let (low, high, by) = (from.at(places), to.at(places), step.at(places));
    if by <= 0 || high < low {
        return Err(NoRange::DoesNotGoUp);
    }
    let (count, rest) = ((high - low) / by, (high - low) % by);
    let nth = |nth: i128| Decimal { digits: low + nth * by, places };
    if rest != 0 {
        return Err(NoRange::PassesTheEnd(nth(count)));
    }
    if count >= most as i128 {
        return Err(NoRange::TooMany(most));
    }
    Ok((0..=count).map(nth).collect())
}

/// Both ends and every power of a factor between them.
pub(super) fn powers(
    from: Decimal,
    to: Decimal,
    factor: Decimal,
    most: usize,
) -> Result<Vec<Decimal>, NoRange> {
    let one = Decimal { digits: 1, places: 0 };
    if from.digits <= 0 || from.exceeds(to) || !factor.exceeds(one) {
        return Err(NoRange::DoesNotGoUp);
    }
    let mut values = vec![from];
    let mut last = from;
    while !last.equals(to) {
        match last.times(factor).filter(|next| !next.exceeds(to)) {
            Some(next) if values.len() < most => last = next,
            Some(_) => return Err(NoRange::TooMany(most)),
            None => return Err(NoRange::PassesTheEnd(last)),
        }
        values.push(last);
    }
    Ok(values)
}
