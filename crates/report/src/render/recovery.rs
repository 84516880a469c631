//! How strategies come back from a restart.

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

/// What is told of a restart.
pub(super) struct Recovery<'a> {
    /// What the numbers are, and what a missing one means.
    pub(super) title: String,
    pub(super) metrics: Vec<Metric>,
    /// Answers that have any of them.
    pub(super) answers: Vec<&'a Evaluation>,
    /// Whether they are of several engines.
    pub(super) several: bool,
}

impl<'a> Recovery<'a> {
    /// Nothing where the scenario has no restart, or no engine tells of it.
    pub(super) fn of(section: &'a Section) -> Option<Self> {
        let cache = &section.scenario.cache;
        let restarts = !(cache.restarts.is_empty() && cache.restarts_at_request.is_empty());
        let told = |metric: &Metric| section.evaluations.iter().any(|answer| answer.get(*metric).is_some());
        let metrics: Vec<Metric> = RECOVERY.into_iter().filter(told).collect();
        // The wait at the origin alone tells nothing of a restart.
        if !restarts || !metrics.iter().any(|metric| *metric != Metric::OriginWait) {
            return None;
        }
        let knows = |answer: &&Evaluation| metrics.iter().any(|metric| answer.get(*metric).is_some());
        let answers: Vec<&Evaluation> = section.evaluations.iter().filter(knows).collect();
        let of = |engine: Engine| answers.iter().any(|answer| answer.engine == engine);
        let target = (section.scenario.simulation.target_hit_ratio.get() * 1e6).round() / 1e4;
        let none: Vec<&str> =
            [(Engine::Renewal, "has no closed form"), (Engine::Simulation, "is not before the end")]
                .into_iter()
                .filter(|(engine, _)| of(*engine))
                .map(|(_, none)| none)
                .collect();
        let title = format!("After the last restart, to a hit ratio of {target} %; – {}", none.join(", or "));
        let several = answers.iter().any(|answer| answer.engine != answers[0].engine);
        Some(Self { title, metrics, answers, several })
    }
}

/// A row a strategy; nothing where nothing is told.
pub(super) fn recovery(section: &Section, out: &mut String) {
    let Some(Recovery { title, metrics, answers, several }) = Recovery::of(section) else { return };
    let engine = |text: &str| several.then(|| text.to_owned());
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let named = ["strategy".to_owned()].into_iter().chain(engine("engine"));
    table.set_header(named.chain(metrics.iter().map(|metric| heading(*metric))));
    for answer in answers {
        let cells = metrics.iter().map(|metric| cell(answer, *metric));
        let named = [answer.strategy.clone()].into_iter().chain(engine(answer.engine.name()));
        table.add_row(named.chain(cells));
    }
    let first = 1 + usize::from(several);
    aligned_right(&mut table, first..metrics.len() + first);
    out.push_str(&format!("\n{title}\n{}", drawn(&table)));
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
