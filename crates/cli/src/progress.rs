//! Progress on stderr, where that is a terminal; elsewhere one sentence, where it takes long.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};

use crate::args::Common;
use crate::files::complain;

/// Seconds above which a run says beforehand how long it will take.
const LONG: f64 = 30.0;

/// A bar where somebody is looking.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    total: AtomicU64,
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

    /// Over requests of a simulation, of which more is told.
    pub(crate) fn simulation(common: &Common, total: u64) -> Self {
        let template = "{bar:20} {human_pos}/{human_len} requests, {msg}, {eta} left";
        let progress = Self::new(common, total, template, "requests");
        progress.tell("0 replications".to_owned());
        progress
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
        Self { bar, total: AtomicU64::new(total), what, begun: Instant::now(), said }
    }

    /// There is another number of things to do.
    pub(crate) fn of(&self, total: u64) {
        self.total.store(total, Ordering::Relaxed);
        if let Some(bar) = &self.bar {
            bar.set_length(total);
        }
    }

    /// Says more beside the bar.
    pub(crate) fn tell(&self, message: String) {
        if let Some(bar) = &self.bar {
            bar.set_message(message);
        }
    }

    /// Moves to a position.
    pub(crate) fn at(&self, position: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(position);
        }
        let taken = self.begun.elapsed().as_secs_f64();
        let total = self.total.load(Ordering::Relaxed);
        let estimate = taken * total as f64 / position.max(1) as f64;
        let told = taken > 1.0 && estimate > LONG && position < total;
        if told && !self.said.swap(true, Ordering::Relaxed) {
            let say = || complain(&format!("{total} {} will take about {estimate:.0} s\n", self.what));
            match &self.bar {
                Some(bar) => bar.suspend(say),
                None => say(),
            }
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
