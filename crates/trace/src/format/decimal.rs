//! Numbers as they are written, without the detour of binary fractions.

/// Powers of ten that a `u64` has room for.
const POWERS: [u64; 20] = {
    let mut powers = [1; 20];
    let mut at = 1;
    while at < 20 {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// Digits that a `u64` holds whatever they are.
const SAFE: usize = 18;

/// The whole number that these bytes write, if they are nothing but its digits.
pub(super) fn whole(text: &[u8]) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    let mut value = 0u64;
    if text.len() <= SAFE {
        for byte in text {
            let digit = byte.wrapping_sub(b'0');
            if digit > 9 {
                return None;
            }
            value = value * 10 + u64::from(digit);
        }
        return Some(value);
    }
    for byte in text {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        value = value.checked_mul(10)?.checked_add(digit)?;
    }
    Some(value)
}

/// The decimal number that these bytes write, times 10^`places`, cut down to a whole number; none where they write no
/// number or one that is too large.
pub(super) fn scaled(text: &[u8], places: i32) -> Option<i64> {
    short(text, places).unwrap_or_else(|| long(text, places))
}

/// Digits with at most one point, few enough not to overflow; none for the rest.
#[inline]
fn short(text: &[u8], places: i32) -> Option<Option<i64>> {
    if text.len() > SAFE {
        return None;
    }
    let mut value = 0u64;
    let mut point = None;
    for (at, byte) in text.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            value = value * 10 + u64::from(digit);
        } else if *byte == b'.' && point.is_none() {
            point = Some(at);
        } else {
            return None;
        }
    }
    let digits = text.len() - usize::from(point.is_some());
    if digits == 0 {
        return None;
    }
    let behind = point.map_or(0, |at| text.len() - at - 1);
    let shift = places - behind as i32;
    let power = *POWERS.get(shift.unsigned_abs() as usize)?;
    let value = if shift < 0 { Some(value / power) } else { value.checked_mul(power) };
    Some(value.and_then(|value| i64::try_from(value).ok()))
}

/// Any decimal number: signs, exponents, any length.
fn long(text: &[u8], places: i32) -> Option<i64> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (mantissa, exponent) = match text.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&text[..at], exponent(&text[at + 1..])?),
        None => (text, 0),
    };
    let (ahead, behind) = match mantissa.iter().position(|byte| *byte == b'.') {
        Some(at) => (&mantissa[..at], &mantissa[at + 1..]),
        None => (mantissa, &[][..]),
    };
    if ahead.is_empty() && behind.is_empty() || !ahead.iter().chain(behind).all(u8::is_ascii_digit) {
        return None;
    }
    // Digits that count as whole; there may be fewer than that, or none.
    let whole = ahead.len() as i64 + i64::from(places) + i64::from(exponent);
    let mut value = 0i64;
    let mut cut = false;
    for (nth, digit) in ahead.iter().chain(behind).enumerate() {
        if (nth as i64) < whole {
            value = value.checked_mul(10)?.checked_add(i64::from(digit - b'0'))?;
        } else {
            cut |= *digit != b'0';
        }
    }
    if value != 0 {
        for _ in (ahead.len() + behind.len()) as i64..whole {
            value = value.checked_mul(10)?;
        }
    }
    Some(if negative { -value - i64::from(cut) } else { value })
}

/// An exponent. Beyond ±9999 they are all the same: too large, or nothing.
fn exponent(text: &[u8]) -> Option<i32> {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let size = digits.iter().fold(0, |size: i32, digit| (size * 10 + i32::from(digit - b'0')).min(9999));
    Some(sign * size)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn decimals_are_exact() {
        for (text, places, want) in [
            ("1339518083.107412", 6, 1_339_518_083_107_412),
            ("0.000", 6, 0),
            ("0.1", 6, 100_000),
            (".5", 6, 500_000),
            ("5.", 6, 5_000_000),
            ("1700000000123456789", -3, 1_700_000_000_123_456),
            ("1.446249504427e9", 6, 1_446_249_504_427_000),
            ("15e-7", 6, 1),
            ("-0.0000001", 6, -1),
            ("-1.5", 0, -2),
            ("+7", 0, 7),
            ("0e99999", 6, 0),
            ("1e-99999", 6, 0),
            ("0.00000000000000000000000000000000001", 6, 0),
            ("9223372036854775807", 0, i64::MAX),
        ] {
            assert_eq!(scaled(text.as_bytes(), places), Some(want), "{text}");
        }
    }

    #[test]
    fn what_is_no_number_or_too_large_is_none() {
        for text in [
            "",
            ".",
            "-",
            "1.2.3",
            "1e",
            "e5",
            "1x",
            " 1",
            "0x10",
            "nan",
            "inf",
            "--1",
            "1e99",
            "9223372036855",
        ] {
            assert_eq!(scaled(text.as_bytes(), 6), None, "{text}");
        }
        for text in ["", "-1", "1.0", "18446744073709551616", "1 "] {
            assert_eq!(whole(text.as_bytes()), None, "{text}");
        }
        assert_eq!(whole(b"18446744073709551615"), Some(u64::MAX));
        assert_eq!(whole(b"007"), Some(7));
    }

    proptest! {
        #[test]
        fn both_ways_of_reading_agree(text in "[0-9]{0,9}[.]?[0-9]{0,9}", places in -3..10) {
            if let Some(quick) = short(text.as_bytes(), places) {
                prop_assert_eq!(quick, long(text.as_bytes(), places));
            }
        }
    }
}
