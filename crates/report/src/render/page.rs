//! The page: a report on one scenario as self-contained HTML, in light and dark, for screen, phone and print.

use evaluation::{Difference, Evaluation, Metric};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use scenario::Popularity;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::break_evens::break_even_rows;
use super::differences::{COMPARED, signed};
use super::recovery::Recovery;
use super::verdict::{Verdict, verdict_sentence};
use super::{Alike, alike, shown_metrics, told};
use crate::judge::ClaimResult;
use crate::{Asked, Report, Section};

const TEMPLATE: &str = include_str!("page.html");
const SCRIPT: &str = include_str!("page.js");

/// A picture for the page.
#[derive(Debug, Clone)]
pub struct Figure {
    /// File name without extension.
    pub name: String,
    /// What it shows, below it.
    pub caption: String,
    /// Inline SVG.
    pub svg: String,
    /// The file that has its data.
    pub data: String,
}

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct PageError(#[from] minijinja::Error);

/// Section `nth` of the report as one HTML page; `files` are the data files beside it.
///
/// # Errors
/// Where the template fails.
///
/// # Panics
/// Where there is no such section.
pub fn page(report: &Report, nth: usize, figures: &[Figure], files: &[String]) -> Result<String, PageError> {
    let section = &report.sections[nth];
    let claims = report.judgement.as_ref().map_or(&[][..], |judgement| &judgement.sections[nth].0);
    let denied = report.judgement.as_ref().map_or(&[][..], |judgement| &judgement.sections[nth].1);
    let metrics = shown_metrics(section);
    let verdict = Verdict::of(section, report.objective);
    let tables: Vec<Value> = [recovery(section), differences(section)].into_iter().flatten().collect();
    let mut environment = Environment::new();
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).build()?);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("code", code);
    environment.add_template("page", TEMPLATE)?;
    let context = json!({
        "title": section.title(),
        "description": section.scenario.description,
        "source": section.scenario.source,
        "verdict": verdict_sentence(section, report.objective),
        "light": plots::css_variables(&plots::LIGHT),
        "dark": plots::css_variables(&plots::DARK),
        "columns": metrics.iter().map(|metric| column(*metric, report.objective)).collect::<Vec<_>>(),
        "rows": rows(section, verdict.as_ref(), &metrics),
        "tables": tables,
        "findings": findings(section),
        "figures": figures.iter().map(figure).collect::<Vec<_>>(),
        "break_evens": break_evens(section),
        "claims": claims.iter().map(claim).collect::<Vec<_>>(),
        "denied": denied.iter().map(|one| {
            json!({ "strategy": one.strategy, "code": one.flag.code, "message": one.flag.message })
        }).collect::<Vec<_>>(),
        "inputs": inputs(section),
        "notes": section.notes.iter().map(|(_, note)| {
            let number = if note.number == 0 { "•".to_owned() } else { note.number.to_string() };
            json!({ "number": number, "text": note.text })
        }).collect::<Vec<_>>(),
        "files": files,
        "asked": section.sensitivity.as_ref().map(|one| asked(one, verdict.as_ref())),
        "script": SCRIPT,
        "script_hash": format!("sha256-{}", base64(&Sha256::digest(SCRIPT))),
        "provenance": report.provenance,
    });
    Ok(environment.get_template("page")?.render(Serde(context))?)
}

/// The verdict is as firm as the lead of its own strategy; of another one nothing is said there.
fn asked(Asked { strategy, sheet }: &Asked, verdict: Option<&Verdict<'_>>) -> Value {
    let firm = verdict.is_some_and(|verdict| verdict.names_best(strategy));
    let rows = sheet.people.first().map_or(0, |(_, cells)| cells.len());
    let row = |nth: usize| sheet.people.iter().map(|(_, cells)| cells[nth].clone()).collect::<Vec<_>>();
    json!({
        "title": sheet.title,
        "confidence": sheet.notes.first().filter(|_| firm),
        "notes": sheet.notes,
        "columns": sheet.people.iter().map(|(title, _)| *title).collect::<Vec<_>>(),
        "rows": (0..rows).map(row).collect::<Vec<_>>(),
    })
}

