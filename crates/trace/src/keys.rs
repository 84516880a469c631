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

    /// The keys in their order, and for each id the place that its key has there.
    pub fn in_order(&self) -> (Self, Vec<u32>) {
        let mut ids: Vec<u32> = (0..self.len() as u32).collect();
        ids.sort_unstable_by(|a, b| self.order(*a, *b));
        let mut places = vec![0; ids.len()];
        ids.iter().zip(0..).for_each(|(id, place)| places[*id as usize] = place);
        let keys = match self {
            Self::Numbers(numbers) => Self::Numbers(ids.iter().map(|id| numbers[*id as usize]).collect()),
            Self::Texts { bytes, ends } => {
                let mut ordered = Vec::with_capacity(bytes.len());
                let end = |id: &u32| {
                    ordered.extend_from_slice(text(bytes, ends, *id));
                    ordered.len() as u64
                };
                let ends = ids.iter().map(end).collect();
                Self::Texts { bytes: ordered, ends }
            }
        };
        (keys, places)
    }

    /// The id of a key, where keys stand in their order.
    pub fn find_in_order(&self, key: &[u8]) -> Option<u32> {
        let found = match (self, Key::parse(key)) {
            (Self::Numbers(numbers), Key::Number(number)) => numbers.binary_search(&number).ok()?,
            (Self::Numbers(_), Key::Text(_)) => return None,
            (Self::Texts { bytes, ends }, _) => {
                let (mut from, mut to) = (0, ends.len());
                while from < to {
                    let middle = (from + to) / 2;
                    match text(bytes, ends, middle as u32).cmp(key) {
                        Ordering::Less => from = middle + 1,
                        Ordering::Equal => return Some(middle as u32),
                        Ordering::Greater => to = middle,
                    }
                }
                return None;
            }
        };
        Some(found as u32)
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

    #[test]
    fn keys_in_order_are_found_by_their_text() {
        let numbers = Keys::Numbers(vec![30, 4, 100]);
        let texts = Keys::Texts { bytes: b"b17aa".to_vec(), ends: vec![1, 3, 5] };
        for (keys, order) in [(numbers, ["4", "30", "100"]), (texts, ["17", "aa", "b"])] {
            let (ordered, places) = keys.in_order();
            assert_eq!(
                (0..3).map(|id| ordered.text(id).into_owned()).collect::<Vec<_>>(),
                order.map(Vec::from)
            );
            for id in 0..3 {
                assert_eq!(ordered.find_in_order(&keys.text(id)), Some(places[id as usize]));
            }
            for unknown in ["5", "zz", "", "030"] {
                assert_eq!(ordered.find_in_order(unknown.as_bytes()), None);
            }
        }
    }
}
