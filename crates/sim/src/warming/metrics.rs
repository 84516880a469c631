//! From what was counted to metrics.

use evaluation::{Estimate, Metric};

use crate::statistics::Summary;
use crate::warming::curve::last_restart;
use crate::warming::load::Load;
use crate::warming::outcome::{Counts, Outcome, share};
use crate::warming::setup::{Selector, Setup};

/// The metrics of one replication; none where it does not tell.
pub(crate) fn metrics(
    setup: &Setup,
    outcome: &Outcome,
    twin: &Counts,
    target: f64,
) -> Vec<(Metric, Option<f64>)> {
    let Outcome { counts, latency, ledger, predicted, joined, work, most_bytes, .. } = outcome;
    let warms = !setup.jobs.is_empty();
    let time = setup.measure.until - setup.measure.from;
    let minutes = time as f64 / 60e9;
    let mut load = Load::default();
    outcome.loads.iter().for_each(|one| load.add(one));
    let origin = &setup.origin;
    let limited = origin.servers.is_some() || origin.cap.is_some();
    let in_time = ledger.used - joined;
    let quantile = |q| latency.quantile(q).map(|nanos| nanos as f64 / 1e6);
    let may_be_wrong = setup.budget.value_correct_share < 1.0;
    let by_keys =
        setup.jobs.iter().any(|job| matches!(job.selector, Selector::Oracle(oracle) if oracle.by_keys));
    let recall = match by_keys {
        true => share(predicted.asked_named, predicted.asked),
        false => share(predicted.requests_named, predicted.requests),
    };
    vec![
        (Metric::ExpectedLatency, latency.mean().map(|nanos| nanos / 1e6)),
        (Metric::LatencyP50, quantile(0.5)),
        (Metric::LatencyP95, quantile(0.95)),
        (Metric::LatencyP99, quantile(0.99)),
        (Metric::OpsLoad, Some(counts.warm_fetches as f64 / minutes)),
        (Metric::WarmCoverage, share(counts.warm_hits, counts.requests)),
        (Metric::HitRatio, counts.hit_ratio()),
        (Metric::DelayedHitRatio, share(counts.delayed, counts.requests)),
        (Metric::WrongHitRatio, share(counts.wrong_hits, counts.requests).filter(|_| may_be_wrong)),
        (Metric::StaleHitRatio, share(counts.stale_hits, counts.requests).filter(|_| outcome.updates)),
        (Metric::OriginLoad, Some(counts.fetches() as f64 / minutes)),
        (Metric::OriginPeak, Some(outcome.origin_peak as f64)),
        (Metric::OriginQueuePeak, Some(outcome.queue_peak as f64)),
        (Metric::OriginWait, load.mean_wait_ms().filter(|_| limited)),
        (Metric::OriginUtilisation, origin.servers.and_then(|servers| load.utilisation(servers, time))),
        (Metric::TimeOverCap, origin.cap.map(|_| outcome.seconds_over_cap as f64)),
        (Metric::WarmPeak, Some(outcome.warm_peak as f64)),
        (Metric::ExpiredPeak, setup.cache.ttl.map(|_| outcome.expired_peak as f64)),
        (Metric::ErrorShare, share(outcome.errors, counts.requests)),
        (Metric::TimeToTarget, time_to(target, setup, &outcome.series)),
        (Metric::Precision, share(ledger.used, ledger.filled)),
        (Metric::Timeliness, share(in_time, in_time + ledger.late)),
        (Metric::WastedOpsShare, share(ledger.attempted - ledger.used, ledger.attempted)),
        (Metric::WarmFailureShare, share(ledger.failed, ledger.attempted)),
        (Metric::WarmSuccessShare, share(ledger.filled, ledger.planned)),
        (Metric::AttemptsPerOperation, share(ledger.attempts, ledger.attempted)),
        (Metric::WarmPlanned, warms.then_some(ledger.planned as f64)),
        (Metric::WarmFilled, warms.then_some(ledger.filled as f64)),
        (Metric::WarmRefused, warms.then_some(ledger.rate_limited as f64)),
        (Metric::WarmDropped, warms.then_some(ledger.dropped_queue as f64)),
        (Metric::WarmDuration, work.map(|work| work.lasts as f64 / 1e9)),
        (
            Metric::WarmRate,
            work.filter(|work| work.lasts > 0).map(|work| work.operations as f64 * 1e9 / work.lasts as f64),
        ),
        (Metric::WarmBudget, most_bytes.map(|bytes| bytes as f64)),
        (Metric::CoverageGain, share(counts.avoided, twin.misses)),
        (Metric::Pollution, share(counts.polluted, twin.misses)),
        (Metric::PredictorPrecision, share(predicted.right, predicted.keys)),
        (Metric::Recall, recall),
    ]
}

