//! Requests of a trace, and the instants that a scenario gives by their numbers.

use std::sync::Arc;

use scenario::Scenario;
use trace::synthetic::Nanos;

use crate::warming::from_scenario::workload::{LONGEST, MOST_REQUESTS};
use crate::warming::from_scenario::{Unplayable, nanos};
use crate::warming::inputs::{Recording, Written};
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
    let writes = in_order(&mut times, apart, &recording.writes, !recording.times.is_empty());
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
        writes,
        objects: recording.objects.clone(),
    })
}

/// When keys are written. Where several things come at one instant, those behind a request that are to come behind it
/// move to a nanosecond later: requests ahead of which something happens, and updates, which would come first.
fn in_order(
    times: &mut [Nanos],
    mut apart: Vec<usize>,
    writes: &[Written],
    timed: bool,
) -> Vec<(Nanos, u32)> {
    apart.sort_unstable();
    let (mut apart, mut written) = (apart.into_iter().peekable(), Vec::with_capacity(writes.len()));
    let mut writes = writes.iter().peekable();
    // The last of all, and the last request; nothing is before the beginning.
    let (mut last, mut asked) = (0, -1);
    for nth in 0..=times.len() {
        while let Some(write) = writes.next_if(|write| write.before == nth) {
            let stated = if timed { write.at * 1000 } else { times.get(nth).copied().unwrap_or(last) };
            last = stated.max(last).max(asked + 1);
            written.push((last, write.key));
        }
        let Some(time) = times.get_mut(nth) else { break };
        let mut alone = false;
        while apart.next_if(|one| *one == nth).is_some() {
            alone = nth > 0;
        }
        *time = (*time).max(if alone { last + 1 } else { last });
        (last, asked) = (*time, *time);
    }
    written
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
        in_order(&mut times, vec![3, 0, 2, 5, 3], &[], true);
        assert_eq!(times, [0, 1000, 1001, 1002, 1002, 2000, 2000, 3000]);
        let mut close = vec![0, 0, 1, 1, 2];
        in_order(&mut close, vec![1, 2, 3], &[], true);
        assert_eq!(close, [0, 1, 2, 3, 3]);
    }

    #[test]
    fn an_update_stays_between_the_requests_that_it_came_between() {
        let write = |before, at, key| Written { before, at, key };
        let writes = [write(0, 0, 7), write(1, 0, 8), write(1, 0, 9), write(3, 5, 7), write(3, 6, 8)];
        let mut times = vec![0, 0, 5000];
        let found = in_order(&mut times, vec![], &writes, true);
        assert_eq!(times, [0, 1, 5000]);
        assert_eq!(found, [(0, 7), (1, 8), (1, 9), (5001, 7), (6000, 8)]);
        // Without times an update comes with the request behind it.
        let mut even = vec![0, 1000, 2000];
        let found = in_order(&mut even, vec![], &writes, false);
        assert_eq!(
            (even, found),
            (vec![0, 1000, 2000], vec![(0, 7), (1000, 8), (1000, 9), (2001, 7), (2001, 8)])
        );
    }
}
