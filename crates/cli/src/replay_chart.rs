//! The picture of a replay: hit ratio over capacity, or over time where there are intervals.

use plots::{Bars, Chart, Lines, Panel, Series};
use sim::Interval;

use crate::replay_plan::Asked;
use crate::replaying::{Plan, Played};

/// The chart, unless there is nothing to compare.
pub(crate) fn chart(plan: &Plan, played: &Played, asked: &Asked) -> Option<Chart> {
    let names: Vec<(&str, &str)> = asked.names().collect();
    if asked.interval.is_some() {
        return Some(over_time(plan, played, asked, &names));
    }
    let mut policies: Vec<&str> = vec![];
    for (policy, _) in &names {
        if !policies.contains(policy) {
            policies.push(policy);
        }
    }
    let points = |policy: &str| {
        let cells =
            names.iter().zip(&plan.cells).zip(&played.cells).filter(|((name, _), _)| name.0 == policy);
        let mut points: Vec<(f64, f64)> = cells
            .map(|((_, (_, setup)), cell)| (setup.capacity as f64, cell.total.hit_ratio().unwrap_or(0.0)))
            .collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points.dedup_by_key(|point| point.0);
        points
    };
    let series: Vec<Series> =
        policies.iter().map(|policy| Series { name: (*policy).to_owned(), points: points(policy) }).collect();
    let unit = if asked.bytes { "bytes" } else { "items" };
    if series.iter().any(|series| series.points.len() < 2) {
        return Some(Chart::Bars(Bars {
            title: "Hit ratio".to_owned(),
            categories: names.iter().map(|(policy, capacity)| format!("{policy}, {capacity}")).collect(),
            panels: vec![Panel {
                label: "hit ratio".to_owned(),
                values: played.cells.iter().map(|cell| cell.total.hit_ratio().unwrap_or(0.0)).collect(),
                decimals: 4,
            }],
        }));
    }
    Some(Chart::Lines(Lines {
        title: "Hit ratio by capacity".to_owned(),
        x_label: format!("capacity, {unit}"),
        y_label: "hit ratio".to_owned(),
        log_x: true,
        series,
        marks: vec![],
        shades: vec![],
    }))
}

fn over_time(plan: &Plan, played: &Played, asked: &Asked, names: &[(&str, &str)]) -> Chart {
    let series = names.iter().zip(&played.cells).map(|((policy, capacity), cell)| {
        let mut from = plan.measure_from as f64;
        let points = cell.intervals.iter().enumerate().filter_map(|(nth, tally)| {
            let at = match asked.interval {
                Some(Interval::Time(length)) => nth as f64 * length as f64 / 1e6,
                _ => from,
            };
            from += tally.requests as f64;
            tally.hit_ratio().map(|ratio| (at, ratio))
        });
        Series { name: format!("{policy}, {capacity}"), points: points.collect() }
    });
    let x_label = match asked.interval {
        Some(Interval::Time(_)) => "time since counting started, s",
        _ => "request",
    };
    Chart::Lines(Lines {
        title: "Hit ratio over time".to_owned(),
        x_label: x_label.to_owned(),
        y_label: "hit ratio".to_owned(),
        log_x: false,
        series: series.collect(),
        marks: vec![],
        shades: vec![],
    })
}
