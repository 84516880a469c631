//! Where the labels of vertical marks go: above the data, so that they never cover a line.

use crate::Mark;
use crate::frame::Frame;
use crate::palette::Colour;
use crate::scene::{Anchor, LINE_HEIGHT, MARGIN, Scene, TEXT, WIDTH};
use crate::text::{Fonts, Weight};

const DASH: &[f64] = &[4.0, 4.0];
/// Between the axes and the lowest label of a mark.
const ABOVE_AXES: f64 = 12.0;
/// Free space between two labels of a row.
const GAP: f64 = 14.0;
/// Between a mark and a label beside it.
const BESIDE: f64 = 5.0;
/// Arrangements tried before labels may overlap; a few marks need far fewer.
const MOST_TRIES: usize = 20_000;

/// A mark and how wide its label is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) x: f64,
    pub(crate) width: f64,
}

/// A label in its row.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Placed {
    /// Counted from the data upwards.
    pub(crate) row: usize,
    /// Left end of the label.
    pub(crate) left: f64,
    /// Whether the mark runs up beside its label rather than ending below it.
    pub(crate) beside: bool,
}

impl Placed {
    fn covers(self, wanted: Wanted) -> (f64, f64) {
        let (from, to) = (self.left, self.left + wanted.width);
        if self.beside { (from.min(wanted.x), to.max(wanted.x)) } else { (from, to) }
    }
}

/// Vertical marks with their labels above the data.
pub(crate) struct Marks {
    wanted: Vec<Wanted>,
    placed: Vec<Placed>,
    labels: Vec<String>,
}

impl Marks {
    /// Places the labels of marks above a frame.
    pub(crate) fn of(marks: &[Mark], frame: &Frame, fonts: &Fonts) -> Self {
        let room = WIDTH - MARGIN - frame.left;
        let fit = |mark: &Mark| fonts.fit(&mark.label, TEXT, Weight::Regular, room);
        let labels: Vec<String> = marks.iter().map(fit).collect();
        let width = |label: &String| fonts.width(label, TEXT, Weight::Regular);
        let each = marks.iter().zip(&labels);
        let wanted: Vec<Wanted> =
            each.map(|(mark, label)| Wanted { x: frame.x(mark.x), width: width(label) }).collect();
        let placed = place(&wanted, frame.left, WIDTH - MARGIN);
        Self { wanted, placed, labels }
    }

    /// The room that they take.
    pub(crate) fn height(&self) -> f64 {
        let rows = self.placed.iter().map(|label| label.row + 1).max().unwrap_or(0);
        rows as f64 * LINE_HEIGHT + ABOVE_AXES
    }

    /// Draws them; the frame has gone down by their height.
    pub(crate) fn draw(self, scene: &mut Scene, frame: &Frame) {
        for ((mark, label), content) in self.wanted.iter().zip(self.placed).zip(self.labels) {
            let baseline = frame.top - LINE_HEIGHT * label.row as f64 - ABOVE_AXES;
            let top = if label.beside { baseline - TEXT * 0.7 } else { baseline + 6.0 };
            scene.dashed(vec![(mark.x, frame.bottom), (mark.x, top)], Colour::Muted, 1.5, DASH);
            scene.text((label.left, baseline), Anchor::Start, Colour::Ink, content);
        }
    }
}

/// Places every label between `low` and `high` in as few rows as possible.
pub(crate) fn place(wanted: &[Wanted], low: f64, high: f64) -> Vec<Placed> {
    let mut tries = MOST_TRIES;
    for rows in 1..=wanted.len() {
        let mut placed = Vec::new();
        if search(wanted, low, high, rows, &mut placed, &mut tries) {
            return placed;
        }
    }
    let own_row = |(row, mark): (usize, &Wanted)| Placed { row, ..candidates(*mark, row, low, high)[0] };
    wanted.iter().enumerate().map(own_row).collect()
}

fn search(
    wanted: &[Wanted],
    low: f64,
    high: f64,
    rows: usize,
    placed: &mut Vec<Placed>,
    tries: &mut usize,
) -> bool {
    let Some(mark) = wanted.get(placed.len()) else { return true };
    for row in 0..rows {
        for candidate in candidates(*mark, row, low, high) {
            if *tries == 0 {
                return false;
            }
            *tries -= 1;
            let clear = placed.iter().zip(wanted).all(|(other, their)| {
                !collide(candidate, *mark, *other, *their) && !collide(*other, *their, candidate, *mark)
            });
            if clear {
                placed.push(candidate);
                if search(wanted, low, high, rows, placed, tries) {
                    return true;
                }
                placed.pop();
            }
        }
    }
    false
}

/// Above the mark, moved only as far as the edges demand; or to the right or the left of it.
fn candidates(mark: Wanted, row: usize, low: f64, high: f64) -> Vec<Placed> {
    let centred = (mark.x - mark.width / 2.0).min(high - mark.width).max(low);
    let mut candidates = vec![Placed { row, left: centred, beside: false }];
    let right = mark.x + BESIDE;
    if right + mark.width <= high {
        candidates.push(Placed { row, left: right, beside: true });
    }
    let left = mark.x - BESIDE - mark.width;
    if left >= low {
        candidates.push(Placed { row, left, beside: true });
    }
    candidates
}

/// Whether a label meets another one, or the line of the other mark on its way up.
fn collide(one: Placed, mark: Wanted, other: Placed, their: Wanted) -> bool {
    let (from, to) = one.covers(mark);
    if one.row == other.row {
        let (begin, end) = other.covers(their);
        return from < end + GAP && begin < to + GAP;
    }
    one.row < other.row && their.x > from - BESIDE && their.x < to + BESIDE
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn labels_far_apart_share_a_row_above_their_marks() {
        let wanted = [Wanted { x: 150.0, width: 100.0 }, Wanted { x: 450.0, width: 100.0 }];
        let placed = place(&wanted, 0.0, 600.0);
        assert!(placed.iter().all(|label| label.row == 0 && !label.beside));
        assert_eq!((placed[0].left, placed[1].left), (100.0, 400.0));
    }

    #[test]
    fn a_label_at_the_edge_is_moved_inside() {
        let placed = place(&[Wanted { x: 590.0, width: 100.0 }], 0.0, 600.0);
        assert_eq!(placed[0].left, 500.0);
    }

    proptest! {
        #[test]
        fn three_labels_never_meet(xs in prop::collection::vec(0.0..600.0f64, 3), width in 20.0..250.0f64) {
            let wanted: Vec<_> = xs.iter().map(|x| Wanted { x: *x, width }).collect();
            let placed = place(&wanted, 0.0, 600.0);
            for (index, label) in placed.iter().enumerate() {
                prop_assert!(label.left >= 0.0 && label.left + width <= 600.0);
                for other in &placed[..index] {
                    let same = label.row == other.row;
                    let apart = (label.left - other.left).abs() >= width;
                    prop_assert!(!same || apart);
                }
            }
        }
    }
}
