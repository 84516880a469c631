//! From the steady state of a cache to metrics.

use evaluation::{Engine, Estimate, Evaluation, Metric};
use scenario::{Scenario, Strategy};

use crate::renewal::flags::{Found, raised};
use crate::renewal::latency::latencies;
use crate::renewal::question::{FetchTime, NoClosedForm, Warming, answerable, cache, fetch_time, warming};
use crate::renewal::queue::{Wait, queued};
use crate::renewal::{Beginning, Cache, Cold, Steady};

/// What this engine says of a scenario.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// For each strategy that has a closed form, in the order of the scenario.
    pub evaluations: Vec<Evaluation>,
    /// Strategies that have none, and why.
    pub unanswered: Vec<(String, NoClosedForm)>,
}

/// What a strategy comes to in the long run.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome {
    /// Shares of the requests that find a copy, that wait for a fetch under way, and that begin one.
    pub shares: [f64; 3],
    /// Warm operations a second.
    pub warm: f64,
    /// Requests a second.
    pub requests: f64,
    /// The time that a fetch takes.
    pub fetch: FetchTime,
    /// The age at which copies are evicted, in seconds: since their last request, or since their fetch where the oldest goes.
    pub window: f64,
    /// How long a request waits for a fetch on average, in seconds.
    pub wait: f64,
}

impl Outcome {
    /// Fetches at the origin, a second: misses and warm operations.
    pub fn origin_load(&self) -> f64 {
        self.warm + self.requests * self.shares[2]
    }

    /// What an hour of that costs, and the room of the cache; none where the scenario has no costs.
    pub fn hourly_cost(&self, scenario: &Scenario) -> Option<f64> {
        let costs = scenario.costs.as_ref()?;
        let fetch = costs.fetch + costs.byte * costs.object.get();
        let hourly = 3600.0 * (self.origin_load() * fetch + self.warm * costs.operation);
        Some(hourly + scenario.cache.capacity.get() * costs.object.get() * costs.byte_hour)
    }
}

/// Answers for every strategy of the scenario that has a closed form.
pub fn evaluate(scenario: &Scenario) -> Answer {
    let mut answer = Answer::default();
    let mut known: Vec<(Warming, Result<Waiting, NoClosedForm>)> = vec![];
    for strategy in &scenario.strategies {
        let asked = answerable(scenario).and_then(|()| warming(scenario, strategy));
        // What is done at a start alone leaves the long run as it is.
        let lasting = asked.map(|warming| Warming { start: Beginning::default(), ..warming });
        let found = lasting.and_then(|lasting| {
            if let Some((_, found)) = known.iter().find(|(warming, _)| *warming == lasting) {
                return found.clone();
            }
            let found = waiting(scenario, lasting);
            known.push((lasting, found.clone()));
            found
        });
        match found {
            Ok((outcome, wait)) => answer.evaluations.push(evaluation(scenario, strategy, &outcome, wait)),
            Err(none) => answer.unanswered.push((strategy.name.clone(), none)),
        }
    }
    answer
}

/// What a strategy comes to in the long run.
///
/// # Errors
/// Where there is no closed form.
pub fn outcome(scenario: &Scenario, strategy: &Strategy) -> Result<Outcome, NoClosedForm> {
    waiting(scenario, warming(scenario, strategy)?).map(|(outcome, _)| outcome)
}

/// What warming comes to, and what fetches wait at the origin, where it has few servers.
type Waiting = (Outcome, Option<Wait>);

fn waiting(scenario: &Scenario, warming: Warming) -> Result<Waiting, NoClosedForm> {
    let cache = cache(scenario);
    match scenario.origin.capacity.servers {
        Some(servers) => {
            let (outcome, wait) = queued(scenario, &cache, warming, servers.get())?;
            Ok((outcome, Some(wait)))
        }
        None => Ok((of(cache, warming, fetch_time(scenario)), None)),
    }
}

/// What warming comes to, for a cache that is described without it.
///
/// # Formula
/// A request waits for all of a fetch that it began, and for the rest of one that was under way, E\[Z²\] / (2 E\[Z\]).
pub fn of(mut cache: Cache, warming: Warming, fetch: FetchTime) -> Outcome {
    cache.take(&warming);
    let steady = cache.steady();
    outcome_at(&cache, &warming, fetch, steady)
}

/// What warming comes to in a cache that has taken it, in its steady state.
pub(super) fn outcome_at(cache: &Cache, warming: &Warming, fetch: FetchTime, mut steady: Steady) -> Outcome {
    let requests = cache.requests();
    let spread = cache.spread(&steady);
    // A key that enters the hot set is fetched where it has no copy.
    let followed: f64 = cache.ranks.iter().filter(|rank| rank.followed).map(|rank| rank.keys).sum();
    let entering = if cache.follows { followed * steady.swaps.hot } else { 0.0 };
    let (mut warm, mut awaited, mut wait_for_warm) = (0.0, 0.0, 0.0);
    if let Some(forecasts) = warming.forecasts {
        let forecast = forecasts.of(cache, &steady);
        warm += forecast.warmed / forecasts.period;
        steady.absent.of = forecast.absent;
        steady.absent.tail = forecast.tail;
        let of_rank =
            cache.ranks.iter().zip(&forecast.awaited).map(|(rank, awaited)| rank.keys * rank.rate * awaited);
        awaited = of_rank.sum::<f64>() / requests;
        wait_for_warm = awaited * forecasts.takes * fetch.rest();
    }
    let absent = steady.absent.of.iter_mut().zip(spread);
    absent.for_each(|(absent, more)| *absent = (*absent + more).clamp(0.0, 1.0));
    warm += entering * steady.absent.tail + renewed(cache, &steady);
    let [hits, delayed, misses] = steady.shares(cache);
    Outcome {
        shares: [hits - awaited, delayed + awaited, misses],
        warm,
        requests,
        fetch,
        window: steady.age,
        wait: fetch.mean * (misses + delayed * fetch.rest()) + wait_for_warm,
    }
}

