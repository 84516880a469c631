//! Names with the sign they stand for, in rows.

use crate::hatch;
use crate::palette::Colour;
use crate::points;
use crate::scene::{Anchor, MARGIN, Point, Scene, TEXT, WIDTH};
use crate::text::{Fonts, Weight};

const ROW: f64 = 25.0;
const GAP: f64 = 24.0;
const SWATCH: (f64, f64) = (30.0, 17.0);
/// Room for a sign.
const MARK: f64 = 12.0;
/// Ends with the second dash of the longest pattern.
pub(crate) const SAMPLE: f64 = 41.0;

#[derive(Debug, Clone, Copy)]
pub(crate) enum Sign {
    Line,
    Area { hatched: bool },
    Mark,
}

/// The width of a line and its dash pattern.
///
/// Later lines are drawn over earlier ones. They are thinner and more broken, so the earlier line stays visible
/// where two coincide. All periods divide 24, so dashes over dashes keep an even rhythm.
pub(crate) fn stroke(slot: usize) -> (f64, &'static [f64]) {
    // The colours repeat after six; shifting the patterns tells the repetitions apart.
    match (slot + slot / 6) % 6 {
        0 => (4.4, &[]),
        1 => (3.8, &[17.0, 7.0]),
        2 => (3.2, &[5.0, 7.0]),
        3 => (3.0, &[13.0, 4.0, 3.0, 4.0]),
        4 => (2.8, &[3.0, 3.0]),
        _ => (2.4, &[10.0, 3.0, 3.0, 2.5, 3.0, 2.5]),
    }
}

fn area(scene: &mut Scene, slot: usize, corner: Point, size: (f64, f64), hatched: bool) {
    scene.rect(corner, size, Colour::Series(slot));
    if hatched {
        scene.strokes(hatch::strokes(slot, corner, size, |_| true), Colour::Paper, hatch::WIDTH);
    }
}

/// Draws a legend below `top` and returns where it ends.
pub(crate) fn draw(
    scene: &mut Scene,
    fonts: &Fonts,
    top: f64,
    sign: Sign,
    entries: &[(usize, String)],
) -> f64 {
    let sign_width = match sign {
        Sign::Line => SAMPLE,
        Sign::Area { .. } => SWATCH.0,
        Sign::Mark => MARK,
    };
    let (mut x, mut y) = (MARGIN, top);
    for (slot, name) in entries {
        let name = fonts.fit(name, TEXT, Weight::Regular, WIDTH - 2.0 * MARGIN - sign_width - 7.0);
        let width = sign_width + 7.0 + fonts.width(&name, TEXT, Weight::Regular);
        if x > MARGIN && x + width > WIDTH - MARGIN {
            (x, y) = (MARGIN, y + ROW);
        }
        let middle = y + ROW / 2.0;
        match sign {
            Sign::Line => {
                let (thickness, dash) = stroke(*slot);
                let points = vec![(x, middle), (x + SAMPLE, middle)];
                scene.dashed(points, Colour::Series(*slot), thickness, dash);
            }
            Sign::Mark => {
                let strokes = points::sign(*slot, (x + MARK / 2.0, middle));
                scene.strokes(strokes, Colour::Series(*slot), points::STROKE);
            }
            Sign::Area { hatched } => area(scene, *slot, (x, middle - SWATCH.1 / 2.0), SWATCH, hatched),
        }
        scene.text((x + sign_width + 7.0, middle + TEXT * 0.36), Anchor::Start, Colour::Ink, name);
        x += width + GAP;
    }
    y + ROW + 4.0
}
