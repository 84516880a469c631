//! How strategies come back from a restart, for a terminal.

use comfy_table::{ContentArrangement, Table, presets};
use evaluation::{Engine, Evaluation, Metric};

use super::table::{aligned_right, cell, drawn};
use crate::Section;

/// Metrics of what follows a restart.
const RECOVERY: [Metric; 5] = [
    Metric::TimeToTarget,
    Metric::TimeToStay,
    Metric::TimeToRecover,
    Metric::ExpiryCliff,
    Metric::OriginWait,
];

/// A row a strategy; nothing where the scenario has no restart.
pub(super) fn recovery(section: &Section, out: &mut String) {
    let cache = &section.scenario.cache;
    let restarts = !(cache.restarts.is_empty() && cache.restarts_at_request.is_empty());
    let told = |metric: &Metric| section.evaluations.iter().any(|answer| answer.get(*metric).is_some());
    let metrics: Vec<Metric> = RECOVERY.into_iter().filter(told).collect();
    // The wait at the origin alone tells nothing of a restart.
    if !restarts || !metrics.iter().any(|metric| *metric != Metric::OriginWait) {
        return;
    }
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table
        .set_header(["strategy".to_owned()].into_iter().chain(metrics.iter().map(|metric| heading(*metric))));
    let knows = |answer: &&Evaluation| metrics.iter().any(|metric| answer.get(*metric).is_some());
    for answer in section.evaluations.iter().filter(knows) {
        let cells = metrics.iter().map(|metric| cell(answer, *metric));
        table.add_row([answer.strategy.clone()].into_iter().chain(cells));
    }
    aligned_right(&mut table, 1..metrics.len() + 1);
    let target = (section.scenario.simulation.target_hit_ratio.get() * 1e6).round() / 1e4;
    let played = section.evaluations.iter().any(|answer| answer.engine == Engine::Simulation);
    let none = if played { "is not before the end" } else { "has no closed form" };
    out.push_str(&format!("\nAfter the last restart, to a hit ratio of {target} %; – {none}\n"));
    out.push_str(&drawn(&table));
}

/// Title of a metric in two lines, with its unit.
fn heading(metric: Metric) -> String {
    let title = match metric.spec().unit {
        "" => metric.spec().title.to_owned(),
        unit => format!("{}, {unit}", metric.spec().title),
    };
    // The unit stays with the last word.
    let words: Vec<&str> = title.splitn(3, ' ').collect();
    match &words[..] {
        ["time", "to", rest] => format!("time to\n{rest}"),
        [first, rest @ ..] => format!("{first}\n{}", rest.join(" ")),
        [] => title,
    }
}
