//! What a chart must satisfy before it is drawn; the layout relies on it.

use crate::axis::Scale;
use crate::{Bars, Chart, Lines, Map, PlotError, Points, Stacked, Tornado};

/// Beyond this, neighbouring numbers are too coarse for the arithmetic of an axis.
const LARGEST: f64 = 1e15;
const MOST_DECIMALS: usize = 12;
/// Relative difference of steps that are the same.
const EVEN: f64 = 1e-3;

pub(crate) fn chart(chart: &Chart) -> Result<(), PlotError> {
    match chart {
        Chart::Bars(chart) => bars(chart),
        Chart::Lines(chart) => lines(chart),
        Chart::Map(chart) => map(chart),
        Chart::Points(chart) => points(chart),
        Chart::Stacked(chart) => stacked(chart),
        Chart::Tornado(chart) => tornado(chart),
    }
}

fn bars(bars: &Bars) -> Result<(), PlotError> {
    present("the title", bars.title.trim().len())?;
    present("the list of categories", bars.categories.len())?;
    present("the list of panels", bars.panels.len())?;
    for panel in &bars.panels {
        let what = format!("panel \"{}\"", panel.label);
        length(&what, bars.categories.len(), panel.values.len())?;
        for (value, category) in panel.values.iter().zip(&bars.categories) {
            drawable(*value, || format!("\"{category}\" in {what}"))?;
        }
        if panel.decimals > MOST_DECIMALS {
            return Err(PlotError::TooManyDecimals { what, decimals: panel.decimals });
        }
    }
    Ok(())
}

fn stacked(stacked: &Stacked) -> Result<(), PlotError> {
    present("the title", stacked.title.trim().len())?;
    present("the list of bars", stacked.categories.len())?;
    present("the list of parts", stacked.parts.len())?;
    for (name, values) in &stacked.parts {
        length(&format!("part \"{name}\""), stacked.categories.len(), values.len())?;
        values.iter().try_for_each(|value| drawable(*value, || format!("part \"{name}\"")))?;
    }
    Ok(())
}

fn tornado(tornado: &Tornado) -> Result<(), PlotError> {
    present("the title", tornado.title.trim().len())?;
    present("the list of inputs", tornado.swings.len())?;
    drawable(tornado.own, || "the value itself".to_owned())?;
    for swing in &tornado.swings {
        swing.ends.iter().try_for_each(|end| drawable(*end, || format!("an end of \"{}\"", swing.name)))?;
    }
    tornado.marks.iter().try_for_each(|mark| drawable(mark.x, || format!("mark \"{}\"", mark.label)))
}

fn lines(lines: &Lines) -> Result<(), PlotError> {
    present("the title", lines.title.trim().len())?;
    present("the list of series", lines.series.len())?;
    let mut low = f64::INFINITY;
    let mut high = f64::NEG_INFINITY;
    for series in &lines.series {
        let what = format!("series \"{}\"", series.name);
        at_least_two(&what, series.points.len())?;
        for (index, (x, y)) in series.points.iter().enumerate() {
            drawable(*x, || format!("x of point {index} of {what}"))?;
            drawable(*y, || format!("y of point {index} of {what}"))?;
            if lines.log_x && *x <= 0.0 {
                return Err(PlotError::NoLogarithm {
                    what: format!("x of point {index} of {what}"),
                    value: *x,
                });
            }
            low = low.min(*x);
            high = high.max(*x);
        }
        for pair in series.points.windows(2) {
            if pair[1].0 < pair[0].0 {
                let what = format!("x of {what}");
                return Err(PlotError::NotAscending { what, previous: pair[0].0, value: pair[1].0 });
            }
        }
    }
    if low == high {
        return Err(PlotError::NoWidth { x: low });
    }
    for mark in &lines.marks {
        let what = format!("mark \"{}\"", mark.label);
        drawable(mark.x, || what.clone())?;
        inside(&what, mark.x, low, high)?;
    }
    Ok(())
}

