//! Paints a scene into pixels and writes them as PNG.

use ab_glyph::{Font, Glyph, point};
use ab_glyph_rasterizer::{Rasterizer, point as corner};

use crate::PlotError;
use crate::palette::{Palette, rgb};
use crate::scene::{Anchor, Point, Scene, Shape, WIDTH};
use crate::text::{Fonts, Weight};

/// Pixels for each unit of a scene.
const SCALE: f64 = 2.0;

pub(crate) fn png(scene: &Scene, fonts: &Fonts, palette: &Palette) -> Result<Vec<u8>, PlotError> {
    let mut surface = Surface::new((WIDTH * SCALE) as usize, (scene.height * SCALE).ceil() as usize, palette);
    for shape in &scene.shapes {
        surface.paint(shape, fonts, palette);
    }
    surface.encoded().map_err(|error| PlotError::Png { reason: error.to_string() })
}

struct Surface {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Surface {
    fn new(width: usize, height: usize, palette: &Palette) -> Self {
        Surface { width, height, pixels: rgb(palette.paper).repeat(width * height) }
    }

    fn paint(&mut self, shape: &Shape, fonts: &Fonts, palette: &Palette) {
        match shape {
            Shape::Rect { corner, size, fill } => {
                self.fill(&[rectangle(*corner, *size)], rgb(fill.of(palette)));
            }
            Shape::Line { points, colour, width, dash } => {
                let pieces = if dash.is_empty() { vec![points.clone()] } else { dashes(points, dash) };
                let outline: Vec<_> = pieces.iter().flat_map(|piece| stroked(piece, *width)).collect();
                self.fill(&outline, rgb(colour.of(palette)));
            }
            Shape::Strokes { segments, colour, width } => {
                let outline: Vec<_> = segments.iter().flat_map(|segment| stroked(segment, *width)).collect();
                self.fill(&outline, rgb(colour.of(palette)));
            }
            Shape::Cells { corner, cell, blocks, fill } => {
                let place = |column: usize, row: usize| (column as f64 * cell.0, row as f64 * cell.1);
                let outline: Vec<_> = blocks
                    .iter()
                    .map(|block| {
                        let at = place(block.column, block.row);
                        rectangle((corner.0 + at.0, corner.1 + at.1), place(block.columns, block.rows))
                    })
                    .collect();
                self.fill(&outline, rgb(fill.of(palette)));
            }
            Shape::Ring { centre, radius, colour, width } => {
                let outer = polygon(*centre, radius + width / 2.0, 64);
                let inner = polygon(*centre, radius - width / 2.0, 64);
                // Out along the outer edge, back along the inner one: one polygon with a hole.
                let there = outer.iter().chain(outer.first());
                let back = inner.first().into_iter().chain(inner.iter().rev());
                self.fill(&[there.chain(back).copied().collect()], rgb(colour.of(palette)));
            }
            Shape::Told { .. } => {}
            Shape::Text { at, anchor, size, weight, colour, content } => {
                let width = fonts.width(content, *size, *weight);
                let left = match anchor {
                    Anchor::Start => at.0,
                    Anchor::Middle => at.0 - width / 2.0,
                    Anchor::End => at.0 - width,
                };
                self.text(fonts, (left, at.1), *size, *weight, content, rgb(colour.of(palette)));
            }
        }
    }

    fn text(&mut self, fonts: &Fonts, at: Point, size: f64, weight: Weight, content: &str, colour: [u8; 3]) {
        let scale = fonts.scale(size * SCALE, weight);
        let (x, y) = ((at.0 * SCALE) as f32, (at.1 * SCALE) as f32);
        for (id, along) in fonts.glyphs(content, size * SCALE, weight).0 {
            let glyph = Glyph { id, scale, position: point(x + along, y) };
            if let Some(outline) = fonts.font(weight).outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                let (left, top) = (bounds.min.x as i64, bounds.min.y as i64);
                outline.draw(|x, y, coverage| {
                    self.blend(left + i64::from(x), top + i64::from(y), colour, coverage);
                });
            }
        }
    }

    /// Fills polygons in one pass, so that where they touch or overlap no seam appears.
    fn fill(&mut self, polygons: &[Vec<Point>], colour: [u8; 3]) {
        let corners = polygons.iter().flatten();
        let mut low = (f64::INFINITY, f64::INFINITY);
        let mut high = (f64::NEG_INFINITY, f64::NEG_INFINITY);
        for (x, y) in corners {
            low = (low.0.min(x * SCALE), low.1.min(y * SCALE));
            high = (high.0.max(x * SCALE), high.1.max(y * SCALE));
        }
        if low.0 > high.0 {
            return;
        }
        let (left, top) = (low.0.floor(), low.1.floor());
        let size = ((high.0 - left).ceil() as usize + 1, (high.1 - top).ceil() as usize + 1);
        let mut raster = Rasterizer::new(size.0, size.1);
        for polygon in polygons {
            let local = |(x, y): Point| corner((x * SCALE - left) as f32, (y * SCALE - top) as f32);
            let mut edges: Vec<_> = polygon.iter().zip(polygon.iter().cycle().skip(1)).collect();
            if area(polygon) < 0.0 {
                // Polygons wound against each other would cancel out where they overlap.
                edges.iter_mut().for_each(|(from, to)| std::mem::swap(from, to));
            }
            for (from, to) in edges {
                raster.draw_line(local(*from), local(*to));
            }
        }
        raster.for_each_pixel_2d(|x, y, coverage| {
            self.blend(left as i64 + i64::from(x), top as i64 + i64::from(y), colour, coverage);
        });
    }

