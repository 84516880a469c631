//! From what was counted to metrics.

use evaluation::{Estimate, Metric};
use trace::synthetic::Nanos;

use crate::statistics::Summary;
use crate::warming::outcome::{Counts, Outcome, share};
use crate::warming::setup::{Selector, Setup};

/// The metrics of one replication; none where it does not tell.
pub(crate) fn metrics(
    setup: &Setup,
    outcome: &Outcome,
    twin: &Counts,
    target: f64,
) -> Vec<(Metric, Option<f64>)> {
    let Outcome { counts, latency, ledger, predicted, .. } = outcome;
    let minutes = (setup.measure.until - setup.measure.from) as f64 / 60e9;
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
        (Metric::ErrorShare, share(outcome.errors, counts.requests)),
        (Metric::TimeToTarget, time_to(target, setup, &outcome.series)),
        (Metric::Precision, share(ledger.used, ledger.filled)),
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
    let measure = &setup.measure;
    let restart = setup.restarts.iter().copied().filter(|at| *at < measure.until).max().unwrap_or(0);
    let begins = |nth: usize| measure.from.saturating_add((nth as Nanos).saturating_mul(measure.interval));
    let reached = series.iter().enumerate().find(|(nth, counts)| {
        begins(*nth) >= restart && counts.hit_ratio().is_some_and(|ratio| ratio >= target)
    });
    reached.map(|(nth, _)| (begins(nth + 1).min(measure.until) - restart) as f64 / 1e9)
}

#[cfg(test)]
mod tests {
    use super::*;

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
