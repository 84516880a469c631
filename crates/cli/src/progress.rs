//! Progress on stderr, where that is a terminal; elsewhere one sentence, where it takes long.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use crate::args::Common;
use crate::files::complain;

/// Seconds above which a run says beforehand how long it will take.
const LONG: f64 = 30.0;

/// A bar where somebody is looking.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    total: u64,
    what: &'static str,
    begun: Instant,
    /// Whether there is nothing more to say.
    said: AtomicBool,
}

impl Progress {
    /// Over the bytes of an input.
    pub(crate) fn bytes(common: &Common, total: u64) -> Self {
        Self::new(common, total, "{bar:40} {bytes}/{total_bytes} {eta} left", "bytes")
    }

    /// Over a number of points.
    pub(crate) fn points(common: &Common, total: u64) -> Self {
        Self::new(common, total, "{bar:40} {human_pos}/{human_len} points {eta} left", "points")
    }

    /// Over replications.
    pub(crate) fn replications(common: &Common, total: u64) -> Self {
        Self::new(common, total, "{bar:40} {human_pos}/{human_len} replications {eta} left", "replications")
    }

    /// Over requests served by all caches together.
    pub(crate) fn requests(common: &Common, total: u64) -> Self {
        Self::new(common, total, "{bar:40} {human_pos}/{human_len} requests {eta} left", "requests")
    }

    fn new(common: &Common, total: u64, template: &str, what: &'static str) -> Self {
        let bar = common.progress().then(|| {
            let style =
                ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::new(total).with_style(style)
        });
        let said = AtomicBool::new(common.quiet);
        Self { bar, total, what, begun: Instant::now(), said }
    }

    /// Moves to a position.
    pub(crate) fn at(&self, position: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(position);
        }
        let taken = self.begun.elapsed().as_secs_f64();
        let estimate = taken * self.total as f64 / position.max(1) as f64;
        let told = taken > 1.0 && estimate > LONG && position < self.total;
        if told && !self.said.swap(true, Ordering::Relaxed) {
            complain(&format!("{} {} will take about {estimate:.0} s\n", self.total, self.what));
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