/// Copies that are fetched anew, a second.
fn renewed(cache: &Cache, steady: &Steady) -> f64 {
    let each = cache.ranks.iter().zip(&steady.absent.of).zip(&steady.renewals);
    let fetched = each.filter(|(_, renewals)| renewals.is_finite()).map(|((rank, absent), renewals)| {
        rank.keys * rank.rate * absent / rank.prolonged(*absent, cache.fetch) * renewals
    });
    fetched.sum()
}

/// Metrics that an answer may have.
pub const METRICS: [Metric; 12] = [
    Metric::ExpectedLatency,
    Metric::LatencyP50,
    Metric::LatencyP95,
    Metric::LatencyP99,
    Metric::OpsLoad,
    Metric::HitRatio,
    Metric::DelayedHitRatio,
    Metric::OriginLoad,
    Metric::OriginWait,
    Metric::OriginUtilisation,
    Metric::TimeToTarget,
    Metric::CostPerHour,
];

fn evaluation(scenario: &Scenario, strategy: &Strategy, outcome: &Outcome, wait: Option<Wait>) -> Evaluation {
    let metrics = metrics(scenario, strategy, outcome, wait);
    let risk_flags = raised(&Found { scenario, strategy, metrics: &metrics });
    Evaluation {
        scenario: scenario.name.clone(),
        variant: scenario.variant.clone(),
        strategy: strategy.name.clone(),
        engine: Engine::Renewal,
        metrics: metrics.into_iter().map(|(metric, value)| (metric, Estimate::exact(value))).collect(),
        windows: vec![],
        ledger: None,
        risk_flags,
        rails: vec![],
    }
}

fn metrics(
    scenario: &Scenario,
    strategy: &Strategy,
    outcome: &Outcome,
    wait: Option<Wait>,
) -> Vec<(Metric, f64)> {
    let [hits, delayed, _] = outcome.shares;
    let target = scenario.simulation.target_hit_ratio.get();
    let warming = warming(scenario, strategy).ok().filter(|_| target <= hits);
    let reached = warming.and_then(|warming| time_to(scenario, &warming, target));
    let mut metrics = vec![
        (Metric::ExpectedLatency, scenario.cache.hit_latency.get() + 1000.0 * outcome.wait),
        (Metric::OpsLoad, 60.0 * outcome.warm),
        (Metric::HitRatio, hits),
        (Metric::DelayedHitRatio, delayed),
        (Metric::OriginLoad, 60.0 * outcome.origin_load()),
    ];
    if let Some(Wait { mean, utilisation, .. }) = wait {
        metrics.push((Metric::OriginWait, 1000.0 * mean));
        metrics.push((Metric::OriginUtilisation, utilisation));
    }
    // What waits for a server has no distribution here.
    let waits = latencies(scenario, outcome.shares).filter(|_| wait.is_none_or(|wait| wait.mean == 0.0));
    if let Some(waits) = waits {
        let quantiles = [(Metric::LatencyP50, 0.5), (Metric::LatencyP95, 0.95), (Metric::LatencyP99, 0.99)];
        metrics.extend(quantiles.map(|(metric, share)| (metric, waits.quantile(share))));
    }
    metrics.extend(reached.map(|time| (Metric::TimeToTarget, time)));
    metrics.extend(outcome.hourly_cost(scenario).map(|cost| (Metric::CostPerHour, cost)));
    metrics.sort_by_key(|(metric, _)| *metric);
    debug_assert!(metrics.iter().all(|(metric, _)| METRICS.contains(metric)), "METRICS lists all");
    metrics
}

/// When the hit ratio behind an empty start first is a share of the steady one, in seconds; none where that is later than
/// the first copies are evicted or expire, or has no closed form.
///
/// # Errors
/// Where there is no closed form for the steady one.
pub fn time_to_share(
    scenario: &Scenario,
    strategy: &Strategy,
    share: f64,
) -> Result<Option<f64>, NoClosedForm> {
    let outcome = outcome(scenario, strategy)?;
    Ok(time_to(scenario, &warming(scenario, strategy)?, share * outcome.shares[0]))
}

/// When the hit ratio behind an empty start first is so high.
fn time_to(scenario: &Scenario, warming: &Warming, hit_ratio: f64) -> Option<f64> {
    let mut cache = cache(scenario);
    if let Some(keys) = warming.follows {
        cache.follow(keys);
    }
    cold(scenario, &cache, warming)?.time_to(hit_ratio)
}

/// A cache of a scenario that has just lost everything; none where the origin is too slow for what the warmer adds, or that
/// has no closed form.
pub(super) fn cold<'a>(scenario: &Scenario, cache: &'a Cache, warming: &Warming) -> Option<Cold<'a>> {
    let cold = Cold::new(cache, warming)?;
    let Some(answers) = scenario.origin.per_second() else { return Some(cold) };
    match warming.start {
        Beginning::List(start) => (cache.requests() + start.pace.per_second() < answers).then_some(cold),
        _ => {
            let fetch = fetch_time(scenario);
            Some(cold.in_front_of(answers, fetch.mean * fetch.rest()))
        }
    }
}
