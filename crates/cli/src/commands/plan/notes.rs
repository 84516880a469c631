//! What there is to say about a plan.

use report::sheet::{counted, grouped};

use super::answer::finished;
use super::facts::Facts;
use super::make::{Paced, Plan};
use super::subject::Subject;
use super::text::{clock, figure, span};
use crate::args::First;

/// What there is to say about a plan, one paragraph each.
pub(super) fn notes(plan: &Plan, subject: &Subject, facts: &Facts) -> Vec<String> {
    let mut notes = vec![how_many(plan, facts), gain(plan, subject, facts)];
    notes.push(order(plan));
    notes.extend(plan.paced.as_ref().map(|paced| safe(plan, paced, facts)));
    notes.extend(churned(plan, subject));
    notes.extend(plan.notes.iter().cloned());
    notes.extend(facts.notes.iter().cloned());
    notes.extend(subject.notes.iter().cloned());
    notes.extend(missing(plan, subject, facts));
    notes
}

/// How many keys, and by which rule.
fn how_many(plan: &Plan, facts: &Facts) -> String {
    let fit = grouped(plan.saved.len() as u64);
    let mut text = match plan.knee {
        Some(knee) => format!(
            "The knee is at {}: each behind it saves less than the average of the {fit} that fit and are asked for.",
            counted(knee as u64, "key")
        ),
        None if plan.saved.len() == 1 => "One key fits and is asked for.".to_owned(),
        None => format!(
            "There is no knee: each of the {fit} keys that fit and are asked for saves about the same."
        ),
    };
    if let (Some(fetch), Some(miss)) = (facts.fetch_ms, facts.miss_ms)
        && miss > 0.0
    {
        let worth = plan.saved.iter().take_while(|saved| **saved * miss >= fetch).count();
        text.push_str(&format!(
            " Up to {} a fetch saves requests at least the time that it takes ({} of a miss's {} ms).",
            counted(worth as u64, "key"),
            figure(fetch),
            figure(miss)
        ));
    }
    text
}

/// What the plan saves.
fn gain(plan: &Plan, subject: &Subject, facts: &Facts) -> String {
    let share = plan.total / plan.keys as f64;
    let life = &facts.life;
    let ends = [
        (plan.ranking.characteristic, "after which a cache filled by misses is as warm"),
        (life.ttl.unwrap_or(f64::INFINITY), "the time to live"),
        (life.horizon.unwrap_or(f64::INFINITY), "the horizon"),
    ];
    let (until, what) = ends.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::INFINITY, ""));
    let within = match subject.rate {
        Some(_) => span(until),
        None => counted(until.round() as u64, "request"),
    };
    let fetches = match plan.keys {
        1 => "1 fetch saves".to_owned(),
        more => format!("{} fetches save", grouped(more as u64)),
    };
    let saved = match life.fills {
        true => format!(
            "{fetches} {} misses ({} % of them are used) within {within}, {what}. A fetch saves one miss at most, the \
             first; expected_hits counts all that its copy answers until then.",
            figure(plan.total),
            figure(share * 100.0)
        ),
        false => format!("{fetches} {} misses within {within}, {what}.", figure(plan.total)),
    };
    format!("{saved} Counted for a cache that is empty and takes traffic when the last key is in.")
}

/// In which order, and what the other would save.
fn order(plan: &Plan) -> String {
    let (these, those) = match plan.first {
        First::Coldest => ("Rows load the coldest first and the hottest, rank 1, last", "hottest first"),
        First::Hottest => ("Rows load the hottest, rank 1, first", "coldest first"),
    };
    let why = match plan.first {
        First::Coldest if plan.ranking.characteristic.is_finite() => ", so that misses evict them last",
        First::Hottest if plan.ranking.characteristic.is_infinite() => {
            ", so that a warm-up cut short has what counts most"
        }
        _ => "",
    };
    let (total, otherwise) = (figure(plan.total), figure(plan.otherwise));
    match total == otherwise {
        true => format!("{these}{why}; here the {those} would save as many."),
        false => format!("{these}{why}: {total} misses saved, and {otherwise} with the {those}."),
    }
}

/// How much of the hot set is another by the time the warm-up is over.
fn churned(plan: &Plan, subject: &Subject) -> Option<String> {
    let ((_, leaves), last) = (subject.churn?, plan.begins(plan.keys - 1)?);
    let gone = -(-leaves * last).exp_m1();
    (gone >= 0.01).then(|| {
        format!(
            "The hot set changes meanwhile: of hot keys loaded first, {} % have left it when the last key is in, which is \
             counted.",
            figure(gone * 100.0)
        )
    })
}

/// How fast.
fn safe(plan: &Plan, paced: &Paced, facts: &Facts) -> String {
    let limit = format!("{} % of {}", figure(paced.utilization * 100.0), paced.limit);
    match paced.hours[..] {
        [hour] => format!(
            "Safe pace: {} fetches/s, which is {limit}, less the {} misses/s of {} requests/s at a hit ratio of {}.",
            figure(hour.pace),
            figure(hour.misses()),
            figure(hour.requests),
            figure(hour.hit_ratio)
        ),
        _ => {
            let by = finished(plan, facts, plan.keys).unwrap_or(0.0);
            let of = |best: fn(f64, f64) -> f64, from: f64| {
                paced.hours.iter().map(|hour| hour.pace).fold(from, best)
            };
            format!(
                "Safe pace: {} to {} fetches/s by the hour, {limit} less the misses of the traffic. Begun at {}, it is finished \
                 by {}. Uses are counted at the mean rate of the day.",
                figure(of(f64::min, f64::INFINITY)),
                figure(of(f64::max, 0.0)),
                clock(paced.begins, 0.0),
                clock(paced.begins, by)
            )
        }
    }
}

/// What the plan lacks, and what would tell it.
fn missing(plan: &Plan, subject: &Subject, facts: &Facts) -> Vec<String> {
    let mut notes = vec![];
    if plan.paced.is_none() {
        notes.push(
            "Nothing says what the origin can take: not_before_s is empty. --origin-cap 100/s tells, or in a scenario \
             origin.cap_per_minute."
                .to_owned(),
        );
    }
    if facts.fetch_ms.is_none() && subject.fetch_ms.is_empty() {
        notes.push("fetch_cost_ms is empty: --fetch 5ms tells it.".to_owned());
    }
    if subject.sizes.is_empty() {
        notes.push("bytes is empty: nothing tells the sizes of keys.".to_owned());
    }
    if plan.worths.iter().any(|worth| worth.hits.is_none()) {
        notes.push(
            "expected_hits is empty where a time to live slides: there is no closed form; `simulate` counts them."
                .to_owned(),
        );
    }
    notes
}