fn points(points: &Points) -> Result<(), PlotError> {
    present("the title", points.title.trim().len())?;
    present("the list of series", points.series.len())?;
    let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
    for series in &points.series {
        let what = format!("series \"{}\"", series.name);
        present(&what, series.points.len())?;
        for (index, (x, y)) in series.points.iter().enumerate() {
            drawable(*x, || format!("x of point {index} of {what}"))?;
            drawable(*y, || format!("y of point {index} of {what}"))?;
            (low, high) = (low.min(*x), high.max(*x));
        }
    }
    if low == high { Err(PlotError::NoWidth { x: low }) } else { Ok(()) }
}

fn map(map: &Map) -> Result<(), PlotError> {
    present("the title", map.title.trim().len())?;
    present("the list of categories", map.categories.len())?;
    evenly_ascending("the columns (xs)", &map.xs)?;
    evenly_ascending("the rows (ys)", &map.ys)?;
    length("the grid of cells", map.xs.len().saturating_mul(map.ys.len()), map.cells.len())?;
    let known = map.categories.len();
    if let Some((cell, &category)) = map.cells.iter().enumerate().find(|(_, category)| **category >= known) {
        return Err(PlotError::UnknownCategory { cell, category, known });
    }
    if let Some((x, y, label)) = &map.point {
        for (axis, value, centres) in [("x", *x, &map.xs), ("y", *y, &map.ys)] {
            let what = format!("{axis} of point \"{label}\"");
            drawable(value, || what.clone())?;
            let (low, high, _) = edges(centres);
            inside(&what, value, low, high)?;
        }
    }
    Ok(())
}

/// How centres of cells are spread: evenly, or by an even factor; none where they are neither.
pub(crate) fn spread(centres: &[f64]) -> Option<Scale> {
    let even = |by: fn(f64) -> f64| {
        let first = by(centres[1]) - by(centres[0]);
        let steps = centres.windows(2).map(|pair| by(pair[1]) - by(pair[0]));
        steps.into_iter().all(|step| step > 0.0 && (step - first).abs() <= first * EVEN)
    };
    match centres {
        [] | [_] => None,
        _ if even(|value| value) => Some(Scale::Linear),
        [least, ..] if *least > 0.0 && even(f64::ln) => Some(Scale::Logarithmic),
        _ => None,
    }
}

/// The outer edges of cells with these centres, and how they are spread.
pub(crate) fn edges(centres: &[f64]) -> (f64, f64, Scale) {
    let (first, last) = (centres[0], centres[centres.len() - 1]);
    let half = 0.5 / (centres.len() - 1) as f64;
    match spread(centres) {
        Some(Scale::Logarithmic) => {
            let half = (last / first).powf(half);
            (first / half, last * half, Scale::Logarithmic)
        }
        _ => {
            let half = (last - first) * half;
            (first - half, last + half, Scale::Linear)
        }
    }
}

fn present(what: &str, count: usize) -> Result<(), PlotError> {
    if count == 0 { Err(PlotError::Empty { what: what.to_string() }) } else { Ok(()) }
}

fn at_least_two(what: &str, found: usize) -> Result<(), PlotError> {
    if found < 2 { Err(PlotError::TooFew { what: what.to_string(), found }) } else { Ok(()) }
}

fn length(what: &str, expected: usize, found: usize) -> Result<(), PlotError> {
    if found == expected {
        return Ok(());
    }
    Err(PlotError::Length { what: what.to_string(), expected, found })
}

fn drawable(value: f64, what: impl Fn() -> String) -> Result<(), PlotError> {
    // A comparison with NaN is false, so this refuses NaN too.
    if value.abs() <= LARGEST { Ok(()) } else { Err(PlotError::NotDrawable { what: what(), value }) }
}

fn inside(what: &str, value: f64, low: f64, high: f64) -> Result<(), PlotError> {
    if (low..=high).contains(&value) {
        return Ok(());
    }
    Err(PlotError::Outside { what: what.to_string(), value, low, high })
}

fn evenly_ascending(what: &str, values: &[f64]) -> Result<(), PlotError> {
    at_least_two(what, values.len())?;
    for (index, value) in values.iter().enumerate() {
        drawable(*value, || format!("value {index} of {what}"))?;
    }
    for pair in values.windows(2) {
        if pair[1] <= pair[0] {
            let what = what.to_string();
            return Err(PlotError::NotAscending { what, previous: pair[0], value: pair[1] });
        }
    }
    if spread(values).is_none() {
        return Err(PlotError::Uneven { what: what.to_string() });
    }
    Ok(())
}
