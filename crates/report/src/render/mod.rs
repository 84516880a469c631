//! Renderers: a report in every format, one file a format, one line in the registry.

mod audit;
mod break_evens;
mod code_quality;
mod csv;
mod differences;
mod fates;
mod github;
mod index;
mod json;
mod junit;
mod markdown;
mod page;
mod recovery;
pub mod runbook;
mod sarif;
mod table;
mod verdict;

pub use audit::{CHANGES, audit};
pub use code_quality::code_quality;
pub use github::github_annotations;
pub use index::index;
pub use json::JSON_SCHEMA;
pub use junit::junit;
pub use page::{Figure, PageError, capital, page};
pub use sarif::sarif;

use evaluation::{Estimate, Evaluation, Flag, Metric};

use crate::{Report, Section};

pub use self::csv::tidy_table;
use self::verdict::verdict_sentence;

/// What a renderer may know of where its output goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal; none does not wrap.
    pub width: Option<usize>,
    /// Whether to colour.
    pub color: bool,
}

/// A format that a report can be printed in.
#[derive(Debug, Clone, Copy)]
pub struct Renderer {
    /// Name for `--format`.
    pub name: &'static str,
    /// File extensions that choose it.
    pub extensions: &'static [&'static str],
    /// Draws the report.
    pub render: fn(&Report, Style) -> String,
}

/// Every format that a report can be printed in.
pub const RENDERERS: &[Renderer] = &[
    Renderer { name: "table", extensions: &["txt"], render: table::render },
    Renderer { name: "markdown", extensions: &["md"], render: markdown::render },
    Renderer { name: "csv", extensions: &["csv"], render: csv::render },
    Renderer { name: "json", extensions: &["json"], render: json::render },
];

/// The renderer of that name.
pub fn renderer(name: &str) -> Option<&'static Renderer> {
    RENDERERS.iter().find(|renderer| renderer.name == name)
}

/// Metrics of a strategy table: all that every strategy may have, in registry order.
fn shown_metrics(section: &Section) -> Vec<Metric> {
    let shown = [
        Metric::ExpectedLatency,
        Metric::OpsLoad,
        Metric::WarmCoverage,
        Metric::HitRatio,
        Metric::OriginLoad,
        Metric::Score,
    ];
    shown
        .into_iter()
        .filter(|metric| section.evaluations.iter().any(|answer| answer.get(*metric).is_some()))
        .collect()
}

/// Flags of one kind.
struct Alike {
    code: Flag,
    /// Which strategies raise it, and in which words.
    messages: Vec<(String, String)>,
    remedy: &'static str,
}

/// Every raised flag with all that is said of it, in the order in which the kinds are raised.
fn alike(section: &Section) -> Vec<Alike> {
    let mut kinds: Vec<Alike> = vec![];
    for (strategies, flag) in section.raised_flags() {
        let said = (strategies.join(", "), flag.message);
        match kinds.iter_mut().find(|kind| kind.code == flag.code) {
            Some(kind) => kind.messages.push(said),
            None => kinds.push(Alike { code: flag.code, messages: vec![said], remedy: flag.remedy }),
        }
    }
    kinds
}

/// A metric of an answer, or that there is none.
fn told(answer: &Evaluation, metric: Metric) -> String {
    answer.get(metric).map_or("–".to_owned(), |found| shown(metric, found))
}

/// An estimate with its half-width, where it has one.
fn shown(metric: Metric, found: Estimate) -> String {
    match found.half_width {
        Some(width) => format!("{} ± {}", metric.show(found.value), metric.show(width)),
        None => metric.show(found.value),
    }
}

/// Fills a paragraph to the width: the first line begins with `first`, the others with `rest`.
pub fn paragraph(first: &str, rest: &str, text: &str, width: usize, out: &mut String) {
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > width {
            out.push_str(&line);
            out.push('\n');
            line = rest.to_owned();
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    out.push_str(&line);
    out.push('\n');
}
