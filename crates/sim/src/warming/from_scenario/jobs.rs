//! What a strategy is made of.

use scenario::{Order, Predictor, Preset, Scenario, Strategy, Weighting};

use crate::warming::from_scenario::nanos;
use crate::warming::setup::{Job, Oracle, Schedule, Selector, Setup};

/// What a strategy is made of.
pub(super) fn jobs(scenario: &Scenario, strategy: &Strategy, twin: &Setup) -> Vec<Job> {
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
