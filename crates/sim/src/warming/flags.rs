//! Risk flags that a simulation has seen: one rule a flag.
//!
//! The mean over all replications is judged, without its half-width: a flag near its threshold may come and go with the
//! seed, and its message has the numbers that tell. What is stated is judged by `scenario::lints`, what is measured
//! here: of a predictor the precision and recall that it delivered, where they differ from those that it was to have by
//! more than rounding to whole keys.

use evaluation::{Estimate, Flag, Ledger, Metric, RiskFlag, Told};
use scenario::{Fraction, Predictor, Scenario, Strategy, Thresholds, lints, rules};

use crate::warming::curve::Curve;
use crate::warming::load::Load;
use crate::warming::outcome::share;
use crate::warming::setup::{Selector, Setup};

/// What was seen of one strategy.
pub(crate) struct Seen<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) strategy: &'a Strategy,
    pub(crate) setup: &'a Setup,
    pub(crate) metrics: &'a [(Metric, Estimate)],
    /// The metrics of the same without warming.
    pub(crate) unwarmed: &'a [(Metric, Estimate)],
    pub(crate) ledger: &'a Ledger,
    pub(crate) curve: &'a Curve<'a>,
    /// Work while it was measured, all replications together.
    pub(crate) load: Load,
    /// Work in the last quarter of the time behind a restart, here and without the restart.
    pub(crate) tail: Option<[Load; 2]>,
    pub(crate) replications: u64,
    /// Operations that did not begin before their deadline.
    pub(crate) overdue: u64,
    /// Replications in which a rail stopped warming for good.
    pub(crate) latched: u64,
}

/// How far a predictor may be off what was stated because it names whole keys.
const ROUNDING: f64 = 0.01;

type Rule = fn(&Seen<'_>) -> Option<RiskFlag>;

const RULES: &[Rule] = &[
    prefetch_precision,
    recall,
    capacity_shortfall,
    prefetch_load,
    steady_hit_rate,
    origin_overload,
    warm_storm,
    expiry_cliff,
    rate_limit,
    queue_overflow,
    deadline,
    emergency_stop,
    warm_failures,
    efficiency,
    target,
    pollution,
    mismatches,
    herd_collapse,
];

/// Flags that were raised, by arithmetic or by what was seen, in the order of the registry; each once.
pub(crate) fn raised(seen: &Seen<'_>) -> Vec<RiskFlag> {
    let measured = RULES.iter().filter_map(|rule| rule(seen));
    // What is measured is not guessed.
    let stated = lints(seen.scenario, seen.strategy).into_iter();
    let stated = stated.filter(|flag| flag.code.spec().told != Told::Played);
    let mut flags: Vec<RiskFlag> = measured.chain(stated).collect();
    flags.sort_by_key(|flag| flag.code);
    flags.dedup_by_key(|flag| flag.code);
    flags
}

impl Seen<'_> {
    fn mean(&self, metric: Metric) -> Option<f64> {
        value(self.metrics, metric)
    }

    /// What a predictor delivered: what was stated, where that is all but what was measured.
    fn delivered(&self, metric: Metric, stated: impl Fn(&Predictor) -> Fraction) -> Option<f64> {
        let found = self.mean(metric)?;
        let stated = self.scenario.predictor.as_ref().map(|predictor| stated(predictor).get());
        stated.filter(|stated| (stated - found).abs() <= ROUNDING).or(Some(found))
    }

    fn recall(&self) -> Option<f64> {
        self.delivered(Metric::Recall, |predictor| predictor.recall)
    }

    fn bounds(&self) -> &Thresholds {
        &self.scenario.thresholds
    }

    fn predicts(&self) -> bool {
        self.setup.jobs.iter().any(|job| matches!(job.selector, Selector::Oracle(_)))
    }
}

fn value(metrics: &[(Metric, Estimate)], metric: Metric) -> Option<f64> {
    metrics.iter().find(|(known, _)| *known == metric).map(|(_, found)| found.value)
}

fn above(flag: Flag, observed: f64, most: f64, message: impl FnOnce() -> String) -> Option<RiskFlag> {
    (observed > most).then(|| flag.raise(observed, most, message()))
}

