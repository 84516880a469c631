//! From a scenario to what is played.

mod budget;
mod extras;
mod jobs;
mod origin;
mod rails;
mod workload;

pub use workload::workload;

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
    let of = |strategy: &Strategy| Setup {
        jobs: jobs(scenario, strategy, &twin),
        budget: budget(strategy),
        rails: rails(scenario, strategy),
        ..twin.clone()
    };
    let all = scenario.strategies.iter().map(of).collect();
    Ok((twin, all))
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
        budget: budget(&Strategy::preset(Preset::Demand)),
        rails: Rails::default(),
        pressure: pressure(scenario),
        hot_keys: scenario.workload.hot_keys.get() as u32,
        clock: workload::wall_clock(scenario),
        restarts: cache.restarts.iter().copied().map(nanos).collect(),
        flushes: cache.flushes.iter().map(flush).collect(),
        crowds: crowds(&scenario.workload),
        measure: Measure {
            from: nanos(simulation.measure_from),
            until: nanos(simulation.duration),
            interval: nanos(simulation.interval).max(1),
        },
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