/// The mean over all replications. What some of them do not have would be one of the others alone: there is none.
pub(crate) fn estimate(summary: &Summary) -> Option<Estimate> {
    let value = summary.mean().filter(|_| summary.count() == summary.replications())?;
    Some(Estimate { value, half_width: summary.half_width() })
}

/// Seconds from the last restart, or from the beginning, to the end of the first interval behind it that reaches a hit
/// ratio.
fn time_to(target: f64, setup: &Setup, series: &[Counts]) -> Option<f64> {
    let restart = last_restart(setup).unwrap_or(0);
    let reached = series.iter().enumerate().find(|(nth, counts)| {
        setup.begins(*nth) >= restart && counts.hit_ratio().is_some_and(|ratio| ratio >= target)
    });
    reached.map(|(nth, _)| (setup.begins(nth + 1) - restart) as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use trace::synthetic::Nanos;

    use super::*;
    use crate::warming::replicate::{Recorded, Requests, replicate};
    use crate::warming::setup::{Job, Measure, Rate, Schedule};

    /// Three keys warmed one a second: the first two are there when they are asked for, the third comes too late; a
    /// fourth is never asked for. By hand.
    #[test]
    fn late_and_wasted_operations_are_told_from_those_in_time() {
        let second = 1_000_000_000;
        let mut setup = crate::warming::setup::tests::plain();
        setup.cache.capacity = 10;
        setup.measure = Measure { from: 0, until: 10 * second, interval: second };
        let mut warmed = setup.clone();
        let named = Selector::Keys((0..4).collect());
        warmed.jobs = vec![Job::new(named, Schedule::AtStart, 4)];
        warmed.budget.rate = Some(Rate { per_second: 1.0, burst: 1.0 });
        warmed.origin.warm.mean = second / 2;
        // Key 0 is there from 0.5 s on, key 1 from 1.5 s, key 2 from 2.5 s: its request waits for it.
        let requests = Recorded {
            times: [0.7, 1.6, 2.2].map(|at| (at * 1e9) as Nanos).to_vec(),
            keys: vec![0, 1, 2],
            known: 4,
            ..Recorded::default()
        };
        let worlds = [setup, warmed].map(Arc::new);
        let outcomes = replicate(&Requests::Recorded(Arc::new(requests)), &worlds, 1, 0).expect("is sound");
        let found = metrics(&worlds[1], &outcomes[1], &outcomes[0].counts, 0.9);
        let value = |metric| found.iter().find(|(known, _)| *known == metric).and_then(|(_, value)| *value);
        assert_eq!(value(Metric::Timeliness), Some(2.0 / 3.0));
        assert_eq!(value(Metric::WastedOpsShare), Some(0.25));
        assert_eq!(value(Metric::WarmFailureShare), Some(0.0));
        assert_eq!((value(Metric::WarmPeak), value(Metric::OriginWait)), (Some(1.0), None));
        // The rate had an operation wait from 0 s to 3 s, when the last began.
        assert_eq!(outcomes[1].loads.iter().map(|load| load.paced).sum::<u128>(), 3 * second as u128);
    }

    #[test]
    fn the_first_interval_behind_the_last_restart_counts() {
        let interval = |requests, misses| Counts { requests, misses, ..Counts::default() };
        let series = [interval(10, 0), interval(10, 8), interval(10, 1), interval(0, 0), interval(10, 1)];
        let second = 1_000_000_000;
        let mut setup = crate::warming::setup::tests::plain();
        (setup.measure.from, setup.measure.until, setup.measure.interval) =
            (100 * second, 145 * second, 10 * second);
        assert_eq!(time_to(0.9, &setup, &series), Some(110.0));
        setup.restarts = vec![50 * second, 105 * second];
        assert_eq!(time_to(0.9, &setup, &series), Some(25.0));
        assert_eq!(time_to(0.95, &setup, &series), None);
        setup.restarts = vec![135 * second];
        assert_eq!(time_to(0.9, &setup, &series), Some(10.0));
    }
}
