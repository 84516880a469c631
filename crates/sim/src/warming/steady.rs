//! From when on a run is steady.

use std::sync::Arc;

use rayon::prelude::*;
use trace::synthetic::Nanos;

use crate::statistics::mser5;
use crate::warming::from_scenario::Unplayable;
use crate::warming::outcome::{Contradiction, Counts};
use crate::warming::replicate::{Requests, replicate};
use crate::warming::setup::{Measure, Setup};

/// Replications that are played for it; none of those that are counted is among them.
const PILOTS: u32 = 5;
/// Intervals of a pilot: 120 batches.
const INTERVALS: Nanos = 600;

/// Why there is no steady state to count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsettled {
    /// None is reached in the first half of the time.
    Never(Unplayable),
    /// Two numbers contradict each other: an error in this program.
    Unsound(Contradiction),
}

/// When the hit ratio of every world is steady: the latest of their truncation points by MSER-5, of the hit ratios of
/// some pilot replications together.
pub(crate) fn steady_from(requests: &Requests, setups: &[Arc<Setup>], seed: u64) -> Result<Nanos, Unsettled> {
    let Some(until) = setups.first().map(|setup| setup.measure.until) else { return Ok(0) };
    let interval = (until / INTERVALS).max(1);
    let measure = Measure { from: 0, until, interval };
    let watched: Vec<_> =
        setups.iter().map(|setup| Arc::new(Setup { measure, ..Setup::clone(setup) })).collect();
    let pilots = (0..PILOTS).into_par_iter().map(|pilot| {
        let outcomes = replicate(requests, &watched, seed, u32::MAX - pilot)?;
        Ok(outcomes.into_iter().map(|outcome| outcome.series).collect::<Vec<_>>())
    });
    let pilots: Vec<Vec<Vec<Counts>>> =
        pilots.collect::<Result<_, Contradiction>>().map_err(Unsettled::Unsound)?;
    let mut from = 0;
    for world in 0..setups.len() {
        let series: Vec<&[Counts]> = pilots.iter().map(|worlds| worlds[world].as_slice()).collect();
        let dropped = mser5(&hit_ratios(&series)).ok_or_else(never)?;
        from = from.max(dropped as Nanos * interval);
    }
    Ok(from)
}

/// The hit ratio of each interval, all replications together; no number where there is no request.
fn hit_ratios(replications: &[&[Counts]]) -> Vec<f64> {
    let intervals = replications.iter().map(|series| series.len()).min().unwrap_or(0);
    let of = |nth: usize| {
        let sum =
            |count: fn(&Counts) -> u64| replications.iter().map(|series| count(&series[nth])).sum::<u64>();
        sum(Counts::hits) as f64 / sum(|counts| counts.requests) as f64
    };
    (0..intervals).map(of).collect()
}

fn never() -> Unsettled {
    Unsettled::Never(Unplayable {
        key: "simulation.steady_state",
        message: "the hit ratio is not steady in the first half of the time".to_owned(),
        help: "write a longer simulation.duration_s, or measure_from_s".to_owned(),
    })
}
