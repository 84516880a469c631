//! Names under which a warmer that builds other keys than readers ask for puts what it fetches.

use rand::RngExt;

use crate::warming::streams::Luck;

/// What each key is called by the warmer: its own name, or one that nobody asks for. Decided once a key, so that a
/// warmer that looks whether its copy is fresh finds the one that it made.
pub(crate) struct Aliases {
    /// Share of the keys that go by their own name.
    share: f64,
    /// Ids that nobody asks for.
    first: u32,
    ids: u32,
    next: u32,
    /// The name of each key, where it is decided.
    names: Vec<u32>,
    /// The key that goes by each of the ids, where there is one.
    keys: Vec<u32>,
    luck: Luck,
}

const NONE: u32 = u32::MAX;

impl Aliases {
    pub(crate) fn new(share: f64, luck: Luck) -> Self {
        Self { share, first: 0, ids: 0, next: 0, names: vec![], keys: vec![], luck }
    }

    /// Whether there will be any.
    pub(crate) fn any(&self) -> bool {
        self.share < 1.0
    }

    /// Knows of `all` ids, of which so many from `first` on are names that nobody asks for.
    pub(crate) fn reserve(&mut self, all: usize, first: u32, ids: u32) {
        if self.any() {
            (self.first, self.ids) = (first, ids);
            self.names.resize(all, NONE);
            self.keys.resize(ids as usize, NONE);
        }
    }

    /// What the warmer calls a key.
    pub(crate) fn of(&mut self, key: u32) -> u32 {
        if !self.any() {
            return key;
        }
        if self.names[key as usize] == NONE {
            let name = if self.luck.random::<f64>() < self.share { key } else { self.name(key) };
            self.names[key as usize] = name;
        }
        self.names[key as usize]
    }

    /// Whether nobody asks for an id because the warmer made it up.
    pub(crate) fn are(&self, id: u32) -> bool {
        (self.first..self.first + self.ids).contains(&id)
    }

    /// The key that the warmer calls by a name that it made up.
    pub(crate) fn key(&self, id: u32) -> Option<u32> {
        let place = id.checked_sub(self.first).filter(|place| *place < self.ids)?;
        self.keys.get(place as usize).copied().filter(|key| *key != NONE)
    }

    /// The id of the key that the warmer calls by an id.
    pub(crate) fn behind(&self, id: u32) -> u32 {
        match self.are(id) {
            true => self.keys[(id - self.first) as usize],
            false => id,
        }
    }

    /// A name for a key. There are more than a cache holds, so that the one that is used again is long gone.
    fn name(&mut self, key: u32) -> u32 {
        let place = self.next as usize;
        self.next = (self.next + 1) % self.ids.max(1);
        let before = std::mem::replace(&mut self.keys[place], key);
        if before != NONE {
            self.names[before as usize] = NONE;
        }
        self.first + place as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn a_key_keeps_its_name_and_the_share_of_true_names_is_as_stated() {
        let mut aliases = Aliases::new(0.3, Luck::seed_from_u64(1));
        aliases.reserve(30_000, 10_000, 20_000);
        let names: Vec<u32> = (0..10_000).map(|key| aliases.of(key)).collect();
        assert_eq!(names, (0..10_000).map(|key| aliases.of(key)).collect::<Vec<_>>());
        let own = names.iter().zip(0..).filter(|(name, key)| *name == key).count();
        // Binomial: 0.3 of 10,000 within four standard deviations of 46.
        assert!((2_817..3_184).contains(&own), "{own}");
        assert!(names.iter().zip(0..).all(|(name, key)| *name == key || aliases.are(*name)));
    }

    #[test]
    fn a_name_that_is_used_again_belongs_to_the_later_key() {
        let mut aliases = Aliases::new(0.0, Luck::seed_from_u64(1));
        aliases.reserve(5, 3, 2);
        assert_eq!([0, 1, 0, 2].map(|key| aliases.of(key)), [3, 4, 3, 3]);
        // Key 0 has lost its name and gets the next one, which was key 1's.
        assert_eq!([0, 2, 1].map(|key| aliases.of(key)), [4, 3, 3]);
        assert_eq!([1, 3, 4].map(|id| aliases.behind(id)), [1, 1, 0]);
    }
}
