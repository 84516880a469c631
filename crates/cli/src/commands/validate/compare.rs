//! Two engines asked the same.

use evaluation::{Estimate, Metric};
use model::renewal;
use scenario::Scenario;
use sim::warming::{Experiment, Moment};

use super::draw::Draw;
use super::reached::{Counts, reached};

/// Requests that all replications of a cold start together play, about.
const COLD: f64 = 1e8;
/// Replications of a cold start, where they do not take more requests than that.
const REPLICATIONS: f64 = 200.0;
/// Most of them, where there are few hits.
const MOST_REPLICATIONS: f64 = 100_000.0;
/// Keys of all replications of a cold start together: each begins with memory for all of them.
const KEYS: f64 = 2e10;
/// Hits that tell to about a percent when a hit ratio is reached that rises in proportion to time.
const HITS: f64 = 1e5;
/// Intervals of a cold start.
const INTERVALS: f64 = 300.0;
/// Capacity from which on a cold start is looked at.
const LEAST_CAPACITY: f64 = 100.0;
/// Share of the steady hit ratio whose time is asked for.
const WARM: f64 = 0.9;
/// One that is reached a little earlier.
const NEARLY_WARM: f64 = 0.85;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Compared {
    HitRatio,
    /// As a share of the requests.
    OriginLoad,
    Latency,
    TimeToWarm,
}

impl Compared {
    pub(super) const ALL: [Self; 4] = [Self::HitRatio, Self::OriginLoad, Self::Latency, Self::TimeToWarm];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::HitRatio => "hit_ratio",
            Self::OriginLoad => "origin_load_share",
            Self::Latency => "expected_latency_ms",
            Self::TimeToWarm => "time_to_90_percent_s",
        }
    }
}

/// Both answers to a question.
#[derive(Debug, Clone)]
pub(super) struct Pair {
    pub(super) strategy: &'static str,
    pub(super) what: Compared,
    pub(super) nth: u64,
    pub(super) formula: f64,
    pub(super) simulated: f64,
    /// Share of the requests that miss, as simulated.
    pub(super) misses: f64,
}

/// Everything that is compared of one scenario.
pub(super) fn compare(draw: &Draw, seed: u64, nth: u64) -> Vec<Pair> {
    let scenario = draw.scenario(&draw.steady_toml());
    let (simulated, series) = play(&scenario, seed.wrapping_add(nth), 1);
    let requests: f64 = series.iter().map(|moment| value(moment.requests)).sum();
    let came = draw.with_requests(requests);
    let per_minute = 60.0 * came.per_second;
    let formulas = renewal::evaluate(&came.scenario(&came.steady_toml()));
    let mut pairs = vec![];
    for (strategy, (formula, simulated)) in
        draw.strategies().iter().zip(formulas.evaluations.iter().zip(&simulated))
    {
        let misses =
            1.0 - value(simulated.get(Metric::HitRatio)) - value(simulated.get(Metric::DelayedHitRatio));
        let mut pair = |what, metric, units: [f64; 2]| {
            let [formula, simulated] =
                [(formula, units[0]), (simulated, units[1])].map(|(one, unit)| value(one.get(metric)) / unit);
            pairs.push(Pair { strategy, what, nth, formula, simulated, misses });
        };
        pair(Compared::HitRatio, Metric::HitRatio, [1.0; 2]);
        pair(Compared::OriginLoad, Metric::OriginLoad, [per_minute; 2]);
        pair(Compared::Latency, Metric::ExpectedLatency, [1.0; 2]);
    }
    pairs.extend(cold(draw, &scenario, seed, nth));
    pairs
}

fn value(estimate: Option<Estimate>) -> f64 {
    estimate.map_or(f64::NAN, |estimate| estimate.value)
}

/// The time to 90 % of the steady hit ratio, behind an empty start, on demand.
fn cold(draw: &Draw, scenario: &Scenario, seed: u64, nth: u64) -> Option<Pair> {
    if draw.capacity < LEAST_CAPACITY {
        return None;
    }
    let demand = scenario.strategies.first()?;
    let formula = renewal::time_to_share(scenario, demand, WARM).ok()??;
    let nearly = renewal::time_to_share(scenario, demand, NEARLY_WARM).ok()??;
    let goal = WARM * renewal::outcome(scenario, demand).ok()?.shares[0];
    let until = 1.5 * formula;
    let requests = until * scenario.workload.request_rate.get() / 60.0;
    // As many as it takes to see enough hits, and no fewer than 200 but for caches so large that all runs look alike. Where
    // the hit ratio rises slowly, a small error of it is a large one of the time.
    let flatness = (formula / nearly).ln() / (WARM / NEARLY_WARM).ln();
    let enough = HITS * flatness * flatness * (1.0 - goal) / (requests * goal);
    let most = (KEYS / draw.keys).clamp(REPLICATIONS, MOST_REPLICATIONS);
    let replications = enough.max(REPLICATIONS).min(COLD / requests).clamp(4.0, most) as u32;
    let text = draw.cold_toml("demand", until, INTERVALS);
    let series = play(&draw.scenario(&text), seed.wrapping_add(nth), replications).1;
    let counted = series.iter().map(|moment| Counts {
        from: moment.from_s,
        to: moment.to_s,
        requests: value(moment.requests),
        hits: value(moment.hits),
    });
    let counted: Vec<Counts> = counted.collect();
    let rises: Vec<Counts> =
        counted.iter().filter(|counts| counts.to <= draw.first_expiry()).copied().collect();
    // Later than that it is told less precisely, but it is told.
    let told = reached(&rises, goal, draw.fetch()).or_else(|| reached(&counted, goal, draw.fetch()));
    // What is not reached at all is reached infinitely late: the formula is then wrong by all of it.
    let simulated = told.unwrap_or(f64::INFINITY);
    Some(Pair { strategy: "demand", what: Compared::TimeToWarm, nth, formula, simulated, misses: f64::NAN })
}

fn play(scenario: &Scenario, seed: u64, replications: u32) -> (Vec<evaluation::Evaluation>, Vec<Moment>) {
    let experiment = Experiment::new(scenario, seed)
        .unwrap_or_else(|refused| unreachable!("a scenario that was drawn can be played: {refused:?}"));
    let answer = experiment
        .run(replications, || ())
        .unwrap_or_else(|unsound| unreachable!("the simulation has lost count: {unsound}"));
    (answer.evaluations, answer.series.into_iter().next().unwrap_or_default())
}
