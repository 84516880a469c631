//! What a scenario asks of this engine: a cache, and for each strategy the parts that have a closed form.

use scenario::{
    ArrivalsKind, JobOrder, Preset, RefreshWhen, Scenario, Schedule, Selector, ServiceKind, Strategy,
};

use crate::renewal::budget::{pace, times, within_budget};
use crate::renewal::{Beginning, Cache, Evicts, Forecasts, List, Lives, Refresh, Start, When, ranks};

pub(super) const HOUR: f64 = 3600.0;

/// Why there is no closed form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoClosedForm {
    /// Key of the scenario that has none, or of a part of a strategy.
    pub key: &'static str,
    /// What it is that has none.
    pub what: String,
}

pub(super) fn none(key: &'static str, what: impl Into<String>) -> Result<(), NoClosedForm> {
    Err(NoClosedForm { key, what: what.into() })
}

/// What a strategy does, as far as there are formulas.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Warming {
    /// Keys of the hot set that are kept warm: fetched at the beginning, and whenever one enters.
    pub follows: Option<f64>,
    /// Keys that are named again and again.
    pub forecasts: Option<Forecasts>,
    /// Copies that are fetched anew.
    pub refresh: Option<Refresh>,
    /// Keys that are fetched at a start.
    pub start: Beginning,
}

/// The time that a fetch for a request takes: mean and mean of the square, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FetchTime {
    /// E\[Z\].
    pub mean: f64,
    /// E\[Z²\].
    pub square: f64,
}

impl FetchTime {
    /// The share of a fetch that is left at an instant, on average: E\[Z²\] / (2 E\[Z\]²).
    pub fn rest(&self) -> f64 {
        if self.mean > 0.0 { self.square / (2.0 * self.mean * self.mean) } else { 0.5 }
    }
}

/// Whether a scenario as a whole has a closed form.
///
/// # Errors
/// The first thing that has none.
pub fn answerable(scenario: &Scenario) -> Result<(), NoClosedForm> {
    let Scenario { workload, cache, .. } = scenario;
    if workload.trace.is_some() {
        none("workload.trace", "a trace")?;
    }
    if workload.request_rate.get() <= 0.0 {
        none("workload.request_rate_per_minute", "a cache that nobody asks")?;
    }
    if workload.arrivals.kind == ArrivalsKind::Bursty {
        none("workload.arrivals", "bursty arrivals")?;
    }
    if workload.arrivals.hourly.is_some() {
        none("workload.hourly", "a rate that varies over the day")?;
    }
    let extras = &workload.extras;
    if !extras.crowds.is_empty() {
        none("workload.crowd", "a crowd")?;
    }
    if !extras.scans.is_empty() {
        none("workload.scan", "a scan")?;
    }
    if extras.contents.is_some() {
        none("workload.contents", "contents beside a popularity law")?;
    }
    if cache.bytes.is_some() {
        none("workload.objects.size_variation", "objects of various sizes")?;
    }
    if workload.objects.cost_variation > 0.0 {
        none("workload.objects.cost_variation", "fetches that take longer for some keys")?;
    }
    match cache.policy.as_str() {
        "lru" => {}
        "fifo" if cache.ttl_sliding || (cache.ttl.is_some() && cache.ttl_jitter.get() > 0.0) => {
            none("cache.policy", "eviction of the oldest, where lives vary")?;
        }
        "fifo" => {}
        other => none("cache.policy", format!("eviction by {other}"))?,
    }
    if !cache.fill_on_miss {
        none("cache.fill_on_miss", "a cache that misses do not fill")?;
    }
    if workload.updates.is_some() && cache.on_write == scenario::OnWrite::Invalidate {
        none("cache.on_write", "invalidation")?;
    }
    if !cache.flushes.is_empty() {
        none("cache.flush", "a flush")?;
    }
    let origin = &scenario.origin.capacity;
    if origin.cap.is_some() {
        none("origin.cap_per_minute", "an origin with a rate cap")?;
    }
    if origin.failure_share.get() > 0.0 {
        none("origin.failure_share", "an origin that fails")?;
    }
    if origin.timeout.is_some() {
        none("origin.timeout_ms", "requests that give up")?;
    }
    if !origin.coalesce {
        none("origin.coalesce", "requests that do not wait for each other's fetches")?;
    }
    if !origin.slow.is_empty() {
        none("origin.slow", "an origin that is slow at times")?;
    }
    Ok(())
}

/// The cache of a scenario, without warming.
pub fn cache(scenario: &Scenario) -> Cache {
    let Scenario { workload, cache, .. } = scenario;
    let (hot, capacity) = (workload.hot_keys.get(), cache.capacity.get().floor());
    let ttl = cache.ttl.map(|ttl| ttl.get());
    Cache {
        ranks: ranks(&workload.popularity, workload.request_rate.get() / 60.0, hot, hot.min(capacity)),
        // A time to live of nothing keeps nothing.
        capacity: if ttl == Some(0.0) { 0.0 } else { capacity },
        churn: workload.churn.get() / HOUR,
        lives: Lives {
            ttl: ttl.filter(|ttl| *ttl > 0.0),
            jitter: cache.ttl_jitter.get(),
            sliding: cache.ttl_sliding,
            refresh: None,
        },
        fetch: fetch_time(scenario).mean,
        follows: false,
        evicts: if cache.policy == "fifo" { Evicts::Oldest } else { Evicts::IdleLongest },
    }
}

