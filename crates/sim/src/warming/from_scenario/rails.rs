//! What holds a strategy back.

use scenario::{LatencyIs, LatencyOf, Scenario, Strategy};

use crate::warming::from_scenario::{millis, nanos};
use crate::warming::setup::{Between, Breakdowns, Breaker, LatencyStop, Pressure, PressureStop, Rails};

pub(super) fn rails(scenario: &Scenario, strategy: &Strategy) -> Rails {
    let rails = &strategy.rails;
    let timeout = scenario.origin.capacity.timeout.map(|timeout| millis(timeout.get()));
    let small = |count: f64| count.min(f64::from(u32::MAX)) as u32;
    Rails {
        latency: rails.latency.map(|stop| LatencyStop {
            above: millis(stop.above.get()),
            over: small(stop.over.get()),
            of_demand: stop.of == LatencyOf::All,
            taken_for: timeout.filter(|_| stop.is == LatencyIs::Timeout),
            fills: stop.fills,
            resume_below: stop.resume_below.map(|below| millis(below.get())),
            resume_after: stop.resume_after.map(nanos),
        }),
        breaker: rails
            .breaker
            .map(|breaker| Breaker { failures: small(breaker.failures.get()), pause: nanos(breaker.pause) }),
        pressure: rails.pressure.map(|stop| PressureStop {
            at: stop.at.get(),
            below: stop.below.get(),
            latches: stop.latches,
            between: match stop.between {
                scenario::Between::Operations => Between::Operations,
                scenario::Between::Batches => Between::Batches,
                scenario::Between::Phases => Between::Phases,
            },
        }),
        breakdowns: Breakdowns {
            at: rails.breakdowns.at.iter().copied().map(nanos).collect(),
            lasts: nanos(rails.breakdowns.lasts),
            resumes: rails.breakdowns.resumes,
        },
    }
}

/// Memory pressure over time.
pub(super) fn pressure(scenario: &Scenario) -> Vec<Pressure> {
    let each = scenario.memory.pressure.iter();
    each.map(|(from, percent)| Pressure { from: nanos(*from), percent: percent.get() }).collect()
}
