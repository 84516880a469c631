//! Keys that nobody asks for.

/// Ids that nobody asks for; real ids that would lie behind the first of them are moved up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Phantoms {
    first: u32,
    ids: u32,
    /// Of these, those that a predictor names; the others are the warmer's own names of keys.
    predicted: u32,
    /// The next that a predictor names.
    next: u32,
}

impl Phantoms {
    /// Ids from `first` on: those that a predictor names, then the warmer's own names of keys.
    pub(crate) fn new(first: u32, predicted: u32, aliases: u32) -> Self {
        Self { first, ids: predicted + aliases, predicted, next: 0 }
    }

    /// How many there are.
    pub(crate) fn ids(&self) -> usize {
        self.ids as usize
    }

    /// The first of the warmer's own names, and how many there are.
    pub(crate) fn aliases(&self) -> (u32, u32) {
        (self.first + self.predicted, self.ids - self.predicted)
    }

    /// The id of a key in the workload.
    #[inline]
    pub(crate) fn id(&self, key: u32) -> u32 {
        if key >= self.first { key + self.ids } else { key }
    }

    /// The key of the workload that has an id; none where nobody asks for it.
    pub(crate) fn key(&self, id: u32) -> Option<u32> {
        match id.checked_sub(self.first) {
            None => Some(id),
            Some(behind) => behind.checked_sub(self.ids).map(|behind| self.first + behind),
        }
    }

    /// Names one of them for a predictor.
    pub(crate) fn name(&mut self) -> u32 {
        let id = self.first + self.next;
        self.next = (self.next + 1) % self.predicted.max(1);
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_keys_lead_back_to_them_and_those_of_phantoms_nowhere() {
        let mut phantoms = Phantoms::new(10, 3, 2);
        assert_eq!([0, 9, 10, 12].map(|key| phantoms.id(key)), [0, 9, 15, 17]);
        assert_eq!(
            [0, 9, 10, 14, 15, 17].map(|id| phantoms.key(id)),
            [Some(0), Some(9), None, None, Some(10), Some(12)]
        );
        let named: Vec<u32> = (0..6).map(|_| phantoms.name()).collect();
        assert_eq!(named, [10, 11, 12, 10, 11, 12]);
    }
}
