//! The charts of a report, as data.

mod break_even;
mod data;
mod maps;
mod over_time;
mod precision;

pub(crate) use data::table;
pub(crate) use maps::{Mapped, winner_maps};
pub(crate) use over_time::over_time;

use evaluation::{Evaluation, Metric};
use plots::{Bars, Chart, Panel};
use report::Section;

/// A chart with its file name and what it shows.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) caption: String,
    pub(crate) chart: Chart,
    /// The file that has its data; none where it has one of its own.
    pub(crate) data: Option<&'static str>,
}

/// The charts of one section that take no more than its answers and formulas: strategies; and with a predictor, latency
/// against precision, and where predictive begins to beat static.
pub(crate) fn charts(section: &Section) -> Vec<Named> {
    let mut charts = vec![strategies(section)];
    charts.extend(precision::latency_against_precision(section));
    charts.extend(break_even::against_traffic(section));
    charts.extend(break_even::over_recall(section));
    charts
}

fn strategies(section: &Section) -> Named {
    let panel = |metric: Metric, label: &str| Panel {
        label: label.to_owned(),
        values: section
            .evaluations
            .iter()
            .map(|answer| answer.get(metric).map_or(0.0, |found| found.value))
            .collect(),
        decimals: metric.spec().decimals,
    };
    Named {
        name: "strategies".to_owned(),
        caption: "Best first. Latency is the mean over hits and misses; ops load counts warm operations sent to the origin."
            .to_owned(),
        chart: Chart::Bars(Bars {
            title: "Latency and ops load by strategy".to_owned(),
            categories: section.evaluations.iter().map(|answer| category(section, answer)).collect(),
            panels: vec![
                panel(Metric::ExpectedLatency, "expected latency, ms"),
                panel(Metric::OpsLoad, "ops load, per minute"),
            ],
        }),
        data: Some("results.csv"),
    }
}

/// A strategy, with its engine where several have answered.
fn category(section: &Section, answer: &Evaluation) -> String {
    let alone = section.evaluations.iter().all(|other| other.engine == answer.engine);
    if alone { answer.strategy.clone() } else { format!("{}, {}", answer.strategy, answer.engine) }
}
