//! How a fleet restarts, a part at a time.

use model::renewal::Deploy;
use report::render::runbook::{Fleet, Rounds};

use super::Known;
use crate::commands::plan::answer::finished;
use crate::commands::plan::text::{figure, span};

/// Sizes of fleets that are told, besides those of the scenario.
const SIZES: [u64; 6] = [3, 5, 10, 20, 50, 100];

/// How many at a time, and how long to wait in between.
pub(super) fn texts(known: &Known<'_>) -> Vec<String> {
    let Some(deploy) = known.deploy else {
        let why = "How a restart goes has no closed form for this scenario";
        return vec![format!(
            "{why}: `warmcast simulate {}` plays it, with `cache.restart_at_s`. Until then restart one instance at a time.",
            known.scenario
        )];
    };
    let mut texts = vec![batches(known, &deploy)];
    texts.extend(wait(known, &deploy));
    if let Some((share, time)) = deploy.ramp {
        texts.push(format!(
            "One cache for all, or all instances at once: let in {} % of the traffic at first, and all of it after {}. With the list loaded before, {}.",
            figure((share * 100.0).floor()),
            span(time),
            match known.share() >= 1.0 - share {
                true => "all of it may come at once".to_owned(),
                false => format!("{} % of it may come at first", figure((100.0 * share / (1.0 - known.share())).floor())),
            }
        ));
    }
    texts
}

fn batches(known: &Known<'_>, deploy: &Deploy) -> String {
    let warm = deploy.requests * (1.0 - deploy.hit_ratio);
    let Some(answers) = deploy.answers else {
        return "How many instances may restart at a time is unknown: nothing says what the origin can answer (`origin.servers` or `origin.cap_per_minute`). Restart one at a time, and look at the origin's latency before the next.".to_owned();
    };
    let (requests, answers_text) = (figure(deploy.requests), figure(answers));
    let Some(empty) = deploy.largest_batch(0.0) else {
        return format!(
            "No instance may restart: the warm caches already send the origin {} misses/s, and it answers {answers_text}. Give it more room first.",
            figure(warm)
        );
    };
    if empty >= 1.0 {
        return format!(
            "All instances may restart at once: empty caches send the origin up to {requests} misses/s, and it answers {answers_text}. Requests are slower until the caches are warm."
        );
    }
    let warmed = deploy.largest_batch(known.share()).unwrap_or(0.0);
    let percent = |share: f64| figure((share * 1000.0).floor() / 10.0);
    format!(
        "The origin answers {answers_text} misses/s. Empty caches send it {requests}, warm ones {}: so at most {} % of the instances may be empty at a time. With the list loaded before they take traffic it is {} %. That holds for instances that share the traffic evenly; of a fleet that is not here, round down.",
        figure(warm),
        percent(empty),
        percent(warmed)
    )
}

/// When the next ones may follow.
fn wait(known: &Known<'_>, deploy: &Deploy) -> Option<String> {
    let back = figure(0.9 * deploy.hit_ratio);
    let (time, each) = match deploy.part_warm {
        Some(time) => (span(time), format!("n times {}", span(time))),
        None => {
            return Some(format!(
                "Restart the next ones when the hit ratio of those before is back at {back}; how long that takes has no closed form."
            ));
        }
    };
    let warmed = finished(known.plan, known.facts, known.plan.keys)
        .map_or(String::new(), |at| format!(" With the list it is the {} of its loading, where each loads all of it by itself at the whole safe pace.", span(at)));
    Some(format!(
        "Restart the next ones when the hit ratio of those before is back at {back}. Without warming that is after {time} where keys are divided among the instances; where each of n instances has a cache of its own for all keys, it sees one nth of the requests and takes {each}.{warmed}"
    ))
}

/// Instances at a time by the size of the fleet, where not all may restart at once.
pub(super) fn fleets(known: &Known<'_>) -> Vec<Fleet> {
    let Some(deploy) = known.deploy else { return vec![] };
    let Some(empty) = deploy.largest_batch(0.0).filter(|share| *share < 1.0) else { return vec![] };
    let warmed = deploy.largest_batch(known.share()).unwrap_or(0.0);
    let own = known.warmers().map(|strategy| strategy.budget.instances.get() as u64);
    let mut sizes: Vec<u64> = own.filter(|size| *size > 1).chain(SIZES).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
        .into_iter()
        .map(|instances| Fleet {
            instances,
            empty: rounds(instances, empty),
            warmed: rounds(instances, warmed),
        })
        .collect()
}

fn rounds(instances: u64, share: f64) -> Rounds {
    // A share that is a whole number of instances up to rounding counts as that.
    match (instances as f64 * share * (1.0 + 1e-9)).floor() as u64 {
        0 => Rounds { at_a_time: "not even one".to_owned(), rounds: "–".to_owned() },
        at_a_time => {
            Rounds { at_a_time: at_a_time.to_string(), rounds: instances.div_ceil(at_a_time).to_string() }
        }
    }
}