/// The time that a fetch for a request takes.
pub fn fetch_time(scenario: &Scenario) -> FetchTime {
    let origin = &scenario.origin;
    let mean = origin.miss_penalty.get() / 1000.0;
    let variation = origin.capacity.variation;
    let square = match origin.capacity.service {
        ServiceKind::Constant => mean * mean,
        ServiceKind::Exponential => 2.0 * mean * mean,
        ServiceKind::LogNormal => mean * mean * (1.0 + variation * variation),
        ServiceKind::Empirical => {
            let times = origin.capacity.times.iter().map(|time| time.get() / 1000.0);
            let squares: f64 = times.map(|time| time * time).sum();
            squares / origin.capacity.times.len() as f64 * (1.0 + variation * variation)
        }
    };
    FetchTime { mean, square }
}

/// What a strategy does.
///
/// # Errors
/// The first part of it that has no closed form.
pub fn warming(scenario: &Scenario, strategy: &Strategy) -> Result<Warming, NoClosedForm> {
    let capacity = scenario.cache.capacity.get().floor();
    let hot = scenario.workload.hot_keys.get().min(capacity);
    let hot = strategy.budget.keys.map_or(hot, |keys| keys.get().min(hot));
    let mut warming = Warming::default();
    match strategy.preset {
        Preset::Demand => {}
        Preset::Static => warming.follows = Some(hot),
        Preset::Predictive | Preset::Hybrid => {
            warming.follows = Some(hot);
            warming.forecasts = forecasts(scenario, strategy, capacity - hot)?;
        }
        _ => {
            for job in &strategy.jobs {
                if job.prefix.is_some() || job.tenant.is_some() {
                    none("strategy.job.prefix", "a job that keeps to some of the keys")?;
                }
                let keys = job.keys.map_or(capacity, |keys| keys.get());
                let best_last = job.order == JobOrder::ColdestFirst;
                let start = |list| start(scenario, strategy, keys, list, best_last);
                let alone = strategy.jobs.len() == 1;
                match (&job.selector, &job.schedule) {
                    (Selector::Popularity, Schedule::AtStart) if alone => {
                        warming.start = start(List::Popular);
                    }
                    (Selector::Recent { window }, Schedule::AtStart) if alone => {
                        // Of what was asked for before the beginning nobody knows.
                        let began = scenario.cache.restarts.iter().map(|at| at.get()).fold(0.0, f64::max);
                        warming.start = start(List::Recent { window: window.get().min(began) });
                    }
                    (Selector::Popularity, Schedule::OnChange) if warming.follows.is_none() => {
                        warming.follows = Some(keys.min(capacity));
                    }
                    (Selector::Resident, Schedule::RefreshAhead { from, when, warmed_only: false })
                        if warming.refresh.is_none() =>
                    {
                        warming.refresh = Some(Refresh {
                            from: from.get(),
                            when: match when {
                                RefreshWhen::OnHit => When::OnHit,
                                RefreshWhen::Always => When::Always,
                                RefreshWhen::IfUsed => When::IfUsed,
                            },
                        });
                    }
                    _ => none("strategy.job.selector", strategy.preset.name())?,
                }
            }
        }
    }
    if warming.follows.is_some_and(|keys| keys > scenario.workload.hot_keys.get()) {
        none("strategy.job.keys", "more keys than the hot set has, kept warm as they change")?;
    }
    if let Some(keys) = warming.follows {
        warming.start = start(scenario, strategy, keys, List::Popular, false);
    }
    if scenario.cache.policy != "lru" && (warming.forecasts.is_some() || warming.refresh.is_some()) {
        none("cache.policy", "eviction of the oldest, where copies are forecast or fetched anew")?;
    }
    within_budget(scenario, strategy, &warming)?;
    Ok(warming)
}

/// What becomes of a list at a start.
fn start(scenario: &Scenario, strategy: &Strategy, keys: f64, list: List, best_last: bool) -> Beginning {
    let (pace, skips) = (pace(scenario, strategy), strategy.budget.skip_fresh);
    let start = Start { keys, list, best_last, pace, skips };
    if times(scenario, strategy, &start) { Beginning::List(start) } else { Beginning::Untimed }
}

fn forecasts(scenario: &Scenario, strategy: &Strategy, most: f64) -> Result<Option<Forecasts>, NoClosedForm> {
    let Some(predictor) = &scenario.predictor else { return Ok(None) };
    let allowed = 1.0 - strategy.held_back(scenario);
    let named = predictor.precision.get() > 0.0 && predictor.recall.get() > 0.0 && allowed > 0.0;
    if named && scenario.cache.ttl_sliding {
        none("cache.ttl_sliding", "forecasts for a cache whose times to live begin anew with each hit")?;
    }
    Ok(named.then_some(Forecasts {
        precision: predictor.precision.get(),
        recall: predictor.recall.get(),
        horizon: predictor.horizon.get(),
        period: predictor.period.get(),
        most,
        allowed,
        takes: scenario.origin.warm_cost.get() / 1000.0,
    }))
}
