//! Which capacities to show.

/// Up to `count` capacities from `least` to `most`, evenly spread by their logarithm.
///
/// The `i`-th of `n` is `least (most / least)^(i / (n - 1))`, to the nearest whole number; those that fall together
/// come once, so that small ranges have fewer. Empty where `count` is 0 or `most` is below `least`; a `least` of 0
/// is taken as 1, since 0 has no logarithm.
pub fn spread(least: u64, most: u64, count: usize) -> Vec<u64> {
    let least = least.max(1);
    if most < least || count == 0 {
        return vec![];
    }
    let steps = (count - 1).max(1) as f64;
    let ratio = most as f64 / least as f64;
    let at = |nth: usize| (least as f64 * ratio.powf(nth as f64 / steps)).round() as u64;
    let mut capacities: Vec<u64> = (0..count).map(at).collect();
    // Whatever rounding does, the ends are the ends.
    if let Some(last) = capacities.last_mut() {
        *last = most;
    }
    capacities.iter_mut().for_each(|capacity| *capacity = (*capacity).clamp(least, most));
    capacities.dedup();
    capacities
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn capacities_are_evenly_spread_by_logarithm_and_reach_both_ends() {
        assert_eq!(spread(1, 10_000, 5), [1, 10, 100, 1000, 10_000]);
        assert_eq!(spread(20, 320, 3), [20, 80, 320]);
        let forty = spread(1, 1_000_000, 40);
        assert_eq!((forty.first(), forty.last()), (Some(&1), Some(&1_000_000)));
        assert!(forty.is_sorted_by(|a, b| a < b), "{forty:?}");
        assert!(forty.len() > 35, "{forty:?}");
    }

    #[test]
    fn small_ranges_have_fewer_and_empty_ones_none() {
        assert_eq!(spread(0, 3, 40), [1, 2, 3]);
        assert_eq!(spread(7, 7, 40), [7]);
        assert_eq!(spread(1, 9, 1), [9]);
        assert!(spread(8, 7, 40).is_empty());
        assert!(spread(0, 0, 40).is_empty());
        assert!(spread(1, 9, 0).is_empty());
    }
}
