//! Tornado: how far each input moves a value, one at a time.

use crate::axis::{Axis, Scale};
use crate::frame::{self, Frame, Sides};
use crate::legend::{self, Sign};
use crate::marks::Marks;
use crate::palette::Colour;
use crate::scene::{Anchor, MARGIN, Scene, TEXT, WIDTH};
use crate::text::{Fonts, Weight};
use crate::{Swing, Tornado, hatch, numbers};

const PITCH: f64 = 44.0;
const BAR: f64 = 18.0;

pub(crate) fn scene(tornado: &Tornado, fonts: &Fonts) -> Scene {
    let mut scene = Scene::new(&tornado.title);
    let mut top = frame::heading(&mut scene, fonts);
    let ends = ["at the low end of its range", "at the high end"].map(str::to_owned);
    let entries: Vec<(usize, String)> = ends.into_iter().enumerate().collect();
    top = legend::draw(&mut scene, fonts, top, Sign::Area { hatched: true }, &entries);

    let marked = tornado.marks.iter().map(|mark| mark.x);
    let values = tornado.swings.iter().flat_map(|swing| swing.ends).chain(marked).chain([tornado.own]);
    let (low, high) = values
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
    let covering = Axis::covering(low, high, 5);
    let height = PITCH * tornado.swings.len() as f64;
    let sides = Sides { top, height, right: MARGIN };
    let frame = Frame::new(fonts, (covering.low, covering.high, Scale::Linear), Axis::silent(), sides);

    let marks = Marks::of(&tornado.marks, &frame, fonts);
    let frame = frame.lowered(marks.height());

    for (nth, swing) in tornado.swings.iter().enumerate() {
        let row = frame.top + PITCH * nth as f64;
        let name = fonts.fit(&swing.name, TEXT, Weight::Regular, WIDTH - 2.0 * MARGIN);
        scene.text((frame.left, row + TEXT), Anchor::Start, Colour::Ink, name);
        bars(&mut scene, &frame, tornado.own, swing, row + TEXT + 6.0);
        let [low, high] = swing.ends.map(numbers::short);
        let told = format!("{}: {low} at the low end, {high} at the high end", swing.name);
        scene.tell((frame.left, row), (frame.right - frame.left, PITCH), told);
    }
    marks.draw(&mut scene, &frame);
    frame.axes(&mut scene, fonts, &tornado.x_label);
    scene
}

/// Two bars from the own value: one to each end, below each other where both lie on one side.
fn bars(scene: &mut Scene, frame: &Frame, own: f64, swing: &Swing, top: f64) {
    let zero = frame.x(own);
    let same_side = (swing.ends[0] - own) * (swing.ends[1] - own) > 0.0;
    for (slot, end) in swing.ends.into_iter().enumerate() {
        let at = frame.x(end);
        let (height, below) = if same_side { (BAR / 2.0, BAR / 2.0 * slot as f64) } else { (BAR, 0.0) };
        let (corner, size) = ((zero.min(at), top + below), ((at - zero).abs(), height));
        if size.0 > 0.0 {
            scene.rect(corner, size, Colour::Series(slot));
            scene.strokes(hatch::strokes(slot, corner, size, |_| true), Colour::Paper, hatch::WIDTH);
        }
    }
}
