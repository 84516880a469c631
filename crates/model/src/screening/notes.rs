//! Validity notes: what is known to be wrong with the closed form, said where it applies, with the scenario's
//! own numbers. The numbering is stable.
//!
//! Source: a reading of the memo, its helper and its tests against each other, worked out for this project.

use evaluation::{Metric, Note};
use scenario::{Preset, Scenario, Strategy};

use super::break_even::{Input, break_even};
use super::closed_form::{Bounds, Inputs, RailState, demand, outcome};

/// A note, where it applies.
type Rule = fn(&Context<'_>) -> Option<String>;

/// The notes that apply to a scenario: first what this engine leaves out, then the memo's own weaknesses in their
/// numbering.
pub fn notes(scenario: &Scenario, inputs: &Inputs) -> Vec<Note> {
    let bounds = Bounds::from(&scenario.thresholds);
    let context = Context { scenario, inputs, bounds: &bounds };
    let left_out: [Rule; 4] = [steady_state_only, free_capacity, unused_keys, hybrid_is_predictive];
    let numbered: [Rule; 8] = [
        steady_hit_rate_by_own_threshold,
        recall_beyond_capacity,
        score_mixes_units,
        thresholds_disagree,
        capacity_is_two_things,
        overfetch_understated,
        operations_scale_with_requests,
        warm_cost_in_the_foreground,
    ];
    let left_out = left_out.iter().map(|rule| (0, rule));
    let all = left_out.chain((1..).zip(&numbered));
    all.filter_map(|(number, rule)| Some(Note { number, text: rule(&context)? })).collect()
}

struct Context<'a> {
    scenario: &'a Scenario,
    inputs: &'a Inputs,
    bounds: &'a Bounds,
}

impl Context<'_> {
    fn has(&self, preset: Preset) -> bool {
        self.scenario.strategies.iter().any(|strategy| strategy.preset == preset)
    }

    /// A, or A′ behind rails: the most that any strategy here adds by prediction.
    fn added(&self) -> f64 {
        let of = |strategy: &Strategy| match strategy.preset {
            Preset::Predictive | Preset::Hybrid => {
                let found = outcome(strategy, self.inputs, self.bounds);
                found.map_or(0.0, |found| found.coverage - self.inputs.hot())
            }
            _ => 0.0,
        };
        self.scenario.strategies.iter().map(of).fold(0.0, f64::max)
    }

    fn predicts(&self) -> bool {
        self.added() > 0.0
    }
}

fn steady_state_only(_: &Context<'_>) -> Option<String> {
    Some("Steady state only: no cold start, no eviction, no time to live, no queue at the origin.".to_owned())
}

fn free_capacity(at: &Context<'_>) -> Option<String> {
    let (hot, capacity) = (at.inputs.hot(), at.inputs.cache_capacity_fraction);
    let gain = match at.predicts() {
        true => ", so what prediction gains is an upper bound",
        false => "",
    };
    (capacity > hot).then(|| {
        format!(
            "Warming and demand alike are taken to hold the hot set alone ({hot:.3} of the requests), but for what is \
             predicted, though the cache could hold {capacity:.3}; an ordinary cache fills the rest by itself{gain}."
        )
    })
}

fn hybrid_is_predictive(at: &Context<'_>) -> Option<String> {
    let both = at.has(Preset::Predictive) && at.has(Preset::Hybrid);
    let at_rest = |strategy: &&Strategy| {
        let RailState { stopped, clamped_by_precision, clamped_by_churn } =
            RailState::of(at.inputs, &strategy.rails);
        strategy.preset == Preset::Hybrid && !stopped && !clamped_by_precision && !clamped_by_churn
    };
    let strategy = at.scenario.strategies.iter().find(at_rest).filter(|_| both)?;
    Some(format!(
        "`{}` equals predictive here: no rail acts at precision {} (clamped below {}) and churn {} per hour (clamped above {}).",
        strategy.name,
        at.inputs.predictive_precision,
        strategy.rails.clamp_below_precision.get(),
        at.inputs.churn_per_hour,
        strategy.rails.clamp_above_churn_per_hour.get(),
    ))
}

fn unused_keys(at: &Context<'_>) -> Option<String> {
    at.scenario.cache.ttl.map(|ttl| {
        format!("The closed form knows no time to live: cache.ttl_s = {} changes nothing here.", ttl.get())
    })
}

fn steady_hit_rate_by_own_threshold(at: &Context<'_>) -> Option<String> {
    let outcome = demand(at.inputs, at.bounds);
    let share = at.bounds.min_steady_share_of_hotset;
    let least = share * at.inputs.hot();
    (at.has(Preset::Demand) && outcome.coverage < at.bounds.min_steady_hit_rate && outcome.coverage >= least).then(|| {
        format!(
            "Demand is flagged `low-steady-hit-rate` by thresholds.min_steady_hit_rate = {} alone: the memo's table shows \
             the flag, but the rule of its helper, below {share} of the hot set's share ({least:.3}), does not raise it here.",
            at.bounds.min_steady_hit_rate
        )
    })
}

