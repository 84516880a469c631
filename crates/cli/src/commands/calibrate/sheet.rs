//! A calibration as tables.

use calibrate::{Estimate, Evidence, Finding, Parameter, Point, written};
use frames::Values;
use report::sheet::Sheet;

use super::Told;
use super::backtest::Row;

/// What was found, in one table with others behind it.
pub(super) fn sheet(told: &Told) -> Sheet {
    let evidence = &told.evidence;
    let mut sheet = parameters(format!("Calibrated from {}", told.names.join(", ")), &evidence.parameters);
    sheet.parts.push(("backtest", backtest(&told.rows)));
    sheet.parts.push(("trade_off", trade_off(&told.trade_off)));
    sheet.parts.push(("risk_flags", findings(evidence)));
    sheet.parts.push(("inputs", inputs(told)));
    sheet.parts.push(("hourly", hourly(evidence)));
    sheet
        .parts
        .push(("repairs", Sheet::default().with("repair", "", 0, Values::Text(evidence.repairs.clone()))));
    let level = told.level;
    sheet.notes.push(format!("Fidelity: {}, which cannot tell {}.", level.name(), level.cannot_tell()));
    sheet.notes.extend(evidence.findings.iter().map(|found| {
        let spec = found.finding.spec();
        format!("{}: {}. To mend it: {}.", spec.code, found.message, spec.remedy)
    }));
    sheet.notes.extend(evidence.repairs.iter().map(|repair| format!("Repaired: {repair}.")));
    sheet.notes.extend(evidence.notes.iter().cloned());
    sheet
}

/// The rate by the hour of the day; people read it in the scenario.
fn hourly(told: &Evidence) -> Sheet {
    let rates: Vec<f64> = told.day.iter().flat_map(|day| day.per_minute).collect();
    Sheet::default().with("hour", "", 0, Values::Count((0..rates.len() as u64).collect())).with(
        "requests_per_minute",
        "",
        0,
        Values::Number(rates.into_iter().map(Some).collect()),
    )
}

fn inputs(told: &Told) -> Sheet {
    let kinds = told.kinds.iter().map(|kind| kind.name().to_owned()).collect();
    Sheet::default().with("name", "", 0, Values::Text(told.names.clone())).with(
        "kind",
        "",
        0,
        Values::Text(kinds),
    )
}

/// Precision and recall above each score.
fn trade_off(points: &[Point]) -> Sheet {
    let number = |of: &dyn Fn(&Point) -> Option<f64>| Values::Number(points.iter().map(of).collect());
    let recall = |of: fn(&Estimate) -> f64| move |point: &Point| point.recall.as_ref().map(of);
    if points.is_empty() {
        return Sheet::default();
    }
    let pairs = vec![
        ("precision_interval", ["precision_low", "precision_high"]),
        ("recall_interval", ["recall_low", "recall_high"]),
    ];
    Sheet { pairs, ..Sheet::default() }
        .with("score_at_least", "score, at least", 4, number(&|point| Some(point.score)))
        .with(
            "predictions",
            "predictions",
            0,
            Values::Count(points.iter().map(|point| point.predictions).collect()),
        )
        .with("precision", "precision", 3, number(&|point| Some(point.precision.value)))
        .with("precision_low", "", 0, number(&|point| Some(point.precision.low)))
        .with("precision_high", "", 0, number(&|point| Some(point.precision.high)))
        .with("recall", "recall", 3, number(&recall(|recall| recall.value)))
        .with("recall_low", "", 0, number(&recall(|recall| recall.low)))
        .with("recall_high", "", 0, number(&recall(|recall| recall.high)))
}

