//! Bars: one panel a quantity, the names once on the left.

use crate::palette::Colour;
use crate::scene::{Anchor, LINE_HEIGHT, MARGIN, Scene, TEXT, WIDTH};
use crate::text::{Fonts, Weight};
use crate::{Bars, Panel, frame, numbers};

const PITCH: f64 = 36.0;
const BAR: f64 = 24.0;
const GAP: f64 = 28.0;
/// Narrower panels show no difference between bars, so further panels go below.
const NARROWEST: f64 = 150.0;
const WIDEST_NAME: f64 = 230.0;

pub(crate) fn scene(bars: &Bars, fonts: &Fonts) -> Scene {
    let mut scene = Scene::new(&bars.title);
    let mut top = frame::heading(&mut scene, fonts);

    let fit = |name: &String| fonts.fit(name, TEXT, Weight::Regular, WIDEST_NAME);
    let names: Vec<String> = bars.categories.iter().map(fit).collect();
    let width = |name: &String| fonts.width(name, TEXT, Weight::Regular);
    let left = MARGIN + names.iter().map(width).fold(0.0, f64::max) + 12.0;

    let room = WIDTH - MARGIN - left;
    let side_by_side = (((room + GAP) / (NARROWEST + GAP)) as usize).clamp(1, bars.panels.len());
    // As many columns as the rows need: four panels go two by two rather than three and one.
    let columns = bars.panels.len().div_ceil(bars.panels.len().div_ceil(side_by_side));
    let panel_width = (room - GAP * (columns - 1) as f64) / columns as f64;

    for row in bars.panels.chunks(columns) {
        let labels: Vec<Vec<String>> =
            row.iter().map(|panel| fonts.wrap(&panel.label, TEXT, Weight::Regular, panel_width)).collect();
        let lines = labels.iter().map(Vec::len).max().unwrap_or(0);
        let first = top + lines as f64 * LINE_HEIGHT + 8.0;
        for (index, name) in names.iter().enumerate() {
            let baseline = first + PITCH * index as f64 + PITCH / 2.0 + TEXT * 0.36;
            scene.text((left - 12.0, baseline), Anchor::End, Colour::Ink, name.clone());
        }
        for (column, (panel, label)) in row.iter().zip(labels).enumerate() {
            let x = left + (panel_width + GAP) * column as f64;
            let above = lines - label.len();
            for (line, content) in label.into_iter().enumerate() {
                let baseline = top + LINE_HEIGHT * (above + line) as f64 + TEXT;
                scene.text((x, baseline), Anchor::Start, Colour::Muted, content);
            }
            draw_panel(&mut scene, fonts, panel, &bars.categories, (x, first), panel_width);
        }
        top = first + PITCH * names.len() as f64 + 14.0;
    }
    scene.height = top - 14.0 + MARGIN;
    scene
}

fn draw_panel(
    scene: &mut Scene,
    fonts: &Fonts,
    panel: &Panel,
    categories: &[String],
    (x, top): (f64, f64),
    width: f64,
) {
    let texts: Vec<String> =
        panel.values.iter().map(|value| numbers::fixed(*value, panel.decimals)).collect();
    // Numbers stand outside the bars, on the far side of zero, so each side keeps room for its widest number.
    let room = |negative: bool| {
        let side = panel.values.iter().zip(&texts).filter(|(value, _)| (**value < 0.0) == negative);
        side.map(|(_, text)| fonts.width(text, TEXT, Weight::Regular) + 7.0).fold(0.0, f64::max)
    };
    let low = panel.values.iter().copied().fold(0.0, f64::min);
    let high = panel.values.iter().copied().fold(0.0, f64::max);
    let scale = if high > low { (width - room(true) - room(false)).max(0.0) / (high - low) } else { 0.0 };
    let zero = x + room(true) - low * scale;

    for (index, (value, text)) in panel.values.iter().zip(texts).enumerate() {
        let middle = top + PITCH * index as f64 + PITCH / 2.0;
        let end = zero + value * scale;
        let length = (end - zero).abs();
        if length > 0.0 {
            scene.rect((zero.min(end), middle - BAR / 2.0), (length, BAR), Colour::Muted);
        }
        let (at, anchor) = if *value < 0.0 { (end - 7.0, Anchor::End) } else { (end + 7.0, Anchor::Start) };
        scene.text((at, middle + TEXT * 0.36), anchor, Colour::Ink, text.clone());
        let told = format!("{}: {text} ({})", categories[index], panel.label);
        scene.tell((x, middle - PITCH / 2.0), (width, PITCH), told);
    }
    let bottom = top + PITCH * panel.values.len() as f64;
    scene.line(vec![(zero, top), (zero, bottom)], Colour::Ink, 1.5);
}
