//! Times in order, cut into stretches of equal length.

use std::ops::Range;

use trace::Micros;

/// The positions of the times of each stretch, from the first time to the last, both included.
pub(crate) fn stretches(times: &[Micros], count: usize) -> impl Iterator<Item = Range<usize>> {
    let [first, last] = [times.first(), times.last()].map(|time| time.copied().unwrap_or_default());
    let begins = move |nth: usize| {
        let at = i128::from(first) + i128::from(last - first) * nth as i128 / count as i128;
        times.partition_point(|time| i128::from(*time) < at)
    };
    (0..count).map(move |nth| begins(nth)..if nth + 1 == count { times.len() } else { begins(nth + 1) })
}

/// The time from the first to the last, in seconds; 0 where there is none.
pub(crate) fn seconds(times: &[Micros]) -> f64 {
    match times {
        [first, .., last] => (last - first).max(0) as f64 / 1e6,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stretches_hold_every_time_once() {
        let times = [0, 1, 5, 9, 10, 10];
        let found: Vec<Range<usize>> = stretches(&times, 2).collect();
        assert_eq!(found, [0..2, 2..6]);
        assert_eq!(seconds(&times), 1e-5);
        assert_eq!((stretches(&[], 3).flatten().count(), seconds(&[])), (0, 0.0));
    }
}
