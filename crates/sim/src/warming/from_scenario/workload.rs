//! Who asks for what.

use std::sync::Arc;

use scenario::{ArrivalsKind, Bytes, Popularity, Scenario, Written};
use trace::synthetic::{Arrivals, Importance, Law, ObjectSpec, Spec, Tenant, Updates, WallClock};

use crate::warming::from_scenario::Unplayable;
use crate::warming::from_scenario::extras::{contents, demand, events};

/// Most keys of a workload: they are held in flat arrays.
const MOST_KEYS: f64 = 100_000_000.0;
/// Longest that can be played, in seconds: 30 years.
pub(super) const LONGEST: f64 = 1e9;
/// Most requests of a replication.
pub(super) const MOST_REQUESTS: f64 = 1e11;

/// Who asks for what.
///
/// # Errors
/// Where it would take more memory or time than there is.
pub fn workload(scenario: &Scenario) -> Result<Spec, Unplayable> {
    let workload = &scenario.workload;
    let refuse = |key, message: String, help: &str| Err(Unplayable { key, message, help: help.to_owned() });
    let keys = workload.popularity.keys();
    if keys > MOST_KEYS {
        return refuse(
            "workload.keys",
            format!("{keys} keys are too many to be held"),
            "write 100 million or fewer",
        );
    }
    let (rate, duration) = (workload.request_rate.get() / 60.0, scenario.simulation.duration.get());
    if duration > LONGEST {
        return refuse("simulation.duration_s", format!("{duration} s are too long"), "write 1e9 s or less");
    }
    let (new_keys, beside) = demand(workload, duration);
    if keys + new_keys > MOST_KEYS {
        let message = format!("{:.0e} new keys are too many to be held", new_keys);
        return refuse(
            "workload",
            message,
            "write fewer keys of crowds and scans, and fewer contents per hour",
        );
    }
    if rate <= 0.0 && beside <= 0.0 {
        let message = "nobody asks for anything".to_owned();
        return refuse("workload.request_rate_per_minute", message, "write a rate above 0");
    }
    let updates = workload.updates.map_or(0.0, |updates| updates.rate.get() / 60.0);
    let all = (rate + updates) * duration + beside;
    if all > MOST_REQUESTS {
        let message = format!("{all:.0e} requests and writes are too many to be played");
        return refuse("simulation.duration_s", message, "write a shorter time");
    }
    let law = match &workload.popularity {
        Popularity::Zipf { keys, exponent } => Law::zipf(*keys as u32, *exponent),
        Popularity::TwoClass { keys, hot_keys, hot_share } => {
            Law::two_class(*keys as u32, *hot_keys as u32, *hot_share)
        }
        Popularity::Measured(ranked) => Law::measured(ranked.counts()),
    };
    let arrivals = &workload.arrivals;
    Ok(Spec {
        keys: keys as u32,
        law: Arc::new(law),
        rate_per_s: rate,
        arrivals: match arrivals.kind {
            ArrivalsKind::Poisson => Arrivals::Poisson,
            ArrivalsKind::Regular => Arrivals::Regular,
            ArrivalsKind::Bursty => Arrivals::Bursty {
                factor: arrivals.burst_factor,
                share: arrivals.burst_share.get(),
                mean_burst_s: arrivals.mean_burst.get(),
            },
        },
        hourly: arrivals.hourly,
        clock: wall_clock(scenario),
        hot_keys: workload.hot_keys.get() as u32,
        churn_per_hour: workload.churn.get(),
        events: events(workload),
        contents: contents(workload),
        updates: workload.updates.map(|updates| Updates {
            per_s: updates.rate.get() / 60.0,
            popular: updates.written == Written::Popular,
        }),
        objects: objects(&workload.objects),
    })
}

/// The clock on the wall.
pub(super) fn wall_clock(scenario: &Scenario) -> WallClock {
    let simulation = &scenario.simulation;
    WallClock::new(simulation.calendar.clock(simulation.duration))
}

fn objects(objects: &scenario::Objects) -> ObjectSpec {
    let tenant = |tenant: &scenario::Tenant| Tenant { name: tenant.name.clone(), share: tenant.share.get() };
    ObjectSpec {
        mean_bytes: objects.mean_bytes.map_or(1.0, Bytes::get),
        size_variation: objects.size_variation,
        cost_variation: objects.cost_variation,
        levels: objects.levels,
        children: objects.children,
        importance: objects.importance.map(|importance| match importance {
            scenario::Importance::Rank => Importance::Rank,
            scenario::Importance::Random => Importance::Random,
        }),
        tenants: objects.tenants.iter().map(tenant).collect(),
    }
}
