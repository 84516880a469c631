//! Popularity: how often each rank is asked for.

/// The share of requests of each rank, and a table to draw ranks from.
///
/// # Method
/// An alias table (Walker 1977; Vose, *A linear algorithm for generating random numbers with a given distribution*,
/// IEEE TSE 17(9), 1991) in whole numbers: N slots of 2^32 parts each, shared by two ranks at most.
///
/// # Accuracy
/// The parts of a rank are its share of N · 2^32 to within one, which is a share of 2^-32 / N, so that all shares
/// together are off by 2^-32 at most; the largest also takes what the shares, being floating-point numbers, lack of 1. A
/// draw takes its slot and its part from one random number of 64 bits, so that no slot is favoured by more than N · 2^-64,
/// relatively.
///
/// # Cost
/// 16 bytes a rank, of which draws touch 8.
#[derive(Debug, Clone)]
pub struct Law {
    shares: Box<[f64]>,
    slots: Box<[Slot]>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// Parts that belong to the rank of this number; a slot with but one rank has itself as the other.
    own: u32,
    other: u32,
}

/// Parts of a slot.
const PARTS: u64 = 1 << 32;

impl Law {
    /// Zipf's law: the share of rank r, counted from 0, is in proportion to (r + 1)^−α, α = `exponent`.
    ///
    /// `keys` is 1 or more, `exponent` 0 or more; at 0 all ranks are alike.
    pub fn zipf(keys: u32, exponent: f64) -> Self {
        Self::of((1..=keys).map(|rank| f64::from(rank).powf(-exponent)).collect())
    }

    /// Two classes: the first `hot_keys` ranks have `hot_share` of the requests, evenly, and the others the rest.
    ///
    /// `hot_keys` is above 0 and below `keys`, `hot_share` from 0 to 1.
    pub fn two_class(keys: u32, hot_keys: u32, hot_share: f64) -> Self {
        let hot = hot_share / f64::from(hot_keys);
        let tail = (1.0 - hot_share) / f64::from(keys - hot_keys);
        Self::of((0..keys).map(|rank| if rank < hot_keys { hot } else { tail }).collect())
    }

    /// A measured law: shares in proportion to weights, 0 or more and not all 0, the most popular first; at least one
    /// and fewer than 2^32.
    pub fn measured(weights: &[f64]) -> Self {
        Self::of(weights.into())
    }

    fn of(mut weights: Box<[f64]>) -> Self {
        // From the least on, so that the many small ones are not lost beside the large.
        let sum: f64 = weights.iter().rev().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        let slots = slots(parts(&weights));
        Self { shares: weights, slots }
    }

    /// N, the number of ranks.
    pub fn keys(&self) -> u32 {
        self.shares.len() as u32
    }

    /// The share of requests of each rank; they add up to 1.
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }

    /// The share of requests of a rank below N.
    pub fn share(&self, rank: u32) -> f64 {
        self.shares[rank as usize]
    }

    /// The rank that a random number stands for, where all numbers are alike.
    #[inline]
    pub fn draw(&self, random: u64) -> u32 {
        let wide = u128::from(random) * self.slots.len() as u128;
        let (nth, part) = ((wide >> 64) as u32, (wide >> 32) as u32);
        let slot = self.slots[nth as usize];
        // Were it a branch, every second draw would wait for its slot before the next one begins.
        std::hint::select_unpredictable(part < slot.own, nth, slot.other)
    }
}

/// Parts of each rank; they add up to those of all slots.
fn parts(shares: &[f64]) -> Vec<u64> {
    let all = shares.len() as u64 * PARTS;
    let mut carried = 0.0;
    let part = |share: &f64| {
        let exact = share * all as f64 + carried;
        carried = exact.fract();
        exact as u64
    };
    let mut parts: Vec<u64> = shares.iter().map(part).collect();
    let given: u64 = parts.iter().sum();
    if let Some(largest) = parts.iter_mut().max() {
        *largest = *largest + all - given;
    }
    parts
}

/// Deals parts to slots: each rank keeps what fits into its own, and the rest of a slot goes to a rank with too many.
fn slots(mut parts: Vec<u64>) -> Box<[Slot]> {
    let mut slots: Box<[Slot]> = (0..parts.len() as u32).map(|rank| Slot { own: 0, other: rank }).collect();
    let (mut few, mut many): (Vec<u32>, Vec<u32>) =
        (0..parts.len() as u32).partition(|rank| parts[*rank as usize] < PARTS);
    // Sums are exact: while a slot is not full, some rank has more than fits into one.
    while let (Some(poor), Some(rich)) = (few.pop(), many.last().copied()) {
        let own = parts[poor as usize];
        slots[poor as usize] = Slot { own: own as u32, other: rich };
        let left = &mut parts[rich as usize];
        *left -= PARTS - own;
        if *left < PARTS {
            many.pop();
            few.push(rich);
        }
    }
    slots
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts that each rank has in the table.
    fn dealt(law: &Law) -> Vec<u64> {
        let mut parts = vec![0; law.slots.len()];
        for (rank, slot) in law.slots.iter().enumerate() {
            parts[rank] += u64::from(slot.own);
            parts[slot.other as usize] += PARTS - u64::from(slot.own);
        }
        parts
    }

    #[test]
    fn the_table_holds_every_share_to_within_one_part() {
        let laws = [
            Law::zipf(1, 1.0),
            Law::zipf(10, 0.0),
            Law::zipf(100_000, 1.0),
            Law::zipf(1000, 3.0),
            Law::two_class(1000, 10, 0.8),
            Law::two_class(7, 3, 1.0),
            Law::measured(&[3.0, 0.0, 1.0, 0.0]),
        ];
        for law in laws {
            let all = law.slots.len() as f64 * PARTS as f64;
            let parts = dealt(&law);
            assert_eq!(parts.iter().sum::<u64>() as f64, all);
            let largest = parts.iter().copied().max();
            for (share, parts) in law.shares.iter().zip(parts) {
                let off = (share * all - parts as f64).abs();
                assert!(off <= 1.0 || Some(parts) == largest && off <= 1e-12 * all, "{share}: {parts}");
                assert!(*share > 0.0 || parts == 0);
            }
        }
    }

    #[test]
    fn shares_are_those_worked_by_hand() {
        let zipf = Law::zipf(3, 1.0);
        for (rank, share) in [6.0 / 11.0, 3.0 / 11.0, 2.0 / 11.0].into_iter().enumerate() {
            assert!((zipf.share(rank as u32) - share).abs() < 1e-15);
        }
        let two = Law::two_class(10, 2, 0.8);
        assert!((two.share(1) - 0.4).abs() < 1e-15 && (two.share(2) - 0.025).abs() < 1e-15);
        assert_eq!(Law::measured(&[3.0, 0.0, 1.0]).shares(), [0.75, 0.0, 0.25]);
        assert_eq!(zipf.keys(), 3);
    }

    #[test]
    fn the_ends_of_the_random_numbers_are_the_ends_of_the_table() {
        // Ranks 0 and 1 have 3 and 1 of 4 parts: slot 0 is all of rank 0, slot 1 is shared.
        let law = Law::measured(&[3.0, 1.0]);
        assert_eq!(
            [0, u64::MAX / 2, u64::MAX / 2 + 2, u64::MAX / 4 * 3, u64::MAX].map(|n| law.draw(n)),
            [0, 0, 1, 1, 0]
        );
    }
}
