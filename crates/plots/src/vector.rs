//! Writes a scene as SVG.

use crate::palette::{Colour, Palette};
use crate::scene::{Anchor, Point, Scene, Shape, TEXT, WIDTH};
use crate::text::Weight;

/// A file of its own: fixed size, background, colours of the palette.
pub(crate) fn page(scene: &Scene, palette: &Palette) -> String {
    let height = number(scene.height);
    let open = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\"");
    let background = format!("<rect width=\"{WIDTH}\" height=\"{height}\" fill=\"{}\"/>\n", palette.paper);
    // A file of its own has nobody to point at it.
    let drawn = scene.shapes.iter().filter(|shape| !matches!(shape, Shape::Told { .. }));
    element(scene, drawn, &open, &background, |colour| colour.of(palette).to_string())
}

/// An element for a page, which gives it its size and colours.
pub(crate) fn inline(scene: &Scene) -> String {
    element(scene, scene.shapes.iter(), "<svg class=\"chart\"", "", Colour::variable)
}

fn element<'s>(
    scene: &'s Scene,
    shapes: impl Iterator<Item = &'s Shape>,
    open: &str,
    background: &str,
    colour: impl Fn(Colour) -> String,
) -> String {
    let mut svg = format!(
        "{open} viewBox=\"0 0 {WIDTH} {}\" role=\"img\" aria-label=\"{}\" \
         font-family=\"DejaVu Sans, Verdana, sans-serif\" font-size=\"{TEXT}\">\n{background}",
        number(scene.height),
        escaped(&scene.title)
    );
    for shape in shapes {
        svg.push_str(&written(shape, &colour));
        svg.push('\n');
    }
    svg.push_str("</svg>\n");
    svg
}

fn written(shape: &Shape, colour: &impl Fn(Colour) -> String) -> String {
    match shape {
        Shape::Rect { corner, size, fill } => format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"{}\"/>",
            number(corner.0),
            number(corner.1),
            number(size.0),
            number(size.1),
            colour(*fill)
        ),
        Shape::Line { points, colour: stroke, width, dash } => {
            let pattern: Vec<String> = dash.iter().map(|length| number(*length)).collect();
            let dash = if pattern.is_empty() {
                String::new()
            } else {
                format!(" stroke-dasharray=\"{}\"", pattern.join(" "))
            };
            format!(
                "<polyline points=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" \
                 stroke-linejoin=\"round\"{dash}/>",
                points.iter().map(|point| pair(*point)).collect::<Vec<_>>().join(" "),
                colour(*stroke),
                number(*width)
            )
        }
        Shape::Strokes { segments, colour: stroke, width } => format!(
            "<path d=\"{}\" stroke=\"{}\" stroke-width=\"{}\"/>",
            segments.iter().map(|[from, to]| format!("M{}L{}", pair(*from), pair(*to))).collect::<String>(),
            colour(*stroke),
            number(*width)
        ),
        // Cells are written in whole numbers and stretched to their place: short, and without rounding gaps.
        Shape::Cells { corner, cell, blocks, fill } => format!(
            "<path transform=\"translate({}) scale({:.5} {:.5})\" d=\"{}\" fill=\"{}\" \
             shape-rendering=\"crispEdges\"/>",
            pair(*corner),
            cell.0,
            cell.1,
            blocks
                .iter()
                .map(|block| {
                    format!(
                        "M{} {}h{}v{}h-{}z",
                        block.column, block.row, block.columns, block.rows, block.columns
                    )
                })
                .collect::<String>(),
            colour(*fill)
        ),
        Shape::Ring { centre, radius, colour: stroke, width } => format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"/>",
            number(centre.0),
            number(centre.1),
            number(*radius),
            colour(*stroke),
            number(*width)
        ),
        Shape::Told { corner, size, content } => format!(
            "<rect class=\"told\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" pointer-events=\"all\" \
             tabindex=\"0\" data-tip=\"{content}\" aria-label=\"{content}\"/>",
            number(corner.0),
            number(corner.1),
            number(size.0),
            number(size.1),
            content = escaped(content),
        ),
        Shape::Text { at, anchor, size, weight, colour: fill, content } => {
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::Middle => " text-anchor=\"middle\"",
                Anchor::End => " text-anchor=\"end\"",
            };
            let size =
                if *size == TEXT { String::new() } else { format!(" font-size=\"{}\"", number(*size)) };
            let weight = if *weight == Weight::Bold { " font-weight=\"bold\"" } else { "" };
            format!(
                "<text x=\"{}\" y=\"{}\" fill=\"{}\"{anchor}{size}{weight}>{}</text>",
                number(at.0),
                number(at.1),
                colour(*fill),
                escaped(content)
            )
        }
    }
}

fn pair((x, y): Point) -> String {
    format!("{} {}", number(x), number(y))
}

/// At most two digits after the point: a hundredth of a unit is finer than any screen.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".to_string() } else { text.to_string() }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML 1.0 has no way to write control characters, and two code points are no characters at all.
            character if character.is_control() => escaped.push(' '),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        for (value, expected) in
            [(0.0, "0"), (-0.001, "0"), (1.5, "1.5"), (100.0, "100"), (1.0 / 3.0, "0.33")]
        {
            assert_eq!(number(value), expected);
        }
    }

    #[test]
    fn special_characters_are_escaped() {
        assert_eq!(escaped("a<b>&\"c'\u{1}"), "a&lt;b&gt;&amp;&quot;c&#39; ");
    }
}
