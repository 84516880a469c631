//! How the list is loaded, and how fast.

use report::render::runbook::{Configured, Hours};
use report::sheet::grouped;
use scenario::{Strategy, lasts};

use super::{Known, keys};
use crate::args::First;
use crate::commands::plan::answer::finished;
use crate::commands::plan::make::Hour;
use crate::commands::plan::text::{clock, figure, span};

/// What to do, step by step.
pub(super) fn steps(known: &Known<'_>) -> Vec<String> {
    let Known { plan, facts, list, .. } = known;
    let mut steps =
        vec![format!("Make the list: `{list} -o plan.csv`; one row a key, in the order of loading.")];
    let why = match (plan.first, plan.ranking.characteristic.is_finite()) {
        (First::Coldest, true) => {
            "the coldest come first and rank 1 last, because misses evict what came first"
        }
        (First::Coldest, false) => "the coldest come first and rank 1 last, as was asked",
        (First::Hottest, _) => "rank 1 comes first, so that a warm-up cut short has what counts most",
    };
    steps.push(format!("Load its {} before the cache takes traffic, in that order: {why}.", keys(plan.keys)));
    steps.push(match &plan.paced {
        None => "The safe pace is unknown, because nothing says what the origin can take. Begin slowly, and watch the origin's latency.".to_owned(),
        Some(paced) => {
            let limit = format!("{} % of {}", figure(paced.utilization * 100.0), paced.limit);
            match paced.hours[..] {
                [hour] => format!("Begin no row before its `not_before_s`: that is {} fetches/s, {limit} less the {} misses/s of the traffic.", figure(hour.pace), figure(hour.misses())),
                _ => format!("Begin no row before its `not_before_s`, which counts from {} on: {limit}, less the misses of the traffic in that hour, as below. At another hour make the list with `--from-hour`.", clock(paced.begins, 0.0)),
            }
        }
    });
    let done = finished(plan, facts, plan.keys).map_or(String::new(), |at| format!(" after {}", span(at)));
    let share = figure(known.share() * 100.0);
    steps.push(format!("It is done when the last row is in{done}. Let traffic in: {share} % of the requests then find a copy. Where fewer do, rows were lost, or the keys are not those that readers ask for."));
    if let Some(ttl) = facts.life.ttl {
        steps.push(format!(
            "Copies live {}: let traffic in before the first of them end, or begin anew.",
            span(ttl)
        ));
    }
    steps
}

/// Hours that are alike in one row; none where all are.
pub(super) fn hours(known: &Known<'_>) -> Vec<Hours> {
    let Some(paced) = known.plan.paced.as_ref().filter(|paced| paced.hours.len() > 1) else { return vec![] };
    let row = |hour: &Hour| [hour.requests, hour.misses(), hour.pace].map(figure);
    let each: Vec<(usize, &Hour)> = paced.hours.iter().enumerate().collect();
    let alike = each.chunk_by(|(_, one), (_, next)| row(one) == row(next));
    alike
        .map(|same| {
            let [requests, misses, pace] = row(same[0].1);
            let (from, to) = (same[0].0, same[same.len() - 1].0 + 1);
            let keys = grouped((same[0].1.pace * 3600.0).floor() as u64);
            Hours { when: format!("{from}:00–{to}:00"), requests, misses, pace, keys }
        })
        .collect()
}

/// Budgets of the warmers that the scenario has.
pub(super) fn configured(known: &Known<'_>) -> Vec<Configured> {
    known.warmers().map(|strategy| row(known, strategy)).collect()
}

fn row(known: &Known<'_>, strategy: &Strategy) -> Configured {
    let budget = &strategy.budget;
    let count = |value: Option<f64>, none: &str| value.map_or(none.to_owned(), |value| grouped(value as u64));
    let limited = budget.rate.is_some() || budget.workers.is_some() || budget.batch.is_some();
    Configured {
        strategy: strategy.name.clone(),
        pace: budget.rate.map_or("any".to_owned(), |rate| figure(rate.get() / 60.0)),
        takes: match limited {
            true => span(lasts(&known.section.scenario, budget, known.plan.keys as f64)),
            false => "as long as the origin does".to_owned(),
        },
        workers: count(budget.workers.map(scenario::Quantity::get), "any"),
        queue: count(budget.queue.map(scenario::Quantity::get), "any"),
        deadline: budget.deadline.map_or("none".to_owned(), |deadline| span(deadline.get())),
        instances: count(Some(budget.instances.get()), ""),
    }
}