fn below(flag: Flag, observed: f64, least: f64, message: impl FnOnce() -> String) -> Option<RiskFlag> {
    (observed < least).then(|| flag.raise(observed, least, message()))
}

/// What there is to say of a quality of a predictor.
fn as_measured(found: f64) -> String {
    format!(", as measured, {found:.3}")
}

fn prefetch_precision(seen: &Seen<'_>) -> Option<RiskFlag> {
    let found = seen.delivered(Metric::PredictorPrecision, |predictor: &Predictor| predictor.precision)?;
    rules::prefetch_precision(seen.scenario, found, &as_measured(found))
}

fn recall(seen: &Seen<'_>) -> Option<RiskFlag> {
    let found = seen.recall()?;
    rules::recall(seen.scenario, found, &as_measured(found))
}

fn capacity_shortfall(seen: &Seen<'_>) -> Option<RiskFlag> {
    let found = seen.recall()?;
    rules::capacity_shortfall(seen.scenario, found, &as_measured(found))
}

fn prefetch_load(seen: &Seen<'_>) -> Option<RiskFlag> {
    rules::prefetch_load(seen.scenario, seen.mean(Metric::OpsLoad).filter(|_| seen.predicts())?)
}

fn steady_hit_rate(seen: &Seen<'_>) -> Option<RiskFlag> {
    rules::steady_hit_rate(seen.scenario, seen.mean(Metric::HitRatio).filter(|_| seen.setup.jobs.is_empty())?)
}

fn origin_overload(seen: &Seen<'_>) -> Option<RiskFlag> {
    let most = seen.bounds().max_origin_utilisation.get();
    let servers = seen.mean(Metric::OriginUtilisation);
    let cap = seen.setup.origin.cap.map(|cap| cap.per_second * 60.0);
    let rate = seen.mean(Metric::OriginLoad).zip(cap).map(|(load, cap)| load / cap);
    let (found, of) = match (servers, rate) {
        (Some(servers), Some(rate)) if servers < rate => {
            (rate, "of the fetches that origin.cap_per_minute allows are sent")
        }
        (Some(servers), _) => (servers, "of the time the origin's servers work"),
        (None, rate) => (rate?, "of the fetches that origin.cap_per_minute allows are sent"),
    };
    above(Flag::OriginOverload, found, most, || format!("{found:.2} {of}, more than {most}"))
}

fn warm_storm(seen: &Seen<'_>) -> Option<RiskFlag> {
    let (peak, times) = (seen.mean(Metric::WarmPeak)?, seen.bounds().max_warm_peak.get());
    let (usual, what) = match seen.scenario.origin.per_second() {
        Some(can) => (can, "the origin can do"),
        None => (value(seen.unwarmed, Metric::OriginLoad)? / 60.0, "without warming there are"),
    };
    let most = times * usual.max(1.0);
    above(Flag::WarmStorm, peak, most, || {
        format!(
            "{peak:.0} warm operations reach the origin in one second; {what} {usual:.2} fetches a second"
        )
    })
}

fn expiry_cliff(seen: &Seen<'_>) -> Option<RiskFlag> {
    let (cliff, most) = (seen.curve.cliff()?, seen.bounds().max_expiry_cliff.get());
    let peak = seen.mean(Metric::ExpiredPeak).unwrap_or(0.0);
    above(Flag::ExpiryCliff, cliff.fall, most, || {
        format!(
            "the hit ratio falls by {:.2} within a time to live, to its lowest from {:.0} s on; up to {peak:.0} copies expire in one second",
            cliff.fall, cliff.at_s
        )
    })
}

fn rate_limit(seen: &Seen<'_>) -> Option<RiskFlag> {
    let rate = seen.setup.budget.rate?.per_second;
    let most = seen.bounds().max_rate_limited_share.get();
    let time = (seen.setup.measure.until - seen.setup.measure.from) as f64 * seen.replications as f64;
    let waits = seen.load.paced as f64 / time;
    let refused = share(seen.ledger.rate_limited, seen.ledger.planned).unwrap_or(0.0);
    let what = if refused > waits {
        "of the planned operations are turned away"
    } else {
        "of the time operations wait"
    };
    let found = waits.max(refused);
    above(Flag::RateLimitSaturated, found, most, || {
        format!("{found:.2} {what} for want of rate: {rate} a second is too little for what is planned")
    })
}