fn recall_beyond_capacity(at: &Context<'_>) -> Option<String> {
    let hot = at.inputs.hot();
    let surplus = at.inputs.cache_capacity_fraction - hot;
    let binding = surplus / (1.0 - hot);
    let flags = match binding < at.bounds.min_recall {
        true => format!(" but flags, which stop at {}", at.bounds.min_recall),
        false => String::new(),
    };
    (at.predicts() && hot < 1.0 && at.inputs.predictive_recall > binding).then(|| {
        format!(
            "Capacity binds: recall above {binding:.3} changes nothing{flags}; the memo's \"at least 0.85\" is not in its \
             formula."
        )
    })
}

fn score_mixes_units(at: &Context<'_>) -> Option<String> {
    let rate = at.inputs.request_rate_per_minute;
    let wins = |times: f64| {
        let inputs = Inputs { request_rate_per_minute: rate * times, ..*at.inputs };
        break_even(&inputs, at.bounds, Metric::Score, Input::Precision)
            .map_or_else(String::new, |set| set.to_string())
    };
    let (here, more) = (wins(1.0), wins(10.0));
    if !at.has(Preset::Predictive) {
        None
    } else if at.inputs.added() == 0.0 {
        (here != "never").then(|| {
            "Predictive adds nothing here; where it beats static by score, only the number of flags differs.".to_owned()
        })
    } else {
        (here != more).then(|| {
            format!(
                "The score adds milliseconds to operations per minute, so its break-even precision moves with traffic alone: \
                 predictive beats static {here} at {rate} requests per minute, {more} at ten times as many."
            )
        })
    }
}

fn thresholds_disagree(at: &Context<'_>) -> Option<String> {
    let (precision, churn) = (at.inputs.predictive_precision, at.inputs.churn_per_hour);
    let between = (0.75..0.80).contains(&precision) || (churn > 0.20 && churn <= 0.30);
    ((at.has(Preset::Predictive) || at.has(Preset::Hybrid)) && between).then(|| {
        format!(
            "The memo disagrees with itself here (precision {precision}, churn {churn} per hour): its helper flags precision \
             below 0.75, its recommendation clamps below 0.78, its interpretation asks for 0.80; it flags churn above 0.20 \
             but clamps above 0.30."
        )
    })
}

fn capacity_is_two_things(at: &Context<'_>) -> Option<String> {
    Some(if at.inputs.cache_capacity_fraction == 0.0 {
        "A capacity of 0 covers nothing here; the original takes it to hold the whole hot set.".to_owned()
    } else {
        "The memo calls capacity a fraction of the hot set but uses it as a share of all requests, as is done here.".to_owned()
    })
}

fn overfetch_understated(at: &Context<'_>) -> Option<String> {
    let (precision, added) = (at.inputs.predictive_precision, at.added());
    let wasted = added * (1.0 - precision);
    (at.predicts() && wasted > 0.0).then(|| {
        let truth = match precision > 0.0 {
            true => format!("at precision {precision} the useful {added:.3} come with {:.3} wasted", wasted / precision),
            false => "at precision 0 nothing useful could come at all".to_owned(),
        };
        format!(
            "Precision never lowers coverage here. Over-fetch is taken as {wasted:.3} of the requests; {truth}, and what \
             wasted entries push out of the cache is not counted."
        )
    })
}

fn operations_scale_with_requests(at: &Context<'_>) -> Option<String> {
    let warms = [Preset::Static, Preset::Predictive, Preset::Hybrid].iter().any(|preset| at.has(*preset));
    let moving = at.inputs.request_rate_per_minute > 0.0 && at.inputs.churn_per_hour > 0.0;
    let warm = (warms && moving).then_some(
        "Warm operations are coverage x requests x churn; it is keys that churn, so a real warmer's load does not grow with \
         traffic as it does here.",
    );
    let demand = at
        .has(Preset::Demand)
        .then_some("Demand's operations are a constant, 0.05 x coverage, whatever the traffic.");
    let said: Vec<_> = [warm, demand].into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.join(" "))
}

fn warm_cost_in_the_foreground(at: &Context<'_>) -> Option<String> {
    let charged = at.added() * (1.0 - at.inputs.predictive_precision) * at.inputs.warm_cost_ms;
    (at.predicts() && charged > 0.0).then(|| {
        format!(
            "Predictive latency includes {charged:.3} ms of warm cost, though warming runs in the background and delays no \
             request."
        )
    })
}
