//! What a restart does to a scenario's cache, and how to go about it.

use scenario::Scenario;

use crate::renewal::answer::cold;
use crate::renewal::question::{Warming, answerable, cache, fetch_time};
use crate::renewal::queue::{queued, survives_cold_start};
use crate::renewal::{Cache, Cold, Outcome, of};
use crate::transient::Rollout;

/// Share of the steady hit ratio at which a cache counts as warm.
pub const WARM: f64 = 0.9;

/// A cache that demand alone fills behind a restart, in front of an origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deploy {
    /// Requests a second.
    pub requests: f64,
    /// Share of them that finds a copy in the long run.
    pub hit_ratio: f64,
    /// Fetches a second that the origin can answer; none where nothing says so.
    pub answers: Option<f64>,
    /// Whether the origin can answer the misses of an empty cache.
    pub survives: bool,
    /// Seconds from the restart to [`WARM`] of that hit ratio; none where copies expire before, or what is asked has no form.
    pub warm: Option<f64>,
    /// Seconds until nothing waits at the origin any more, where it cannot.
    pub drained: Option<f64>,
    /// The same as `warm` of a part of a fleet, whose misses an origin that has room for them does not hold back.
    pub part_warm: Option<f64>,
    /// What may be let in of the traffic at first, and the seconds behind which all of it may, where not all may at once.
    pub ramp: Option<(f64, f64)>,
    misses: f64,
}

impl Deploy {
    /// Largest share of a fleet that may be cold at a time, its hit ratio being `cold` at first: 0 for empty caches; none where
    /// nothing says what the origin can answer, or the warm fleet already needs more.
    ///
    /// # Assumptions
    /// Those of [`Rollout`]: every cache takes an equal share of the traffic.
    pub fn largest_batch(&self, cold: f64) -> Option<f64> {
        Rollout { rate: self.requests, warm: 1.0 - self.misses, cold }.largest_batch(self.answers?)
    }

    /// Of a scenario that the renewal engine can answer; none of another.
    pub fn of(scenario: &Scenario) -> Option<Self> {
        answerable(scenario).ok()?;
        let (cache, demand) = on_demand(scenario)?;
        Some(Self::restarted(scenario, &cache, &demand))
    }

    pub(super) fn restarted(scenario: &Scenario, cache: &Cache, demand: &Outcome) -> Self {
        let (requests, answers) = (demand.requests, scenario.origin.per_second());
        let [hit_ratio, _, misses] = demand.shares;
        let unhurried = Cache { fetch: fetch_time(scenario).mean, ..cache.clone() };
        let behind = cold(scenario, &unhurried, &Warming::default());
        let part = Cold::new(&unhurried, &Warming::default());
        let survives = survives_cold_start(scenario);
        let ramp = || {
            let answers = answers.filter(|answers| *answers < requests)?;
            let behind = Cold::new(cache, &Warming::default())?.in_front_of(answers, 0.0);
            Some((answers / requests, behind.time_to(1.0 - answers / requests)?))
        };
        Self {
            requests,
            hit_ratio,
            answers,
            survives,
            warm: behind.as_ref().and_then(|cold| cold.time_to(WARM * hit_ratio)),
            drained: behind.as_ref().filter(|_| !survives).and_then(Cold::time_to_drain),
            part_warm: part.and_then(|cold| cold.time_to(WARM * hit_ratio)),
            ramp: ramp(),
            misses,
        }
    }
}

/// The cache of a scenario on demand, with the time that a fetch takes then.
pub(super) fn on_demand(scenario: &Scenario) -> Option<(Cache, Outcome)> {
    let (mut cache, nothing) = (cache(scenario), Warming::default());
    let demand = match scenario.origin.capacity.servers {
        Some(servers) => queued(scenario, &cache, nothing, servers.get()).ok()?.0,
        None => of(cache.clone(), nothing, fetch_time(scenario)),
    };
    cache.fetch = demand.fetch.mean;
    Some((cache, demand))
}
