//! What replications say of each interval of time.

use evaluation::Estimate;

use crate::statistics::Summary;
use crate::warming::load::Load;
use crate::warming::metrics::estimate;
use crate::warming::outcome::{Counts, share};
use crate::warming::setup::Setup;

/// An interval, over all replications.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// When it begins, in seconds from the beginning.
    pub from_s: f64,
    /// When it ends.
    pub to_s: f64,
    /// Requests.
    pub requests: Option<Estimate>,
    /// Those found in the cache.
    pub hits: Option<Estimate>,
    /// Those that sent a fetch.
    pub misses: Option<Estimate>,
    /// Share of requests found in the cache; none where some replication has no request.
    pub hit_ratio: Option<Estimate>,
    /// Share of requests that waited for a fetch under way.
    pub delayed_hit_ratio: Option<Estimate>,
    /// Share of requests served by a copy that was warmed.
    pub warm_coverage: Option<Estimate>,
    /// Fetches sent for misses, per minute.
    pub misses_per_minute: Option<Estimate>,
    /// Warm operations sent, per minute.
    pub ops_load_per_minute: Option<Estimate>,
    /// Copies whose time to live ended, per minute.
    pub expired_per_minute: Option<Estimate>,
    /// Mean time that a fetch waited at the origin; none where some replication has no fetch.
    pub origin_wait_ms: Option<Estimate>,
    /// Share of the time that the origin's servers worked, where their number is limited.
    pub origin_utilisation: Option<Estimate>,
}

/// The intervals of one strategy, out of its counts in every replication.
pub(crate) fn moments(setup: &Setup, replications: &[(&[Counts], &[Load])]) -> Vec<Moment> {
    let intervals = replications.iter().map(|(series, _)| series.len()).max().unwrap_or(0);
    let at = |nth: usize| {
        let begins = setup.begins(nth);
        // Requests at one instant of a trace are told apart by nanoseconds, which nobody has measured.
        if setup.marks.is_some() { begins / 1000 * 1000 } else { begins }
    };
    let moment = |nth: usize| {
        let (from, to) = (at(nth), at(nth + 1));
        let (from_s, to_s) = (from as f64 / 1e9, to as f64 / 1e9);
        let minutes = (to_s - from_s) / 60.0;
        let over = |value: &dyn Fn(&Counts) -> Option<f64>| {
            estimate(
                &replications.iter().map(|(series, _)| series.get(nth).and_then(value)).collect::<Summary>(),
            )
        };
        let work = |value: &dyn Fn(&Load) -> Option<f64>| {
            estimate(
                &replications.iter().map(|(_, loads)| loads.get(nth).and_then(value)).collect::<Summary>(),
            )
        };
        Moment {
            from_s,
            to_s,
            requests: over(&|counts| Some(counts.requests as f64)),
            hits: over(&|counts| Some(counts.hits() as f64)),
            misses: over(&|counts| Some(counts.misses as f64)),
            hit_ratio: over(&Counts::hit_ratio),
            delayed_hit_ratio: over(&|counts| share(counts.delayed, counts.requests)),
            warm_coverage: over(&|counts| share(counts.warm_hits, counts.requests)),
            misses_per_minute: over(&|counts| Some(counts.demand_fetches as f64 / minutes)),
            ops_load_per_minute: over(&|counts| Some(counts.warm_fetches as f64 / minutes)),
            expired_per_minute: over(&|counts| Some(counts.expired as f64 / minutes)),
            origin_wait_ms: work(&Load::mean_wait_ms),
            origin_utilisation: work(&|load| load.utilisation(setup.origin.servers?, to - from)),
        }
    };
    (0..intervals).map(moment).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warming::setup::Measure;

    #[test]
    fn intervals_are_means_over_replications_and_the_last_may_be_short() {
        let second = 1_000_000_000;
        let mut setup = crate::warming::setup::tests::plain();
        setup.measure = Measure { from: 60 * second, until: 90 * second, interval: 20 * second };
        setup.origin.servers = Some(2);
        let counts =
            |requests, misses| Counts { requests, misses, demand_fetches: misses, ..Counts::default() };
        let (one, other) = ([counts(10, 5), counts(10, 0)], [counts(20, 5), counts(0, 0)]);
        let work = |begun, waited, busy| Load { begun, waited, busy, ..Load::default() };
        let loads = [work(10, 20_000_000, 20_000_000_000), work(0, 0, 0)];
        let found = moments(&setup, &[(&one, &loads), (&other, &loads)]);
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].from_s, found[0].to_s, found[1].to_s), (60.0, 80.0, 90.0));
        assert_eq!(found[0].hit_ratio.map(|ratio| ratio.value), Some(0.625));
        // Five misses in twenty seconds are fifteen a minute.
        assert_eq!(found[0].misses_per_minute.map(|rate| rate.value), Some(15.0));
        assert_eq!(found[1].hit_ratio, None);
        let counts =
            [found[0].requests, found[0].hits, found[0].misses].map(|mean| mean.map(|one| one.value));
        assert_eq!(counts, [Some(15.0), Some(10.0), Some(5.0)]);
        // Ten fetches waited 20 ms together; two servers worked 20 s of 2 x 20 s together.
        assert_eq!(found[0].origin_wait_ms.map(|wait| wait.value), Some(2.0));
        assert_eq!(found[0].origin_utilisation.map(|share| share.value), Some(0.5));
        assert_eq!(
            (found[1].origin_wait_ms, found[1].origin_utilisation.map(|share| share.value)),
            (None, Some(0.0))
        );
    }
}
