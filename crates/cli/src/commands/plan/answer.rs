//! A plan as rows for a warmer and as a summary for people.

use frames::Values;
use report::sheet::{Sheet, counted, grouped};

use super::columns::COLUMNS;
use super::facts::Facts;
use super::make::{Hour, Paced, Plan};
use super::notes::notes;
use super::subject::Subject;
use super::text::{milli, six, span};

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
    let values = [
        Values::Count(ranks),
        Values::Text(names),
        column(&|nth| plan.begins(plan.place(*nth)).map(milli)),
        column(&|nth| plan.worths[*nth].hits.map(six)),
        column(&|nth| Some(six(plan.worths[*nth].used))),
        column(&fetch),
        bytes(&order, plan, subject),
    ];
    // People read the curve; a plan may have a million rows.
    let mut sheet = Sheet { title: title(plan, subject, facts), ..Sheet::default() };
    for ((name, _), values) in COLUMNS.iter().zip(values) {
        sheet = sheet.with(name, "", 0, values);
    }
    sheet.parts.push(("curve", curve(plan, subject, facts)));
    if let Some(paced) = &plan.paced {
        sheet.parts.push(("pace", pace(paced)));
    }
    sheet.notes = notes(plan, subject, facts);
    if unnamed > 0 {
        sheet.notes.push(format!(
            "{} left empty: what is no UTF-8 text cannot be written.",
            counted(unnamed, "key")
        ));
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

fn title(plan: &Plan, subject: &Subject, facts: &Facts) -> String {
    let all = grouped(subject.counts.len() as u64);
    let when = match finished(plan, facts, plan.keys) {
        Some(at) => format!(", finished {} after the beginning", span(at)),
        None => String::new(),
    };
    format!("{}: warm {} of {all} keys{when}", subject.name, grouped(plan.keys as u64))
}

/// When so many keys are in: the turn of the last one, and its fetch.
pub(super) fn finished(plan: &Plan, facts: &Facts, keys: usize) -> Option<f64> {
    plan.begins(keys - 1).map(|begins| begins + facts.fetch_ms.unwrap_or(0.0) / 1e3)
}

/// What more and more keys save.
fn curve(plan: &Plan, subject: &Subject, facts: &Facts) -> Sheet {
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
            "per fetch, so far",
            3,
            number(&|count| Some(six(sums[count] / count as f64))),
        )
        .with("share_of_step", "per fetch, this row", 3, number(&|count| Some(six(step(count)))));
    if subject.rate.is_some() {
        let title = "last key, requests/min";
        sheet = sheet.with("last_key_per_minute", title, 3, number(&|count| Some(six(rate(count) * 60.0))));
    }
    if plan.paced.is_some() {
        let at = |count: usize| finished(plan, facts, count);
        let told = counts.iter().map(|count| at(*count).map_or(String::new(), span)).collect();
        sheet = sheet.with("finished_s", "", 0, number(&|count| at(count).map(milli)));
        sheet = sheet.with("finished", "finished, after", 0, Values::Text(told));
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
    // Of a day that is the same all along a note tells.
    let title = |title| if each == 24 { "" } else { title };
    let from = Values::Count((0..paced.hours.len()).map(|nth| (nth * each) as u64).collect());
    let to = Values::Count((1..=paced.hours.len()).map(|nth| (nth * each) as u64).collect());
    let number =
        |of: fn(&Hour) -> f64| Values::Number(paced.hours.iter().map(|hour| Some(six(of(hour)))).collect());
    Sheet::default()
        .with("from_hour", title("hour, from"), 0, from)
        .with("to_hour", title("hour, to"), 0, to)
        .with("requests_per_second", title("requests, /s"), 1, number(|hour| hour.requests))
        .with("hit_ratio", title("hit ratio"), 4, number(|hour| hour.hit_ratio))
        .with("misses_per_second", title("misses, /s"), 1, number(Hour::misses))
        .with("safe_pace_per_second", title("safe pace, fetches/s"), 1, number(|hour| hour.pace))
}
