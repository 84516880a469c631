//! The keys of the highest worth.

use std::cmp::Reverse;

/// The keys of the highest worth, the highest first; of two alike the smaller.
pub(super) fn top<W: Ord + Copy>(keys: usize, most: usize, worth: impl Fn(usize) -> Option<W>) -> Vec<u32> {
    let mut found: Vec<(Reverse<W>, u32)> =
        (0..keys).filter_map(|key| Some((Reverse(worth(key)?), key as u32))).collect();
    if most < found.len() {
        found.select_nth_unstable(most);
        found.truncate(most);
    }
    found.sort_unstable();
    found.into_iter().map(|(_, key)| key).collect()
}

/// A score as `top` compares it, where it is above 0: such numbers are in the order of their bits.
pub(super) fn worth(score: f64) -> Option<u64> {
    (score > 0.0).then(|| score.to_bits())
}
