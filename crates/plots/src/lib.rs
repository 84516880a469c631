//! Charts from plain data to SVG and PNG, without system libraries.
//!
//! A [`Chart`] is data and words only; nothing here knows what a cache is. The same chart becomes an SVG for a
//! page of its own, an inline SVG that takes its colours from the page around it (light or dark), and a PNG.

/// A chart, ready to draw.
#[derive(Debug, Clone, PartialEq)]
pub enum Chart {
    /// Small multiples of bars: one panel a quantity, one bar a category.
    Bars(Bars),
    /// Lines over a continuous axis.
    Lines(Lines),
    /// A grid of cells, each belonging to one category.
    Map(Map),
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
    /// The lines.
    pub series: Vec<Series>,
    /// Vertical marks.
    pub marks: Vec<Mark>,
}

/// One line.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Name in the legend.
    pub name: String,
    /// Points in ascending x.
    pub points: Vec<(f64, f64)>,
}

/// A labelled vertical line.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Where on the horizontal axis.
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
    /// Centres of the columns, ascending, evenly spaced.
    pub xs: Vec<f64>,
    /// Centres of the rows, ascending, evenly spaced.
    pub ys: Vec<f64>,
    /// Category of each cell, row by row from the lowest `y`.
    pub cells: Vec<usize>,
    /// Names of the categories.
    pub categories: Vec<String>,
    /// A point of interest: x, y and what it is.
    pub point: Option<(f64, f64, String)>,
}
