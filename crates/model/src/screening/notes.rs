//! Validity notes: what is known to be wrong with the closed form, said where it applies, with the scenario's
//! own numbers. The numbering is stable.
//!
//! Source: a reading of the memo, its helper and its tests against each other, worked out for this project.

use evaluation::{Metric, Note};
use scenario::{Preset, Scenario};

use super::break_even::{Input, break_even};
use super::closed_form::{Bounds, Inputs, demand};

/// The notes that apply to a scenario, in their numbering.
pub fn notes(scenario: &Scenario, inputs: &Inputs) -> Vec<Note> {
    let bounds = Bounds::from(&scenario.thresholds);
    let context = Context { scenario, inputs, bounds: &bounds };
    let each: [fn(&Context<'_>) -> Option<String>; 9] = [
        unused_keys,
        steady_hit_rate_by_own_threshold,
        recall_beyond_capacity,
        score_mixes_units,
        thresholds_disagree,
        capacity_is_two_things,
        overfetch_understated,
        operations_scale_with_requests,
        warm_cost_in_the_foreground,
    ];
    let numbered =
        each.iter().zip(0..).filter_map(|(note, number)| Some(Note { number, text: note(&context)? }));
    numbered.collect()
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

    fn predicts(&self) -> bool {
        self.has(Preset::Predictive) || self.has(Preset::Hybrid)
    }
}

fn unused_keys(at: &Context<'_>) -> Option<String> {
    at.scenario.cache.ttl.map(|ttl| {
        format!("The closed form knows no time to live: cache.ttl_s = {} changes nothing here.", ttl.get())
    })
}

fn steady_hit_rate_by_own_threshold(at: &Context<'_>) -> Option<String> {
    let outcome = demand(at.inputs, at.bounds);
    let share = at.bounds.min_steady_share_of_hotset;
    let by_share = outcome.coverage < share * at.inputs.hot();
    (at.has(Preset::Demand) && outcome.coverage < at.bounds.min_steady_hit_rate && !by_share).then(|| {
        format!(
            "Demand is flagged `low-steady-hit-rate` by thresholds.min_steady_hit_rate = {}, as the memo's table has it; \
             the memo's own rule flags only below {share} of the hot set's share ({:.3}), which takes a churn above {:.2} \
             per hour.",
            at.bounds.min_steady_hit_rate,
            share * at.inputs.hot(),
            1.0 - share
        )
    })
}

fn recall_beyond_capacity(at: &Context<'_>) -> Option<String> {
    let hot = at.inputs.hot();
    let surplus = at.inputs.cache_capacity_fraction - hot;
    let binding = surplus / (1.0 - hot);
    (at.predicts() && hot < 1.0 && at.inputs.predictive_recall > binding).then(|| {
        format!(
            "Capacity binds: any recall above {binding:.3} gives the same coverage, so the memo's \"recall of at least 0.85\" \
             is not in its formula; below {} only a flag is added.",
            at.bounds.min_recall
        )
    })
}

fn score_mixes_units(at: &Context<'_>) -> Option<String> {
    let wins = |times: f64| {
        let inputs =
            Inputs { request_rate_per_minute: at.inputs.request_rate_per_minute * times, ..*at.inputs };
        break_even(&inputs, at.bounds, Metric::Score, Input::Precision)
    };
    (at.predicts() && at.inputs.added() > 0.0 && at.inputs.request_rate_per_minute > 0.0).then(|| {
        let [here, more] = [wins(1.0), wins(10.0)].map(|set| set.map_or_else(String::new, |set| set.to_string()));
        format!(
            "The score adds milliseconds to operations per minute, so its break-even precision moves with traffic alone: \
             predictive beats static {here} at {} requests per minute, {more} at ten times as many.",
            at.inputs.request_rate_per_minute
        )
    })
}

fn thresholds_disagree(at: &Context<'_>) -> Option<String> {
    let (precision, churn) = (at.inputs.predictive_precision, at.inputs.churn_per_hour);
    let between = (0.75..0.80).contains(&precision) || (churn > 0.20 && churn <= 0.30);
    (at.predicts() && between).then(|| {
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
    let (precision, added) = (at.inputs.predictive_precision, at.inputs.added());
    let wasted = added * (1.0 - precision);
    (at.predicts() && wasted > 0.0).then(|| {
        let truth = if precision > 0.0 { format!("{:.3}", wasted / precision) } else { "without bound".to_owned() };
        format!(
            "Over-fetch is taken as {wasted:.3} of the requests; at precision {precision} the useful {added:.3} come with \
             {truth} wasted. What wasted entries push out of the cache is not counted."
        )
    })
}

fn operations_scale_with_requests(at: &Context<'_>) -> Option<String> {
    (at.inputs.request_rate_per_minute > 0.0 && at.inputs.churn_per_hour > 0.0).then(|| {
        "Warm operations are coverage x requests x churn; it is keys that churn, so a real warmer's load does not grow with \
         traffic as it does here."
            .to_owned()
    })
}

fn warm_cost_in_the_foreground(at: &Context<'_>) -> Option<String> {
    let charged = at.inputs.added() * (1.0 - at.inputs.predictive_precision) * at.inputs.warm_cost_ms;
    (at.predicts() && charged > 0.0).then(|| {
        format!(
            "Predictive latency includes {charged:.3} ms of warm cost, though warming runs in the background and delays no \
             request."
        )
    })
}
