//! The built-in fonts: how wide a text is, and where it breaks.

use ab_glyph::{Font, FontRef, GlyphId, PxScale, ScaleFont};

use crate::PlotError;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

pub(crate) struct Fonts {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

impl Fonts {
    pub(crate) fn load() -> Result<Self, PlotError> {
        let read = |bytes| FontRef::try_from_slice(bytes).map_err(|_| PlotError::Font);
        Ok(Fonts {
            regular: read(include_bytes!("../fonts/DejaVuSans.subset.ttf"))?,
            bold: read(include_bytes!("../fonts/DejaVuSans-Bold.subset.ttf"))?,
        })
    }

    pub(crate) fn font(&self, weight: Weight) -> &FontRef<'static> {
        match weight {
            Weight::Regular => &self.regular,
            Weight::Bold => &self.bold,
        }
    }

    /// The scale at which an em is `size` high, as in CSS; the scale of `ab_glyph` is that of a line.
    pub(crate) fn scale(&self, size: f64, weight: Weight) -> PxScale {
        let font = self.font(weight);
        let em = font.units_per_em().unwrap_or_else(|| font.height_unscaled());
        PxScale::from(size as f32 * font.height_unscaled() / em)
    }

    /// The glyphs of a text, each with its distance from the start, and the width of the whole.
    pub(crate) fn glyphs(&self, text: &str, size: f64, weight: Weight) -> (Vec<(GlyphId, f32)>, f64) {
        let font = self.font(weight).as_scaled(self.scale(size, weight));
        let mut at = 0.0;
        let mut placed: Vec<(GlyphId, f32)> = Vec::new();
        for character in text.chars() {
            let glyph = font.glyph_id(character);
            if let Some((previous, _)) = placed.last() {
                at += font.kern(*previous, glyph);
            }
            placed.push((glyph, at));
            at += font.h_advance(glyph);
        }
        (placed, f64::from(at))
    }

    pub(crate) fn width(&self, text: &str, size: f64, weight: Weight) -> f64 {
        self.glyphs(text, size, weight).1
    }

    /// The text, or as much of its beginning as fits, with an ellipsis.
    pub(crate) fn fit(&self, text: &str, size: f64, weight: Weight, width: f64) -> String {
        let (glyphs, whole) = self.glyphs(text, size, weight);
        if whole <= width {
            return text.to_string();
        }
        let room = width - self.width("…", size, weight);
        // A glyph is kept if the next one begins within the room, kerning against the ellipsis aside.
        let kept = glyphs.iter().skip(1).take_while(|(_, start)| f64::from(*start) <= room).count();
        format!("{}…", text.chars().take(kept).collect::<String>().trim_end())
    }

    /// The text in as few lines as fit into `width`, of about equal length, so that no word is left alone.
    ///
    /// A word that is too wide by itself is cut short.
    pub(crate) fn wrap(&self, text: &str, size: f64, weight: Weight, width: f64) -> Vec<String> {
        let mut best = self.filled(text, size, weight, width);
        let longest_word = text.split_whitespace().map(|word| self.width(word, size, weight));
        let least = longest_word.fold(0.0, f64::max);
        let mut narrower = width * 0.95;
        while best.len() > 1 && narrower >= least {
            let lines = self.filled(text, size, weight, narrower);
            if lines.len() > best.len() {
                break;
            }
            best = lines;
            narrower -= width * 0.05;
        }
        best
    }

    /// The text in lines, each as full as possible.
    fn filled(&self, text: &str, size: f64, weight: Weight, width: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            if let Some(line) = lines.last_mut() {
                let longer = format!("{line} {word}");
                if self.width(&longer, size, weight) <= width {
                    *line = longer;
                    continue;
                }
            }
            lines.push(self.fit(word, size, weight, width));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_em_is_as_high_as_in_css() {
        // The advance of "m" in DejaVu Sans is 1995 of 2048 units, and Chromium measures the same.
        let fonts = Fonts::load().expect("fonts");
        let width = fonts.width("m", 100.0, Weight::Regular);
        assert!((width - 1995.0 / 20.48).abs() < 0.1, "{width}");
    }

    #[test]
    fn characters_that_layout_adds_are_in_the_font() {
        let fonts = Fonts::load().expect("fonts");
        for weight in [Weight::Regular, Weight::Bold] {
            for character in ['…', '−', '\u{a0}'] {
                assert_ne!(fonts.font(weight).glyph_id(character).0, 0, "{character:?}");
            }
        }
    }

    #[test]
    fn wrapped_lines_fit_and_keep_every_word() {
        let fonts = Fonts::load().expect("fonts");
        let text = "expected latency of the slowest tenth of all requests, ms";
        let lines = fonts.wrap(text, 16.0, Weight::Regular, 180.0);
        assert!(lines.len() > 1);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().all(|line| fonts.width(line, 16.0, Weight::Regular) <= 180.0));
    }

    #[test]
    fn a_word_too_wide_is_cut_with_an_ellipsis() {
        let fonts = Fonts::load().expect("fonts");
        let short = fonts.fit(&"w".repeat(100), 16.0, Weight::Regular, 100.0);
        assert!(short.ends_with('…'));
        assert!(fonts.width(&short, 16.0, Weight::Regular) <= 100.0);
    }
}