fn queue_overflow(seen: &Seen<'_>) -> Option<RiskFlag> {
    let (dropped, planned) = (seen.ledger.dropped_queue, seen.ledger.planned);
    let (found, most) = (share(dropped, planned)?, seen.bounds().max_dropped_share.get());
    above(Flag::QueueOverflow, found, most, || {
        format!("{dropped} of {planned} planned operations are dropped, because the queue is full")
    })
}

fn deadline(seen: &Seen<'_>) -> Option<RiskFlag> {
    let (overdue, planned) = (seen.overdue, seen.ledger.planned);
    let (found, most) = (share(overdue, planned)?, seen.bounds().max_overdue_share.get());
    above(Flag::WarmDeadlineMissed, found, most, || {
        format!("{overdue} of {planned} planned operations do not begin before their deadline")
    })
}

fn emergency_stop(seen: &Seen<'_>) -> Option<RiskFlag> {
    let (found, most) = (share(seen.latched, seen.replications)?, seen.bounds().max_latched_share.get());
    above(Flag::EmergencyStopLatched, found, most, || {
        format!("warming is stopped for good in {} of {} replications", seen.latched, seen.replications)
    })
}

fn warm_failures(seen: &Seen<'_>) -> Option<RiskFlag> {
    let (failed, attempted) = (seen.ledger.failed, seen.ledger.attempted);
    let (found, most) = (share(failed, attempted)?, seen.bounds().max_warm_failure_share.get());
    above(Flag::WarmFailureRateHigh, found, most, || {
        format!("{failed} of {attempted} warm operations fail, more than {most} of them")
    })
}

fn efficiency(seen: &Seen<'_>) -> Option<RiskFlag> {
    let (used, filled) = (seen.ledger.used, seen.ledger.filled);
    let (found, least) = (share(used, filled)?, seen.bounds().min_warming_efficiency.get());
    below(Flag::WarmingEfficiencyLow, found, least, || {
        format!("{used} of {filled} warmed copies are used, less than {least} of them")
    })
}

/// Only where the scenario itself has a target.
fn target(seen: &Seen<'_>) -> Option<RiskFlag> {
    let simulation = &seen.scenario.simulation;
    if !simulation.has_target || seen.mean(Metric::TimeToStay).is_some() {
        return None;
    }
    let (found, target) = (seen.curve.last()?, simulation.target_hit_ratio.get());
    let message = format!("the hit ratio does not stay at {target}; in the end it is {found:.3}");
    Some(Flag::TargetHitRatioMissed.raise(found, target, message))
}

fn pollution(seen: &Seen<'_>) -> Option<RiskFlag> {
    let (found, most) = (seen.mean(Metric::Pollution)?, seen.bounds().max_pollution.get());
    above(Flag::CachePollution, found, most, || {
        format!("misses that warming causes amount to {found:.3} of those without it, more than {most}")
    })
}

fn mismatches(seen: &Seen<'_>) -> Option<RiskFlag> {
    let (mismatched, filled) = (seen.ledger.mismatched, seen.ledger.filled);
    let (found, most) = (share(mismatched, filled)?, seen.bounds().max_mismatched_share.get());
    above(Flag::WarmedKeyNeverMatches, found, most, || {
        format!(
            "{mismatched} of {filled} warmed copies are under a key that nobody asks for, or hold a wrong value"
        )
    })
}

fn herd_collapse(seen: &Seen<'_>) -> Option<RiskFlag> {
    let [here, there] = seen.tail?;
    let service = seen.setup.origin.demand.mean as f64 / 1e6;
    // Where there is nothing to fetch, nothing waits.
    let takes = |load: &Load| service + load.mean_wait_ms().unwrap_or(0.0);
    let (here, there) = (takes(&here), takes(&there));
    // Where nothing takes any time, a millisecond is as good as none.
    let (found, most) = (here / there.max(1.0), seen.bounds().max_wait_after_restart.get());
    above(Flag::HerdCollapse, found, most, || {
        format!(
            "at the end of the time behind the restart a fetch takes {here:.0} ms, its wait included, and without the restart {there:.0} ms"
        )
    })
}
