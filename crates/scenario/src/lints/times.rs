//! When jobs plan, and how long what they bring lasts.

use evaluation::{Flag, RiskFlag};

use crate::physics::{Job, Schedule, nanos};
use crate::quantity::Quantity;
use crate::scenario::Scenario;
use crate::strategy::Strategy;

/// When a job that keeps to the clock plans while the scenario is played, in nanoseconds.
fn plans(scenario: &Scenario, job: &Job) -> Vec<i64> {
    let simulation = &scenario.simulation;
    match &job.schedule {
        Schedule::Cron(cron) => cron.instants(&simulation.calendar, simulation.duration),
        Schedule::Every { period, first } => {
            let (period, end) = (nanos(*period).max(1), nanos(simulation.duration));
            (0..).map(|nth| nanos(*first).saturating_add(nth * period)).take_while(|at| *at < end).collect()
        }
        _ => vec![],
    }
}

/// A copy that is renewed each time lacks for period - life, one that is left alone while it is fresh from its end to
/// the next plan behind it.
pub(super) fn ttl_schedule_gap(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let cache = &scenario.cache;
    let ttl = cache.ttl.filter(|_| !cache.ttl_sliding)?.get();
    let most = scenario.thresholds.max_ttl_gap_share.get();
    let skips = strategy.budget.skip_fresh;
    let gaps = strategy.jobs.iter().filter_map(|job| match &job.schedule {
        Schedule::Every { period, .. } => Some(gap_of_period(ttl, period.get(), skips)),
        Schedule::Cron(_) => gap_of_plans(ttl, &plans(scenario, job), skips),
        _ => None,
    });
    let (gap, message) = gaps.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (gap > most).then(|| Flag::TtlScheduleGap.raise(gap, most, message))
}

fn gap_of_period(ttl: f64, period: f64, skips: bool) -> (f64, String) {
    let plans = if skips { (ttl / period).ceil().max(1.0) } else { 1.0 };
    let cycle = plans * period;
    let gap = (cycle - ttl).max(0.0) / cycle;
    let fresh = if cycle > period { ", because what is fresh is left alone" } else { "" };
    let message = format!(
        "a job that plans every {period} s renews copies every {cycle} s{fresh}, and they live {ttl} s: gone for {gap:.2} of the time"
    );
    (gap, message)
}

/// The share of the time from the first plan to the last.
fn gap_of_plans(ttl: f64, plans: &[i64], skips: bool) -> Option<(f64, String)> {
    let (first, last) = (*plans.first()?, *plans.last()?);
    let life = (ttl * 1e9).round() as i64;
    let (mut ends, mut gone) = (first.saturating_add(life), 0);
    for at in &plans[1..] {
        gone += (at - ends).max(0);
        if *at >= ends || !skips {
            ends = at.saturating_add(life);
        }
    }
    let gap = gone as f64 / (last - first) as f64;
    let message = format!(
        "a job plans {} times in {:.0} s, and copies live {ttl} s: gone for {gap:.2} of the time",
        plans.len(),
        (last - first) as f64 / 1e9
    );
    (last > first).then_some((gap, message))
}

/// Copies of a plan live ttl from it on, and are needed for a time that begins so long behind it. A job that comes again
/// in time renews them, unless it leaves them alone.
pub(super) fn warmed_too_early(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let cache = &scenario.cache;
    let ttl = cache.ttl.filter(|_| !cache.ttl_sliding)?.get();
    let most = scenario.thresholds.max_uncovered_share.get();
    let renews = |job: &Job| {
        let plans = plans(scenario, job);
        let gaps = plans.windows(2).map(|two| (two[1] - two[0]) as f64 / 1e9);
        !strategy.budget.skip_fresh && plans.len() > 1 && gaps.reduce(f64::max).is_some_and(|gap| gap <= ttl)
    };
    let uncovered = strategy.jobs.iter().filter(|job| !renews(job)).filter_map(|job| {
        let [from, long] = job.needed?.map(Quantity::get);
        let gone = (from + long - ttl).clamp(0.0, long) / long;
        let message = format!(
            "copies live {ttl} s, and are needed from {from} s to {} s behind their plan: gone for {gone:.2} of that time",
            from + long
        );
        Some((gone, message))
    });
    let (gone, message) = uncovered.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (gone > most).then(|| Flag::WarmedTooEarly.raise(gone, most, message))
}

/// Two periods meet where their first plans differ by a multiple of the greatest common divisor; then again after each
/// least common multiple. Where the calendar tells, plans are compared one by one.
pub(super) fn duplicate_schedules(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let most = scenario.thresholds.max_shared_plans.get();
    let jobs = &strategy.jobs;
    let pairs = (0..jobs.len()).flat_map(|nth| (nth + 1..jobs.len()).map(move |other| (nth, other)));
    let shared = pairs.filter_map(|(nth, other)| {
        let (one, two) = (&jobs[nth], &jobs[other]);
        let same = std::mem::discriminant(&one.selector) == std::mem::discriminant(&two.selector);
        if !same {
            return None;
        }
        let (an_hour, often) = match (&one.schedule, &two.schedule) {
            (Schedule::Every { .. }, Schedule::Every { .. }) => meetings(one, two)?,
            _ => counted_meetings(scenario, one, two)?,
        };
        let message =
            format!("jobs {} and {} choose keys alike and plan together {often}", nth + 1, other + 1);
        Some((an_hour, message))
    });
    let (plans, message) = shared.reduce(|most, next| if next.0 > most.0 { next } else { most })?;
    (plans > most).then(|| Flag::DuplicateSchedules.raise(plans, most, message))
}

/// How often two periods meet in an hour, and in words.
fn meetings(one: &Job, two: &Job) -> Option<(f64, String)> {
    let timed = |job: &Job| match job.schedule {
        Schedule::Every { period, first } => Some((i128::from(nanos(period)), i128::from(nanos(first)))),
        _ => None,
    };
    let ((period, first), (other, other_first)) = (timed(one)?, timed(two)?);
    let common = divisor(period, other).max(1);
    let every = (period / common) as f64 * other as f64 / 1e9;
    ((first - other_first) % common == 0).then(|| (3600.0 / every, format!("every {every} s")))
}

/// How often two jobs plan at one instant while the scenario is played.
fn counted_meetings(scenario: &Scenario, one: &Job, two: &Job) -> Option<(f64, String)> {
    let (plans, others) = (plans(scenario, one), plans(scenario, two));
    let shared = plans.iter().filter(|at| others.binary_search(at).is_ok()).count();
    let duration = scenario.simulation.duration.get();
    let words = format!("{shared} times in {duration} s");
    (shared > 0).then(|| (shared as f64 / duration * 3600.0, words))
}

/// Greatest common divisor (Euclid).
fn divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { divisor(b, a % b) }
}
