//! An origin with few servers: fetches wait for one, and requests for the same key wait with them.

use scenario::Scenario;

use crate::origin::{Queue, allen_cunneen, many_servers};
use crate::renewal::answer::outcome_at;
use crate::renewal::question::{FetchTime, NoClosedForm, Warming, fetch_time};
use crate::renewal::{Cache, Outcome, Steady, of};

/// Steps towards a wait that brings about the load that brings about it.
const STEPS: usize = 50;
/// Relative precision of a wait.
const PRECISION: f64 = 1e-9;
/// How far a queue moves the age of eviction, at first sight.
const NEAR: f64 = 1.001;

/// What fetches wait at the origin.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Wait {
    /// Seconds on average, those that do not wait included.
    pub(super) mean: f64,
    /// Share of the fetches that wait.
    pub(super) share: f64,
    /// Share of the time of the servers that is used.
    pub(super) utilisation: f64,
}

/// What warming comes to where the origin has so many servers.
///
/// # Formula
/// Z = S + W(Λ): a fetch takes its service time S and waits W for one of c servers, and the longer it takes the more
/// requests wait for it instead of sending their own. W by Allen and Cunneen for the spread of service times (exact where they
/// are exponential). How long a fetch takes does not change who would have no copy if it took no time, so that for each age
/// of eviction Z is found first, and then the age at which the copies fill the cache.
///
/// # Assumptions
/// Misses reach the origin independently of each other. Warm operations are few beside them and take their place in the queue.
///
/// # Errors
/// Where without a queue the load is as much as the servers can do, or more: there is no number then.
pub(super) fn queued(
    scenario: &Scenario,
    cache: &Cache,
    warming: Warming,
    servers: f64,
) -> Result<(Outcome, Wait), NoClosedForm> {
    let origin = Origin::of(scenario, servers);
    let calm = of(cache.clone(), warming, origin.service);
    origin.wait(&calm)?;
    let mut cache = cache.clone();
    cache.take(&warming);
    let outcome = |steady: &Steady, fetch: FetchTime| {
        let cache = Cache { fetch: fetch.mean, ..cache.clone() };
        outcome_at(&cache, &warming, fetch, steady.clone())
    };
    let near = if calm.window.is_finite() { (calm.window, NEAR) } else { (cache.first_guess(), 2.0) };
    let mut last = 0.0;
    let steady = cache.steady_where(near, |steady| {
        last = origin.settled(last, |fetch| outcome(steady, fetch)).ok()?.mean;
        Some(origin.service.mean + last)
    });
    let wait = origin.settled(last, |fetch| outcome(&steady, fetch))?;
    Ok((outcome(&steady, with_wait(origin.service, wait)), wait))
}

/// What answers fetches.
struct Origin {
    servers: u32,
    service: FetchTime,
    /// The time that a warm operation takes, in seconds.
    warm: f64,
    /// Squared coefficient of variation of service times.
    spread: f64,
}

impl Origin {
    fn of(scenario: &Scenario, servers: f64) -> Self {
        let service = fetch_time(scenario);
        let spread =
            if service.mean > 0.0 { service.square / (service.mean * service.mean) - 1.0 } else { 0.0 };
        let servers = servers.min(f64::from(u32::MAX)) as u32;
        Self { servers, service, warm: scenario.origin.warm_cost.get() / 1000.0, spread }
    }

    /// What fetches wait under a load.
    fn wait(&self, outcome: &Outcome) -> Result<Wait, NoClosedForm> {
        let missed = outcome.requests * outcome.shares[2];
        let load = missed + outcome.warm;
        // Misses and warm operations take times of their own.
        let mean = match load > 0.0 {
            true => (missed * self.service.mean + outcome.warm * self.warm) / load,
            false => self.service.mean,
        };
        let all = many_servers(self.servers, load, mean);
        let waits = allen_cunneen(self.servers, load, mean, 1.0, self.spread);
        let (Queue::Stable(all), Queue::Stable(mean)) = (all, waits) else {
            let busy = load * mean / f64::from(self.servers);
            let what = format!("an unstable origin: its servers would have to work {busy:.2} of the time");
            return Err(NoClosedForm { key: "origin.servers", what });
        };
        Ok(Wait { mean, share: all.share, utilisation: all.utilization })
    }

