//! Lines over a continuous axis, named where they end.

use crate::axis::{Axis, Scale};
use crate::frame::{self, Frame, Sides};
use crate::legend::{self, SAMPLE, Sign, stroke};
use crate::marks::Marks;
use crate::palette::Colour;
use crate::scene::{Anchor, LINE_HEIGHT, MARGIN, Point, Scene, TEXT, WIDTH};
use crate::simplify::simplified;
use crate::text::{Fonts, Weight};
use crate::{Lines, Series, numbers};

const HEIGHT: f64 = 270.0;
/// Wider names would leave the lines too little room; then a legend above takes their place.
const WIDEST_NAME: f64 = 130.0;
/// From the end of the axes to the sample of a line, for a connector between the two.
const CONNECTOR: f64 = 16.0;
const BEFORE_NAME: f64 = 7.0;
/// In so many bands a page tells the values of the lines.
const BANDS: usize = 20;

pub(crate) fn scene(lines: &Lines, fonts: &Fonts) -> Scene {
    let mut scene = Scene::new(&lines.title);
    let mut top = frame::heading(&mut scene, fonts);

    let name_width = |series: &Series| fonts.width(&series.name, TEXT, Weight::Regular);
    let widest = lines.series.iter().map(name_width).fold(0.0, f64::max);
    let direct = widest <= WIDEST_NAME && lines.series.len() as f64 * LINE_HEIGHT <= HEIGHT;
    let right = if direct { CONNECTOR + SAMPLE + BEFORE_NAME + widest + MARGIN } else { MARGIN };
    if !direct {
        let names = lines.series.iter().map(|series| series.name.clone()).enumerate();
        top = legend::draw(&mut scene, fonts, top, Sign::Line, &names.collect::<Vec<_>>());
    }
    top = frame::caption(&mut scene, fonts, &lines.y_label, (MARGIN, top), WIDTH - 2.0 * MARGIN) + 2.0;

    let (xs, y) = ranges(lines);
    let frame = Frame::new(fonts, xs, y, Sides { top, height: HEIGHT, right });
    let marks = Marks::of(&lines.marks, &frame, fonts);
    let frame = frame.lowered(marks.height());
    for (from, until) in &lines.shades {
        let (left, right) = (frame.x(*from).max(frame.left), frame.x(*until).min(frame.right));
        if right > left {
            scene.rect((left, frame.top), (right - left, frame.bottom - frame.top), Colour::Grid);
        }
    }
    frame.grid(&mut scene);
    marks.draw(&mut scene, &frame);
    frame.axes(&mut scene, fonts, &lines.x_label);
    for (slot, series) in lines.series.iter().enumerate() {
        let (width, dash) = stroke(slot);
        let points: Vec<Point> = series.points.iter().map(|(x, y)| (frame.x(*x), frame.y(*y))).collect();
        let points = simplified(&points);
        if !dash.is_empty() {
            // Each dash stands free of what it crosses, so that of two lines that coincide both are seen.
            scene.dashed(points.clone(), Colour::Paper, width + 1.8, dash);
        }
        scene.dashed(points, Colour::Series(slot), width, dash);
    }
    if direct {
        name_ends(&mut scene, &frame, lines);
    }
    tell(&mut scene, &frame, lines);
    scene
}

/// The horizontal range of the points, and an axis for the vertical one.
fn ranges(lines: &Lines) -> ((f64, f64, Scale), Axis) {
    let range = |pick: fn(&(f64, f64)) -> f64| {
        let all = lines.series.iter().flat_map(|series| &series.points).map(pick);
        all.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)))
    };
    let (low, high) = range(|point| point.1);
    // Lines that come near zero are read against zero.
    let low = if low > 0.0 && low < high / 4.0 { 0.0 } else { low };
    let scale = if lines.log_x { Scale::Logarithmic } else { Scale::Linear };
    let (left, right) = range(|point| point.0);
    ((left, right, scale), Axis::covering(low, high, 6))
}

