//! From a scenario to what is played.

use std::sync::Arc;

use scenario::{
    ArrivalsKind, Order, Popularity, Predictor, Preset, Scenario, Seconds, ServiceKind, Strategy, Weighting,
};
use trace::synthetic::{Arrivals, Law, Nanos, Spec};

use crate::eviction::Chosen;
use crate::warming::setup::{
    Budget, CacheSetup, Job, Lives, Measure, Oracle, OriginSetup, Rate, Schedule, Selector, Service, Setup,
    Shape, Slow,
};

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

/// Most keys of a workload: they are held in flat arrays.
const MOST_KEYS: f64 = 100_000_000.0;
/// Longest that can be played, in seconds: 30 years.
const LONGEST: f64 = 1e9;
/// Most requests of a replication.
const MOST_REQUESTS: f64 = 1e11;

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
    let law = match workload.popularity {
        Popularity::Zipf { keys, exponent } => Law::zipf(keys as u32, exponent),
        Popularity::TwoClass { keys, hot_keys, hot_share } => {
            Law::two_class(keys as u32, hot_keys as u32, hot_share)
        }
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
        hot_keys: workload.hot_keys.get() as u32,
        churn_per_hour: workload.churn.get(),
        events: vec![],
        contents: None,
    })
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
            fill_on_miss: cache.fill_on_miss,
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
        hot_keys: scenario.workload.hot_keys.get() as u32,
        restarts: cache.restarts.iter().copied().map(nanos).collect(),
        measure: Measure {
            from: nanos(simulation.measure_from),
            until: nanos(simulation.duration),
            interval: nanos(simulation.interval).max(1),
        },
    })
}

fn origin(scenario: &Scenario) -> OriginSetup {
    let (origin, capacity) = (&scenario.origin, &scenario.origin.capacity);
    let shape = match capacity.service {
        ServiceKind::Constant => Shape::Constant,
        ServiceKind::Exponential => Shape::Exponential,
        ServiceKind::LogNormal => Shape::LogNormal(capacity.variation),
    };
    let slow = capacity.slow.iter().map(|slow| {
        let from = nanos(slow.from);
        Slow { from, until: from.saturating_add(nanos(slow.lasts)), factor: slow.factor }
    });
    OriginSetup {
        servers: capacity.servers.map(|servers| servers.get().min(f64::from(u32::MAX)) as u32),
        demand: Service { mean: millis(origin.miss_penalty.get()), shape },
        warm: Service { mean: millis(origin.warm_cost.get()), shape },
        cap: capacity.cap.map(|cap| Rate { per_second: cap.get() / 60.0, burst: capacity.cap_burst.get() }),
        failure_share: capacity.failure_share.get(),
        timeout: capacity.timeout.map(|timeout| millis(timeout.get())),
        slow: slow.collect(),
        coalesce: capacity.coalesce,
    }
}

fn budget(strategy: &Strategy) -> Budget {
    let budget = &strategy.budget;
    let small = |count: f64| count.min(f64::from(u32::MAX)) as u32;
    Budget {
        rate: budget.rate.map(|rate| Rate { per_second: rate.get() / 60.0, burst: budget.burst.get() }),
        refuse: budget.refuse,
        workers: budget.workers.map(|workers| small(workers.get())),
        queue: budget.queue.map(|queue| queue.get() as u64),
        batch: budget.batch.map(|batch| (small(batch.get()), millis(budget.batch_delay.get()))),
        skip_fresh: budget.skip_fresh,
        retries: small(budget.retries.get()),
        backoff: millis(budget.backoff.get()),
        backoff_jitter: budget.backoff_jitter.get(),
    }
}

/// What a strategy is made of.
fn jobs(scenario: &Scenario, strategy: &Strategy, twin: &Setup) -> Vec<Job> {
    let capacity = twin.cache.capacity;
    let hot = u64::from(twin.hot_keys).min(capacity);
    let hot = strategy.budget.keys.map_or(hot, |keys| (keys.get() as u64).min(hot));
    let base =
        Job { selector: Selector::Popularity, schedule: Schedule::OnChange, keys: hot, held_back: 0.0 };
    match (strategy.preset, &scenario.predictor) {
        (Preset::Demand, _) => vec![],
        (Preset::Predictive | Preset::Hybrid, Some(predictor)) => {
            let predicted = Job {
                selector: Selector::Oracle(oracle(predictor)),
                schedule: Schedule::Every { period: nanos(predictor.period).max(1), first: 0 },
                keys: capacity - hot,
                held_back: held_back(scenario, strategy),
            };
            vec![base, predicted]
        }
        (Preset::Static | Preset::Predictive | Preset::Hybrid, _) => vec![base],
        (_, predictor) => {
            strategy.jobs.iter().filter_map(|typed| job(typed, predictor.as_ref(), capacity)).collect()
        }
    }
}

fn job(typed: &scenario::Job, predictor: Option<&Predictor>, capacity: u64) -> Option<Job> {
    let selector = match typed.selector {
        scenario::Selector::Popularity => Selector::Popularity,
        scenario::Selector::Popular => Selector::Popular,
        scenario::Selector::Recent { window } => Selector::Recent { window: nanos(window) },
        scenario::Selector::Trending { window } => Selector::Trending { window: nanos(window) },
        scenario::Selector::HourOfDay => Selector::HourOfDay,
        scenario::Selector::Clairvoyant { horizon } => Selector::Clairvoyant { horizon: nanos(horizon) },
        // A scenario without a predictor is refused where a job wants one.
        scenario::Selector::Oracle => Selector::Oracle(oracle(predictor?)),
    };
    let schedule = match typed.schedule {
        scenario::Schedule::AtStart => Schedule::AtStart,
        scenario::Schedule::OnChange => Schedule::OnChange,
        scenario::Schedule::Every { period, first } => {
            Schedule::Every { period: nanos(period).max(1), first: nanos(first) }
        }
    };
    Some(Job {
        selector,
        schedule,
        keys: typed.keys.map_or(capacity, |keys| keys.get() as u64),
        held_back: 0.0,
    })
}

fn oracle(predictor: &Predictor) -> Oracle {
    Oracle {
        precision: predictor.precision.get(),
        recall: predictor.recall.get(),
        by_keys: predictor.weighting == Weighting::Keys,
        horizon: nanos(predictor.horizon),
        right_first: predictor.order == Order::RightFirst,
    }
}

/// Share of the predicted keys that a strategy's rails hold back.
fn held_back(scenario: &Scenario, strategy: &Strategy) -> f64 {
    let (rails, Some(predictor)) = (&strategy.rails, &scenario.predictor) else { return 0.0 };
    let (precision, churn) = (predictor.precision.get(), scenario.workload.churn.get());
    if strategy.preset != Preset::Hybrid {
        0.0
    } else if precision < rails.stop_below_precision.get() {
        1.0
    } else if precision < rails.clamp_below_precision.get() || churn > rails.clamp_above_churn_per_hour.get()
    {
        1.0 - rails.clamp_share.get()
    } else {
        0.0
    }
}

fn nanos(time: Seconds) -> Nanos {
    (time.get() * 1e9).round() as Nanos
}

fn millis(time: f64) -> Nanos {
    (time * 1e6).round() as Nanos
}
