//! A plan as rows for a warmer and as a summary for people.

use frames::Values;
use report::sheet::{Sheet, counted, grouped};

use super::facts::Facts;
use super::make::{Hour, Paced, Plan};
use super::subject::Subject;
use super::text::{figure, milli, six, span};
use crate::args::First;

/// Rows of the curve.
const STEPS: usize = 10;

/// The plan; its rows in the order of loading.
pub(crate) fn sheet(plan: &Plan, subject: &Subject, facts: &Facts) -> Sheet {
    let mut order: Vec<usize> = (0..plan.keys).collect();
    order.sort_by_key(|nth| plan.place(*nth));
    let key = |nth: &usize| plan.ranking.order[*nth];
    let ranks = order.iter().map(|nth| *nth as u64 + 1).collect();
    let mut unnamed = 0;
    let mut name = |nth: &usize| {
        subject.names.of(key(nth)).unwrap_or_else(|| {
            unnamed += 1;
            String::new()
        })
    };
    let names = order.iter().map(&mut name).collect();
    let column = |of: &dyn Fn(&usize) -> Option<f64>| Values::Number(order.iter().map(of).collect());
    let fetch = |nth: &usize| subject.fetch_ms.get(key(nth) as usize).copied().flatten().or(facts.fetch_ms);
    let mut sheet = Sheet { title: title(plan, subject), ..Sheet::default() }
        .with("rank", "", 0, Values::Count(ranks))
        .with("key", "", 0, Values::Text(names))
        .with("not_before_s", "", 0, column(&|nth| plan.begins(plan.place(*nth)).map(milli)))
        .with("expected_hits", "", 0, column(&|nth| plan.worths[*nth].hits.map(six)))
        .with("expected_use_probability", "", 0, column(&|nth| Some(six(plan.worths[*nth].used))))
        .with("fetch_cost_ms", "", 0, column(&fetch))
        .with("bytes", "", 0, bytes(&order, plan, subject));
    sheet.parts.push(("curve", curve(plan, subject)));
    if let Some(paced) = &plan.paced {
        sheet.parts.push(("pace", pace(paced)));
    }
    sheet.notes = notes(plan, subject, facts);
    if unnamed > 0 {
        sheet.notes.push(format!("{} no UTF-8 text and left empty.", are(unnamed, "key")));
    }
    sheet
}

/// Sizes; whole where all are known.
fn bytes(order: &[usize], plan: &Plan, subject: &Subject) -> Values {
    let size = |nth: &usize| subject.sizes.get(plan.ranking.order[*nth] as usize).copied().flatten();
    let all: Option<Vec<u64>> = order.iter().map(size).collect();
    match all {
        Some(all) => Values::Count(all),
        None => Values::Number(order.iter().map(|nth| size(nth).map(|size| size as f64)).collect()),
    }
}

fn are(count: u64, what: &str) -> String {
    format!("{} {}", counted(count, what), if count == 1 { "is" } else { "are" })
}

fn title(plan: &Plan, subject: &Subject) -> String {
    let all = grouped(subject.counts.len() as u64);
    let when = match finish(plan) {
        Some(at) => format!(", the last fetch {} after the first", span(at - plan.begins(0).unwrap_or(0.0))),
        None => String::new(),
    };
    format!("{}: warm {} of {all} keys{when}", subject.name, grouped(plan.keys as u64))
}

/// When the turn of the last key comes.
fn finish(plan: &Plan) -> Option<f64> {
    plan.begins(plan.keys - 1)
}

