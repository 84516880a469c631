//! Who asks for what.

use std::sync::Arc;

use scenario::{ArrivalsKind, Popularity, Scenario};
use trace::synthetic::{Arrivals, Law, ObjectSpec, Spec, WallClock};

use crate::warming::from_scenario::Unplayable;

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
    if rate <= 0.0 {
        let message = "nobody asks for anything".to_owned();
        return refuse("workload.request_rate_per_minute", message, "write a rate above 0");
    }
    if rate * duration > MOST_REQUESTS {
        let message = format!("{:.0e} requests are too many to be played", rate * duration);
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
        events: vec![],
        contents: None,
        updates: None,
        objects: ObjectSpec {
            mean_bytes: workload.mean_object.map_or(1.0, |size| size.get()),
            ..ObjectSpec::default()
        },
    })
}

/// The clock on the wall.
pub(super) fn wall_clock(scenario: &Scenario) -> WallClock {
    let simulation = &scenario.simulation;
    WallClock::new(simulation.calendar.clock(simulation.duration))
}
