//! Metrics within stretches of time: those that claims speak of.

use std::ops::Range;

use evaluation::{Estimate, Metric, Window};
use scenario::Claim;

use crate::statistics::Summary;
use crate::warming::metrics::estimate;
use crate::warming::outcome::{Counts, share};
use crate::warming::setup::Setup;

/// Every stretch that some claim speaks of, once.
pub(crate) fn windows(claims: &[Claim]) -> Vec<Window> {
    let mut windows: Vec<Window> = vec![];
    for window in claims.iter().filter_map(|claim| claim.window) {
        if !windows.contains(&window) {
            windows.push(window);
        }
    }
    windows
}

/// The metrics of a stretch, out of the intervals of every replication.
pub(crate) fn within(setup: &Setup, window: Window, each: &[&[Counts]]) -> Vec<(Metric, Estimate)> {
    let minutes = (window.until_s - window.from_s) / 60.0;
    let sums: Vec<Counts> = each
        .iter()
        .map(|series| {
            let parts = &series[intervals(setup, window, series.len())];
            parts.iter().fold(Counts::default(), |sum, counts| sum + *counts)
        })
        .collect();
    let value = |metric: Metric, counts: &Counts| match metric {
        Metric::OpsLoad => Some(counts.warm_fetches as f64 / minutes),
        Metric::OriginLoad => Some(counts.fetches() as f64 / minutes),
        Metric::WarmCoverage => share(counts.warm_hits, counts.requests),
        Metric::HitRatio => counts.hit_ratio(),
        Metric::DelayedHitRatio => share(counts.delayed, counts.requests),
        Metric::StaleHitRatio => share(counts.stale_hits, counts.requests),
        _ => None,
    };
    let mean = |metric: Metric| {
        let summary: Summary = sums.iter().map(|counts| value(metric, counts)).collect();
        Some((metric, estimate(&summary)?))
    };
    Metric::IN_TIME.iter().filter_map(|metric| mean(*metric)).collect()
}

/// The intervals whose middle lies within a stretch: its ends are ends of intervals, but for rounding.
fn intervals(setup: &Setup, window: Window, intervals: usize) -> Range<usize> {
    let middle = |nth: usize| (setup.begins(nth) as f64 + setup.begins(nth + 1) as f64) / 2e9;
    let first_behind = |at: f64| (0..intervals).find(|nth| middle(*nth) >= at).unwrap_or(intervals);
    first_behind(window.from_s)..first_behind(window.until_s)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warming::setup::Measure;

    #[test]
    fn a_stretch_adds_up_its_intervals() {
        let second = 1_000_000_000;
        let mut setup = crate::warming::setup::tests::plain();
        setup.measure = Measure { from: 60 * second, until: 110 * second, interval: 20 * second };
        let counts =
            |requests, misses| Counts { requests, misses, demand_fetches: misses, ..Counts::default() };
        let (one, other) =
            ([counts(10, 5), counts(10, 0), counts(5, 5)], [counts(10, 1), counts(30, 3), counts(5, 0)]);
        let each = [&one[..], &other[..]];
        let found = |from_s, until_s, metric| {
            let found = within(&setup, Window { from_s, until_s }, &each);
            found.into_iter().find(|(known, _)| *known == metric).map(|(_, found)| found.value)
        };
        // 5 of 20 and 4 of 40 requests miss: hit ratios of 0.75 and 0.9; 4.5 fetches in 40 s.
        assert_eq!(found(60.0, 100.0, Metric::HitRatio), Some(0.825));
        assert!((found(60.0, 100.0, Metric::OriginLoad).expect("has it") - 6.75).abs() < 1e-12);
        assert_eq!(found(100.0, 110.0, Metric::HitRatio), Some(0.5));
        assert_eq!(found(80.0, 110.0, Metric::HitRatio), Some((10.0 / 15.0 + 32.0 / 35.0) / 2.0));
    }
}
