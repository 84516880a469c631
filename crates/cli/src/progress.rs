//! Progress on stderr, where that is a terminal.

use indicatif::{ProgressBar, ProgressStyle};

use crate::args::Common;

/// A bar, or nothing where nobody is looking.
pub(crate) struct Progress(Option<ProgressBar>);

impl Progress {
    /// Over the bytes of an input.
    pub(crate) fn bytes(common: &Common, total: u64) -> Self {
        Self::bar(common, total, "{bar:40} {bytes}/{total_bytes} {eta} left")
    }

    /// Over a number of points.
    pub(crate) fn points(common: &Common, total: u64) -> Self {
        Self::bar(common, total, "{bar:40} {human_pos}/{human_len} points {eta} left")
    }

    fn bar(common: &Common, total: u64, template: &str) -> Self {
        Self(common.progress().then(|| {
            let style =
                ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(total).with_style(style)
        }))
    }

    /// Moves to a position.
    pub(crate) fn at(&self, position: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(position);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