/// What more and more keys save.
fn curve(plan: &Plan, subject: &Subject) -> Sheet {
    let fit = plan.saved.len();
    let mut counts: Vec<usize> = (1..=STEPS).map(|step| (fit * step).div_ceil(STEPS)).collect();
    counts.push(plan.keys);
    counts.sort_unstable();
    counts.dedup();
    let mut sums = vec![0.0];
    sums.extend(plan.saved.iter().scan(0.0, |sum, saved| {
        *sum += saved;
        Some(*sum)
    }));
    let number =
        |of: &dyn Fn(usize) -> Option<f64>| Values::Number(counts.iter().map(|count| of(*count)).collect());
    let earlier = |count: usize| counts.iter().rev().find(|one| **one < count).copied().unwrap_or(0);
    let step = |count: usize| (sums[count] - sums[earlier(count)]) / (count - earlier(count)) as f64;
    let keys = Values::Count(counts.iter().map(|count| *count as u64).collect());
    let rate = |count: usize| plan.candidates[plan.ranking.order[count - 1] as usize].rate;
    let mut sheet = Sheet::default()
        .with("keys", "keys", 0, keys)
        .with("saved_misses", "misses, saved", 1, number(&|count| Some(six(sums[count]))))
        .with(
            "share_of_fetches",
            "a fetch, of all",
            3,
            number(&|count| Some(six(sums[count] / count as f64))),
        )
        .with("share_of_step", "a fetch, of this row", 3, number(&|count| Some(six(step(count)))));
    if subject.rate.is_some() {
        let title = "last key's, requests/min";
        sheet = sheet.with("last_key_per_minute", title, 3, number(&|count| Some(six(rate(count) * 60.0))));
    }
    let until = |count: usize| plan.begins(count - 1).unwrap_or(0.0);
    if plan.paced.is_some() {
        let told = counts.iter().map(|count| span(until(*count))).collect();
        sheet = sheet.with("last_begins_s", "", 0, number(&|count| Some(milli(until(count))))).with(
            "last_begins",
            "last begins, after",
            0,
            Values::Text(told),
        );
    }
    let mark = |count: usize| match (count == plan.keys, Some(count) == plan.knee) {
        (true, true) => "plan: the knee",
        (true, false) => "plan",
        (false, true) => "knee",
        (false, false) => "",
    };
    sheet.with("mark", " ", 0, Values::Text(counts.iter().map(|count| mark(*count).to_owned()).collect()))
}

fn pace(paced: &Paced) -> Sheet {
    let each = 24 / paced.hours.len();
    let from = Values::Count((0..paced.hours.len()).map(|nth| (nth * each) as u64).collect());
    let to = Values::Count((1..=paced.hours.len()).map(|nth| (nth * each) as u64).collect());
    let number =
        |of: fn(&Hour) -> f64| Values::Number(paced.hours.iter().map(|hour| Some(six(of(hour)))).collect());
    Sheet::default()
        .with("from_hour", "hour, from", 0, from)
        .with("to_hour", "hour, to", 0, to)
        .with("requests_per_second", "requests, /s", 1, number(|hour| hour.requests))
        .with("hit_ratio", "hit ratio", 4, number(|hour| hour.hit_ratio))
        .with("misses_per_second", "misses, /s", 1, number(Hour::misses))
        .with("safe_pace_per_second", "safe pace, fetches/s", 1, number(|hour| hour.pace))
}

fn notes(plan: &Plan, subject: &Subject, facts: &Facts) -> Vec<String> {
    let mut notes = vec![how_many(plan, facts), gain(plan, subject, facts)];
    notes.push(order(plan));
    notes.extend(plan.paced.as_ref().map(|paced| safe(plan, paced)));
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
    let saved = match life.fills {
        true => format!(
            "{} fetches save {} misses ({} % of them are used) within {within}, {what}. A fetch saves one miss at most, the \
             first; expected_hits counts all that its copy answers until then.",
            grouped(plan.keys as u64),
            figure(plan.total),
            figure(share * 100.0)
        ),
        false => format!(
            "{} fetches save {} misses within {within}, {what}.",
            grouped(plan.keys as u64),
            figure(plan.total)
        ),
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
    format!(
        "{these}{why}: {} misses saved, and {} with the {those}.",
        figure(plan.total),
        figure(plan.otherwise)
    )
}

/// How fast.
fn safe(plan: &Plan, paced: &Paced) -> String {
    let finish = finish(plan)
        .map_or(String::new(), |at| format!(" The last fetch begins {} after the beginning.", span(at)));
    let limit = format!("{} % of {}", figure(paced.utilization * 100.0), paced.limit);
    match paced.hours[..] {
        [hour] => format!(
            "Safe pace: {} fetches/s, which is {limit}, less the {} misses/s of {} requests/s at a hit ratio of {}.{finish}",
            figure(hour.pace),
            figure(hour.misses()),
            figure(hour.requests),
            figure(hour.hit_ratio)
        ),
        _ => {
            let of = |best: fn(f64, f64) -> f64, from: f64| {
                paced.hours.iter().map(|hour| hour.pace).fold(from, best)
            };
            format!(
                "Safe pace: {} to {} fetches/s by the hour, {limit} less the misses of the traffic.{finish}",
                figure(of(f64::min, f64::INFINITY)),
                figure(of(f64::max, 0.0))
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
