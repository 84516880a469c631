//! The flags that may concern a scenario: thresholds, meaning, remedy, and who decides.

use evaluation::{Flag, FlagSpec, Told};
use report::render::runbook::FlagRow;
use scenario::Preset;

use super::{Known, listed};

/// Raised ones first, then those whose driving key the scenario states.
pub(super) fn rows(known: &Known<'_>) -> Vec<FlagRow> {
    let concerned =
        Flag::ALL.iter().filter(|flag| concerns(known, flag.spec()) || raised(known, **flag).is_some());
    let mut rows: Vec<FlagRow> = concerned.map(|flag| row(known, *flag)).collect();
    rows.sort_by_key(|row| row.now.starts_with("not "));
    rows
}

/// Whether what drives a flag is stated, or a warmer has it.
fn concerns(known: &Known<'_>, spec: FlagSpec) -> bool {
    let places = &known.section.places;
    let of_warmers = |rest: &str| {
        known.warmers().any(|strategy| places.locate(&format!("strategy.{}.{rest}", strategy.name)).is_some())
    };
    match spec.driver_key.strip_prefix("strategy.") {
        Some(rest) => of_warmers(rest),
        None => places.locate(spec.driver_key).is_some(),
    }
}

/// By what a flag is raised today, and of which strategies.
fn raised(known: &Known<'_>, flag: Flag) -> Option<String> {
    let all = known.section.raised_flags();
    let each: Vec<String> = all
        .into_iter()
        .filter(|(_, raised)| raised.code == flag)
        .map(|(strategies, raised)| format!("**raised** ({}): {}", listed(&strategies), raised.message))
        .collect();
    (!each.is_empty()).then(|| each.join("; "))
}

fn row(known: &Known<'_>, flag: Flag) -> FlagRow {
    let spec = flag.spec();
    let now = raised(known, flag).unwrap_or_else(|| match spec.told {
        Told::Played => "not known without `simulate`".to_owned(),
        Told::Followed | Told::Everywhere | Told::Compared if known.section.evaluations.is_empty() => {
            "not known without `simulate`".to_owned()
        }
        _ => "not raised".to_owned(),
    });
    FlagRow {
        code: spec.code,
        now,
        threshold: threshold(known, spec),
        meaning: spec.meaning,
        remedy: spec.remedy,
        decides: decides(known, flag),
    }
}

fn threshold(known: &Known<'_>, spec: FlagSpec) -> String {
    let Some(key) = spec.threshold_key else { return "–".to_owned() };
    let scenario = &known.section.scenario;
    let value = match key.strip_prefix("thresholds.") {
        Some(name) => serde_json::to_value(&scenario.thresholds).ok().and_then(|all| all.get(name).cloned()),
        None => serde_json::to_value(scenario.simulation.target_hit_ratio).ok(),
    };
    match value {
        Some(value) => format!("`{key} = {value}`"),
        None => format!("`{key}`"),
    }
}

/// Whoever owns what drives it; before that a rail, and before shipping the gate.
fn decides(known: &Known<'_>, flag: Flag) -> String {
    let scenario = &known.section.scenario;
    let section = flag.spec().driver_key.split('.').next().unwrap_or_default();
    let owner = match section {
        _ if flag == Flag::EnginesDisagree => "capacity planning",
        "predictor" => "owner of the predictor",
        "cache" => "owner of the cache",
        "origin" => "owner of the origin",
        "workload" => "owner of the service",
        "strategy" => "whoever runs the warmer",
        _ => "capacity planning",
    };
    let mut who = vec![owner.to_owned()];
    let hybrids: Vec<&str> =
        known.warmers().filter(|one| one.preset == Preset::Hybrid).map(|one| one.name.as_str()).collect();
    if matches!(flag, Flag::PrefetchPrecisionLow | Flag::ChurnColdBursts) && !hybrids.is_empty() {
        who.insert(0, format!("a rail by itself in {}", listed(&hybrids)));
    }
    if scenario.gate.deny.contains(&flag) {
        who.insert(0, "the gate, before it ships".to_owned());
    }
    who.join("; ")
}
