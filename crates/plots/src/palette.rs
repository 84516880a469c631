//! The colours, and their names on a page.

/// Colours of a theme as `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Text and the most important lines.
    pub ink: &'static str,
    /// Secondary text, axes and bars.
    pub muted: &'static str,
    /// Grid lines.
    pub grid: &'static str,
    /// The background.
    pub paper: &'static str,
    /// One colour for each series or category.
    pub series: [&'static str; 6],
}

// The hues are those of Okabe and Ito, "Color Universal Design" (2008): blue, orange, bluish green, reddish purple,
// sky blue, and brown or yellow. Lightness was moved so that every colour keeps a contrast of 3:1 to its paper
// (WCAG 2.2, 1.4.11), the first three differ in grey, and no pair meets under simulated colour blindness.

/// The palette for white paper.
pub const LIGHT: Palette = Palette {
    ink: "#16191d",
    muted: "#59636e",
    grid: "#e2e5e9",
    paper: "#ffffff",
    series: ["#1b5490", "#d27a1e", "#0f826b", "#c8509b", "#2c98d8", "#4a3208"],
};

/// The palette for a dark background.
pub const DARK: Palette = Palette {
    ink: "#e8eaed",
    muted: "#a4adb8",
    grid: "#2c323a",
    paper: "#14171c",
    series: ["#4c9df0", "#d9541e", "#86e0b0", "#c58fb4", "#2a7f96", "#f5b93a"],
};

/// Declares a palette as the CSS custom properties that [`inline_svg`](crate::inline_svg) uses.
///
/// ```
/// use warmcast_plots::{DARK, LIGHT, css_variables};
///
/// let css = format!(
///     ":root {{ {} }} @media (prefers-color-scheme: dark) {{ :root {{ {} }} }}",
///     css_variables(&LIGHT),
///     css_variables(&DARK)
/// );
/// assert!(css.contains("--series-6: "));
/// ```
pub fn css_variables(palette: &Palette) -> String {
    let Palette { ink, muted, grid, paper, series } = palette;
    let mut css = format!("--ink: {ink}; --muted: {muted}; --grid: {grid}; --paper: {paper};");
    for (index, colour) in series.iter().enumerate() {
        css.push_str(&format!(" --series-{}: {colour};", index + 1));
    }
    css
}

/// What a colour is for; the renderer decides which colour that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Colour {
    Ink,
    Muted,
    Grid,
    Paper,
    /// Counted from 0; after the last colour the first one comes again.
    Series(usize),
}

impl Colour {
    pub(crate) fn of(self, palette: &Palette) -> &'static str {
        match self {
            Colour::Ink => palette.ink,
            Colour::Muted => palette.muted,
            Colour::Grid => palette.grid,
            Colour::Paper => palette.paper,
            Colour::Series(index) => palette.series[index % palette.series.len()],
        }
    }

    pub(crate) fn variable(self) -> String {
        match self {
            Colour::Ink => "var(--ink)".to_string(),
            Colour::Muted => "var(--muted)".to_string(),
            Colour::Grid => "var(--grid)".to_string(),
            Colour::Paper => "var(--paper)".to_string(),
            Colour::Series(index) => format!("var(--series-{})", index % LIGHT.series.len() + 1),
        }
    }
}

/// The red, green and blue of `#rrggbb`; black for anything else.
pub(crate) fn rgb(hex: &str) -> [u8; 3] {
    let value = u32::from_str_radix(hex.trim_start_matches('#'), 16).unwrap_or(0);
    [(value >> 16) as u8, (value >> 8) as u8, value as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance as WCAG 2.2 defines it.
    fn luminance(hex: &str) -> f64 {
        let [red, green, blue] = rgb(hex).map(|channel| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    }

    #[test]
    fn contrast_of_black_and_white_is_21() {
        assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 1e-9);
    }

    #[test]
    fn series_keep_3_to_1_and_text_keeps_4_5_to_1() {
        for palette in [LIGHT, DARK] {
            for colour in palette.series {
                assert!(contrast(colour, palette.paper) >= 3.0, "{colour} on {}", palette.paper);
            }
            for text in [palette.ink, palette.muted] {
                assert!(contrast(text, palette.paper) >= 4.5, "{text} on {}", palette.paper);
            }
        }
    }

    #[test]
    fn the_first_three_series_differ_in_grey() {
        for palette in [LIGHT, DARK] {
            for (one, other) in [(0, 1), (0, 2), (1, 2)] {
                assert!(contrast(palette.series[one], palette.series[other]) >= 1.3);
            }
        }
    }
}
