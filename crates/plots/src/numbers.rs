//! How numbers are written in a chart.

/// A number with a fixed count of digits after the point.
pub(crate) fn fixed(value: f64, decimals: usize) -> String {
    let digits = format!("{:.decimals$}", value.abs());
    let negative = value < 0.0 && digits.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = String::new();
    if negative {
        text.push('−');
    }
    for (index, digit) in whole.chars().enumerate() {
        // Four digits are read at a glance; from five on, groups of three are easier.
        if index > 0 && whole.len() > 4 && (whole.len() - index).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    if !fraction.is_empty() {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A number with four significant digits at most.
pub(crate) fn short(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = (3 - value.abs().log10().floor() as i32).clamp(0, 9) as usize;
    let text = fixed(value, decimals);
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_have_four_digits_that_count() {
        for (value, expected) in
            [(0.0, "0"), (59.0936, "59.09"), (0.5, "0.5"), (0.001234567, "0.001235"), (1234.6, "1235")]
        {
            assert_eq!(short(value), expected.replace(' ', "\u{a0}"));
        }
    }

    #[test]
    fn numbers_are_grouped_and_zero_has_no_sign() {
        for (value, decimals, expected) in [
            (0.0, 0, "0"),
            (-0.001, 1, "0.0"),
            (-0.06, 1, "−0.1"),
            (59.06, 1, "59.1"),
            (1234.5, 1, "1234.5"),
            (12345.0, 0, "12\u{a0}345"),
            (-1234567.25, 2, "−1\u{a0}234\u{a0}567.25"),
        ] {
            assert_eq!(fixed(value, decimals), expected);
        }
    }
}
