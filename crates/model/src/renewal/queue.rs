//! An origin with few servers: fetches wait for one, and requests for the same key wait with them.

use scenario::Scenario;

use crate::origin::{Queue, allen_cunneen, many_servers};
use crate::renewal::question::{FetchTime, NoClosedForm, Warming, fetch_time};
use crate::renewal::{Cache, Outcome, of};

/// Steps towards a wait that brings about the load that brings about it.
const STEPS: usize = 50;
/// Relative precision of a wait.
const PRECISION: f64 = 1e-9;

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
/// are exponential). From W = 0 on by secants, half of the first step being taken.
///
/// # Assumptions
/// Misses reach the origin independently of each other. Warm operations are few beside them and take their place in the queue.
///
/// # Errors
/// Where the load is as much as the servers can do, or more: there is no steady state then, and no number.
pub(super) fn queued(
    scenario: &Scenario,
    cache: &Cache,
    warming: Warming,
    servers: f64,
) -> Result<(Outcome, Wait), NoClosedForm> {
    let service = fetch_time(scenario);
    let warm = scenario.origin.warm_cost.get() / 1000.0;
    let spread = if service.mean > 0.0 { service.square / (service.mean * service.mean) - 1.0 } else { 0.0 };
    let servers = servers.min(f64::from(u32::MAX)) as u32;
    let mut wait = Wait::default();
    let mut outcome = of(cache.clone(), warming, service);
    let mut before: Option<(f64, f64)> = None;
    for _ in 0..STEPS {
        let missed = outcome.requests * outcome.shares[2];
        let load = missed + outcome.warm;
        // Misses and warm operations take times of their own.
        let mean =
            if load > 0.0 { (missed * service.mean + outcome.warm * warm) / load } else { service.mean };
        let (Queue::Stable(all), Queue::Stable(waits)) =
            (many_servers(servers, load, mean), allen_cunneen(servers, load, mean, 1.0, spread))
        else {
            let busy = load * mean / f64::from(servers);
            let what = format!("an unstable origin: its servers would have to work {busy:.2} of the time");
            return Err(NoClosedForm { key: "origin.servers", what });
        };
        let change = waits - wait.mean;
        wait = Wait { share: all.share, utilisation: all.utilization, ..wait };
        if change.abs() <= PRECISION * (service.mean + wait.mean) {
            break;
        }
        // Where it is longer, fewer fetches are sent, and it should be shorter.
        let step = match before {
            Some((mean, was)) if (was - change) * (wait.mean - mean) > 0.0 => {
                change * (wait.mean - mean) / (was - change)
            }
            _ => change / 2.0,
        };
        before = Some((wait.mean, change));
        wait.mean = (wait.mean + step).max(0.0);
        let found = with_wait(service, wait);
        outcome = of(Cache { fetch: found.mean, ..cache.clone() }, warming, found);
    }
    Ok((outcome, wait))
}

/// Whether an empty cache sends no more to the origin than it can answer.
pub(super) fn survives_cold_start(scenario: &Scenario) -> bool {
    let rate = scenario.workload.request_rate.get() / 60.0;
    scenario.origin.per_second().is_none_or(|can| rate < can)
}

/// A fetch that waits first; those that wait do so for an exponential time.
fn with_wait(service: FetchTime, wait: Wait) -> FetchTime {
    let square = if wait.share > 0.0 { 2.0 * wait.mean * wait.mean / wait.share } else { 0.0 };
    FetchTime {
        mean: service.mean + wait.mean,
        square: service.square + 2.0 * service.mean * wait.mean + square,
    }
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
