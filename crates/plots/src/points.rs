//! Points over two axes, each series with a sign of its own.

use crate::axis::{Axis, Scale};
use crate::frame::{self, Frame, Sides};
use crate::legend::{self, Sign};
use crate::palette::Colour;
use crate::scene::{MARGIN, Point, Scene, WIDTH};
use crate::text::Fonts;
use crate::{Points, Series};

const HEIGHT: f64 = 300.0;
/// Between the name of the vertical axis and its highest label.
const ABOVE_AXES: f64 = 12.0;
/// From the centre of a sign to its end.
const REACH: f64 = 4.0;
/// Width of the strokes of a sign.
pub(crate) const STROKE: f64 = 1.6;

pub(crate) fn scene(points: &Points, fonts: &Fonts) -> Scene {
    let mut scene = Scene::new(&points.title);
    let top = frame::heading(&mut scene, fonts);
    let names = points.series.iter().map(|series| series.name.clone()).enumerate();
    let top = legend::draw(&mut scene, fonts, top, Sign::Mark, &names.collect::<Vec<_>>());
    let top =
        frame::caption(&mut scene, fonts, &points.y_label, (MARGIN, top), WIDTH - 2.0 * MARGIN) + ABOVE_AXES;
    let range = |pick: fn(&(f64, f64)) -> f64| {
        let all = points.series.iter().flat_map(|series| &series.points).map(pick);
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let ((left, right), (low, high)) = (range(|point| point.0), range(|point| point.1));
    let sides = Sides { top, height: HEIGHT, right: MARGIN };
    let frame = Frame::new(fonts, (left, right, Scale::Linear), Axis::covering(low, high, 6), sides);
    frame.grid(&mut scene);
    frame.axes(&mut scene, fonts, &points.x_label);
    for (slot, Series { points, .. }) in points.series.iter().enumerate() {
        let signs = points.iter().flat_map(|(x, y)| sign(slot, (frame.x(*x), frame.y(*y))));
        scene.strokes(signs.collect(), Colour::Series(slot), STROKE);
    }
    scene
}

/// The strokes of a sign about a point.
pub(crate) fn sign(slot: usize, (x, y): Point) -> Vec<[Point; 2]> {
    let r = REACH;
    let stroke = |a: Point, b: Point| [(x + a.0 * r, y + a.1 * r), (x + b.0 * r, y + b.1 * r)];
    let plus = [stroke((-1.0, 0.0), (1.0, 0.0)), stroke((0.0, -1.0), (0.0, 1.0))];
    let cross = [stroke((-0.8, -0.8), (0.8, 0.8)), stroke((-0.8, 0.8), (0.8, -0.8))];
    let closed = |corners: &[Point]| -> Vec<[Point; 2]> {
        (0..corners.len()).map(|nth| stroke(corners[nth], corners[(nth + 1) % corners.len()])).collect()
    };
    match slot % 5 {
        0 => closed(&[(-1.0, 0.0), (0.0, -1.0), (1.0, 0.0), (0.0, 1.0)]),
        1 => plus.to_vec(),
        2 => cross.to_vec(),
        3 => closed(&[(-0.9, 0.7), (0.9, 0.7), (0.0, -0.9)]),
        _ => closed(&[(-0.75, -0.75), (0.75, -0.75), (0.75, 0.75), (-0.75, 0.75)]),
    }
}
