//! What the hit ratio over time says: when it stays, when it is what it was, and how far it falls.
//!
//! An interval of one replication holds few requests, and a hit ratio that is about right lies below any bound again and
//! again. So intervals are judged by all replications together: their requests are added up, and neighbours are taken
//! together until a group has 1/ε² requests, where ε is `simulation.tolerance`. The standard error of a share is then
//! ε/2 at most. Half-widths come from leaving out one replication after the other (the jackknife).

use std::collections::VecDeque;
use std::ops::Range;

use evaluation::{Estimate, Metric};
use trace::synthetic::Nanos;

use crate::statistics::{Summary, student_t};
use crate::warming::outcome::Counts;
use crate::warming::setup::Setup;

/// The hit ratio of one strategy over time, in every replication.
pub(crate) struct Curve<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) target: f64,
    pub(crate) tolerance: f64,
    /// Intervals of each replication.
    pub(crate) each: Vec<&'a [Counts]>,
    /// The same of the twin that did not restart, where there are restarts.
    pub(crate) unbroken: Option<Vec<&'a [Counts]>>,
}

/// The deepest fall of a hit ratio within a time to live.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cliff {
    pub(crate) fall: f64,
    /// When the stretch begins whose hit ratio is low.
    pub(crate) at_s: f64,
}

/// Hits and requests, over all replications.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Pool {
    hits: u64,
    requests: u64,
}

impl Pool {
    fn add(&mut self, counts: &Counts) {
        self.hits += counts.hits();
        self.requests += counts.requests;
    }

    fn ratio(&self) -> f64 {
        self.hits as f64 / self.requests as f64
    }
}

impl FromIterator<Pool> for Pool {
    fn from_iter<I: IntoIterator<Item = Self>>(pools: I) -> Self {
        let join =
            |all: Self, one: Self| Self { hits: all.hits + one.hits, requests: all.requests + one.requests };
        pools.into_iter().fold(Self::default(), join)
    }
}

/// Fewest requests that a stretch of an expiry cliff has: a standard error of 0.05 at most.
const CLIFF_REQUESTS: f64 = 100.0;

