//! What a strategy is made of.

use scenario::{KeyList, Order, Predictor, Preset, Scenario, Strategy, Weighting};
use trace::synthetic::Nanos;

use crate::warming::from_scenario::extras::crowds;
use crate::warming::from_scenario::nanos;
use crate::warming::from_scenario::recorded::follows_every;
use crate::warming::inputs::Names;
use crate::warming::setup::{
    Bonus, Job, JobOrder, NOBODYS, Oracle, Prediction, Refresh, RefreshWhen, Schedule, Selector, Setup,
    Within,
};

const MINUTE: i64 = 60_000_000_000;
/// What a request adds to a key's score for a while, as in a published warming service.
const BONUSES: [Bonus; 2] =
    [Bonus { within: 5 * MINUTE, factor: 2.0 }, Bonus { within: 30 * MINUTE, factor: 1.5 }];

/// What a strategy is made of.
pub(super) fn jobs(scenario: &Scenario, strategy: &Strategy, twin: &Setup, names: &Names) -> Vec<Job> {
    let jobs = stated(scenario, strategy, twin, names);
    match scenario.workload.trace {
        None => jobs,
        Some(_) => jobs.into_iter().flat_map(|job| learned(job, follows_every(scenario))).collect(),
    }
}

/// A job where no law is known: the hot set is what was asked for most so far, and is looked at again and again.
fn learned(mut job: Job, every: Nanos) -> Vec<Job> {
    if job.selector == Selector::Popularity {
        job.selector = Selector::Popular;
    }
    match job.schedule {
        Schedule::OnChange => {
            let again = Job { schedule: Schedule::Every { period: every, first: every }, ..job.clone() };
            vec![Job { schedule: Schedule::AtStart, ..job }, again]
        }
        _ => vec![job],
    }
}

fn stated(scenario: &Scenario, strategy: &Strategy, twin: &Setup, names: &Names) -> Vec<Job> {
    let capacity = twin.cache.capacity;
    let hot = u64::from(twin.hot_keys).min(capacity);
    let hot = strategy.budget.keys.map_or(hot, |keys| (keys.get() as u64).min(hot));
    let base = Job::new(Selector::Popularity, Schedule::OnChange, hot);
    match (strategy.preset, &scenario.predictor) {
        (Preset::Demand, _) => vec![],
        (Preset::Predictive | Preset::Hybrid, Some(predictor)) => {
            let schedule = Schedule::Every { period: nanos(predictor.period).max(1), first: 0 };
            let selector = Selector::Oracle(oracle(predictor));
            let predicted = Job {
                held_back: strategy.held_back(scenario),
                ..Job::new(selector, schedule, capacity - hot)
            };
            vec![base, predicted]
        }
        (Preset::Static | Preset::Predictive | Preset::Hybrid, _) => vec![base],
        (_, predictor) => {
            let each = strategy.jobs.iter();
            each.filter_map(|typed| job(scenario, typed, predictor.as_ref(), capacity, names)).collect()
        }
    }
}

