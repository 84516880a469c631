//! A grid of cells as areas of colour and hatch.

use crate::axis::{Axis, Scale};
use crate::check::edges;
use crate::frame::{self, Frame, Sides};
use crate::legend::{self, Sign};
use crate::palette::Colour;
use crate::scene::{Anchor, Block, MARGIN, Point, Scene, Shape, TEXT, WIDTH};
use crate::text::{Fonts, Weight};
use crate::{Map, hatch, numbers};

const HEIGHT: f64 = 300.0;
const RING: f64 = 8.0;
const LABEL_HEIGHT: f64 = 25.0;
/// Fields of which a page tells what is there, at most.
const FIELDS: (usize, usize) = (12, 8);

pub(crate) fn scene(map: &Map, fonts: &Fonts) -> Scene {
    let mut scene = Scene::new(&map.title);
    let mut top = frame::heading(&mut scene, fonts);

    let counts = counts(map);
    let occurring: Vec<usize> = (0..counts.len()).filter(|category| counts[*category] > 0).collect();
    let entries: Vec<(usize, String)> = match occurring.as_slice() {
        [only] => vec![(*only, format!("{} throughout", map.categories[*only]))],
        several => several.iter().map(|slot| (*slot, map.categories[*slot].clone())).collect(),
    };
    // A hatch tells areas apart; over a single one it is noise.
    let sign = Sign::Area { hatched: occurring.len() > 1 };
    top = legend::draw(&mut scene, fonts, top, sign, &entries);
    top = frame::caption(&mut scene, fonts, &map.y_label, (MARGIN, top), WIDTH - 2.0 * MARGIN) + 8.0;

    let sides = Sides { top, height: HEIGHT, right: MARGIN };
    let y = match edges(&map.ys) {
        (low, high, Scale::Linear) => Axis::exact(low, high, 6),
        (low, high, Scale::Logarithmic) => Axis::logarithmic(low, high, 6),
    };
    let frame = Frame::new(fonts, edges(&map.xs), y, sides);
    cells(&mut scene, &frame, map, &occurring, &counts);
    frame.axes(&mut scene, fonts, &map.x_label);
    if let Some((x, y, label)) = &map.point {
        point(&mut scene, fonts, &frame, (frame.x(*x), frame.y(*y)), label);
    }
    tell(&mut scene, &frame, map);
    scene
}

/// Tells in a coarse grid which category is in the middle of each of its fields.
fn tell(scene: &mut Scene, frame: &Frame, map: &Map) {
    let (columns, rows) = (map.xs.len().min(FIELDS.0), map.ys.len().min(FIELDS.1));
    let size = ((frame.right - frame.left) / columns as f64, (frame.bottom - frame.top) / rows as f64);
    for row in 0..rows {
        for column in 0..columns {
            let middle = |nth: usize, fields: usize, cells: usize| (2 * nth + 1) * cells / (2 * fields);
            let (x, y) = (middle(column, columns, map.xs.len()), middle(row, rows, map.ys.len()));
            let category = &map.categories[category_at(map, x, y)];
            let (at_x, at_y) = (numbers::short(map.xs[x]), numbers::short(map.ys[map.ys.len() - 1 - y]));
            let told = format!("{category}: {} {at_x}, {} {at_y}", map.x_label, map.y_label);
            scene.tell((frame.left + size.0 * column as f64, frame.top + size.1 * row as f64), size, told);
        }
    }
}

fn counts(map: &Map) -> Vec<usize> {
    let mut counts = vec![0; map.categories.len()];
    for category in &map.cells {
        counts[*category] += 1;
    }
    counts
}

fn cells(scene: &mut Scene, frame: &Frame, map: &Map, occurring: &[usize], counts: &[usize]) {
    let corner = (frame.left, frame.top);
    let size = (frame.right - frame.left, frame.bottom - frame.top);
    let cell = (size.0 / map.xs.len() as f64, size.1 / map.ys.len() as f64);
    // The most frequent category lies below all others: fewer blocks, and no gap shows the paper.
    let Some(&most) = occurring.iter().max_by_key(|category| (counts[**category], usize::MAX - **category))
    else {
        return;
    };
    scene.rect(corner, size, Colour::Series(most));
    for category in occurring.iter().copied().filter(|category| *category != most) {
        let blocks = blocks(map, category);
        scene.shapes.push(Shape::Cells { corner, cell, blocks, fill: Colour::Series(category) });
    }
    for category in occurring.iter().copied().filter(|_| occurring.len() > 1) {
        let inside = |(x, y): Point| {
            let column = (((x - corner.0) / cell.0) as usize).min(map.xs.len() - 1);
            let row = (((y - corner.1) / cell.1) as usize).min(map.ys.len() - 1);
            category_at(map, column, row) == category
        };
        scene.strokes(hatch::strokes(category, corner, size, inside), Colour::Paper, hatch::WIDTH);
    }
}