impl Curve<'_> {
    /// Its metrics; none where it does not tell.
    pub(crate) fn metrics(&self) -> Vec<(Metric, Option<Estimate>)> {
        vec![
            (Metric::TimeToStay, self.estimate(|all, _| self.time_to_stay(all))),
            (Metric::TimeToRecover, self.estimate(|all, unbroken| self.time_to_recover(all, unbroken?))),
            (Metric::ExpiryCliff, self.estimate(|all, _| Some(self.cliff_of(all)?.fall))),
        ]
    }

    /// The deepest fall within a time to live.
    pub(crate) fn cliff(&self) -> Option<Cliff> {
        self.cliff_of(&pools(&self.each))
    }

    /// The hit ratio at the end, by the last group of intervals.
    pub(crate) fn last(&self) -> Option<f64> {
        let all = pools(&self.each);
        let last = self.groups(&all)?.pop()?;
        Some(all[last].iter().copied().collect::<Pool>().ratio())
    }

    /// A number from all replications, and its half-width from leaving out each of them.
    fn estimate(&self, number: impl Fn(&[Pool], Option<&[Pool]>) -> Option<f64>) -> Option<Estimate> {
        let (all, unbroken) = (pools(&self.each), self.unbroken.as_deref().map(pools));
        let value = number(&all, unbroken.as_deref())?;
        let replications = self.each.len();
        if replications < 2 {
            return Some(Estimate { value, half_width: None });
        }
        let without = |all: &[Pool], one: &[Counts]| -> Vec<Pool> {
            let left = |(all, one): (&Pool, &Counts)| Pool {
                hits: all.hits - one.hits(),
                requests: all.requests - one.requests,
            };
            all.iter().zip(one).map(left).collect()
        };
        let left_out = (0..replications).map(|nth| {
            let unbroken = unbroken.as_ref().zip(self.unbroken.as_ref());
            let unbroken = unbroken.map(|(all, each)| without(all, each[nth]));
            number(&without(&all, self.each[nth]), unbroken.as_deref())
        });
        let spread: Summary = left_out.collect();
        // What one of them does not have is not sure.
        let n = replications as f64;
        let variance = spread.variance().filter(|_| spread.count() == spread.replications())?;
        let error = ((n - 1.0) / n * (n - 1.0) * variance).sqrt();
        Some(Estimate { value, half_width: Some(student_t(replications as u64 - 1) * error) })
    }

    /// Seconds from the last restart, or from the beginning, to the end of the first group that reaches the target and
    /// behind which none lies below it by more than the tolerance.
    fn time_to_stay(&self, all: &[Pool]) -> Option<f64> {
        let ratio = |group: &Range<usize>| all[group.clone()].iter().copied().collect::<Pool>().ratio();
        let groups = self.groups(all)?;
        let falls = groups.iter().rposition(|group| ratio(group) < self.target - self.tolerance);
        let stays = &groups[falls.map_or(0, |last| last + 1)..];
        stays.iter().find(|group| ratio(group) >= self.target).map(|group| self.seconds_to_end(group))
    }

    /// Seconds from the last restart to the end of the first group from which on the hit ratio is no more than the
    /// tolerance below that of the twin.
    fn time_to_recover(&self, all: &[Pool], unbroken: &[Pool]) -> Option<f64> {
        let short = |group: &Range<usize>| {
            let of = |pools: &[Pool]| pools[group.clone()].iter().copied().collect::<Pool>().ratio();
            of(unbroken) - of(all) > self.tolerance
        };
        let groups = self.groups(all)?;
        let first = groups.iter().rposition(short).map_or(0, |last| last + 1);
        groups.get(first).map(|group| self.seconds_to_end(group))
    }

    /// Intervals behind the last restart, neighbours taken together until they hold enough requests.
    fn groups(&self, all: &[Pool]) -> Option<Vec<Range<usize>>> {
        let enough = 1.0 / (self.tolerance * self.tolerance);
        let first = (0..all.len()).find(|nth| self.begins(*nth) >= self.since())?;
        let (mut groups, mut from, mut requests) = (vec![], first, 0);
        for (nth, pool) in all.iter().enumerate().skip(first) {
            requests += pool.requests;
            if requests > 0 && requests as f64 >= enough {
                groups.push(from..nth + 1);
                (from, requests) = (nth + 1, 0);
            }
        }
        // What is left at the end is too little to stand alone.
        groups.last_mut()?.end = all.len();
        Some(groups)
    }

    fn cliff_of(&self, all: &[Pool]) -> Option<Cliff> {
        let Setup { cache, measure, restarts, .. } = self.setup;
        let life = cache.ttl?.mean;
        let mean = all.iter().map(|pool| pool.requests).sum::<u64>() as f64 / all.len().max(1) as f64;
        let length =
            (life as f64 / 10.0 / measure.interval as f64).round().max((CLIFF_REQUESTS / mean).ceil());
        let length = length.clamp(1.0, 1e9) as usize;
        let ratio = |from: usize| {
            let pool: Pool = all[from..from + length].iter().copied().collect();
            (pool.requests > 0).then(|| pool.ratio())
        };
        let (mut deepest, mut before): (Option<Cliff>, VecDeque<(usize, f64)>) = (None, VecDeque::new());
        for from in 0..(all.len() + 1).saturating_sub(length) {
            // A stretch is compared with those that end where it begins or up to a time to live earlier.
            if let Some(ratio) = from.checked_sub(length).and_then(&ratio) {
                while before.back().is_some_and(|(_, found)| *found <= ratio) {
                    before.pop_back();
                }
                before.push_back((from, ratio));
            }
            let oldest = self.begins(from).saturating_sub(life);
            while before.front().is_some_and(|(end, _)| self.begins(*end) < oldest) {
                before.pop_front();
            }
            let span = self.begins(from)..self.begins(from + length);
            // A restart has falls of its own.
            if restarts.iter().any(|at| span.contains(at)) {
                before.clear();
                continue;
            }
            if let (Some((_, high)), Some(low)) = (before.front(), ratio(from)) {
                let found = Cliff { fall: (high - low).max(0.0), at_s: self.begins(from) as f64 / 1e9 };
                deepest = Some(deepest.filter(|deepest| deepest.fall >= found.fall).unwrap_or(found));
            }
        }
        deepest
    }

    /// The last restart, or the beginning.
    fn since(&self) -> Nanos {
        last_restart(self.setup).unwrap_or(0)
    }

    fn begins(&self, nth: usize) -> Nanos {
        self.setup.begins(nth)
    }

    fn seconds_to_end(&self, group: &Range<usize>) -> f64 {
        (self.begins(group.end) - self.since()) as f64 / 1e9
    }
}

/// The last restart that is played.
pub(crate) fn last_restart(setup: &Setup) -> Option<Nanos> {
    setup.restarts.iter().copied().filter(|at| *at < setup.measure.until).max()
}

