//! The keys of a trace, by their ids.

use std::borrow::Cow;
use std::cmp::Ordering;

use crate::request::Key;

/// Every key of a trace; the id of a key is its place in the order of first appearance.
#[derive(Debug, Clone)]
pub enum Keys {
    /// All keys are whole numbers.
    Numbers(Vec<u64>),
    /// Some are not: all of them as text, one behind the other.
    Texts {
        /// The texts.
        bytes: Vec<u8>,
        /// Where each ends.
        ends: Vec<u64>,
    },
}

impl Keys {
    /// Number of keys.
    pub fn len(&self) -> usize {
        match self {
            Self::Numbers(numbers) => numbers.len(),
            Self::Texts { ends, .. } => ends.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A key as text.
    pub fn text(&self, id: u32) -> Cow<'_, [u8]> {
        match self {
            Self::Numbers(numbers) => Cow::Owned(numbers[id as usize].to_string().into_bytes()),
            Self::Texts { bytes, ends } => Cow::Borrowed(text(bytes, ends, id)),
        }
    }

    /// A key as a number, where it is written as one.
    pub fn number(&self, id: u32) -> Option<u64> {
        match self {
            Self::Numbers(numbers) => Some(numbers[id as usize]),
            Self::Texts { bytes, ends } => match Key::parse(text(bytes, ends, id)) {
                Key::Number(number) => Some(number),
                Key::Text(_) => None,
            },
        }
    }

    /// The order of two keys: as numbers where all are, else by their bytes.
    pub fn order(&self, a: u32, b: u32) -> Ordering {
        match self {
            Self::Numbers(numbers) => numbers[a as usize].cmp(&numbers[b as usize]),
            Self::Texts { bytes, ends } => text(bytes, ends, a).cmp(text(bytes, ends, b)),
        }
    }
}

pub(crate) fn text<'a>(bytes: &'a [u8], ends: &[u64], id: u32) -> &'a [u8] {
    let id = id as usize;
    let start = if id == 0 { 0 } else { ends[id - 1] };
    &bytes[start as usize..ends[id] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_as_numbers_and_text_by_bytes() {
        assert_eq!(Keys::Numbers(vec![9, 10]).order(0, 1), Ordering::Less);
        assert_eq!(Keys::Texts { bytes: b"910".to_vec(), ends: vec![1, 3] }.order(0, 1), Ordering::Greater);
    }
}
