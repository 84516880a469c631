//! Requests of a trace, and the instants that a scenario gives by their numbers.

use std::sync::Arc;

use scenario::Scenario;
use trace::synthetic::Nanos;

use crate::warming::from_scenario::workload::{LONGEST, MOST_REQUESTS};
use crate::warming::from_scenario::{Unplayable, nanos};
use crate::warming::inputs::Recording;
use crate::warming::replicate::Recorded;
use crate::warming::setup::Setup;

/// Requests of a trace at the times of a scenario, and a world whose instants are those of requests where the scenario
/// gives their numbers.
///
/// # Errors
/// Where it would take longer than can be played.
pub(super) fn recorded(
    scenario: &Scenario,
    recording: &Recording,
    twin: &mut Setup,
) -> Result<Recorded, Unplayable> {
    let refuse = |key, message: String, help: &str| Err(Unplayable { key, message, help: help.to_owned() });
    let requests = recording.keys.len();
    let rate = scenario.workload.request_rate.get() / 60.0;
    let last = match recording.times.last() {
        Some(last) => *last as f64 / 1e6,
        None => requests as f64 / rate,
    };
    if last > LONGEST || scenario.simulation.duration.get() > LONGEST {
        let message = format!("{:.0} s are too long", last.max(scenario.simulation.duration.get()));
        return refuse("workload.trace", message, "play a part of it, 1e9 s or less");
    }
    if requests as f64 > MOST_REQUESTS {
        return refuse("workload.trace", format!("{requests} requests are too many"), "play a part of it");
    }
    let mut times: Vec<Nanos> = match recording.times.as_slice() {
        [] => (0..requests).map(|nth| (nth as f64 / rate * 1e9).round() as Nanos).collect(),
        times => times.iter().map(|time| time * 1000).collect(),
    };
    let simulation = &scenario.simulation;
    let restarts = scenario.cache.restarts_at_request.iter().map(|nth| *nth as usize);
    let mut apart: Vec<usize> = restarts.clone().collect();
    let from = simulation.measure_from_request.map(|nth| nth as usize);
    apart.extend(from);
    // A boundary moves no request across a time that is stated, so that it may be looked up beforehand.
    let begins = from.unwrap_or_else(|| times.partition_point(|time| *time < twin.measure.from));
    let step = simulation.interval_requests.map(|step| step as usize);
    let ends = move |step: usize| (begins + step..requests).step_by(step);
    apart.extend(step.into_iter().flat_map(ends));
    tell_apart(&mut times, apart);
    twin.restarts.extend(restarts.map(|nth| times[nth]));
    twin.measure.from = from.map_or(twin.measure.from, |from| times[from]);
    if twin.measure.from >= twin.measure.until {
        let message = format!("nothing is left to count of {} s", simulation.duration.get());
        return refuse("simulation.measure_from_request", message, "write less, or a longer duration_s");
    }
    twin.marks = step.map(|step| ends(step).map(|nth| times[nth]).collect());
    twin.ranking = Some(Arc::from(recording.by_count()));
    Ok(Recorded {
        times,
        keys: recording.keys.clone(),
        known: recording.names.len() as u32,
        writes: vec![],
        objects: recording.objects.clone(),
    })
}

/// Moves requests to a nanosecond behind those ahead of them, where they come at one instant and something happens in
/// between.
fn tell_apart(times: &mut [Nanos], mut before: Vec<usize>) {
    before.sort_unstable();
    before.dedup();
    for nth in before.into_iter().filter(|nth| *nth > 0) {
        let least = times[nth - 1] + 1;
        times[nth..].iter_mut().take_while(|time| **time < least).for_each(|time| *time = least);
    }
}

/// How far jobs that follow the hot set look for its changes in a trace: again and again at this distance.
pub(super) fn follows_every(scenario: &Scenario) -> Nanos {
    (nanos(scenario.simulation.duration) / 1000).max(60_000_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_at_one_instant_are_told_apart_where_something_happens_between_them() {
        let mut times = vec![0, 1000, 1000, 1000, 1000, 2000, 2000, 3000];
        tell_apart(&mut times, vec![3, 0, 2, 5, 3]);
        assert_eq!(times, [0, 1000, 1001, 1002, 1002, 2000, 2000, 3000]);
        let mut close = vec![0, 0, 1, 1, 2];
        tell_apart(&mut close, vec![1, 2, 3]);
        assert_eq!(close, [0, 1, 2, 3, 3]);
    }
}
