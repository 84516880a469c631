//! JSON: the contract that other programs read.

use evaluation::{Estimate, Evaluation, Metric};
use serde_json::{Map, Value, json};

use super::Style;
use crate::{Report, Section};

/// Version of the format; grows when a field changes its meaning or goes away.
pub const JSON_SCHEMA: &str = "warmcast/1";

pub(super) fn render(report: &Report, _: Style) -> String {
    let mut text =
        serde_json::to_string_pretty(&value(report)).unwrap_or_else(|error| unreachable!("{error}"));
    text.push('\n');
    text
}

fn value(report: &Report) -> Value {
    let mut root = Map::new();
    root.insert("schema".to_owned(), json!(JSON_SCHEMA));
    root.insert("provenance".to_owned(), json!(report.provenance));
    root.insert("ranked_by".to_owned(), json!(report.objective.name()));
    let mut list = |name: &str, entries: Vec<Value>| {
        if !entries.is_empty() {
            root.insert(name.to_owned(), Value::Array(entries));
        }
    };
    list("evaluations", report.sections.iter().flat_map(evaluations).collect());
    list("lints", report.sections.iter().flat_map(lints).collect());
    list("differences", report.sections.iter().flat_map(differences).collect());
    list("break_evens", report.sections.iter().flat_map(break_evens).collect());
    list("notes", report.sections.iter().flat_map(notes).collect());
    list("assumptions", report.sections.iter().flat_map(assumptions).collect());
    if let Some(judgement) = &report.judgement {
        let judged = || report.sections.iter().zip(&judgement.sections);
        list("claims", judged().flat_map(|(section, (claims, _))| self::claims(section, claims)).collect());
        list("denied", judged().flat_map(|(section, (_, denied))| self::denied(section, denied)).collect());
        list("moves", judgement.moves.iter().map(moved).collect());
        root.insert("passes".to_owned(), json!(judgement.passes()));
    }
    Value::Object(root)
}

fn evaluations(section: &Section) -> Vec<Value> {
    section.ranked().map(|(answer, rank)| evaluation(answer, rank)).collect()
}

fn evaluation(answer: &Evaluation, rank: usize) -> Value {
    let metrics = metrics(&answer.metrics);
    let mut value = json!({
        "scenario": answer.scenario,
        "variant": answer.variant,
        "strategy": answer.strategy,
        "engine": answer.engine,
        "rank": rank,
        "metrics": metrics,
        "risk_flags": answer.risk_flags,
        "rails": answer.rails,
    });
    if let Some(ledger) = &answer.ledger {
        value["ledger"] = json!(ledger);
    }
    value
}

fn metrics(found: &[(Metric, Estimate)]) -> Map<String, Value> {
    let each = found.iter().map(|(metric, Estimate { value, half_width })| {
        let unit = metric.spec().unit;
        (metric.name().to_owned(), json!({ "value": value, "half_width": half_width, "unit": unit }))
    });
    each.collect()
}

fn lints(section: &Section) -> Vec<Value> {
    let each = section.lints().into_iter().map(|(strategy, flag)| {
        let mut value = json!(flag);
        value["scenario"] = json!(section.scenario.name);
        value["variant"] = json!(section.scenario.variant);
        value["strategy"] = json!(strategy);
        value
    });
    each.collect()
}

fn differences(section: &Section) -> Vec<Value> {
    let each = section.differences.iter().map(|one| {
        json!({
            "scenario": section.scenario.name,
            "variant": section.scenario.variant,
            "strategy": one.strategy,
            "from": one.from,
            "metrics": metrics(&one.metrics),
            "variance_ratio": one.variance_ratio,
        })
    });
    each.collect()
}

fn break_evens(section: &Section) -> Vec<Value> {
    let each = section.break_evens.iter().map(|one| {
        json!({
            "scenario": section.scenario.name,
            "variant": section.scenario.variant,
            "engine": one.engine.name(),
            "strategy": one.strategy,
            "against": one.against,
            "objective": one.objective.name(),
            "input": one.input,
            "wins": one.wins.to_string(),
            "intervals": one.wins.intervals,
        })
    });
    each.collect()
}

fn notes(section: &Section) -> Vec<Value> {
    let each = section.notes.iter().map(|(engine, note)| {
        json!({
            "scenario": section.scenario.name,
            "variant": section.scenario.variant,
            "engine": engine,
            "number": note.number,
            "text": note.text,
        })
    });
    each.collect()
}

fn assumptions(section: &Section) -> Vec<Value> {
    let each = section.scenario.assumptions.iter().map(|one| {
        json!({
            "scenario": section.scenario.name,
            "variant": section.scenario.variant,
            "key": one.key,
            "value": one.value,
            "confidence": one.confidence.name(),
            "why": one.why,
        })
    });
    each.collect()
}

fn claims(section: &Section, claims: &[crate::judge::ClaimResult]) -> Vec<Value> {
    let each = claims.iter().map(|result| {
        json!({
            "id": result.claim.id,
            "scenario": section.scenario.name,
            "variant": section.scenario.variant,
            "strategy": result.claim.strategy,
            "engine": result.engine,
            "metric": result.subject(),
            "from_s": result.claim.window.map(|window| window.from_s),
            "until_s": result.claim.window.map(|window| window.until_s),
            "bound": result.bound(),
            "found": result.found.map(|found| found.value),
            "half_width": result.found.and_then(|found| found.half_width),
            "kind": result.kind(),
            "verdict": result.verdict,
            "changes": result.changes,
        })
    });
    each.collect()
}

fn denied(section: &Section, denied: &[crate::judge::Denied]) -> Vec<Value> {
    let each = denied.iter().map(|one| {
        json!({
            "scenario": section.scenario.name,
            "variant": section.scenario.variant,
            "strategy": one.strategy,
            "engine": one.engine,
            "flag": one.flag.code,
            "message": one.flag.message,
        })
    });
    each.collect()
}

fn moved(one: &crate::judge::Move) -> Value {
    json!({ "answer": one.answer(), "subject": one.subject, "message": one.message, "worse": one.worse })
}