    fn blend(&mut self, x: i64, y: i64, colour: [u8; 3], coverage: f32) {
        let inside = (0..self.width as i64).contains(&x) && (0..self.height as i64).contains(&y);
        if !inside || coverage <= 0.0 {
            return;
        }
        let coverage = coverage.min(1.0);
        let start = (y as usize * self.width + x as usize) * 3;
        for (pixel, channel) in self.pixels[start..start + 3].iter_mut().zip(colour) {
            let mixed = f32::from(*pixel) * (1.0 - coverage) + f32::from(channel) * coverage;
            *pixel = mixed.round() as u8;
        }
    }

    fn encoded(&self) -> Result<Vec<u8>, png::EncodingError> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Rgb);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::High);
        encoder.set_filter(png::Filter::NoFilter);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels)?;
        writer.finish()?;
        Ok(bytes)
    }
}

fn rectangle((x, y): Point, (width, height): (f64, f64)) -> Vec<Point> {
    vec![(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
}

fn polygon(centre: Point, radius: f64, corners: usize) -> Vec<Point> {
    let corner = |index: usize| {
        let angle = std::f64::consts::TAU * index as f64 / corners as f64;
        (centre.0 + radius * angle.cos(), centre.1 + radius * angle.sin())
    };
    (0..corners).map(corner).collect()
}

fn area(polygon: &[Point]) -> f64 {
    let next = polygon.iter().cycle().skip(1);
    polygon.iter().zip(next).map(|(from, to)| from.0 * to.1 - to.0 * from.1).sum()
}

/// A gap between two pieces of a line that stays invisible, in units of the scene.
const GAP: f64 = 0.1;

/// The outline of a line: a rectangle for each piece and a disc at each bend.
fn stroked(points: &[Point], width: f64) -> Vec<Vec<Point>> {
    let mut outline = Vec::new();
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        if length > 0.0 {
            let side = ((to.1 - from.1) / length * width / 2.0, (from.0 - to.0) / length * width / 2.0);
            outline.push(vec![
                (from.0 + side.0, from.1 + side.1),
                (to.0 + side.0, to.1 + side.1),
                (to.0 - side.0, to.1 - side.1),
                (from.0 - side.0, from.1 - side.1),
            ]);
        }
    }
    for three in points.windows(3) {
        let heading = |from: Point, to: Point| (to.1 - from.1).atan2(to.0 - from.0);
        let turn = heading(three[1], three[2]) - heading(three[0], three[1]);
        if turn.sin().abs() * width / 2.0 > GAP || turn.cos() < 0.0 {
            outline.push(polygon(three[1], width / 2.0, 16));
        }
    }
    outline
}

/// Cuts a line into the dashes of a pattern, which goes on around bends as in SVG.
fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let Some(first) = points.first() else { return pieces };
    let mut index = 0;
    let mut left = pattern[0];
    let mut piece = vec![*first];
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut length = (to.0 - from.0).hypot(to.1 - from.1);
        while length > left {
            let share = left / length;
            from = (from.0 + (to.0 - from.0) * share, from.1 + (to.1 - from.1) * share);
            length -= left;
            if index % 2 == 0 {
                piece.push(from);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![from];
            }
            index = (index + 1) % pattern.len();
            left = pattern[index];
        }
        left -= length;
        if index % 2 == 0 {
            piece.push(to);
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::palette::LIGHT;

    #[test]
    fn dashes_go_on_around_a_bend() {
        let pieces = dashes(&[(0.0, 0.0), (4.0, 0.0), (4.0, 10.0)], &[6.0, 2.0]);
        assert_eq!(pieces, [vec![(0.0, 0.0), (4.0, 0.0), (4.0, 2.0)], vec![(4.0, 4.0), (4.0, 10.0)]]);
    }

    #[test]
    fn a_filled_square_has_exact_edges() {
        let mut surface = Surface::new(8, 8, &LIGHT);
        // From 1 to 3.25 units is from pixel 2 to the middle of pixel 6.
        surface.fill(&[rectangle((1.0, 1.0), (2.25, 2.0))], [0, 0, 0]);
        let row: Vec<u8> = (0..8).map(|x| surface.pixels[(3 * 8 + x) * 3]).collect();
        assert_eq!(row, [255, 255, 0, 0, 0, 0, 128, 255]);
    }

    #[test]
    fn touching_rectangles_show_no_seam() {
        let mut surface = Surface::new(8, 8, &LIGHT);
        surface.fill(&[rectangle((0.0, 0.0), (1.63, 4.0)), rectangle((1.63, 0.0), (2.37, 4.0))], [0, 0, 0]);
        assert!(surface.pixels.iter().all(|channel| *channel == 0));
    }

    #[test]
    fn shapes_beyond_the_edge_are_cut() {
        let mut surface = Surface::new(8, 8, &LIGHT);
        surface.fill(&[rectangle((-10.0, -10.0), (100.0, 100.0))], [0, 0, 0]);
        assert!(surface.pixels.iter().all(|channel| *channel == 0));
    }
}
