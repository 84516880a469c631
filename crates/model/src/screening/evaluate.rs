//! From a scenario to evaluations: the closed form with names, messages and provenance.

use evaluation::{BreakEven, Engine, Estimate, Evaluation, Flag, Metric, RailAction, RiskFlag};
use scenario::{Preset, Rails, Scenario, Strategy};

use super::break_even::break_evens;
use super::closed_form::{Bounds, Inputs, Outcome, RANKABLE, RailState, outcome};

/// Why an engine has no answer for a scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Key whose value the engine cannot take.
    pub key: &'static str,
    /// What is wrong with it.
    pub message: String,
    /// What to do about it.
    pub help: &'static str,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{}: {}; {}", self.key, self.message, self.help)
    }
}

impl std::error::Error for Refusal {}

/// The nine numbers of a scenario; without a predictor its precision and recall are 0, and no strategy reads them.
///
/// # Errors
/// Where churn is above 1 per hour, the end of the closed form's range.
pub fn inputs(scenario: &Scenario) -> Result<Inputs, Refusal> {
    let churn_per_hour = scenario.workload.churn.get();
    if churn_per_hour > 1.0 {
        return Err(Refusal {
            key: "workload.churn_per_hour",
            message: format!("the screening engine takes churn from 0 to 1 per hour, not {churn_per_hour}"),
            help: "the closed form ends there; ask --engine renewal, or `warmcast simulate`",
        });
    }
    let predictor = scenario.predictor.as_ref();
    Ok(Inputs {
        request_rate_per_minute: scenario.workload.request_rate.get(),
        hotset_fraction: scenario.workload.hotset_fraction.get(),
        cache_capacity_fraction: scenario.cache.capacity_fraction.get(),
        churn_per_hour,
        hit_latency_ms: scenario.cache.hit_latency.get(),
        miss_penalty_ms: scenario.origin.miss_penalty.get(),
        warm_cost_ms: scenario.origin.warm_cost.get(),
        predictive_recall: predictor.map_or(0.0, |predictor| predictor.recall.get()),
        predictive_precision: predictor.map_or(0.0, |predictor| predictor.precision.get()),
    })
}

/// Answers for every strategy of the scenario that has a closed form, in its order.
///
/// # Errors
/// As for [`inputs`].
pub fn evaluate(scenario: &Scenario) -> Result<Vec<Evaluation>, Refusal> {
    let inputs = inputs(scenario)?;
    let bounds = Bounds::from(&scenario.thresholds);
    let each = scenario.strategies.iter();
    Ok(each.filter_map(|strategy| evaluation(scenario, strategy, &inputs, &bounds)).collect())
}

fn evaluation(
    scenario: &Scenario,
    strategy: &Strategy,
    inputs: &Inputs,
    bounds: &Bounds,
) -> Option<Evaluation> {
    let outcome = outcome(strategy, inputs, bounds)?;
    let found = |metric: &Metric| Some((*metric, outcome.get(*metric, inputs.request_rate_per_minute)?));
    let mut metrics: Vec<_> = RANKABLE.iter().filter_map(found).collect();
    if strategy.preset == Preset::Predictive {
        let single = |one: &BreakEven| Some((one.metric()?, one.wins.threshold()?));
        metrics.extend(break_evens(inputs, bounds).iter().filter_map(single));
    }
    let (risk_flags, rails) = match strategy.preset {
        Preset::Hybrid => {
            (raised(&outcome, inputs, bounds, Some(&strategy.rails)), acting_rails(inputs, &strategy.rails))
        }
        _ => (raised(&outcome, inputs, bounds, None), vec![]),
    };
    Some(Evaluation {
        scenario: scenario.name.clone(),
        variant: scenario.variant.clone(),
        strategy: strategy.name.clone(),
        engine: Engine::Screening,
        metrics: metrics.into_iter().map(|(metric, value)| (metric, Estimate::exact(value))).collect(),
        windows: vec![],
        ledger: None,
        risk_flags,
        rails,
    })
}

/// The raised flags with the numbers that tripped them.
fn raised(outcome: &Outcome, inputs: &Inputs, bounds: &Bounds, rails: Option<&Rails>) -> Vec<RiskFlag> {
    outcome.flags.iter().filter_map(|flag| describe(flag, outcome, inputs, bounds, rails)).collect()
}