/// Tells the values of all lines in bands from left to right.
fn tell(scene: &mut Scene, frame: &Frame, lines: &Lines) {
    let width = (frame.right - frame.left) / BANDS as f64;
    for band in 0..BANDS {
        let left = frame.left + width * band as f64;
        let middle = left + width / 2.0;
        let nearest = |series: &Series| {
            let distance = |x: f64| (frame.x(x) - middle).abs();
            let near = series.points.iter().min_by(|a, b| distance(a.0).total_cmp(&distance(b.0)));
            near.copied().filter(|(x, _)| distance(*x) <= width)
        };
        let found: Vec<(&str, (f64, f64))> =
            lines.series.iter().filter_map(|series| Some((series.name.as_str(), nearest(series)?))).collect();
        let Some((_, (x, _))) = found.first() else { continue };
        let values = found.iter().map(|(name, (_, y))| format!("{name} {}", numbers::short(*y)));
        let told =
            format!("{} {}: {}", lines.x_label, numbers::short(*x), values.collect::<Vec<_>>().join(", "));
        scene.tell((left, frame.top), (width, frame.bottom - frame.top), told);
    }
}

/// Names each line beside its end, with a sample of it, for lines that end together.
fn name_ends(scene: &mut Scene, frame: &Frame, lines: &Lines) {
    let ends: Vec<Point> = lines
        .series
        .iter()
        .filter_map(|series| series.points.last())
        .map(|(x, y)| (frame.x(*x), frame.y(*y)))
        .collect();
    let levels = spread(&ends.iter().map(|end| end.1).collect::<Vec<_>>(), frame.top, frame.bottom);
    let sample = frame.right + CONNECTOR;
    for ((slot, series), (end, level)) in lines.series.iter().enumerate().zip(ends.iter().zip(levels)) {
        scene.line(vec![(end.0 + 2.0, end.1), (sample - 2.0, level)], Colour::Muted, 1.0);
        let (width, dash) = stroke(slot);
        scene.dashed(vec![(sample, level), (sample + SAMPLE, level)], Colour::Series(slot), width, dash);
        let at = (sample + SAMPLE + BEFORE_NAME, level + TEXT * 0.36);
        scene.text(at, Anchor::Start, Colour::Ink, series.name.clone());
    }
}

/// Moves levels apart by at least a line of text, as little as needed, inside `top` and `bottom`.
fn spread(levels: &[f64], top: f64, bottom: f64) -> Vec<f64> {
    let mut order: Vec<usize> = (0..levels.len()).collect();
    order.sort_by(|one, other| levels[*one].total_cmp(&levels[*other]).then(one.cmp(other)));

    // Neighbours that would overlap become one group, centred on the mean of what its members want.
    let mut groups: Vec<(f64, usize)> = Vec::new();
    let half = |count: usize| (count - 1) as f64 * LINE_HEIGHT / 2.0;
    let bounded = |mean: f64, count: usize| mean.min(bottom - half(count)).max(top + half(count));
    for index in &order {
        let mut group = (bounded(levels[*index], 1), 1);
        while let Some((mean, count)) = groups.last().copied() {
            if mean + half(count) + LINE_HEIGHT <= group.0 - half(group.1) {
                break;
            }
            groups.pop();
            let total = count + group.1;
            let joint = (mean * count as f64 + group.0 * group.1 as f64) / total as f64;
            group = (bounded(joint, total), total);
        }
        groups.push(group);
    }

    let mut spread = vec![0.0; levels.len()];
    let mut rest = order.iter();
    for (mean, count) in groups {
        for place in 0..count {
            if let Some(index) = rest.next() {
                spread[*index] = mean - half(count) + place as f64 * LINE_HEIGHT;
            }
        }
    }
    spread
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn levels_far_apart_stay() {
        assert_eq!(spread(&[200.0, 50.0, 120.0], 0.0, 270.0), [200.0, 50.0, 120.0]);
    }

    #[test]
    fn equal_levels_part_in_order() {
        assert_eq!(spread(&[100.0, 100.0], 0.0, 270.0), [89.5, 110.5]);
    }

    proptest! {
        #[test]
        fn spread_levels_never_overlap_nor_leave(levels in prop::collection::vec(0.0..270.0f64, 1..12)) {
            let mut spread = spread(&levels, 0.0, 270.0);
            spread.sort_by(f64::total_cmp);
            prop_assert!(spread.windows(2).all(|pair| pair[1] - pair[0] >= LINE_HEIGHT - 1e-9));
            prop_assert!(spread[0] >= -1e-9 && spread[spread.len() - 1] <= 270.0 + 1e-9);
        }
    }
}
