//! Charts from plain data to SVG and PNG, without system libraries.
//!
//! A [`Chart`] is data and words only; nothing here knows what a cache is. The same chart becomes an SVG for a
//! page of its own ([`svg`]), an inline SVG that takes its colours from the page around it, light or dark
//! ([`inline_svg`]), and a PNG ([`png()`]).
//!
//! # How it is built
//!
//! A chart is checked, then laid out as a list of shapes whose colours are roles (ink, grid, third series), then
//! written by one of two renderers. The renderers know nothing of charts, so both formats show the same picture.
//!
//! # Reading without colour
//!
//! The n-th series and the n-th map category always have the n-th colour, so two charts that list their names in
//! the same order agree. Every colour comes with a second sign: a dash pattern for a line, a hatch for an area.
//! Bars carry their names beside them and are all of one neutral colour.
//!
//! # Example
//!
//! ```
//! use warmcast_plots::{Bars, Chart, Panel};
//!
//! let chart = Chart::Bars(Bars {
//!     title: "Latency by strategy".into(),
//!     categories: vec!["static".into(), "demand".into()],
//!     panels: vec![Panel { label: "latency, ms".into(), values: vec![72.0, 80.4], decimals: 1 }],
//! });
//! let drawing = warmcast_plots::svg(&chart)?;
//! assert!(drawing.contains("80.4"));
//! # Ok::<(), warmcast_plots::PlotError>(())
//! ```

mod axis;
mod bars;
mod check;
mod error;
mod frame;
mod hatch;
mod legend;
mod lines;
mod map;
mod marks;
mod numbers;
mod palette;
mod points;
mod raster;
mod scene;
mod simplify;
mod stacked;
mod text;
mod tornado;
mod vector;

pub use error::PlotError;
pub use palette::{DARK, LIGHT, Palette, css_variables};

use scene::Scene;
use text::Fonts;

/// Draws a chart as an SVG file of its own: light colours on white, for print and for a README.
///
/// The text is real text in DejaVu Sans or, where that is missing, in a font of about the same width.
///
/// # Errors
///
/// Refuses data that cannot be drawn honestly: empty, not finite, of different lengths, or out of order.
pub fn svg(chart: &Chart) -> Result<String, PlotError> {
    Ok(vector::page(&scene(chart, &Fonts::load()?)?, &LIGHT))
}

/// Draws a chart as an SVG element for an HTML page.
///
/// The element has no background and no fixed size, only a `viewBox`, the class `chart` and an `aria-label`. Its
/// colours are the custom properties that [`css_variables`] declares, so the theme of the page applies.
///
/// # Errors
///
/// The same as [`svg`].
pub fn inline_svg(chart: &Chart) -> Result<String, PlotError> {
    Ok(vector::inline(&scene(chart, &Fonts::load()?)?))
}

/// Draws a chart as a PNG: light colours on white, two pixels for each unit of the SVG.
///
/// # Errors
///
/// The same as [`svg`].
pub fn png(chart: &Chart) -> Result<Vec<u8>, PlotError> {
    let fonts = Fonts::load()?;
    raster::png(&scene(chart, &fonts)?, &fonts, &LIGHT)
}

fn scene(chart: &Chart, fonts: &Fonts) -> Result<Scene, PlotError> {
    check::chart(chart)?;
    Ok(match chart {
        Chart::Bars(bars) => bars::scene(bars, fonts),
        Chart::Lines(lines) => lines::scene(lines, fonts),
        Chart::Map(map) => map::scene(map, fonts),
        Chart::Points(points) => points::scene(points, fonts),
        Chart::Stacked(stacked) => stacked::scene(stacked, fonts),
        Chart::Tornado(tornado) => tornado::scene(tornado, fonts),
    })
}

/// A chart, ready to draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    /// Small multiples of bars: one panel a quantity, one bar a category.
    Bars(Bars),
    /// Lines over a continuous axis.
    Lines(Lines),
    /// A grid of cells, each belonging to one category.
    Map(Map),
    /// Points over two axes.
    Points(Points),
    /// What counts are made of.
    Stacked(Stacked),
    /// How far each input moves a value.
    Tornado(Tornado),
}

