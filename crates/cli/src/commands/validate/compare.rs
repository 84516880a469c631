//! Two engines asked the same.

use evaluation::{Estimate, Metric};
use model::renewal;
use scenario::Scenario;
use sim::warming::{Experiment, Moment};

use super::draw::Draw;

/// Requests that all replications of a cold start together play, about.
const COLD: f64 = 2e7;
/// Replications of a cold start.
const REPLICATIONS: f64 = 200.0;
/// Intervals of a cold start.
const INTERVALS: f64 = 300.0;
/// Capacity from which on a cold start is looked at.
const LEAST_CAPACITY: f64 = 100.0;
/// Share of the steady hit ratio whose time is asked for.
const WARM: f64 = 0.9;

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
    let formulas = renewal::evaluate(&scenario);
    let simulated = play(&scenario, seed, 1).0;
    let requests = scenario.workload.request_rate.get();
    let mut pairs = vec![];
    for (strategy, (formula, simulated)) in
        draw.strategies().iter().zip(formulas.evaluations.iter().zip(&simulated))
    {
        let misses = 1.0 - value(simulated.get(Metric::HitRatio)) - value(simulated.get(Metric::DelayedHitRatio));
        let mut pair = |what, metric, unit: f64| {
            let [formula, simulated] = [formula, simulated].map(|one| value(one.get(metric)) / unit);
            pairs.push(Pair { strategy, what, nth, formula, simulated, misses });
        };
        pair(Compared::HitRatio, Metric::HitRatio, 1.0);
        pair(Compared::OriginLoad, Metric::OriginLoad, requests);
        pair(Compared::Latency, Metric::ExpectedLatency, 1.0);
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
    let goal = WARM * renewal::outcome(scenario, demand).ok()?.shares[0];
    let until = 1.5 * formula;
    let requests = until * scenario.workload.request_rate.get() / 60.0;
    let replications = (COLD / requests).clamp(4.0, REPLICATIONS) as u32;
    let text = draw.cold_toml("demand", until, INTERVALS);
    let series = play(&draw.scenario(&text), seed, replications).1;
    let simulated = crossing(&series, goal)?;
    Some(Pair { strategy: "demand", what: Compared::TimeToWarm, nth, formula, simulated, misses: f64::NAN })
}

/// When a hit ratio is first reached: on the straight line of least squares through the intervals about it.
fn crossing(series: &[Moment], goal: f64) -> Option<f64> {
    let ratio = |moment: &Moment| Some(value(moment.hits) / value(moment.requests)).filter(|ratio| ratio.is_finite());
    let points: Vec<(f64, f64)> =
        series.iter().filter_map(|moment| Some(((moment.from_s + moment.to_s) / 2.0, ratio(moment)?))).collect();
    // As many lie above ahead of it as below behind it.
    let below = points.iter().filter(|(_, ratio)| *ratio < goal).count();
    let reach = (points.len() / 20).max(2);
    let about = &points[below.saturating_sub(reach)..(below + reach).min(points.len())];
    let n = about.len() as f64;
    let (time, ratio) = (
        about.iter().map(|(time, _)| time).sum::<f64>() / n,
        about.iter().map(|(_, ratio)| ratio).sum::<f64>() / n,
    );
    let slope = about.iter().map(|(at, of)| (at - time) * (of - ratio)).sum::<f64>()
        / about.iter().map(|(at, _)| (at - time).powi(2)).sum::<f64>();
    (slope > 0.0).then(|| time + (goal - ratio) / slope)
}

fn play(scenario: &Scenario, seed: u64, replications: u32) -> (Vec<evaluation::Evaluation>, Vec<Moment>) {
    let experiment = Experiment::new(scenario, seed)
        .unwrap_or_else(|refused| unreachable!("a scenario that was drawn can be played: {refused:?}"));
    let answer = experiment
        .run(replications, || ())
        .unwrap_or_else(|unsound| unreachable!("the simulation has lost count: {unsound}"));
    (answer.evaluations, answer.series.into_iter().next().unwrap_or_default())
}
