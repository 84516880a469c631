//! What charts share: the title, and the axes around a rectangle of data.

use crate::axis::{Axis, Scale};
use crate::palette::Colour;
use crate::scene::{Anchor, LINE_HEIGHT, MARGIN, Point, Scene, Shape, TEXT, TITLE, WIDTH};
use crate::text::{Fonts, Weight};

const TITLE_LINE: f64 = 26.0;
const TICK: f64 = 5.0;

/// Draws the title in the upper left corner and returns where the rest begins.
pub(crate) fn heading(scene: &mut Scene, fonts: &Fonts) -> f64 {
    let mut baseline = MARGIN + TITLE * 0.8;
    for content in fonts.wrap(&scene.title, TITLE, Weight::Bold, WIDTH - 2.0 * MARGIN) {
        scene.shapes.push(Shape::Text {
            at: (MARGIN, baseline),
            anchor: Anchor::Start,
            size: TITLE,
            weight: Weight::Bold,
            colour: Colour::Ink,
            content,
        });
        baseline += TITLE_LINE;
    }
    baseline - TITLE_LINE + 14.0
}

/// Draws lines of secondary text and returns where they end.
///
/// The name of the vertical axis stands above it, level: turned text is slow to read and thin on a phone.
pub(crate) fn caption(scene: &mut Scene, fonts: &Fonts, text: &str, corner: Point, width: f64) -> f64 {
    let mut top = corner.1;
    for content in fonts.wrap(text, TEXT, Weight::Regular, width) {
        scene.text((corner.0, top + TEXT), Anchor::Start, Colour::Muted, content);
        top += LINE_HEIGHT;
    }
    top
}

/// The rectangle of data and its two axes.
pub(crate) struct Frame {
    pub(crate) left: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
    pub(crate) bottom: f64,
    x: Axis,
    y: Axis,
}

impl Frame {
    /// Leaves room on the left for the labels of `y`, and chooses as many ticks from `low` to `high` as fit below.
    pub(crate) fn new(fonts: &Fonts, (low, high, scale): (f64, f64, Scale), y: Axis, sides: Sides) -> Frame {
        let left = MARGIN + widest(fonts, &y) + TICK + 5.0;
        let mut count = 6;
        loop {
            let x = match scale {
                Scale::Linear => Axis::exact(low, high, count),
                Scale::Logarithmic => Axis::logarithmic(low, high, count),
            };
            let label = widest(fonts, &x);
            let left = left.max(MARGIN + label / 2.0);
            // The labels below the first and the last tick may reach beyond the axis by half their width.
            let right = WIDTH - sides.right.max(MARGIN + label / 2.0);
            if count == 1 || label + 20.0 <= (right - left) / count as f64 {
                return Frame { left, right, top: sides.top, bottom: sides.top + sides.height, x, y };
            }
            count -= 1;
        }
    }

    /// The same frame further down.
    pub(crate) fn lowered(self, by: f64) -> Frame {
        Frame { top: self.top + by, bottom: self.bottom + by, ..self }
    }

    pub(crate) fn x(&self, value: f64) -> f64 {
        self.x.place(value, self.left, self.right)
    }

    pub(crate) fn y(&self, value: f64) -> f64 {
        self.y.place(value, self.bottom, self.top)
    }

    pub(crate) fn grid(&self, scene: &mut Scene) {
        let level = |tick: &f64| [(self.left, self.y(*tick)), (self.right, self.y(*tick))];
        scene.strokes(self.y.ticks.iter().map(level).collect(), Colour::Grid, 1.0);
    }

    /// Draws ticks, their labels and the name of the horizontal axis, and sets the height of the drawing.
    pub(crate) fn axes(&self, scene: &mut Scene, fonts: &Fonts, x_label: &str) {
        let mut ticks = vec![[(self.left, self.bottom), (self.right, self.bottom)]];
        for tick in &self.x.ticks {
            let x = self.x(*tick);
            ticks.push([(x, self.bottom), (x, self.bottom + TICK)]);
            let at = (x, self.bottom + TICK + TEXT + 1.0);
            scene.text(at, Anchor::Middle, Colour::Muted, self.x.label(*tick));
        }
        for tick in &self.y.ticks {
            let y = self.y(*tick);
            let at = (self.left - TICK - 4.0, y + TEXT * 0.36);
            scene.text(at, Anchor::End, Colour::Muted, self.y.label(*tick));
        }
        scene.strokes(ticks, Colour::Muted, 1.0);

        let mut baseline = self.bottom + TICK + TEXT + 1.0 + LINE_HEIGHT + 3.0;
        for content in fonts.wrap(x_label, TEXT, Weight::Regular, WIDTH - 2.0 * MARGIN) {
            let half = fonts.width(&content, TEXT, Weight::Regular) / 2.0;
            let centre = ((self.left + self.right) / 2.0).min(WIDTH - MARGIN - half).max(MARGIN + half);
            scene.text((centre, baseline), Anchor::Middle, Colour::Muted, content);
            baseline += LINE_HEIGHT;
        }
        scene.height = baseline - LINE_HEIGHT + MARGIN;
    }
}

/// Where a frame stands: below `top`, with `right` left free beside it.
pub(crate) struct Sides {
    pub(crate) top: f64,
    pub(crate) height: f64,
    pub(crate) right: f64,
}

fn widest(fonts: &Fonts, axis: &Axis) -> f64 {
    let width = |tick: &f64| fonts.width(&axis.label(*tick), TEXT, Weight::Regular);
    axis.ticks.iter().map(width).fold(0.0, f64::max)
}