fn figure(figure: &Figure) -> Value {
    json!({ "name": figure.name, "caption": figure.caption, "svg": figure.svg, "data": figure.data })
}

/// A column of the strategy table; a phone has room for the narrow ones.
fn column(metric: Metric, objective: Metric) -> Value {
    let narrow = [Metric::ExpectedLatency, Metric::OpsLoad, Metric::OriginLoad].contains(&metric)
        || metric == objective;
    json!({ "title": metric.spec().title, "unit": per(metric.spec().unit), "narrow": narrow, "tip": metric.spec().meaning })
}

fn rows(section: &Section, verdict: Option<&Verdict<'_>>, metrics: &[Metric]) -> Vec<Value> {
    let row = |(answer, rank): (&Evaluation, usize)| {
        let cell = |metric: &Metric| told(answer, *metric);
        json!({
            "rank": rank,
            "best": verdict.is_some_and(|verdict| verdict.leads(answer)),
            "strategy": answer.strategy,
            "engine": answer.engine.name(),
            "cells": metrics.iter().map(cell).collect::<Vec<_>>(),
            "flags": answer.risk_flags.iter().map(|flag| {
                json!({ "code": flag.code.code(), "tip": flag.code.spec().meaning })
            }).collect::<Vec<_>>(),
        })
    };
    section.ranked().map(row).collect()
}

/// How strategies come back from a restart.
fn recovery(section: &Section) -> Option<Value> {
    let Recovery { title, metrics, answers, .. } = Recovery::of(section)?;
    let columns = metrics.iter().map(|metric| (metric.spec().title, metric.spec().unit));
    let row = |answer: &&Evaluation| {
        let cells = metrics.iter().map(|metric| told(answer, *metric));
        [answer.strategy.clone(), answer.engine.to_string()].into_iter().chain(cells).collect()
    };
    let rows = answers.iter().map(row).collect();
    Some(table("After a restart", &title, &["strategy", "engine"], columns, rows))
}

/// How strategies differ from the first on the same requests.
fn differences(section: &Section) -> Option<Value> {
    let first = section.differences.first()?;
    let columns = COMPARED.iter().map(|metric| (metric.spec().title, metric.spec().unit));
    let row = |one: &Difference| {
        let cell =
            |metric: &Metric| one.get(*metric).map_or("–".to_owned(), |found| signed(*metric, found));
        [one.strategy.clone()].into_iter().chain(COMPARED.iter().map(cell)).collect()
    };
    let rows = section.differences.iter().map(row).collect();
    let text =
        format!("What a simulation of both on the same requests finds between them and {}.", first.from);
    Some(table(&format!("Against {}", first.from), &text, &["strategy"], columns, rows))
}

fn table<'a>(
    title: &str,
    text: &str,
    named: &[&str],
    columns: impl Iterator<Item = (&'a str, &'a str)>,
    rows: Vec<Vec<String>>,
) -> Value {
    let columns: Vec<_> = columns.map(|(title, unit)| json!({ "title": title, "unit": per(unit) })).collect();
    json!({ "title": title, "text": text, "named": named, "columns": columns, "rows": rows })
}

/// A unit as it is read.
fn per(unit: &str) -> String {
    unit.replace("/min", "per minute")
}

fn findings(section: &Section) -> Vec<Value> {
    let said = |strategy: &str, message: &str| json!({ "strategy": strategy, "message": capital(message) });
    let flags = alike(section).into_iter().map(|Alike { code, messages, remedy }| {
        let said = messages.iter().map(|(strategies, message)| said(strategies, message));
        json!({ "code": code, "said": said.collect::<Vec<_>>(), "remedy": remedy })
    });
    let rails = section.acting_rails().map(|(strategy, rail)| {
        json!({ "code": rail.rail, "said": [said(strategy, &rail.message)], "remedy": "" })
    });
    flags.chain(rails).collect()
}

fn break_evens(section: &Section) -> Vec<Value> {
    let rows = break_even_rows(section).into_iter();
    rows.map(|row| json!({ "engine": row.engine, "objective": row.by, "wins": row.wins })).collect()
}

