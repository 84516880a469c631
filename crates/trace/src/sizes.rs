//! Sizes of requests, held as small as they allow.

/// Sizes in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sizes {
    /// The trace has none.
    None,
    /// Every key keeps its size: one entry a key.
    OfKeys(Widths),
    /// Keys change their size: one entry a request.
    OfRequests(Widths),
}

/// A list of sizes: 4 bytes each where all of them fit, else 8.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Widths {
    /// Below 4 GiB.
    Narrow(Vec<u32>),
    /// Any.
    Wide(Vec<u64>),
}

impl Default for Widths {
    fn default() -> Self {
        Self::Narrow(vec![])
    }
}

impl Widths {
    /// The size at a place.
    pub fn get(&self, at: usize) -> u64 {
        match self {
            Self::Narrow(sizes) => u64::from(sizes[at]),
            Self::Wide(sizes) => sizes[at],
        }
    }

    /// Number of sizes.
    pub fn len(&self) -> usize {
        match self {
            Self::Narrow(sizes) => sizes.len(),
            Self::Wide(sizes) => sizes.len(),
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Takes the sizes of keys, new or known, up to the first that has changed; how many that are.
    fn take_unchanged(&mut self, ids: &[u32], sizes: &[u64]) -> usize {
        for (id, size) in ids.iter().zip(sizes) {
            // A new key has the id that comes next.
            if *id as usize == self.len() {
                self.push(*size);
            }
        }
        match self {
            Self::Narrow(known) => unchanged(known, ids, sizes),
            Self::Wide(known) => unchanged(known, ids, sizes),
        }
    }

    /// Appends sizes.
    pub fn extend(&mut self, more: &[u64]) {
        match self {
            Self::Narrow(sizes) if more.iter().fold(0, |all, size| all | size) <= u64::from(u32::MAX) => {
                sizes.extend(more.iter().map(|size| *size as u32));
            }
            Self::Narrow(_) => more.iter().for_each(|size| self.push(*size)),
            Self::Wide(sizes) => sizes.extend_from_slice(more),
        }
    }

    /// The sum of some in a row.
    pub fn sum(&self, range: std::ops::Range<usize>) -> u64 {
        match self {
            Self::Narrow(sizes) => sizes[range].iter().map(|size| u64::from(*size)).sum(),
            Self::Wide(sizes) => sizes[range].iter().fold(0, |sum, size| sum.saturating_add(*size)),
        }
    }

    /// Appends a size.
    pub fn push(&mut self, size: u64) {
        match (&mut *self, u32::try_from(size)) {
            (Self::Narrow(sizes), Ok(size)) => sizes.push(size),
            (Self::Narrow(sizes), Err(_)) => {
                *self = Self::Wide(sizes.iter().map(|size| u64::from(*size)).chain([size]).collect());
            }
            (Self::Wide(sizes), _) => sizes.push(size),
        }
    }
}

/// How many requests in a row are for keys at their known sizes.
fn unchanged<T: Copy + Into<u64>>(known: &[T], ids: &[u32], sizes: &[u64]) -> usize {
    let same = |(id, size): (&u32, &u64)| known[*id as usize].into() == *size;
    // Without short cuts first, so that memory accesses overlap.
    match ids.iter().zip(sizes).fold(true, |all, request| all & same(request)) {
        true => ids.len(),
        false => ids.iter().zip(sizes).position(|request| !same(request)).unwrap_or(ids.len()),
    }
}

impl Sizes {
    /// The size of a request for a key.
    pub fn of(&self, request: usize, key: u32) -> Option<u64> {
        match self {
            Self::None => None,
            Self::OfKeys(sizes) => Some(sizes.get(key as usize)),
            Self::OfRequests(sizes) => Some(sizes.get(request)),
        }
    }

    /// Takes the sizes of further requests, where `earlier` and `ids` are the keys of all before and of these.
    pub(crate) fn extend(&mut self, earlier: &[u32], ids: &[u32], sizes: &[u64]) {
        if sizes.is_empty() {
            return;
        }
        if *self == Self::None {
            *self = Self::OfKeys(Widths::default());
        }
        let mut taken = 0;
        if let Self::OfKeys(known) = self {
            taken = known.take_unchanged(ids, sizes);
            if taken == ids.len() {
                return;
            }
            let mut all = Widths::default();
            earlier.iter().chain(&ids[..taken]).for_each(|id| all.push(known.get(*id as usize)));
            *self = Self::OfRequests(all);
        }
        if let Self::OfRequests(all) = self {
            sizes[taken..].iter().for_each(|size| all.push(*size));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_kept_by_key_until_one_changes() {
        let mut sizes = Sizes::None;
        sizes.extend(&[], &[0, 1, 0], &[10, 20, 10]);
        assert_eq!(sizes, Sizes::OfKeys(Widths::Narrow(vec![10, 20])));
        sizes.extend(&[0, 1, 0], &[2, 1, 0], &[5, 21, 10]);
        assert_eq!(sizes, Sizes::OfRequests(Widths::Narrow(vec![10, 20, 10, 5, 21, 10])));
        let all: Vec<_> = (0..6).map(|nth| sizes.of(nth, 0)).collect();
        assert_eq!(all, [10, 20, 10, 5, 21, 10].map(Some));
    }

    #[test]
    fn a_size_beyond_four_gigabytes_widens_the_list() {
        let mut widths = Widths::default();
        widths.push(7);
        widths.push(1 << 40);
        assert_eq!(widths, Widths::Wide(vec![7, 1 << 40]));
    }
}