/// The category of a cell, with rows counted from the top.
fn category_at(map: &Map, column: usize, row: usize) -> usize {
    map.cells[(map.ys.len() - 1 - row) * map.xs.len() + column]
}

/// The cells of a category: runs along a row, and equal runs below each other as one block.
fn blocks(map: &Map, category: usize) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut above: Vec<usize> = Vec::new();
    for row in 0..map.ys.len() {
        let mut current = Vec::new();
        let mut column = 0;
        while column < map.xs.len() {
            let start = column;
            while column < map.xs.len() && category_at(map, column, row) == category {
                column += 1;
            }
            if column == start {
                column += 1;
                continue;
            }
            let columns = column - start;
            let same = |index: &&usize| blocks[**index].column == start && blocks[**index].columns == columns;
            let index = above.iter().find(same).copied();
            match index {
                Some(index) => {
                    blocks[index].rows += 1;
                    current.push(index);
                }
                None => {
                    current.push(blocks.len());
                    blocks.push(Block { column: start, row, columns, rows: 1 });
                }
            }
        }
        above = current;
    }
    blocks
}

/// Draws a ring and its label on paper of its own, readable over any colour.
fn point(scene: &mut Scene, fonts: &Fonts, frame: &Frame, centre: Point, label: &str) {
    scene.shapes.push(Shape::Ring { centre, radius: RING, colour: Colour::Paper, width: 7.0 });
    scene.shapes.push(Shape::Ring { centre, radius: RING, colour: Colour::Ink, width: 3.0 });

    let label = fonts.fit(label, TEXT, Weight::Regular, frame.right - frame.left - 20.0);
    let width = fonts.width(&label, TEXT, Weight::Regular) + 14.0;
    let reach = RING + 7.0;
    let level = (centre.1 - LABEL_HEIGHT / 2.0).min(frame.bottom - LABEL_HEIGHT - 2.0).max(frame.top + 2.0);
    let corner = if centre.0 + reach + width <= frame.right - 2.0 {
        (centre.0 + reach, level)
    } else if centre.0 - reach - width >= frame.left + 2.0 {
        (centre.0 - reach - width, level)
    } else {
        let x = (centre.0 - width / 2.0).min(frame.right - width - 2.0).max(frame.left + 2.0);
        let above = centre.1 - reach - LABEL_HEIGHT;
        (x, if above >= frame.top + 2.0 { above } else { centre.1 + reach })
    };
    scene.rect(corner, (width, LABEL_HEIGHT), Colour::Paper);
    let baseline = corner.1 + LABEL_HEIGHT / 2.0 + TEXT * 0.36;
    scene.text((corner.0 + 7.0, baseline), Anchor::Start, Colour::Ink, label);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn map(columns: usize, rows: usize, cells: Vec<usize>) -> Map {
        Map {
            title: "t".into(),
            x_label: "x".into(),
            y_label: "y".into(),
            xs: (0..columns).map(|x| x as f64).collect(),
            ys: (0..rows).map(|y| y as f64).collect(),
            cells,
            categories: vec!["a".into(), "b".into(), "c".into()],
            point: None,
        }
    }

    #[test]
    fn equal_runs_become_one_block() {
        // Rows from the lowest y: a b b / a b b / c c c.
        let map = map(3, 3, vec![0, 1, 1, 0, 1, 1, 2, 2, 2]);
        assert_eq!(blocks(&map, 2), [Block { column: 0, row: 0, columns: 3, rows: 1 }]);
        assert_eq!(blocks(&map, 1), [Block { column: 1, row: 1, columns: 2, rows: 2 }]);
    }

    proptest! {
        #[test]
        fn blocks_cover_each_cell_of_their_category_once(cells in prop::collection::vec(0usize..3, 35)) {
            let map = map(7, 5, cells);
            for category in 0..3 {
                let mut covered = [0; 35];
                for block in blocks(&map, category) {
                    for row in block.row..block.row + block.rows {
                        for column in block.column..block.column + block.columns {
                            covered[row * 7 + column] += 1;
                        }
                    }
                }
                for (index, count) in covered.into_iter().enumerate() {
                    prop_assert_eq!(count == 1, category_at(&map, index % 7, index / 7) == category);
                    prop_assert!(count <= 1);
                }
            }
        }
    }
}
