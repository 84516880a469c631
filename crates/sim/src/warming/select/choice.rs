//! What every selector does: learn of accesses, and choose keys.

use std::sync::Arc;

use trace::synthetic::{Nanos, Objects};

use crate::warming::outcome::Predicted;
use crate::warming::select::Ahead;
use crate::warming::streams::Luck;

/// A selector at work: one for each job.
pub(crate) trait Choice: Send {
    /// Learns of accesses, each once, in order of time.
    fn learn(&mut self, _: &Accesses) {}

    /// Keys to warm now, the first first, each once; as many as the job may warm, or more.
    fn choose(&mut self, moment: &mut Moment) -> Vec<u32>;

    /// What a predictor delivered so far.
    fn delivered(&self) -> Predicted {
        Predicted::default()
    }
}

/// A key that nobody asks for: chosen by a predictor that had none left to be wrong about, or named by a list.
pub(crate) use crate::warming::setup::NOBODYS as PHANTOM;

/// Accesses that have happened; the lists are as long as each other.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Accesses<'a> {
    pub(crate) times: &'a [Nanos],
    pub(crate) keys: &'a [u32],
    /// Every key is below this.
    pub(crate) known: usize,
}

impl Accesses<'_> {
    pub(crate) fn each(&self) -> impl Iterator<Item = (Nanos, u32)> {
        self.times.iter().copied().zip(self.keys.iter().copied())
    }
}

/// An instant at which a job plans.
pub(crate) struct Moment<'a> {
    pub(crate) now: Nanos,
    /// When the simulation ends.
    pub(crate) end: Nanos,
    /// How many keys the job warms at most.
    pub(crate) most: usize,
    /// What no warmer can know.
    pub(crate) ahead: &'a Ahead<'a>,
    /// Key of each rank.
    pub(crate) ranking: &'a [u32],
    /// Whether a key is in the hot set.
    pub(crate) hot: &'a [bool],
    /// What keys are.
    pub(crate) objects: &'a Arc<Objects>,
    /// Whether a key is in the cache.
    pub(crate) held: &'a dyn Fn(u32) -> bool,
    /// What a predictor gets right.
    pub(crate) luck: &'a mut Luck,
    /// Which of two alike comes first.
    pub(crate) ties: &'a mut Luck,
}
