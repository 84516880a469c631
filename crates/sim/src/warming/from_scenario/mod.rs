//! From a scenario to what is played.

mod budget;
mod extras;
mod jobs;
mod origin;
mod rails;
mod recorded;
mod room;
mod workload;

pub use workload::workload;

use std::sync::Arc;

use scenario::{Preset, Scenario, Seconds, Strategy};
use trace::synthetic::Nanos;

use crate::eviction::Chosen;
use crate::warming::from_scenario::{
    budget::budget,
    extras::crowds,
    jobs::jobs,
    origin::origin,
    rails::{pressure, rails},
};
use crate::warming::inputs::{Inputs, Names};
use crate::warming::replicate::Requests;
use crate::warming::setup::{CacheSetup, Flush, Lives, Measure, OnWrite, Rails, Setup};

/// Why a scenario cannot be played.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unplayable {
    /// Key whose value cannot be taken.
    pub key: &'static str,
    /// What is wrong with it.
    pub message: String,
    /// What to do about it.
    pub help: String,
}

/// A world without warming, and one for each strategy.
///
/// # Errors
/// Where the eviction policy is none, or cannot be used without knowing the future.
pub fn setups(scenario: &Scenario) -> Result<(Setup, Vec<Setup>), Unplayable> {
    let twin = twin(scenario)?;
    let strategies = strategies(scenario, &twin, &Names::of(scenario, &Inputs::default()));
    Ok((twin, strategies))
}

/// What is played: requests, a world without warming, and one for each strategy.
///
/// # Errors
/// As for [`workload`] and [`setups`], and where a trace is named and not at hand.
pub(super) fn played(
    scenario: &Scenario,
    inputs: &Inputs,
) -> Result<(Requests, Setup, Vec<Setup>), Unplayable> {
    let mut twin = twin(scenario)?;
    let requests = match (&scenario.workload.trace, &inputs.recording) {
        (None, _) => Requests::Synthetic(Arc::new(workload(scenario)?)),
        (Some(_), Some(recording)) => {
            Requests::Recorded(Arc::new(recorded::recorded(scenario, recording, &mut twin)?))
        }
        (Some(_), None) => {
            let message = "the requests of the trace are not at hand".to_owned();
            let help = "bring them with the inputs of the simulation".to_owned();
            return Err(Unplayable { key: "workload.trace", message, help });
        }
    };
    let strategies = strategies(scenario, &twin, &Names::of(scenario, inputs));
    Ok((requests, twin, strategies))
}

fn strategies(scenario: &Scenario, twin: &Setup, names: &Names) -> Vec<Setup> {
    let of = |strategy: &Strategy| Setup {
        jobs: jobs(scenario, strategy, twin, names),
        budget: budget(scenario, strategy),
        rails: rails(scenario, strategy),
        ..twin.clone()
    };
    scenario.strategies.iter().map(of).collect()
}

fn twin(scenario: &Scenario) -> Result<Setup, Unplayable> {
    let cache = &scenario.cache;
    let bad = |message: String, help: String| Unplayable { key: "cache.policy", message, help };
    let policy = Chosen::parse(&cache.policy).map_err(|wrong| bad(wrong.message, wrong.help))?;
    if policy.entry.needs_future {
        let message = format!("{} has to know what is asked for next", policy.entry.name);
        return Err(bad(message, "`warmcast replay` plays it to a trace".to_owned()));
    }
    let ttl = cache.ttl.filter(|ttl| ttl.get() > 0.0);
    let simulation = &scenario.simulation;
    Ok(Setup {
        cache: CacheSetup {
            policy,
            // A time to live of nothing keeps nothing.
            capacity: if cache.ttl.is_some() && ttl.is_none() { 0 } else { cache.capacity.get() as u64 },
            bytes: cache
                .bytes
                .map(|bytes| if cache.ttl.is_some() && ttl.is_none() { 0 } else { bytes.get() as u64 }),
            fill_on_miss: cache.fill_on_miss,
            on_write: match cache.on_write {
                scenario::OnWrite::Nothing => OnWrite::Nothing,
                scenario::OnWrite::Invalidate => OnWrite::Invalidate,
            },
            ttl: ttl.map(|ttl| Lives {
                mean: nanos(ttl),
                jitter: cache.ttl_jitter.get(),
                sliding: cache.ttl_sliding,
            }),
            hit_latency: millis(cache.hit_latency.get()),
        },
        origin: origin(scenario),
        jobs: vec![],
        budget: budget(scenario, &Strategy::preset(Preset::Demand)),
        rails: Rails::default(),
        pressure: pressure(scenario),
        hot_keys: scenario.workload.hot_keys.get() as u32,
        clock: workload::wall_clock(scenario),
        ranking: None,
        restarts: cache.restarts.iter().copied().map(nanos).collect(),
        flushes: cache.flushes.iter().map(flush).collect(),
        crowds: crowds(&scenario.workload),
        measure: Measure {
            from: nanos(simulation.measure_from),
            until: nanos(simulation.duration),
            interval: nanos(simulation.interval).max(1),
        },
        marks: None,
    })
}

fn flush(flush: &scenario::Flush) -> Flush {
    Flush { at: nanos(flush.at), tenant: flush.tenant.clone() }
}

fn nanos(time: Seconds) -> Nanos {
    (time.get() * 1e9).round() as Nanos
}

fn millis(time: f64) -> Nanos {
    (time * 1e6).round() as Nanos
}