fn describe(
    flag: Flag,
    outcome: &Outcome,
    inputs: &Inputs,
    bounds: &Bounds,
    rails: Option<&Rails>,
) -> Option<RiskFlag> {
    let (precision, recall) = (inputs.predictive_precision, inputs.predictive_recall);
    let (churn, hotset) = (inputs.churn_per_hour, inputs.hotset_fraction);
    Some(match flag {
        Flag::PrefetchPrecisionLow => {
            // A hybrid that its rail has stopped is flagged by the rail's own bound.
            let stop = rails.map(|rails| rails.stop_below_precision.get()).filter(|stop| precision < *stop);
            let least = stop.unwrap_or(bounds.min_precision);
            flag.raise(precision, least, format!("predictor precision {precision} is below {least}"))
        }
        Flag::InsufficientRecall => {
            let least = bounds.min_recall;
            flag.raise(recall, least, format!("predictor recall {recall} is below {least}"))
        }
        Flag::CapacityShortfall => {
            let least = bounds.min_recall_when_capacity_short;
            let capacity = inputs.cache_capacity_fraction;
            let message = format!(
                "recall {recall} is below {least} while the cache holds {capacity} of the requests, less than the hot set's {hotset}"
            );
            flag.raise(recall, least, message)
        }
        Flag::PrefetchLoadHeavy => {
            let (ops, most) =
                (outcome.ops_per_minute, bounds.max_prefetch_load_share * inputs.request_rate_per_minute);
            let share = bounds.max_prefetch_load_share;
            flag.raise(ops, most, format!("{ops:.2} warm operations per minute exceed {share} of the requests ({most:.2} per minute)"))
        }
        Flag::CacheCapacityGap => {
            let gap = hotset - inputs.cache_capacity_fraction;
            let capacity = inputs.cache_capacity_fraction;
            let message =
                format!("the hot set receives {hotset} of the requests, the cache can hold {capacity}");
            flag.raise(gap, bounds.max_capacity_gap, message)
        }
        Flag::ChurnSpikesPrewarmCost => {
            let most = bounds.max_prewarm_churn_per_hour;
            flag.raise(churn, most, format!("churn of {churn} per hour is above {most}"))
        }
        Flag::LowSteadyHitRate => {
            let (half, least) =
                (bounds.min_steady_share_of_hotset * inputs.hot(), bounds.min_steady_hit_rate);
            let threshold = if outcome.coverage < half { half.max(least) } else { least };
            let found = outcome.coverage;
            flag.raise(
                found,
                threshold,
                format!("hit ratio {found:.3} without warming is below {threshold:.3}"),
            )
        }
        Flag::ChurnColdBursts => {
            let most = bounds.max_cold_burst_churn_per_hour;
            flag.raise(churn, most, format!("churn of {churn} per hour is above {most}"))
        }
        // The others are not the closed form's.
        _ => return None,
    })
}

fn acting_rails(inputs: &Inputs, rails: &Rails) -> Vec<RailAction> {
    let state = RailState::of(inputs, rails);
    let (precision, churn) = (inputs.predictive_precision, inputs.churn_per_hour);
    let (stop, clamp) = (rails.stop_below_precision.get(), rails.clamp_below_precision.get());
    let (most_churn, share) = (rails.clamp_above_churn_per_hour.get(), rails.clamp_share.get());
    let clamped = format!("only {share} of the predicted part is warmed");
    let each = [
        (
            state.stopped,
            "stop_below_precision",
            precision,
            stop,
            format!("precision {precision} is below {stop}: nothing predicted is warmed"),
        ),
        (
            state.clamped_by_precision,
            "clamp_below_precision",
            precision,
            clamp,
            format!("precision {precision} is below {clamp}: {clamped}"),
        ),
        (
            state.clamped_by_churn,
            "clamp_above_churn_per_hour",
            churn,
            most_churn,
            format!("churn {churn} per hour is above {most_churn}: {clamped}"),
        ),
    ];
    each.into_iter()
        .filter(|(acts, ..)| *acts)
        .map(|(_, rail, observed, threshold, message)| RailAction { rail, observed, threshold, message })
        .collect()
}
