//! What may fail, what to do then, and what follows.

use evaluation::{Evaluation, Metric};
use model::renewal::Deploy;
use report::render::runbook::Failing;
use scenario::Strategy;

use super::{Known, listed};
use crate::args::First;
use crate::commands::plan::text::{figure, span};

pub(super) fn all(known: &Known<'_>) -> Vec<Failing> {
    let mut failures = vec![
        no_warm_up(known),
        cut_short(known),
        slow_origin(known),
        failing_fetches(known),
        short_of_memory(known),
        lost(known),
    ];
    failures.extend(no_predictor(known));
    failures
}

fn failing(what: &str, act: impl Into<String>, then: impl Into<String>) -> Failing {
    Failing { what: what.to_owned(), act: act.into(), then: then.into() }
}

fn no_warm_up(known: &Known<'_>) -> Failing {
    let then = match known.deploy {
        Some(deploy) => {
            let warm = deploy.warm.map_or("after a time that has no closed form".to_owned(), |warm| {
                format!("after {}", span(warm))
            });
            let waits = match (deploy.survives, deploy.drained) {
                (true, _) => String::new(),
                (false, Some(drained)) => {
                    format!("; until {} have passed, misses wait at the origin", span(drained))
                }
                (false, None) => {
                    "; misses are more than the origin can answer, for a time that has no closed form"
                        .to_owned()
                }
            };
            format!("a hit ratio of {} {warm} in place of at once{waits}", figure(0.9 * deploy.hit_ratio))
        }
        None => "unknown: `simulate` plays it".to_owned(),
    };
    let latency = known.demand().and_then(latency);
    let latency = latency.map_or(String::new(), |latency| format!("; in the long run {latency}"));
    failing(
        "the warm-up does not run at all",
        "deploy as for empty caches, or hold the deploy",
        then + &latency,
    )
}

/// What a request takes on average, and who says so.
fn latency(answer: &Evaluation) -> Option<String> {
    let found = answer.get(Metric::ExpectedLatency)?;
    Some(format!("{} ms a request ({})", Metric::ExpectedLatency.show(found.value), answer.engine))
}

fn cut_short(known: &Known<'_>) -> Failing {
    let plan = known.plan;
    let half = plan.keys / 2;
    let loaded = |nth: &usize| plan.place(*nth) < half;
    let saved: f64 = (0..plan.keys).filter(loaded).map(|nth| plan.ranking.saved(&plan.worths[nth])).sum();
    let order = match plan.first {
        First::Coldest => "the most valuable are still missing",
        First::Hottest => "the most valuable are in",
    };
    failing(
        "the warm-up is cut short",
        "go on at the row that was not loaded; rows are in the order of loading",
        format!(
            "at half of the list {} of the {} misses are saved: {order}",
            figure(saved),
            figure(plan.total)
        ),
    )
}

/// What stops by itself, and what somebody has to stop.
fn rails(
    known: &Known<'_>,
    what: &str,
    by_hand: &str,
    then: &str,
    words: impl Fn(&Strategy) -> Option<String>,
) -> Failing {
    // Warmers of which the same is to be said, the most usual of which is nothing, which is said last.
    let mut alike: Vec<(Option<String>, Vec<&str>)> = vec![];
    for strategy in known.warmers() {
        let words = words(strategy);
        match alike.iter_mut().find(|(said, _)| *said == words) {
            Some((_, names)) => names.push(&strategy.name),
            None => alike.push((words, vec![&strategy.name])),
        }
    }
    alike.sort_by_key(|(words, _)| words.is_none());
    let acts = alike.iter().map(|(words, names)| match words {
        Some(words) => format!("{}: {words}", listed(names)),
        None if names.len() == 1 => format!("{}: nothing stops it; {by_hand}", listed(names)),
        None => format!("{}: nothing stops them; {by_hand}", listed(names)),
    });
    let acts: Vec<String> = acts.collect();
    failing(what, if acts.is_empty() { by_hand.to_owned() } else { acts.join("; ") }, then)
}

