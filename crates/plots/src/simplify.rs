//! Leaves out the points of a line that nobody could see.

use crate::scene::Point;

/// A twentieth of a pixel on a phone.
const TOLERANCE: f64 = 0.08;

/// The points of a line without those nearer than the tolerance to the line through the others.
///
/// Source: D. Douglas and T. Peucker, "Algorithms for the reduction of the number of points required to represent
/// a digitized line or its caricature", Cartographica 10 (1973), 112–122.
pub(crate) fn simplified(points: &[Point]) -> Vec<Point> {
    let mut kept = vec![false; points.len()];
    let mut open = Vec::new();
    if let Some(last) = points.len().checked_sub(1) {
        kept[0] = true;
        kept[last] = true;
        open.push((0, last));
    }
    while let Some((from, to)) = open.pop() {
        let mut farthest = (TOLERANCE, None);
        for index in from + 1..to {
            let distance = distance(points[index], points[from], points[to]);
            if distance > farthest.0 {
                farthest = (distance, Some(index));
            }
        }
        if let Some(index) = farthest.1 {
            kept[index] = true;
            open.push((from, index));
            open.push((index, to));
        }
    }
    points.iter().zip(kept).filter(|(_, kept)| *kept).map(|(point, _)| *point).collect()
}

/// The distance of a point from a straight piece of a line.
fn distance(point: Point, from: Point, to: Point) -> f64 {
    let (along, away) = ((to.0 - from.0, to.1 - from.1), (point.0 - from.0, point.1 - from.1));
    let square = along.0 * along.0 + along.1 * along.1;
    let share = if square > 0.0 { (along.0 * away.0 + along.1 * away.1) / square } else { 0.0 };
    let share = share.clamp(0.0, 1.0);
    (away.0 - share * along.0).hypot(away.1 - share * along.1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn straight_pieces_keep_their_ends() {
        let points: Vec<Point> = (0..=20).map(|x| (f64::from(x), f64::from((x - 10).max(0)))).collect();
        assert_eq!(simplified(&points), [(0.0, 0.0), (10.0, 0.0), (20.0, 10.0)]);
    }

    proptest! {
        #[test]
        fn no_point_is_moved_visibly(ys in prop::collection::vec(0.0..3.0f64, 2..60)) {
            let points: Vec<Point> = ys.iter().enumerate().map(|(x, y)| (x as f64, *y)).collect();
            let kept = simplified(&points);
            for point in points {
                let nearest = kept.windows(2).map(|pair| distance(point, pair[0], pair[1]));
                prop_assert!(nearest.fold(f64::INFINITY, f64::min) <= TOLERANCE + 1e-9);
            }
        }
    }
}
