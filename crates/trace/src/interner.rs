//! Keys interned to dense ids, in order of first appearance.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use crate::block::Block;
use crate::keys::{Keys, text};
use crate::request::Key;

/// More keys than ids can count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the trace has more than {} keys", Interner::MOST)]
pub struct TooManyKeys;

/// Gives ids to keys.
///
/// Small numbers that lie close together, as most traces number their keys, have their ids in a list at their own place.
/// All other keys are in an open-addressing table of ids alone: 4 bytes a slot, at most half full, compared through the
/// list of keys.
#[derive(Debug)]
pub struct Interner {
    keys: Keys,
    /// Ids of the numbers below its length, `FREE` where there is none.
    close: Vec<u32>,
    /// Keys among these.
    in_close: usize,
    /// Ids of all others by hash, `FREE` where there is none; its length is a power of two.
    slots: Vec<u32>,
    /// Bits of a hash that do not choose a slot.
    shift: u32,
}

const FREE: u32 = u32::MAX;

/// Keys looked up together, so that their memory accesses overlap.
const TOGETHER: usize = 64;

/// Places of the list of close numbers for each key in it, at most: no more memory than the table takes.
const PLACES: usize = 8;

/// Slots to begin with.
const SLOTS: usize = 1024;

impl Default for Interner {
    fn default() -> Self {
        Self {
            keys: Keys::Numbers(vec![]),
            close: vec![],
            in_close: 0,
            slots: vec![FREE; SLOTS],
            shift: shift(SLOTS),
        }
    }
}

impl Interner {
    /// Ids that there are.
    pub const MOST: usize = u32::MAX as usize - 1;

    /// The keys seen so far.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The keys, when all is seen.
    pub fn into_keys(self) -> Keys {
        self.keys
    }

    /// Appends the ids of a block's keys to `ids`.
    ///
    /// # Errors
    /// Where there are more keys than ids.
    pub fn intern(&mut self, block: &Block, ids: &mut Vec<u32>) -> Result<(), TooManyKeys> {
        if !block.texts.is_empty() {
            self.turn_to_text();
        }
        if let Keys::Texts { .. } = self.keys {
            for request in 0..block.len() {
                ids.push(match block.key(request) {
                    Key::Text(text) => self.text(text)?,
                    Key::Number(number) => self.text(number.to_string().as_bytes())?,
                });
            }
            return Ok(());
        }
        for together in block.numbers.chunks(TOGETHER) {
            self.make_room(together.len())?;
            let mut found = [FREE; TOGETHER];
            match together.iter().all(|key| place(*key) < self.close.len()) {
                true => self.all_close(together, &mut found),
                false => self.mixed(together, &mut found),
            }
            ids.extend_from_slice(&found[..together.len()]);
        }
        Ok(())
    }

    /// Looks numbers up that are all in the range of the list.
    fn all_close(&mut self, wanted: &[u64], found: &mut [u32; TOGETHER]) {
        let Keys::Numbers(keys) = &mut self.keys else { return };
        for (found, key) in found.iter_mut().zip(wanted) {
            *found = self.close[place(*key)];
        }
        for (found, key) in found.iter_mut().zip(wanted) {
            if *found == FREE {
                *found = number(&mut self.close[place(*key)], *key, keys, &mut self.in_close);
            }
        }
    }

    /// Looks any numbers up: first all slots, then all keys in them, then what is not settled one by one.
    fn mixed(&mut self, wanted: &[u64], found: &mut [u32; TOGETHER]) {
        let Keys::Numbers(keys) = &mut self.keys else { return };
        for (found, key) in found.iter_mut().zip(wanted) {
            *found = self.slots[(scramble(*key) >> self.shift) as usize];
        }
        let mut settled = [false; TOGETHER];
        for ((settled, found), key) in settled.iter_mut().zip(&*found).zip(wanted) {
            *settled = keys.get(*found as usize) == Some(key);
        }
        for ((found, key), settled) in found.iter_mut().zip(wanted).zip(settled) {
            if settled {
                continue;
            }
            *found = match self.close.get_mut(place(*key)) {
                Some(place) => number(place, *key, keys, &mut self.in_close),
                None => {
                    let mut slot = (scramble(*key) >> self.shift) as usize;
                    while self.slots[slot] != FREE && keys[self.slots[slot] as usize] != *key {
                        slot = (slot + 1) & (self.slots.len() - 1);
                    }
                    number(&mut self.slots[slot], *key, keys, &mut 0)
                }
            };
        }
    }

