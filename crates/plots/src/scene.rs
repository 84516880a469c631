//! A drawing as a list of shapes, before it becomes SVG or pixels.

use crate::palette::Colour;
use crate::text::Weight;

/// Right and down from the upper left corner, in units of the `viewBox`.
pub(crate) type Point = (f64, f64);

/// Width of every chart. At 360 px on a phone a text of 16 still has 9 px.
pub(crate) const WIDTH: f64 = 640.0;
/// Free space along the edges.
pub(crate) const MARGIN: f64 = 12.0;
/// Size of all text but the title.
pub(crate) const TEXT: f64 = 16.0;
/// Size of the title.
pub(crate) const TITLE: f64 = 20.0;
/// Distance between the baselines of two lines of text.
pub(crate) const LINE_HEIGHT: f64 = 21.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A block of equal cells of a grid, in cells from the upper left one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) column: usize,
    pub(crate) row: usize,
    pub(crate) columns: usize,
    pub(crate) rows: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    Rect {
        corner: Point,
        size: (f64, f64),
        fill: Colour,
    },
    Line {
        points: Vec<Point>,
        colour: Colour,
        width: f64,
        dash: &'static [f64],
    },
    Strokes {
        segments: Vec<[Point; 2]>,
        colour: Colour,
        width: f64,
    },
    Cells {
        corner: Point,
        cell: (f64, f64),
        blocks: Vec<Block>,
        fill: Colour,
    },
    Ring {
        centre: Point,
        radius: f64,
        colour: Colour,
        width: f64,
    },
    Text {
        at: Point,
        anchor: Anchor,
        size: f64,
        weight: Weight,
        colour: Colour,
        content: String,
    },
    /// An area that tells what is there to whoever points at it; nothing is drawn.
    Told {
        corner: Point,
        size: (f64, f64),
        content: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scene {
    pub(crate) title: String,
    pub(crate) height: f64,
    pub(crate) shapes: Vec<Shape>,
}

impl Scene {
    pub(crate) fn new(title: &str) -> Self {
        Scene { title: title.to_string(), height: 0.0, shapes: Vec::new() }
    }

    pub(crate) fn rect(&mut self, corner: Point, size: (f64, f64), fill: Colour) {
        self.shapes.push(Shape::Rect { corner, size, fill });
    }

    pub(crate) fn line(&mut self, points: Vec<Point>, colour: Colour, width: f64) {
        self.dashed(points, colour, width, &[]);
    }

    pub(crate) fn dashed(&mut self, points: Vec<Point>, colour: Colour, width: f64, dash: &'static [f64]) {
        self.shapes.push(Shape::Line { points, colour, width, dash });
    }

    pub(crate) fn strokes(&mut self, segments: Vec<[Point; 2]>, colour: Colour, width: f64) {
        if !segments.is_empty() {
            self.shapes.push(Shape::Strokes { segments, colour, width });
        }
    }

    /// Tells what is there; only a page can.
    pub(crate) fn tell(&mut self, corner: Point, size: (f64, f64), content: String) {
        self.shapes.push(Shape::Told { corner, size, content });
    }

    /// Text of the usual size; `at` is on the baseline.
    pub(crate) fn text(&mut self, at: Point, anchor: Anchor, colour: Colour, content: impl Into<String>) {
        let content = content.into();
        self.shapes.push(Shape::Text { at, anchor, size: TEXT, weight: Weight::Regular, colour, content });
    }
}
