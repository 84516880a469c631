//! Blocks of consecutive points: what is answered, kept and written together.

use std::ops::Range;

use evaluation::Engine;
use frames::Table;
use rayon::prelude::*;

use super::question::Asked;
use crate::failure::Failure;

/// A sweep in blocks, which depend on the number of its points and the engine alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Blocks {
    points: usize,
    each: usize,
}

impl Blocks {
    pub(crate) fn of(points: usize, engine: Engine) -> Self {
        let each = match engine {
            Engine::Screening => 16_384,
            Engine::Renewal => (points / 64).clamp(1, 256),
            Engine::Simulation => (points / 4096).max(1),
        };
        Self { points, each }
    }

    /// Blocks of so many points each.
    pub(crate) fn by(points: usize, each: usize) -> Self {
        Self { points, each }
    }

    pub(crate) fn each(self) -> usize {
        self.each
    }

    pub(crate) fn len(self) -> usize {
        self.points.div_ceil(self.each)
    }

    /// Points of a block.
    pub(crate) fn range(self, nth: usize) -> Range<usize> {
        nth * self.each..((nth + 1) * self.each).min(self.points)
    }

    /// Every block.
    pub(crate) fn all(self) -> impl Iterator<Item = Range<usize>> {
        (0..self.len()).map(move |nth| self.range(nth))
    }
}

/// Answers all blocks on all threads, and takes the tables in order: while some are taken, the next are worked out.
pub(crate) fn answer_in_order(
    asked: &dyn Asked,
    blocks: Blocks,
    mut take: impl FnMut(Range<usize>, Table) -> Result<(), Failure> + Send,
) -> Result<(), Failure> {
    let wave = rayon::current_num_threads();
    let mut ready: Vec<(Range<usize>, Table)> = vec![];
    for first in (0..blocks.len()).step_by(wave) {
        let next = first..(first + wave).min(blocks.len());
        let answer = || {
            let each =
                next.into_par_iter().map(|nth| Ok((blocks.range(nth), asked.table(blocks.range(nth))?)));
            each.collect::<Result<Vec<_>, Failure>>()
        };
        let mut take_all = || ready.drain(..).try_for_each(|(range, table)| take(range, table));
        let (answered, taken) = rayon::join(answer, &mut take_all);
        taken?;
        ready = answered?;
    }
    ready.into_iter().try_for_each(|(range, table)| take(range, table))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_all_points_once() {
        for (points, engine) in [(1, Engine::Renewal), (130, Engine::Renewal), (20_000, Engine::Screening)] {
            let covered: Vec<usize> = Blocks::of(points, engine).all().flatten().collect();
            assert_eq!(covered, (0..points).collect::<Vec<_>>());
        }
        assert_eq!(Blocks::of(200, Engine::Simulation).len(), 200);
    }
}