    fn text(&mut self, wanted: &[u8]) -> Result<u32, TooManyKeys> {
        self.make_room(1)?;
        let Keys::Texts { bytes, ends } = &mut self.keys else { return Err(TooManyKeys) };
        let mut slot = (hash(wanted) >> self.shift) as usize;
        loop {
            let id = self.slots[slot];
            if id == FREE {
                let id = ends.len() as u32;
                bytes.extend_from_slice(wanted);
                ends.push(bytes.len() as u64);
                self.slots[slot] = id;
                return Ok(id);
            }
            if text(bytes, ends, id) == wanted {
                return Ok(id);
            }
            slot = (slot + 1) & (self.slots.len() - 1);
        }
    }

    /// Makes sure that the table is at most half full with `more` keys.
    fn make_room(&mut self, more: usize) -> Result<(), TooManyKeys> {
        if self.keys.len() + more > Self::MOST {
            return Err(TooManyKeys);
        }
        if (self.keys.len() - self.in_close + more) * 2 > self.slots.len() {
            self.rebuild(more);
        }
        Ok(())
    }

    /// Arranges all keys anew, with room for `more`.
    fn rebuild(&mut self, more: usize) {
        // The old ones go first: both at once would be the peak of a load.
        (self.close, self.slots) = (vec![], vec![]);
        let (places, close) = match &self.keys {
            Keys::Numbers(keys) => close(keys),
            Keys::Texts { .. } => (0, 0),
        };
        (self.close, self.in_close) = (vec![FREE; places], close);
        let slots = ((self.keys.len() - close + more) * 2).next_power_of_two().max(SLOTS);
        (self.slots, self.shift) = (vec![FREE; slots], shift(slots));
        for id in 0..self.keys.len() as u32 {
            let hash = match &self.keys {
                Keys::Numbers(keys) => match self.close.get_mut(place(keys[id as usize])) {
                    Some(place) => {
                        *place = id;
                        continue;
                    }
                    None => scramble(keys[id as usize]),
                },
                Keys::Texts { bytes, ends } => hash(text(bytes, ends, id)),
            };
            let mut slot = (hash >> self.shift) as usize;
            while self.slots[slot] != FREE {
                slot = (slot + 1) & (slots - 1);
            }
            self.slots[slot] = id;
        }
    }

    /// From now on keys are text.
    fn turn_to_text(&mut self) {
        let Keys::Numbers(numbers) = &self.keys else { return };
        let (mut bytes, mut ends) = (vec![], vec![]);
        for number in numbers {
            bytes.extend_from_slice(number.to_string().as_bytes());
            ends.push(bytes.len() as u64);
        }
        self.keys = Keys::Texts { bytes, ends };
        self.rebuild(1);
    }
}

/// The id at a key's place, a new one where there is none.
fn number(place: &mut u32, key: u64, keys: &mut Vec<u64>, new: &mut usize) -> u32 {
    if *place == FREE {
        *place = keys.len() as u32;
        keys.push(key);
        *new += 1;
    }
    *place
}

/// The longest list of numbers from 0 on in which one place in [`PLACES`] has a key, and how many have.
fn close(keys: &[u64]) -> (usize, usize) {
    let mut lengths = [0; 65];
    keys.iter().for_each(|key| lengths[64 - key.leading_zeros() as usize] += 1);
    let below = lengths.iter().scan(0, |below, keys| {
        *below += keys;
        Some(*below)
    });
    let lists = below.enumerate().take(32).map(|(bits, keys)| (1 << bits, keys));
    lists.filter(|(places, keys)| *places <= keys * PLACES).last().unwrap_or((0, 0))
}