fn claim(result: &ClaimResult) -> Value {
    json!({
        "text": result.claim.text.as_ref().unwrap_or(&result.claim.id),
        "strategy": result.claim.strategy,
        "subject": result.subject(),
        "window": result.window_in_words(),
        "bound": result.bound_in_words(),
        "found": result.found_in_words(),
        "engine": result.engine.map(|engine| engine.name()),
        "verdict": result.verdict.name(),
    })
}

/// The numbers that were asked about, each with what it is where it is less than a measurement.
fn inputs(section: &Section) -> Vec<Value> {
    let scenario = &section.scenario;
    let mut stated: Vec<(&str, String)> = vec![
        ("workload.request_rate_per_minute", scenario.workload.request_rate.get().to_string()),
        ("workload.hotset_fraction", short(scenario.workload.hotset_fraction.get())),
        ("workload.churn_per_hour", scenario.workload.churn.get().to_string()),
        ("cache.capacity_fraction", short(scenario.cache.capacity_fraction.get())),
        ("cache.hit_latency_ms", scenario.cache.hit_latency.get().to_string()),
        ("origin.miss_penalty_ms", scenario.origin.miss_penalty.get().to_string()),
        ("origin.warm_cost_ms", scenario.origin.warm_cost.get().to_string()),
    ];
    if let Some(predictor) = &scenario.predictor {
        stated.push(("predictor.precision", predictor.precision.get().to_string()));
        stated.push(("predictor.recall", predictor.recall.get().to_string()));
    }
    if matches!(scenario.workload.popularity, Popularity::Zipf { .. }) {
        stated.push(("workload.hot_keys", scenario.workload.hot_keys.get().to_string()));
        stated.push(("cache.capacity_items", scenario.cache.capacity.get().to_string()));
    }
    // Whatever else the file or the command line sets, as it was written.
    let sections = ["workload.", "cache.", "origin.", "predictor.", "thresholds."];
    let known = scenario::keys().iter().map(|manual| manual.key.as_str());
    for key in known.filter(|key| sections.iter().any(|section| key.starts_with(section))) {
        if let Some(place) = section.places.locate(key).filter(|_| !stated.iter().any(|(one, _)| *one == key))
        {
            stated.push((key, place.text[place.span.clone()].trim_matches('"').to_owned()));
        }
    }
    let remark = |key: &str| scenario.assumptions.iter().find(|one| one.key == key);
    let bytes = section.places.locate("cache.capacity_bytes").is_some();
    let row = |(key, value): (&str, String)| match remark(key) {
        Some(one) => {
            json!({ "key": key, "value": value, "confidence": one.confidence.name(), "why": one.why })
        }
        None => {
            let origin = match section.places.locate(key) {
                Some(place) if place.source == section.places.source => "stated",
                Some(_) => "from the command line",
                None if key == "cache.capacity_items" && bytes => {
                    "follows from the bytes and the size of an object"
                }
                None => "follows from the keys and their popularity",
            };
            json!({ "key": key, "value": value, "confidence": null, "why": origin })
        }
    };
    let others = scenario.assumptions.iter().filter(|one| !stated.iter().any(|(key, _)| one.key == *key));
    let others: Vec<_> = others.map(|one| (one.key.as_str(), one.value.clone())).collect();
    stated.into_iter().chain(others).map(row).collect()
}

/// A share that may be derived, in as many digits as matter.
fn short(share: f64) -> String {
    let text = format!("{share:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Bytes in base 64 (RFC 4648).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let bits =
            part.iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        for digit in 0..4 {
            let known = digit <= part.len();
            text.push(if known { char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]) } else { '=' });
        }
    }
    text
}

/// Text as HTML, with what stands between backticks as code.
fn code(text: String) -> minijinja::Value {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let parts = escaped.split('`').enumerate();
    let html =
        parts.map(|(nth, part)| if nth % 2 == 1 { format!("<code>{part}</code>") } else { part.to_owned() });
    minijinja::Value::from_safe_string(html.collect())
}

/// A text with a capital letter first.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 4648, section 10.
    #[test]
    fn base_64_is_that_of_the_standard() {
        for (text, known) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text.as_bytes()), known);
        }
    }
}