    /// The wait that brings about the load that brings it about, by secants from a guess on, half of the first step being
    /// taken: where it is longer, fewer fetches are sent, and it should be shorter.
    fn settled(&self, guess: f64, outcome: impl Fn(FetchTime) -> Outcome) -> Result<Wait, NoClosedForm> {
        // Without a queue the load is the most that it can be.
        let mut wait = Wait { mean: guess, ..self.wait(&outcome(self.service))? };
        let mut before: Option<(f64, f64)> = None;
        for _ in 0..STEPS {
            let mean = wait.mean;
            let found = self.wait(&outcome(with_wait(self.service, wait)))?;
            let change = found.mean - mean;
            wait = Wait { mean, ..found };
            if change.abs() <= PRECISION * (self.service.mean + mean) {
                break;
            }
            let step = match before {
                Some((other, was)) if (was - change) * (mean - other) > 0.0 => {
                    change * (mean - other) / (was - change)
                }
                _ => change / 2.0,
            };
            before = Some((mean, change));
            wait.mean = (mean + step).max(0.0);
        }
        Ok(wait)
    }
}

/// Whether an empty cache sends no more to the origin than it can answer.
pub(super) fn survives_cold_start(scenario: &Scenario) -> bool {
    let rate = scenario.workload.request_rate.get() / 60.0;
    scenario.origin.per_second().is_none_or(|can| rate < can)
}

/// A fetch that waits first; those that wait do so for an exponential time.
fn with_wait(service: FetchTime, Wait { mean, share, .. }: Wait) -> FetchTime {
    let square = if share > 0.0 { 2.0 * mean * mean / share } else { 0.0 };
    FetchTime { mean: service.mean + mean, square: service.square + 2.0 * service.mean * mean + square }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::renewal::cache;

    fn scenario(servers: u32, service: &str) -> Scenario {
        let text = format!(
            "[workload]\nrequest_rate_per_minute = \"100/s\"\nkeys = 100_000\nzipf_exponent = 0\nchurn_per_hour = 0\n\
             [cache]\ncapacity_items = 50_000\nhit_latency_ms = 1\n\
             [origin]\nmiss_penalty_ms = 160\nwarm_cost_ms = 1\nservers = {servers}\n{service}"
        );
        Scenario::from_toml("queue", &text).expect("is a scenario")
    }

    /// Half of the keys fit, so that 50 fetches a second of 160 ms keep 8 servers busy: of 10 that is Erlang's C of .409180
    /// and a wait of .204590 services (equation E15 of this project's theory notes, c = 10, a = 8).
    #[test]
    fn fetches_wait_as_erlang_says() {
        let asked = scenario(10, "service = \"exponential\"");
        let (outcome, wait) = queued(&asked, &cache(&asked), Warming::default(), 10.0).expect("is stable");
        assert!((outcome.shares[0] - 0.5).abs() < 1e-3, "{outcome:?}");
        assert!((wait.mean / 0.16 - 0.204_590).abs() < 1e-3, "{wait:?}");
        assert!((wait.share - 0.409_180).abs() < 1e-3 && (wait.utilisation - 0.8).abs() < 1e-3, "{wait:?}");
        // Constant times halve the wait.
        let asked = scenario(10, "");
        let (_, constant) = queued(&asked, &cache(&asked), Warming::default(), 10.0).expect("is stable");
        assert!((constant.mean / wait.mean - 0.5).abs() < 1e-2, "{constant:?}");
    }

    #[test]
    fn an_origin_that_cannot_keep_up_has_no_number() {
        let asked = scenario(7, "service = \"exponential\"");
        let refused = queued(&asked, &cache(&asked), Warming::default(), 7.0).expect_err("is unstable");
        assert!(refused.what.contains("an unstable origin"), "{refused:?}");
    }
}
