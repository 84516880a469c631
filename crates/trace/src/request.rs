//! One request, as a trace states it.

/// Microseconds, since 1970 where the trace tells dates, since its own beginning otherwise.
pub type Micros = i64;

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    /// A whole number, written as such.
    Number(u64),
    /// Anything else.
    Text(&'a [u8]),
}

impl<'a> Key<'a> {
    /// The key that these bytes write: a number where they are exactly how a `u64` is written, so that `7` and `07`
    /// stay two keys.
    pub fn parse(bytes: &'a [u8]) -> Self {
        let number = match bytes {
            [b'0'] => Some(0),
            [b'1'..=b'9', ..] if bytes.len() < LONGEST => short(bytes),
            [b'1'..=b'9', ..] if bytes.len() == LONGEST => long(bytes),
            _ => None,
        };
        number.map_or(Self::Text(bytes), Self::Number)
    }
}

/// Digits of the largest `u64`.
const LONGEST: usize = 20;

/// The number that so few digits write that it cannot be too large.
fn short(bytes: &[u8]) -> Option<u64> {
    bytes.iter().try_fold(0u64, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| number * 10 + u64::from(digit))
    })
}

/// The same of as many digits as the largest has.
fn long(bytes: &[u8]) -> Option<u64> {
    let (last, first) = bytes.split_last()?;
    let digit = Some(last.wrapping_sub(b'0')).filter(|digit| *digit <= 9)?;
    short(first)?.checked_mul(10)?.checked_add(u64::from(digit))
}

/// What a request does to its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Op {
    /// Asks for the value.
    #[default]
    Read,
    /// Stores a value.
    Write,
    /// Removes the key.
    Delete,
    /// Anything else that names a key.
    Other,
}

/// What few traces tell; absent where they do not.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Details {
    /// What the request does.
    pub op: Op,
    /// Time to live that it asks for.
    pub ttl: Option<Micros>,
    /// Whether it was found in the cache that wrote the trace.
    pub hit: Option<bool>,
    /// How long it took, in milliseconds.
    pub latency_ms: Option<f64>,
    /// What it cost, in the trace's own unit.
    pub cost: Option<f64>,
}

/// One request.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row<'a> {
    /// What was asked for.
    pub key: Key<'a>,
    /// When.
    pub time: Option<Micros>,
    /// Bytes.
    pub size: Option<u64>,
    /// Everything else.
    pub details: Details,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_a_number_only_where_it_is_written_as_one() {
        assert_eq!(Key::parse(b"0"), Key::Number(0));
        assert_eq!(Key::parse(b"18446744073709551615"), Key::Number(u64::MAX));
        for text in ["", "07", "+7", "-7", "7 ", "7.0", "18446744073709551616", "99999999999999999999"] {
            assert_eq!(Key::parse(text.as_bytes()), Key::Text(text.as_bytes()), "{text}");
        }
    }
}
