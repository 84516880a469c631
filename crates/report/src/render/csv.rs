//! Tidy rows: one a strategy, the same as CSV and as Parquet.

use evaluation::{Flag, Metric};
use frames::{CsvSink, Sink, Table, Values};

use super::Style;
use crate::{Report, Section};

pub(super) fn render(report: &Report, _: Style) -> String {
    let mut out = vec![];
    let mut sink = Box::new(CsvSink::new(&mut out));
    let written = sink.write(&tidy_table(report)).and_then(|()| sink.finish());
    written.unwrap_or_else(|error| unreachable!("memory does not fail to write: {error}"));
    String::from_utf8(out).unwrap_or_else(|error| unreachable!("only text was written: {error}"))
}

/// One row a strategy, with a column for every metric; empty where the engine has no answer.
pub fn tidy_table(report: &Report) -> Table {
    let rows: Vec<_> = report.sections.iter().flat_map(Section::ranked).collect();
    let text = |field: fn(&evaluation::Evaluation) -> String| {
        Values::Text(rows.iter().map(|(answer, _)| field(answer)).collect())
    };
    let mut table = Table::new()
        .with("scenario", text(|answer| answer.scenario.clone()))
        .with("variant", text(|answer| answer.variant.clone().unwrap_or_default()))
        .with("engine", text(|answer| answer.engine.name().to_owned()))
        .with("strategy", text(|answer| answer.strategy.clone()))
        .with("rank", Values::Count(rows.iter().map(|(_, rank)| *rank as u64).collect()));
    for metric in Metric::ALL {
        let values = rows.iter().map(|(answer, _)| answer.get(*metric).map(|found| found.value)).collect();
        table = table.with(metric.name(), Values::Number(values));
    }
    table.with("risk_flags", text(|answer| Flag::join(answer.risk_flags.iter().map(|flag| flag.code))))
}
