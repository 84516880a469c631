//! Morris' screening: which inputs matter at all, from few points.

use rand::rngs::ChaCha8Rng;
use rand::seq::SliceRandom;
use rand::{Rng, RngExt, SeedableRng};

use crate::Design;
use crate::interval::{Interval, RESAMPLES, between};

/// Steps between the ends of an input.
const LEVELS: u64 = 4;
/// How far an input goes at once: p / (2 (p − 1)) of p levels.
const STEP: f64 = LEVELS as f64 / (2 * (LEVELS - 1)) as f64;

/// Ways through the unit cube, each of which moves every input once.
///
/// # Formula
/// A way begins on one of the lower levels of each input, or as far above it as a step goes, and moves the inputs in random order by
/// Δ = 2/3 up or down; its d + 1 points are on the levels 0, 1/3, 2/3 and 1.
///
/// # Source
/// M. D. Morris, Technometrics 33 (1991) 161–174; μ* by F. Campolongo, J. Cariboni and A. Saltelli, Environ. Model. Softw. 22 (2007).
#[derive(Debug, Clone)]
pub struct Morris {
    inputs: usize,
    ways: Vec<Way>,
}

#[derive(Debug, Clone)]
struct Way {
    /// Lower end of each input's move.
    from: Vec<f64>,
    /// Whether it goes up.
    up: Vec<bool>,
    /// As which move it is made.
    turn: Vec<usize>,
}

/// What moving an input by its whole range does to an answer, as its moves say.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effects {
    /// Mean effect μ.
    pub mean: f64,
    /// Mean size of the effect, whatever its sign: μ*.
    pub size: Interval,
    /// Standard deviation of the effect σ: what other inputs, or where it stands itself, make of it.
    pub deviation: f64,
}

impl Morris {
    /// So many ways through so many inputs.
    pub fn new(inputs: usize, ways: u32, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut way = || {
            let lower = LEVELS / 2;
            let from =
                (0..inputs).map(|_| random.random_range(0..lower) as f64 / (LEVELS - 1) as f64).collect();
            let up = (0..inputs).map(|_| random.next_u32().is_multiple_of(2)).collect();
            let mut turn: Vec<usize> = (0..inputs).collect();
            turn.shuffle(&mut random);
            Way { from, up, turn }
        };
        Self { inputs, ways: (0..ways).map(|_| way()).collect() }
    }

    /// Number of points.
    pub fn points(&self) -> usize {
        self.ways.len() * (self.inputs + 1)
    }

    /// The effects of every input, from the answers at all points.
    ///
    /// # Formula
    /// Of each way the difference of the answers ahead of an input's move and behind it, over ±Δ; μ, μ* and σ are mean, mean size
    /// and standard deviation over the ways; the 95 % interval of μ* is of percentiles over ways drawn anew.
    ///
    /// # Panics
    /// Where there is not one answer for each point.
    pub fn effects(&self, answers: &[f64], seed: u64) -> Vec<Effects> {
        assert_eq!(answers.len(), self.points(), "one answer for each point");
        let of_input = |input: usize| {
            let each = self.ways.iter().zip(answers.chunks(self.inputs + 1));
            let effects: Vec<f64> = each
                .map(|(way, answers)| {
                    let turn = way.turn[input];
                    let change = answers[turn + 1] - answers[turn];
                    if way.up[input] { change / STEP } else { -change / STEP }
                })
                .collect();
            summary(&effects, seed)
        };
        (0..self.inputs).map(of_input).collect()
    }
}

fn summary(effects: &[f64], seed: u64) -> Effects {
    let count = effects.len() as f64;
    let mean = effects.iter().sum::<f64>() / count;
    let squares: f64 = effects.iter().map(|effect| (effect - mean).powi(2)).sum();
    let deviation = if effects.len() > 1 { (squares / (count - 1.0)).sqrt() } else { 0.0 };
    let size = effects.iter().map(|effect| effect.abs()).sum::<f64>() / count;
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut again =
        || effects.iter().map(|_| effects[random.random_range(0..effects.len())].abs()).sum::<f64>() / count;
    Effects { mean, size: between(size, (0..RESAMPLES).map(|_| again()).collect()), deviation }
}

impl Design for Morris {
    fn at(&self, nth: u32, dimension: usize) -> f64 {
        let each = self.inputs + 1;
        let (way, moves) = (&self.ways[nth as usize / each], nth as usize % each);
        let (from, moved) = (way.from[dimension], way.turn[dimension] < moves);
        // Behind its move an input is where it goes; ahead of it, at the other end.
        if way.up[dimension] == moved { (from + STEP).min(1.0) } else { from }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers(design: &Morris, of: impl Fn(&[f64]) -> f64) -> Vec<f64> {
        let point = |nth: usize| -> Vec<f64> {
            (0..design.inputs).map(|input| design.at(nth as u32, input)).collect()
        };
        (0..design.points()).map(|nth| of(&point(nth))).collect()
    }

    #[test]
    fn every_move_changes_one_input_by_a_step() {
        let design = Morris::new(4, 20, 7);
        for way in 0..20u32 {
            let point = |nth: u32| [0, 1, 2, 3].map(|input| design.at(5 * way + nth, input));
            let mut moved = vec![];
            for nth in 0..4 {
                let (one, other) = (point(nth), point(nth + 1));
                let changed: Vec<usize> = (0..4).filter(|input| one[*input] != other[*input]).collect();
                assert_eq!(changed.len(), 1);
                assert!(((one[changed[0]] - other[changed[0]]).abs() - 2.0 / 3.0).abs() < 1e-12);
                assert!(other.iter().all(|at| (0.0..=1.0).contains(at)));
                moved.extend(changed);
            }
            moved.sort_unstable();
            assert_eq!(moved, [0, 1, 2, 3]);
        }
    }

    /// By hand: 2x has the effect 2 wherever it is; 5 (x − ½)² between 1/3 and 1 or 0 and 2/3 has ±5 (1/4 − 1/36) / (2/3) = ±5/3,
    /// whose size never differs; of 4xy the effect of x is 4y.
    #[test]
    fn effects_are_those_of_the_formula() {
        let design = Morris::new(3, 400, 3);
        let found = design.effects(&answers(&design, |x| 2.0 * x[0] + 5.0 * (x[1] - 0.5).powi(2)), 1);
        let near = |one: f64, other: f64| (one - other).abs() < 1e-9;
        assert!(near(found[0].mean, 2.0) && near(found[0].size.value, 2.0) && near(found[0].deviation, 0.0));
        assert!(near(found[1].size.value, 5.0 * (0.25 - 1.0 / 36.0) / (2.0 / 3.0)), "{found:?}");
        assert!(found[1].mean.abs() < 0.3 && found[1].deviation > 1.5, "{found:?}");
        assert!(near(found[2].size.value, 0.0));
        let product = design.effects(&answers(&design, |x| 4.0 * x[0] * x[1]), 1);
        // y is on each of four levels equally often: mean 1/2, deviation √5/6 of 1 (levels of thirds).
        assert!(
            (product[0].mean - 2.0).abs() < 0.2 && (product[0].deviation - 4.0 * 0.3727).abs() < 0.1,
            "{product:?}"
        );
    }
}
