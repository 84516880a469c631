//! What selectors know, and what becomes of their order.

use evaluation::{Flag, RiskFlag};

use crate::physics::{Job, QueueOrder, Schedule, Selector};
use crate::popularity::Popularity;
use crate::scenario::Scenario;
use crate::strategy::Strategy;

/// A key that is kept warm gains an access whenever it is fetched: at each plan, or once a life where what is fresh is left
/// alone.
pub(super) fn selection_feeds_itself(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let own = strategy.jobs.iter().filter(|job| job.learns_from_warming).map(|job| {
        let plans = match job.schedule {
            Schedule::Every { period, .. } => 3600.0 / period.get(),
            _ => 0.0,
        };
        let lives = scenario.cache.ttl.map_or(0.0, |ttl| 3600.0 / ttl.get());
        if strategy.budget.skip_fresh { plans.min(lives) } else { plans }
    });
    let own = own.max_by(f64::total_cmp)?;
    let message = format!(
        "a key that is kept warm gains {own} accesses an hour by that alone: another needs more requests than that to take its place"
    );
    (own > 0.0).then(|| Flag::SelectionFeedsItself.raise(own, 0.0, message))
}

/// Keys of which more requests than the ceiling are expected within the window, against those that are chosen.
pub(super) fn score_saturated(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let most = scenario.thresholds.max_tied_keys.get();
    let tied = strategy.jobs.iter().filter_map(|job| {
        let Selector::FrequencyRecency { window, accesses } = job.selector else { return None };
        let chosen = job.keys?.get().max(1.0);
        let requests = scenario.workload.request_rate.get() / 60.0 * window.get();
        let at_ceiling = ranks_above(&scenario.workload.popularity, accesses.get() / requests);
        let message = format!(
            "of {requests:.0} requests within {} s {at_ceiling} keys are expected to have {} and more, which count as so many; {chosen} are chosen",
            window.get(),
            accesses.get()
        );
        Some((at_ceiling / chosen, message))
    });
    let (times, message) = tied.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (times > most).then(|| Flag::ScoreSaturated.raise(times, most, message))
}

/// Ranks that receive a share of the requests of at least so much: shares fall with the rank.
fn ranks_above(popularity: &Popularity, least: f64) -> f64 {
    let share = |rank: f64| popularity.head_share(rank) - popularity.head_share(rank - 1.0);
    let (mut above, mut below) = (0.0, popularity.keys().floor() + 1.0);
    while below - above > 1.0 {
        let middle = ((above + below) / 2.0_f64).floor();
        if share(middle) >= least { above = middle } else { below = middle }
    }
    above
}

/// Jobs whose selector is told of nothing.
pub(super) fn selector_sees_nothing(_: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let blind = |job: &&Job| !job.sees_requests && !job.learns_from_warming;
    let jobs = strategy.jobs.iter().filter(blind).count() as f64;
    let message =
        format!("{jobs} of {} jobs choose keys by requests that nobody records", strategy.jobs.len());
    (jobs > 0.0).then(|| Flag::SelectorSeesNothing.raise(jobs, 0.0, message))
}

/// Priorities that jobs state, where the queue is served in the order of plans.
pub(super) fn priority_ignored(_: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let stated = strategy.jobs.iter().filter(|job| job.priority.is_some()).count() as f64;
    let message = format!(
        "{stated} of {} jobs have a priority, and the queue is first in, first out",
        strategy.jobs.len()
    );
    let ignored = stated > 0.0 && strategy.budget.queue_order == QueueOrder::Fifo;
    ignored.then(|| Flag::PriorityIgnored.raise(stated, 0.0, message))
}
