//! A calibration as tables.

use calibrate::{Evidence, Level, Parameter, said, written};
use frames::Values;
use report::sheet::Sheet;

use super::backtest::Row;

/// What was found, in one table with others behind it.
pub(super) fn sheet(title: String, told: &Evidence, level: Level, rows: &[Row]) -> Sheet {
    let mut sheet = parameters(title, &told.parameters);
    sheet.parts.push(("backtest", backtest(rows)));
    sheet.parts.push(("risk_flags", findings(told)));
    sheet.notes.push(format!("Fidelity: {}, which cannot tell {}.", level.name(), level.cannot_tell()));
    sheet.notes.extend(told.findings.iter().map(|found| {
        let spec = found.finding.spec();
        format!("{}: {}. Remedy: {}.", spec.code, found.message, spec.remedy)
    }));
    sheet.notes.extend(told.repairs.iter().map(|repair| format!("Repaired: {repair}.")));
    sheet.notes.extend(told.notes.iter().cloned());
    sheet
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
    let number = |of: &dyn Fn(&Row) -> Option<f64>| Values::Number(rows.iter().map(of).collect());
    let flag = |row: &Row| if row.fails() { "backtest-failed".to_owned() } else { String::new() };
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

/// Every value with all there is to say of it, one line each.
#[expect(dead_code, reason = "for the report")]
pub(super) fn lines(told: &Evidence) -> Vec<String> {
    told.parameters.iter().map(|one| format!("{} = {}: {}", one.key, written(one), said(one))).collect()
}