fn parameters(title: String, parameters: &[Parameter]) -> Sheet {
    let text = |of: &dyn Fn(&Parameter) -> String| Values::Text(parameters.iter().map(of).collect());
    let number = |of: &dyn Fn(&Parameter) -> Option<f64>| Values::Number(parameters.iter().map(of).collect());
    let shown = |of: &dyn Fn(&Parameter) -> String| parameters.iter().map(of).collect::<Vec<_>>();
    let interval = |one: &Parameter| match one.interval {
        Some((low, high)) => format!("{} to {}", calibrate::shown(low), calibrate::shown(high)),
        None => "assumed".to_owned(),
    };
    let observations =
        |one: &Parameter| if one.assumed { "–".to_owned() } else { report::sheet::grouped(one.n) };
    Sheet { title, pairs: vec![("interval", ["interval_low", "interval_high"])], ..Sheet::default() }
        .with("name", "", 0, text(&|one| one.key.to_owned()))
        .with("value", "", 0, number(&|one| Some(one.value)))
        .with("interval_low", "", 0, number(&|one| one.interval.map(|interval| interval.0)))
        .with("interval_high", "", 0, number(&|one| one.interval.map(|interval| interval.1)))
        .with("n", "", 0, Values::Count(parameters.iter().map(|one| one.n).collect()))
        .with("method", "", 0, text(&|one| one.method.clone()))
        .with("source", "", 0, text(&|one| one.source.clone()))
        .with("assumed", "", 0, Values::Truth(parameters.iter().map(|one| one.assumed).collect()))
        .people(vec![
            ("parameter", shown(&|one| one.key.to_owned())),
            ("value", shown(&written)),
            ("95 %", shown(&interval)),
            ("n", shown(&observations)),
        ])
}

fn backtest(rows: &[Row]) -> Sheet {
    if rows.is_empty() {
        return Sheet::default();
    }
    let number = |of: &dyn Fn(&Row) -> Option<f64>| Values::Number(rows.iter().map(of).collect());
    let failed = Finding::BacktestFailed.spec().code;
    let flag = |row: &Row| if row.fails() { failed.to_owned() } else { String::new() };
    Sheet::default()
        .with("capacity_items", "capacity", 0, Values::Count(rows.iter().map(|row| row.capacity).collect()))
        .with("engine", "engine", 0, Values::Text(rows.iter().map(|row| row.engine.to_owned()).collect()))
        .with("hit_ratio", "hit ratio, foretold", 4, number(&|row| row.told.map(|told| told.hit_ratio)))
        .with("independent_hit_ratio", "independent, draws", 4, number(&|row| Some(row.independent)))
        .with("found_hit_ratio", "found", 4, number(&|row| Some(row.found.hit_ratio)))
        .with("error", "error", 4, number(&Row::error))
        .with(
            "independent_error",
            "error of, draws",
            4,
            number(&|row| Some(row.independent - row.found.hit_ratio)),
        )
        .with("expected_latency_ms", "", 0, number(&|row| row.told.map(|told| told.latency)))
        .with("found_expected_latency_ms", "", 0, number(&|row| Some(row.found.latency)))
        .with("origin_load_per_minute", "", 0, number(&|row| row.told.and_then(|told| told.origin)))
        .with("found_origin_load_per_minute", "", 0, number(&|row| row.found.origin))
        .with("risk_flags", "flag", 0, Values::Text(rows.iter().map(flag).collect()))
}

fn findings(told: &Evidence) -> Sheet {
    let found = &told.findings;
    let text = |of: &dyn Fn(&calibrate::Found) -> String| Values::Text(found.iter().map(of).collect());
    let number = |of: &dyn Fn(&calibrate::Found) -> f64| {
        Values::Number(found.iter().map(|one| Some(of(one))).collect())
    };
    Sheet::default()
        .with("code", "", 0, text(&|one| one.finding.spec().code.to_owned()))
        .with("severity", "", 0, text(&|one| format!("{:?}", one.finding.spec().severity).to_lowercase()))
        .with("observed", "", 0, number(&|one| one.observed))
        .with("threshold", "", 0, number(&|one| one.threshold))
        .with("message", "", 0, text(&|one| one.message.clone()))
        .with("remedy", "", 0, text(&|one| one.finding.spec().remedy.to_owned()))
}