/// Bars of several quantities for the same categories.
#[derive(Debug, Clone, PartialEq)]
pub struct Bars {
    /// What the chart shows.
    pub title: String,
    /// Names of the categories, best first.
    pub categories: Vec<String>,
    /// One panel for each quantity, side by side, each with its own scale.
    pub panels: Vec<Panel>,
}

/// One quantity of a bar chart.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    /// Axis label with unit.
    pub label: String,
    /// One value for each category.
    pub values: Vec<f64>,
    /// Digits after the point of the value at each bar.
    pub decimals: usize,
}

/// Lines over a continuous axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Lines {
    /// What the chart shows.
    pub title: String,
    /// Label of the horizontal axis with unit.
    pub x_label: String,
    /// Label of the vertical axis with unit.
    pub y_label: String,
    /// Whether the horizontal axis goes by the logarithm.
    pub log_x: bool,
    /// The lines.
    pub series: Vec<Series>,
    /// Vertical marks.
    pub marks: Vec<Mark>,
    /// Stretches of the horizontal axis that are shaded; what they are says the caption.
    pub shades: Vec<(f64, f64)>,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Name in the legend.
    pub name: String,
    /// At least two points in ascending x.
    pub points: Vec<(f64, f64)>,
}

/// Points over two axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// What the chart shows.
    pub title: String,
    /// Label of the horizontal axis with unit.
    pub x_label: String,
    /// Label of the vertical axis with unit.
    pub y_label: String,
    /// The points, in any order; at most five series have signs of their own.
    pub series: Vec<Series>,
}

/// What counts are made of, each bar as long as all others.
#[derive(Debug, Clone, PartialEq)]
pub struct Stacked {
    /// What the chart shows.
    pub title: String,
    /// What is counted.
    pub x_label: String,
    /// Names of the bars.
    pub categories: Vec<String>,
    /// Name of each part, at most six, and how much of it is in each bar.
    pub parts: Vec<(String, Vec<f64>)>,
}

/// How far each input moves a value, one at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Tornado {
    /// What the chart shows.
    pub title: String,
    /// Label of the axis with unit.
    pub x_label: String,
    /// The value that all bars begin at.
    pub own: f64,
    /// The inputs, that which matters most first.
    pub swings: Vec<Swing>,
    /// Vertical marks.
    pub marks: Vec<Mark>,
}

/// An input of a tornado.
#[derive(Debug, Clone, PartialEq)]
pub struct Swing {
    /// Its name and range.
    pub name: String,
    /// The value at both ends of its range.
    pub ends: [f64; 2],
}

impl Map {
    /// Whether these centres are the columns, or the rows, of a map that can be drawn.
    pub fn takes(centres: &[f64]) -> bool {
        check::spread(centres).is_some()
    }
}

/// A labelled vertical line.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Where on the horizontal axis, within the range of the points.
    pub x: f64,
    /// What it marks.
    pub label: String,
}

/// A grid of cells, each belonging to one category.
#[derive(Debug, Clone, PartialEq)]
pub struct Map {
    /// What the chart shows.
    pub title: String,
    /// Label of the horizontal axis with unit.
    pub x_label: String,
    /// Label of the vertical axis with unit.
    pub y_label: String,
    /// Centres of the columns, ascending, evenly spaced or each the same multiple of the one before.
    pub xs: Vec<f64>,
    /// Centres of the rows, as those of the columns.
    pub ys: Vec<f64>,
    /// Category of each cell, row by row from the lowest `y`.
    pub cells: Vec<usize>,
    /// Names of the categories; those that occur in no cell are left out of the legend.
    pub categories: Vec<String>,
    /// A point of interest: x, y and what it is; on the grid.
    pub point: Option<(f64, f64, String)>,
}