/// Where a number would stand in a list.
fn place(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// Spreads a number over 64 bits: both halves of a 128-bit product, so that every bit of the key counts whatever
/// pattern the keys have.
fn scramble(key: u64) -> u64 {
    let product = u128::from(key ^ 0x9e37_79b9_7f4a_7c15) * 0xa076_1d64_78bd_642f_u128;
    (product >> 64) as u64 ^ product as u64
}

fn hash(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    scramble(hasher.finish())
}

/// Bits of a hash that do not choose one of `slots`.
fn shift(slots: usize) -> u32 {
    64 - slots.trailing_zeros()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Rules;
    use crate::request::{Details, Row};

    fn block(keys: &[String]) -> Block {
        let mut block = Block::new(Rules::default());
        for key in keys {
            let key = Key::parse(key.as_bytes());
            block.push(&Row { key, time: None, size: None, details: Details::default() }).expect("fits");
        }
        block
    }

    #[test]
    fn ids_follow_first_appearance_and_survive_the_turn_to_text() {
        let mut interner = Interner::default();
        let mut ids = vec![];
        let numbers: Vec<String> = (0..5000).map(|nth| (nth % 3000 * 7919).to_string()).collect();
        interner.intern(&block(&numbers), &mut ids).expect("has room");
        assert!((0..5000).all(|nth| ids[nth] as usize == nth % 3000));
        let mixed = ["7919", "x", "0", "x", "07919"].map(str::to_owned);
        ids.clear();
        interner.intern(&block(&mixed), &mut ids).expect("has room");
        assert_eq!(ids, [1, 3000, 0, 3000, 3001]);
        assert_eq!(interner.keys().text(3000), b"x".as_slice());
        assert_eq!(interner.keys().text(2), b"15838".as_slice());
    }

    /// Ids by a map, in order of first appearance.
    fn expected(numbers: &[u64]) -> Vec<u32> {
        let mut known = std::collections::BTreeMap::new();
        let id = |number| {
            let next = known.len() as u32;
            *known.entry(number).or_insert(next)
        };
        numbers.iter().copied().map(id).collect()
    }

    #[test]
    fn ids_are_those_of_a_map_whatever_the_numbers() {
        let mixed = |n: u64| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) % 60_000;
        type Shape = fn(u64) -> u64;
        let shapes: [(&str, Shape); 7] = [
            ("close from the first", |n| n),
            ("a few, repeated", |n| n % 3),
            ("apart", |n| n << 40 | n),
            ("close, far away", |n| u64::MAX - n),
            ("close and apart in turn", |n| if n % 2 == 0 { n } else { n << 33 }),
            ("apart, then close", |n| if n < 900 { n << 20 } else { n }),
            ("close, with the last number there is", |n| if n % 1000 == 7 { u64::MAX } else { n }),
        ];
        for (name, shape) in shapes {
            let numbers: Vec<u64> = (0..150_000).map(|n| shape(mixed(n))).collect();
            let (mut interner, mut ids) = (Interner::default(), vec![]);
            for part in numbers.chunks(1000) {
                let mut block = Block::new(Rules::default());
                block.numbers.extend_from_slice(part);
                interner.intern(&block, &mut ids).expect("has room");
            }
            assert!(ids == expected(&numbers), "{name}");
        }
    }

    #[test]
    fn the_list_takes_numbers_only_where_one_place_in_eight_has_a_key() {
        assert_eq!(close(&[]), (0, 0));
        assert_eq!(close(&[0]), (8, 1));
        assert_eq!(close(&[1 << 20, u64::MAX]), (0, 0));
        let every_eighth: Vec<u64> = (0..1000).map(|n| n * 8).collect();
        assert_eq!(close(&every_eighth), (4096, 512));
        let every_ninth: Vec<u64> = (1..1000).map(|n| n * 9).collect();
        assert_eq!(close(&every_ninth).0, 0);
    }

    #[test]
    fn patterned_keys_spread_over_the_table() {
        let patterns: [fn(u64) -> u64; 5] =
            [|n| n, |n| n << 12, |n| n << 44, |n| n * 1_000_003, |n| n | (n << 32)];
        for pattern in patterns {
            let slots: std::collections::BTreeSet<u64> =
                (0..4096).map(|n| scramble(pattern(n)) >> 51).collect();
            // 4,096 balls in 8,192 bins fill 8192 (1 - e^-0.5) = 3,223 of them on average.
            assert!(slots.len() > 3000, "{}", slots.len());
        }
    }
}