fn job(
    scenario: &Scenario,
    typed: &scenario::Job,
    predictor: Option<&Predictor>,
    capacity: u64,
    names: &Names,
) -> Option<Job> {
    let selector = match typed.selector.clone() {
        scenario::Selector::Popularity => Selector::Popularity,
        scenario::Selector::Popular => Selector::Popular,
        scenario::Selector::Recent { window } => Selector::Recent { window: nanos(window) },
        scenario::Selector::Trending { window } => Selector::Trending { window: nanos(window) },
        scenario::Selector::HourOfDay => Selector::HourOfDay,
        scenario::Selector::FrequencyRecency { window, accesses } => Selector::FrequencyRecency {
            window: nanos(window),
            kept: accesses.get().min(f64::from(u32::MAX)) as u32,
            bonuses: BONUSES.into(),
        },
        scenario::Selector::NextKey { accesses } => Selector::NextKey { accesses: accesses.get() as u64 },
        scenario::Selector::Depth => Selector::Depth,
        scenario::Selector::Value { window } => Selector::Value { window: nanos(window) },
        scenario::Selector::MemoryScore { window, least } => {
            Selector::MemoryScore { window: nanos(window), least: least.get() }
        }
        scenario::Selector::Keys { list } => {
            let mut ids: Vec<u32> = names.ids(&list).0.into_iter().map(|id| id.unwrap_or(NOBODYS)).collect();
            let mut named = std::collections::BTreeSet::new();
            ids.retain(|id| *id == NOBODYS || named.insert(*id));
            Selector::Keys(ids.into())
        }
        scenario::Selector::Predictions { list, window } => {
            Selector::Predictions { all: predictions(&list, names).into(), window: nanos(window) }
        }
        scenario::Selector::Promoted => Selector::Promoted,
        scenario::Selector::Written => Selector::Written,
        scenario::Selector::Resident => Selector::Resident,
        scenario::Selector::Clairvoyant { horizon } => Selector::Clairvoyant { horizon: nanos(horizon) },
        // A scenario without a predictor is refused where a job wants one.
        scenario::Selector::Oracle => Selector::Oracle(oracle(predictor?)),
    };
    let keys = typed.keys.map_or(capacity, |keys| keys.get() as u64);
    let within = Within { prefix: typed.prefix.clone(), tenant: typed.tenant.clone() };
    Some(Job {
        order: match typed.order {
            scenario::JobOrder::HottestFirst => JobOrder::HottestFirst,
            scenario::JobOrder::ColdestFirst => JobOrder::ColdestFirst,
            scenario::JobOrder::Any => JobOrder::Any,
        },
        priority: typed.priority.map(|percent| percent.get().round() as u8),
        learns_from_warming: typed.learns_from_warming,
        sees_requests: typed.sees_requests,
        within: Some(within).filter(|within| *within != Within::default()),
        ..Job::new(selector, schedule(scenario, &typed.schedule), keys)
    })
}

fn schedule(scenario: &Scenario, typed: &scenario::Schedule) -> Schedule {
    let simulation = &scenario.simulation;
    match typed {
        scenario::Schedule::AtStart => Schedule::AtStart,
        scenario::Schedule::OnChange => Schedule::OnChange,
        scenario::Schedule::OnWrite => Schedule::OnWrite,
        scenario::Schedule::OnPromotion => {
            let mut known: Vec<Nanos> =
                crowds(&scenario.workload).iter().filter_map(|one| one.known).collect();
            known.sort_unstable();
            known.dedup();
            Schedule::At(known.into())
        }
        scenario::Schedule::Every { period, first } => {
            Schedule::Every { period: nanos(*period).max(1), first: nanos(*first) }
        }
        scenario::Schedule::Cron(cron) => {
            Schedule::At(cron.instants(&simulation.calendar, simulation.duration).into())
        }
        scenario::Schedule::RefreshAhead { from, when, warmed_only } => Schedule::Refresh(Refresh {
            from: from.get(),
            when: match when {
                scenario::RefreshWhen::OnHit => RefreshWhen::OnHit,
                scenario::RefreshWhen::Always => RefreshWhen::Always,
                scenario::RefreshWhen::IfUsed => RefreshWhen::IfUsed,
            },
            warmed_only: *warmed_only,
        }),
    }
}

/// What a list has predicted, in order of time; rows without a score are as good as each other.
fn predictions(list: &KeyList, names: &Names) -> Vec<Prediction> {
    let rows = list.rows.iter().zip(names.ids(list).0);
    let each = rows.filter_map(|(row, id)| {
        let at = (row.ts? * 1e9).round() as Nanos;
        Some(Prediction { at, key: id.unwrap_or(NOBODYS), score: row.score.unwrap_or(0.0) })
    });
    let mut all: Vec<Prediction> = each.collect();
    all.sort_by_key(|one| one.at);
    all
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
