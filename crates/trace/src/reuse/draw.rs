//! Which keys are sampled.

use crate::keys::Keys;
use crate::request::Key;

/// The share of keys that a sample takes, above 0 and up to 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Rate(f64);

/// A number that is no share of keys.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("a sample takes a share of the keys above 0 and up to 1, such as 0.1, and not {0}")]
pub struct NotARate(pub f64);

impl Rate {
    /// A share of keys.
    ///
    /// # Errors
    /// Where `share` is not above 0 and up to 1.
    pub fn new(share: f64) -> Result<Self, NotARate> {
        if share > 0.0 && share <= 1.0 { Ok(Self(share)) } else { Err(NotARate(share)) }
    }

    /// The share.
    pub fn get(self) -> f64 {
        self.0
    }
}

/// Groups that sampled keys are dealt into.
pub(super) const GROUPS: u8 = 16;

/// Draws keys by hashes of what they are, so that neither their order nor the rest of the trace has a part in it.
///
/// A key that is drawn at one rate is drawn at every higher one, into the same group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw {
    rate: Rate,
    start: u64,
}

impl Draw {
    pub(super) fn new(rate: Rate, seed: u64) -> Self {
        Self { rate, start: mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)) }
    }

    /// Draws every key, for one who asks for places.
    pub(crate) fn of_all(seed: u64) -> Self {
        Self::new(Rate(1.0), seed)
    }

    /// Where a key lies between 0 and 1; it is drawn at every rate above.
    pub(crate) fn place(&self, key: Key<'_>) -> f64 {
        let hash = match key {
            Key::Number(number) => mix(self.start ^ mix(number)),
            Key::Text(text) => self.text(text),
        };
        place(hash)
    }

    /// The group of a key that is drawn.
    pub(super) fn group(&self, keys: &Keys, id: u32) -> Option<u8> {
        let hash = match keys {
            Keys::Numbers(numbers) => mix(self.start ^ mix(numbers[id as usize])),
            Keys::Texts { .. } => self.text(&keys.text(id)),
        };
        // Two shares of the hash that have no bit in common: 53 bits draw, 4 deal.
        (place(hash) < self.rate.0).then_some(hash as u8 % GROUPS)
    }

    fn text(&self, text: &[u8]) -> u64 {
        let mut hash = self.start;
        for part in text.chunks(8) {
            let mut bytes = [0; 8];
            bytes[..part.len()].copy_from_slice(part);
            hash = mix(hash ^ u64::from_le_bytes(bytes)).wrapping_add(self.start);
        }
        // The length tells a text from the same one with zeros behind.
        mix(hash ^ text.len() as u64)
    }
}

/// A hash as a number from 0 to 1.
fn place(hash: u64) -> f64 {
    (hash >> 11) as f64 / (1u64 << 53) as f64
}

/// Spreads a number over 64 bits, as the last step of splitmix64 does (Steele, Lea & Flood, *Fast splittable
/// pseudorandom number generators*, OOPSLA 2014): written out, so that a seed stands for the same sample in every
/// version.
fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[String]) -> Keys {
        let mut ends = vec![];
        let mut bytes = vec![];
        for text in texts {
            bytes.extend_from_slice(text.as_bytes());
            ends.push(bytes.len() as u64);
        }
        Keys::Texts { bytes, ends }
    }

    #[test]
    fn a_rate_is_above_0_and_up_to_1() {
        assert_eq!(Rate::new(1.0).map(Rate::get), Ok(1.0));
        for share in [0.0, -0.1, 1.000_001, f64::INFINITY] {
            assert_eq!(Rate::new(share), Err(NotARate(share)));
        }
        assert!(Rate::new(f64::NAN).is_err());
    }

    #[test]
    fn about_the_share_of_keys_is_drawn_and_dealt_evenly_whatever_the_keys_are() {
        let numbers = |key: fn(u64) -> u64| Keys::Numbers((0..100_000).map(key).collect());
        let written =
            |prefix: &str| texts(&(0..100_000).map(|nth| format!("{prefix}{nth}")).collect::<Vec<_>>());
        for keys in [
            numbers(|n| n),
            numbers(|n| n << 40),
            numbers(|n| n * 4096),
            written(""),
            written("user:profile:"),
        ] {
            for (rate, seed) in [(0.1, 0), (0.1, 1), (0.01, 7), (0.5, u64::MAX)] {
                let draw = Draw::new(Rate::new(rate).expect("is one"), seed);
                let mut groups = [0f64; GROUPS as usize];
                (0..100_000)
                    .filter_map(|id| draw.group(&keys, id))
                    .for_each(|group| groups[group as usize] += 1.0);
                let drawn: f64 = groups.iter().sum();
                // Five standard deviations of a binomial count.
                assert!((drawn - 1e5 * rate).abs() < 5.0 * (1e5 * rate).sqrt(), "{drawn} at {rate}");
                let each = drawn / f64::from(GROUPS);
                assert!(groups.iter().all(|group| (group - each).abs() < 5.0 * each.sqrt()), "{groups:?}");
            }
        }
    }

    #[test]
    fn a_key_is_drawn_for_what_it_is_and_not_for_where_it_stands() {
        let draw = Draw::new(Rate::new(0.3).expect("is one"), 5);
        let words: Vec<String> = (0..500).map(|nth| format!("{:x}", nth * 7919)).collect();
        let turned: Vec<String> = words.iter().rev().cloned().collect();
        let (there, back) = (texts(&words), texts(&turned));
        assert!((0..500).all(|id| draw.group(&there, id) == draw.group(&back, 499 - id)));
        let (there, back) = (Keys::Numbers((0..500).collect()), Keys::Numbers((0..500).rev().collect()));
        assert!((0..500).all(|id| draw.group(&there, id) == draw.group(&back, 499 - id)));
    }

    #[test]
    fn a_sample_is_part_of_every_larger_one_with_the_same_seed_and_another_with_another() {
        let keys = Keys::Numbers((0..10_000).collect());
        let drawn = |rate, seed| {
            let draw = Draw::new(Rate::new(rate).expect("is one"), seed);
            (0..10_000).map(|id| draw.group(&keys, id)).collect::<Vec<_>>()
        };
        let (few, many, other) = (drawn(0.1, 3), drawn(0.4, 3), drawn(0.1, 4));
        assert!(few.iter().zip(&many).all(|(few, many)| few.is_none() || few == many));
        let both = few.iter().zip(&other).filter(|(a, b)| a.is_some() && b.is_some()).count();
        assert!(
            (60..140).contains(&both),
            "{both} of 10,000 keys are in both samples, where 100 are expected"
        );
        assert!(drawn(1.0, 3).iter().all(Option::is_some));
    }
}
