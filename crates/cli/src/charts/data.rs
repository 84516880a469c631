//! What is in a chart, as a table from which it can be drawn again.

use frames::{Table, Values};
use plots::Chart;

/// A row for each point, cell or bar.
pub(crate) fn table(chart: &Chart) -> Table {
    let text = |values: Vec<&String>| Values::Text(values.into_iter().cloned().collect());
    let numbers = |values: Vec<f64>| Values::Number(values.into_iter().map(Some).collect());
    let lines = |[x, y]: [&String; 2], series: &[plots::Series]| {
        let points = || series.iter().flat_map(|one| one.points.iter().map(move |point| (&one.name, point)));
        Table::new()
            .with("series", text(points().map(|(name, _)| name).collect()))
            .with(x, numbers(points().map(|(_, point)| point.0).collect()))
            .with(y, numbers(points().map(|(_, point)| point.1).collect()))
    };
    match chart {
        Chart::Lines(chart) => lines([&chart.x_label, &chart.y_label], &chart.series),
        Chart::Points(chart) => lines([&chart.x_label, &chart.y_label], &chart.series),
        Chart::Map(chart) => {
            let cells = || chart.ys.iter().flat_map(|y| chart.xs.iter().map(move |x| (*x, *y)));
            Table::new()
                .with(&chart.x_label, numbers(cells().map(|cell| cell.0).collect()))
                .with(&chart.y_label, numbers(cells().map(|cell| cell.1).collect()))
                .with("best", text(chart.cells.iter().map(|nth| &chart.categories[*nth]).collect()))
        }
        Chart::Bars(chart) => {
            let table = Table::new().with("bar", text(chart.categories.iter().collect()));
            let panels = chart.panels.iter();
            panels.fold(table, |table, panel| table.with(&panel.label, numbers(panel.values.clone())))
        }
        Chart::Stacked(chart) => {
            let table = Table::new().with("bar", text(chart.categories.iter().collect()));
            let parts = chart.parts.iter();
            parts.fold(table, |table, (name, values)| table.with(name, numbers(values.clone())))
        }
        Chart::Tornado(chart) => Table::new()
            .with("input", text(chart.swings.iter().map(|swing| &swing.name).collect()))
            .with("at low", numbers(chart.swings.iter().map(|swing| swing.ends[0]).collect()))
            .with("at high", numbers(chart.swings.iter().map(|swing| swing.ends[1]).collect())),
    }
}