/// The sums of all replications, interval by interval.
fn pools(each: &[&[Counts]]) -> Vec<Pool> {
    let mut all = vec![Pool::default(); each.iter().map(|series| series.len()).max().unwrap_or(0)];
    for series in each {
        all.iter_mut().zip(*series).for_each(|(pool, counts)| pool.add(counts));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::warming::setup::{Lives, Measure};

    const SECOND: Nanos = 1_000_000_000;

    /// Intervals of 10 s from 100 s on, with 1000 requests each.
    fn setup(intervals: i64) -> Setup {
        let mut setup = crate::warming::setup::tests::plain();
        setup.measure =
            Measure { from: 100 * SECOND, until: (100 + 10 * intervals) * SECOND, interval: 10 * SECOND };
        setup
    }

    fn series(misses: &[u64]) -> Vec<Counts> {
        misses.iter().map(|misses| Counts { requests: 1000, misses: *misses, ..Counts::default() }).collect()
    }

    fn curve<'a>(setup: &'a Setup, here: &'a [Counts], unbroken: Option<&'a [Counts]>) -> Curve<'a> {
        // 1/ε² = 400 requests: every interval stands alone.
        Curve {
            setup,
            target: 0.9,
            tolerance: 0.05,
            each: vec![here],
            unbroken: unbroken.map(|one| vec![one]),
        }
    }

    fn found(curve: &Curve<'_>, metric: Metric) -> Option<f64> {
        let metrics = curve.metrics();
        metrics.iter().find(|(known, _)| *known == metric).and_then(|(_, found)| Some((*found)?.value))
    }

    #[test]
    fn a_target_that_is_reached_and_lost_again_is_not_kept() {
        let mut setup = setup(6);
        // Reached in the first interval, lost in the third; from the fifth on it stays, though a little below at the end.
        let here = series(&[50, 60, 300, 120, 90, 140]);
        assert_eq!(found(&curve(&setup, &here, None), Metric::TimeToStay), Some(150.0));
        setup.restarts = vec![120 * SECOND];
        assert_eq!(found(&curve(&setup, &here, None), Metric::TimeToStay), Some(30.0));
        let lost = series(&[50, 60, 70, 70, 70, 151]);
        assert_eq!(found(&curve(&setup, &lost, None), Metric::TimeToStay), None);
    }

    #[test]
    fn a_restart_is_over_when_the_hit_ratio_stays_with_the_twin_that_had_none() {
        let mut setup = setup(6);
        setup.restarts = vec![110 * SECOND];
        let (here, twin) = (series(&[100, 900, 500, 148, 300, 50]), series(&[100, 120, 100, 100, 260, 90]));
        // The deficits: 0, .78, .4, .048, .04, none: within 0.05 from the fourth interval on, which ends at 140 s.
        assert_eq!(found(&curve(&setup, &here, Some(&twin)), Metric::TimeToRecover), Some(30.0));
        let late = series(&[100, 900, 500, 148, 300, 141]);
        assert_eq!(found(&curve(&setup, &late, Some(&twin)), Metric::TimeToRecover), None);
        assert_eq!(found(&curve(&setup, &here, None), Metric::TimeToRecover), None);
    }

    #[test]
    fn neighbours_are_taken_together_until_chance_is_small() {
        let setup = setup(6);
        let here = series(&[50, 150, 50, 150, 50, 150]);
        let mut coarse = curve(&setup, &here, None);
        (coarse.tolerance, coarse.target) = (0.02, 0.9);
        // 2500 requests take three intervals: 0.917 and 0.883, the latter within the tolerance.
        assert_eq!(found(&coarse, Metric::TimeToStay), Some(130.0));
        coarse.tolerance = 0.01;
        // 10000 requests are more than there are.
        assert_eq!(found(&coarse, Metric::TimeToStay), None);
    }

    #[test]
    fn a_cliff_is_the_deepest_fall_within_a_time_to_live() {
        let mut setup = setup(8);
        let here = series(&[0, 200, 400, 600, 600, 0, 0, 900]);
        assert_eq!(found(&curve(&setup, &here, None), Metric::ExpiryCliff), None);
        setup.cache.ttl = Some(Lives { mean: 20 * SECOND, jitter: 0.0, sliding: false });
        let cliff = curve(&setup, &here, None).cliff();
        assert_eq!(cliff, Some(Cliff { fall: 0.9, at_s: 170.0 }));
        // Without the last interval: from 1 to 0.4 it takes 30 s; within 20 s between two intervals, from their end to
        // the beginning of the other, the fall is 0.6 all the same, from the first to the fourth.
        setup.measure.until -= 10 * SECOND;
        assert_eq!(curve(&setup, &here[..7], None).cliff(), Some(Cliff { fall: 0.6, at_s: 130.0 }));
        // A restart within the low stretch explains it.
        setup.restarts = vec![130 * SECOND];
        assert_eq!(curve(&setup, &here[..7], None).cliff(), Some(Cliff { fall: 0.4, at_s: 120.0 }));
    }

    #[test]
    fn a_half_width_comes_from_leaving_out_each_replication() {
        let mut setup = setup(2);
        setup.cache.ttl = Some(Lives { mean: 20 * SECOND, jitter: 0.0, sliding: false });
        let each = [series(&[0, 100]), series(&[0, 300])];
        let curve = Curve {
            setup: &setup,
            target: 0.9,
            tolerance: 0.05,
            each: each.iter().map(Vec::as_slice).collect(),
            unbroken: None,
        };
        let found = curve.metrics().into_iter().find(|(metric, _)| *metric == Metric::ExpiryCliff);
        let found = found.and_then(|(_, found)| found).expect("there is one");
        // Of a mean the jackknife gives the ordinary standard error: 0.1 and 0.3 have s/√2 = 0.1, and t₁ is 12.706.
        assert!((found.value - 0.2).abs() < 1e-12);
        assert!((found.half_width.expect("two replications") - 1.2706).abs() < 1e-3);
    }
}
