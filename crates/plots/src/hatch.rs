//! Hatches, so that areas differ without colour.

use crate::scene::Point;

/// How thick the strokes are.
pub(crate) const WIDTH: f64 = 1.2;
const SPACING: f64 = 11.0;
/// Shorter strokes look like dirt, and in a map of scattered cells there would be thousands of them.
const SHORTEST: f64 = 6.0;
const PACE: f64 = 0.5;
const SLANT: f64 = std::f64::consts::FRAC_1_SQRT_2;

/// The directions in which a category is hatched; the first one is plain.
fn directions(slot: usize) -> &'static [Point] {
    match slot % 6 {
        0 => &[],
        1 => &[(SLANT, -SLANT)],
        2 => &[(SLANT, SLANT)],
        3 => &[(1.0, 0.0)],
        4 => &[(0.0, 1.0)],
        _ => &[(SLANT, -SLANT), (SLANT, SLANT)],
    }
}

/// The strokes of a category in a rectangle, where `inside` holds.
pub(crate) fn strokes(
    slot: usize,
    corner: Point,
    size: (f64, f64),
    inside: impl Fn(Point) -> bool,
) -> Vec<[Point; 2]> {
    // The colours repeat after six; a closer hatch tells the repetitions apart.
    let spacing = SPACING / (1 + slot / 6) as f64;
    let mut strokes = Vec::new();
    for direction in directions(slot) {
        let across = (-direction.1, direction.0);
        let (nearest, farthest) = extent(corner, size, across);
        let (start, end) = extent(corner, size, *direction);
        let mut line = (nearest / spacing).ceil();
        while line * spacing <= farthest {
            let offset = line * spacing;
            let point = |along: f64| {
                (direction.0 * along + across.0 * offset, direction.1 * along + across.1 * offset)
            };
            let covered = |along: f64| within(point(along), corner, size) && inside(point(along));
            for (from, to) in runs(start, end, covered) {
                strokes.push([point(from), point(to)]);
            }
            line += 1.0;
        }
    }
    strokes
}

/// The range of a rectangle along a direction.
fn extent(corner: Point, size: (f64, f64), direction: Point) -> (f64, f64) {
    let mut low = f64::INFINITY;
    let mut high = f64::NEG_INFINITY;
    for (x, y) in [(0.0, 0.0), (size.0, 0.0), (0.0, size.1), size] {
        let along = (corner.0 + x) * direction.0 + (corner.1 + y) * direction.1;
        low = low.min(along);
        high = high.max(along);
    }
    (low, high)
}

fn within((x, y): Point, corner: Point, size: (f64, f64)) -> bool {
    x >= corner.0 && x <= corner.0 + size.0 && y >= corner.1 && y <= corner.1 + size.1
}

fn runs(start: f64, end: f64, covered: impl Fn(f64) -> bool) -> Vec<(f64, f64)> {
    let mut runs = Vec::new();
    let mut from = None;
    let steps = ((end - start) / PACE) as usize + 1;
    for step in 0..=steps {
        let along = start + step as f64 * PACE;
        match (from, step < steps && covered(along)) {
            (None, true) => from = Some(along),
            (Some(begin), false) => {
                if along - PACE - begin >= SHORTEST {
                    runs.push((begin, along - PACE));
                }
                from = None;
            }
            _ => {}
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strokes_stay_inside() {
        for slot in 0..12 {
            let right_half = |(x, _): Point| x >= 50.0;
            for [from, to] in strokes(slot, (0.0, 0.0), (100.0, 60.0), right_half) {
                for (x, y) in [from, to] {
                    assert!((50.0..=100.0).contains(&x) && (0.0..=60.0).contains(&y), "{slot}: {x} {y}");
                }
            }
        }
    }

    #[test]
    fn only_the_first_category_is_plain() {
        for slot in 1..6 {
            assert!(!strokes(slot, (0.0, 0.0), (30.0, 30.0), |_| true).is_empty());
        }
        assert!(strokes(0, (0.0, 0.0), (30.0, 30.0), |_| true).is_empty());
    }
}