fn slow_origin(known: &Known<'_>) -> Failing {
    let by_hand = match &known.plan.paced {
        Some(paced) => format!(
            "stop the warmer where traffic and warming take more than {} % of {}",
            figure(paced.utilization * 100.0),
            paced.limit
        ),
        None => "stop the warmer at the latency that your service allows, which the scenario does not say"
            .to_owned(),
    };
    rails(
        known,
        "the origin is slow",
        &by_hand,
        "what is not warmed is missed once and then filled",
        |strategy| {
            let stop = strategy.rails.latency?;
            let resumes = match (stop.resume_below, stop.resume_after) {
                (Some(below), None) => format!("goes on below {} ms", below.get()),
                (None, Some(after)) => format!("goes on after {}", span(after.get())),
                (Some(below), Some(after)) => {
                    format!("goes on below {} ms or after {}", below.get(), span(after.get()))
                }
                (None, None) => "**stays stopped until somebody starts it**".to_owned(),
            };
            Some(format!("stops above {} ms, {resumes}", stop.above.get()))
        },
    )
}

fn failing_fetches(known: &Known<'_>) -> Failing {
    rails(
        known,
        "fetches fail",
        "stop the warmer, and start it when the origin answers",
        "a failed row is a miss later; requests that miss try again by themselves",
        |strategy| {
            let breaker = strategy.rails.breaker.as_ref().map(|breaker| {
                format!(
                    "waits {} after {} failures in a row",
                    span(breaker.pause.get()),
                    breaker.failures.get()
                )
            });
            let retries = strategy.budget.retries.get();
            let retries = (retries > 0.0).then(|| format!("tries a row up to {} times more", retries));
            let both: Vec<String> = breaker.into_iter().chain(retries).collect();
            (!both.is_empty()).then(|| both.join(", "))
        },
    )
}

fn short_of_memory(known: &Known<'_>) -> Failing {
    rails(
        known,
        "memory is short",
        "stop the warmer, and take fewer keys with `--keys`",
        "fewer keys are warm; the list is worth most per key at rank 1",
        |strategy| {
            let stop = strategy.rails.pressure.as_ref()?;
            let resumes = if stop.latches {
                "**stays stopped until somebody starts it**".to_owned()
            } else {
                format!("goes on below {} %", stop.below.get())
            };
            Some(format!("stops at a pressure of {} %, {resumes}", stop.at.get()))
        },
    )
}

fn lost(known: &Known<'_>) -> Failing {
    let act = match known.deploy {
        Some(Deploy { answers: Some(_), survives: true, .. }) => {
            "nothing: the origin can answer the misses".to_owned()
        }
        Some(Deploy { answers: Some(_), ramp, .. }) => match ramp {
            Some((share, time)) => format!(
                "let in {} % of the traffic at once, all of it after {}; do not warm beside it",
                figure((share * 100.0).floor()),
                span(time)
            ),
            None => "shed load until the origin answers again; do not warm beside it".to_owned(),
        },
        _ => "shed load where the origin becomes slow".to_owned(),
    };
    let then = match known.deploy {
        Some(deploy) => deploy.warm.map_or("how long it takes has no closed form".to_owned(), |warm| {
            format!("90 % of the hit ratio after {}, without shedding", span(warm))
        }),
        None => "unknown: `simulate` plays it, with `cache.flush_at_s`".to_owned(),
    };
    failing("a cache is lost without a plan", act, then)
}

fn no_predictor(known: &Known<'_>) -> Option<Failing> {
    known.section.scenario.predictor.as_ref()?;
    let predicted = known
        .warmers()
        .filter(|one| matches!(one.preset, scenario::Preset::Predictive | scenario::Preset::Hybrid));
    let names: Vec<&str> = predicted.map(|strategy| strategy.name.as_str()).collect();
    let act = match names[..] {
        [] => "run static, which needs no predictor".to_owned(),
        _ => format!("run static in place of {}, which needs no predictor", listed(&names)),
    };
    let fixed = known.section.scenario.strategies.iter().find(|one| one.preset == scenario::Preset::Static);
    let strategies = names.iter().copied().chain(fixed.map(|one| one.name.as_str()));
    let each: Vec<String> = strategies
        .filter_map(|strategy| Some(format!("{strategy}: {}", latency(known.answer(strategy)?)?)))
        .collect();
    let then = if each.is_empty() { "unknown: no closed form".to_owned() } else { each.join(", ") };
    Some(failing("the predictor is down, or nobody measures it", act, then))
}
