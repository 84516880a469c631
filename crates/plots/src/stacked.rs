//! Stacked bars: what a count is made of, one bar a category.

use crate::frame;
use crate::legend::{self, Sign};
use crate::palette::Colour;
use crate::scene::{Anchor, MARGIN, Scene, TEXT, WIDTH};
use crate::text::{Fonts, Weight};
use crate::{Stacked, hatch, numbers};

const PITCH: f64 = 54.0;
const BAR: f64 = 22.0;

pub(crate) fn scene(stacked: &Stacked, fonts: &Fonts) -> Scene {
    let mut scene = Scene::new(&stacked.title);
    let mut top = frame::heading(&mut scene, fonts);
    let occurs = |(_, values): &&(String, Vec<f64>)| values.iter().any(|value| *value > 0.0);
    let parts: Vec<(usize, &(String, Vec<f64>))> =
        stacked.parts.iter().enumerate().filter(|(_, part)| occurs(part)).collect();
    let names: Vec<(usize, String)> = parts.iter().map(|(slot, (name, _))| (*slot, name.clone())).collect();
    top = legend::draw(&mut scene, fonts, top, Sign::Area { hatched: true }, &names);
    top = frame::caption(&mut scene, fonts, &stacked.x_label, (MARGIN, top), WIDTH - 2.0 * MARGIN) + 6.0;
    let room = WIDTH - 2.0 * MARGIN;
    for (nth, category) in stacked.categories.iter().enumerate() {
        let row = top + PITCH * nth as f64;
        let total: f64 = stacked.parts.iter().map(|(_, values)| values[nth]).sum();
        let name = format!("{category}: {}", numbers::fixed(total, 0));
        let name = fonts.fit(&name, TEXT, Weight::Regular, room);
        scene.text((MARGIN, row + TEXT), Anchor::Start, Colour::Ink, name);
        let mut left = MARGIN;
        for (slot, (part, values)) in parts.iter().filter(|(_, (_, values))| values[nth] > 0.0 && total > 0.0)
        {
            let (corner, size) = ((left, row + TEXT + 6.0), (room * values[nth] / total, BAR));
            scene.rect(corner, size, Colour::Series(*slot));
            scene.strokes(hatch::strokes(*slot, corner, size, |_| true), Colour::Paper, hatch::WIDTH);
            let share = numbers::fixed(100.0 * values[nth] / total, 1);
            let told = format!("{category}: {} {part}, {share} %", numbers::fixed(values[nth], 0));
            scene.tell(corner, size, told);
            left += size.0;
        }
    }
    scene.height = top + PITCH * stacked.categories.len() as f64 + MARGIN - 8.0;
    scene
}
