//! Keys that change places: which ranks are without a copy, when hot keys and others swap.
//!
//! # Notation
//! Rank i is asked for λᵢ times a second. A key of the hot set leaves its rank at a rate c, any other at c', each for a
//! rank of the other side at random; swaps need c H = c' (N − H). wᵢ(u) is the probability that the key now at rank i has no
//! copy that was brought or asked for within the last u.

use crate::renewal::Rank;

/// Steps up to the end of a window.
const STEPS: usize = 32;

/// How fast keys leave their ranks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Swaps {
    /// A hot key, per second.
    pub hot: f64,
    /// Any other, per second.
    pub tail: f64,
}

impl Left {
    /// Of copies of keys that come to a rank.
    fn of(&self, rank: &Rank) -> f64 {
        if rank.hot { self.entering } else { self.leaving }
    }
}

impl Swaps {
    /// Swaps of hot keys at `rate` a second each; none where all keys are hot.
    pub fn new(ranks: &[Rank], rate: f64) -> Self {
        let count =
            |hot: bool| ranks.iter().filter(|rank| rank.hot == hot).map(|rank| rank.keys).sum::<f64>();
        let (hot, tail) = (count(true), count(false));
        if hot > 0.0 && tail > 0.0 {
            Self { hot: rate, tail: rate * hot / tail }
        } else {
            Self { hot: 0.0, tail: 0.0 }
        }
    }

    /// How fast the key of a rank leaves it.
    pub fn of(&self, rank: &Rank) -> f64 {
        if rank.hot { self.hot } else { self.tail }
    }
}

/// Which keys a warmer fetches that enter the ranks that it follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fetched {
    /// None: nobody warms.
    Never,
    /// Those that have no copy, in a cache that has gone on for ever.
    Absent,
    /// Those that have no copy, since the beginning of the window and not before: all have one then.
    SinceEmpty,
}

/// What swaps leave of the lives of copies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Left {
    /// Of copies of keys that leave the hot set.
    pub leaving: f64,
    /// Of copies of keys that enter it.
    pub entering: f64,
}

/// Copies that do not expire have as long to live as ever.
pub const LEFT_ALONE: Left = Left { leaving: 1.0, entering: 1.0 };

/// Which ranks are without a copy, at the end of windows of growing length.
#[derive(Debug, Clone)]
pub struct Absent {
    /// Length of the window in seconds.
    pub window: f64,
    /// For each rank the probability that its key has no copy.
    pub of: Vec<f64>,
    /// The mean over all keys that are not hot.
    pub tail: f64,
}

/// Probabilities that the keys of ranks have no copy.
///
/// # Formula
/// Forward in time from the beginning of the window, with μᵢ the rate at which copies at rank i expire:
/// `wᵢ' = −(λᵢ + c) wᵢ + μᵢ (1 − wᵢ) + c B` for a hot rank and `wⱼ' = −(λⱼ + c') wⱼ + μⱼ (1 − wⱼ) + c' A` for another, A and B
/// being the means of w over hot ranks and over the others. Where a warmer fetches a key that enters the hot set and has no
/// copy, its rank gets B(u) − B(T) instead of B(u), T being the whole window: who has no copy within T is fetched.
///
/// A copy whose key changes sides has a part of its life behind it. With φ what is left of it on average, 1 − φ (1 − B) stands
/// in place of B, and likewise for A: as if the copies for which there is no time had ended at the swap.
///
/// # Method
/// A and B are taken as straight lines over each of 32 steps, which grow as their number cubed; within a step each rank is
/// solved exactly. The equations are linear in B(T), so that two solutions give the one in which it is what comes out.
///
/// # Source
/// Equation E0 of this project's theory notes, with expiry and promotion added.
#[derive(Debug, Clone, Copy)]
pub struct Mixing<'a> {
    /// The ranks.
    pub ranks: &'a [Rank],
    /// How fast keys leave them.
    pub swaps: Swaps,
    /// For each rank the rate at which copies expire.
    pub expire: &'a [f64],
    /// Which keys are fetched that enter followed ranks.
    pub fetched: Fetched,
    /// What swaps leave of the lives of copies.
    pub left: Left,
}

impl Mixing<'_> {
    /// At the end of a window, infinite where nothing is ever evicted.
    pub fn at(&self, window: f64) -> Absent {
        if window.is_infinite() {
            return self.settled();
        }
        if self.swaps.hot == 0.0 {
            return self.unmixed(window, &vec![1.0; self.ranks.len()]);
        }
        self.absent(window, self.from(window, &vec![1.0; self.ranks.len()]))
    }

    /// At the end of a window at whose beginning there were copies.
    pub fn from(&self, window: f64, start: &[f64]) -> Vec<f64> {
        if self.swaps.hot == 0.0 {
            return self.unmixed(window, start).of;
        }
        let mut state = State::new(self, start);
        ends(window).fold(0.0, |before, end| {
            state.step(self, end - before);
            end
        });
        state.absent(state.missing_at_entry())
    }

    /// At the end of each step of a window, from `start` on.
    pub fn along(&self, window: f64, start: &[f64], mut visit: impl FnMut(Absent)) {
        if self.swaps.hot == 0.0 {
            ends(window).for_each(|end| visit(self.unmixed(end, start)));
            return;
        }
        let mut state = State::new(self, start);
        let mut before = 0.0;
        let mut steps = vec![];
        for end in ends(window) {
            state.step(self, end - before);
            before = end;
            steps.push((end, state.clone()));
        }
        let entry = state.missing_at_entry();
        steps.into_iter().for_each(|(end, state)| visit(self.absent(end, state.absent(entry))));
    }

    /// Without swaps each rank is on its own.
    fn unmixed(&self, window: f64, start: &[f64]) -> Absent {
        let each = self.ranks.iter().zip(self.expire).zip(start);
        let of = each.map(|((rank, expire), start)| {
            let sum = rank.rate + expire;
            let gone = -(-sum * window).exp_m1();
            let limit = if sum > 0.0 { expire / sum } else { *start };
            start + (limit - start) * gone
        });
        self.absent(window, of.collect())
    }

    fn absent(&self, window: f64, of: Vec<f64>) -> Absent {
        let tail = self.mean(&of, false);
        Absent { window, of, tail }
    }

    /// The mean over the keys of one side.
    fn mean(&self, of: &[f64], hot: bool) -> f64 {
        let (mut keys, mut sum) = (0.0, 0.0);
        for (rank, of) in self.ranks.iter().zip(of).filter(|(rank, _)| rank.hot == hot) {
            keys += rank.keys;
            sum += rank.keys * of;
        }
        if keys > 0.0 { sum / keys } else { 0.0 }
    }

    /// Where nothing is evicted, and everything has gone on for ever: the derivatives are 0.
    fn settled(&self) -> Absent {
        // w = p + q M with M the mean of the other side; for followed ranks M − B = 0.
        let part = |nth: usize| {
            let (rank, expire) = (&self.ranks[nth], self.expire[nth]);
            let leaves = self.swaps.of(rank);
            let sum = rank.rate + leaves + expire;
            if sum <= 0.0 {
                return (1.0, 0.0);
            }
            let left = self.left.of(rank);
            let forced = expire + leaves * (1.0 - left);
            if self.fetched != Fetched::Never && rank.followed {
                // B − B and what entering keys lack of their lives: (1 − φ) (1 − B).
                return (forced / sum, -leaves * (1.0 - left) / sum);
            }
            (forced / sum, leaves * left / sum)
        };
        let parts: Vec<(f64, f64)> = (0..self.ranks.len()).map(part).collect();
        let mean = |second: bool, hot: bool| {
            let of: Vec<f64> = parts.iter().map(|(p, q)| if second { *q } else { *p }).collect();
            self.mean(&of, hot)
        };
        let (hot, tail) =
            crossed((mean(false, true), mean(true, true)), (mean(false, false), mean(true, false)));
        let each = self.ranks.iter().zip(&parts);
        let of = each.map(|(rank, (p, q))| p + q * if rank.hot { tail } else { hot }).collect();
        self.absent(f64::INFINITY, of)
    }
}

/// Ends of the steps of a window.
fn ends(window: f64) -> impl Iterator<Item = f64> {
    (1..=STEPS).map(move |nth| window * (nth as f64 / STEPS as f64).powi(3))
}

/// A and B with A = a + b B and B = c + d A.
fn crossed((a, b): (f64, f64), (c, d): (f64, f64)) -> (f64, f64) {
    let hot = (a + b * c) / (1.0 - b * d);
    (hot, c + d * hot)
}

/// Two solutions: w where nobody warms, and by how much B(T) changes it.
#[derive(Debug, Clone)]
struct State {
    plain: Solution,
    follow: Option<Solution>,
}

/// A solution, with its means over hot ranks and over the others.
#[derive(Debug, Clone)]
struct Solution {
    of: Vec<f64>,
    hot: f64,
    tail: f64,
}

impl State {
    fn new(mixing: &Mixing<'_>, start: &[f64]) -> Self {
        let solution = |of: Vec<f64>| {
            let (hot, tail) = (mixing.mean(&of, true), mixing.mean(&of, false));
            Solution { of, hot, tail }
        };
        let follow = (mixing.fetched == Fetched::Absent).then(|| solution(vec![0.0; start.len()]));
        Self { plain: solution(start.to_vec()), follow }
    }

    /// B(T), this being the end of the window.
    fn missing_at_entry(&self) -> f64 {
        self.follow.as_ref().map_or(0.0, |follow| self.plain.tail / (1.0 - follow.tail))
    }

    fn absent(&self, entry: f64) -> Vec<f64> {
        let mut of = self.plain.of.clone();
        if let Some(follow) = &self.follow {
            of.iter_mut().zip(&follow.of).for_each(|(plain, follow)| *plain += entry * follow);
        }
        of
    }

    fn step(&mut self, mixing: &Mixing<'_>, time: f64) {
        let n = mixing.ranks.len();
        // What a step makes of w, of a constant, and of the beginning and the end of a straight line.
        let factors: Vec<[f64; 4]> = (0..n)
            .map(|nth| {
                let (rank, expire) = (&mixing.ranks[nth], mixing.expire[nth]);
                let leaves = mixing.swaps.of(rank);
                let sum = rank.rate + leaves + expire;
                let x = sum * time;
                let gone = -(-x).exp_m1();
                let [first, last] = if x < 1e-3 {
                    [time * (0.5 - x / 3.0), time * (0.5 - x / 6.0)]
                } else {
                    let last = (1.0 - gone / x) / sum;
                    [gone / sum - last, last]
                };
                let constant = if x < 1e-8 { time } else { gone / sum };
                if mixing.fetched == Fetched::SinceEmpty && rank.followed {
                    return [1.0 - gone, expire * constant, 0.0, 0.0];
                }
                let left = mixing.left.of(rank);
                let forced = (expire + leaves * (1.0 - left)) * constant;
                [1.0 - gone, forced, leaves * left * first, leaves * left * last]
            })
            .collect();
        let followed = |nth: usize| mixing.ranks[nth].followed;
        self.plain.step(mixing, &factors, |_, constant| constant);
        if let Some(follow) = &mut self.follow {
            // Nothing expires in a difference; followed ranks lose what is fetched.
            let entry = |nth: usize, _| {
                let [_, _, first, last] = factors[nth];
                if followed(nth) { -(first + last) / mixing.left.entering } else { 0.0 }
            };
            follow.step(mixing, &factors, entry);
        }
    }
}

impl Solution {
    fn step(&mut self, mixing: &Mixing<'_>, factors: &[[f64; 4]], constant: impl Fn(usize, f64) -> f64) {
        let mut slopes = vec![0.0; self.of.len()];
        for (nth, [kept, forced, first, last]) in factors.iter().enumerate() {
            let other = if mixing.ranks[nth].hot { self.tail } else { self.hot };
            self.of[nth] = kept * self.of[nth] + constant(nth, *forced) + first * other;
            slopes[nth] = *last;
        }
        let side = |of: &[f64], hot| mixing.mean(of, hot);
        let (hot, tail) = crossed(
            (side(&self.of, true), side(&slopes, true)),
            (side(&self.of, false), side(&slopes, false)),
        );
        (self.hot, self.tail) = (hot, tail);
        for (nth, slope) in slopes.iter().enumerate() {
            self.of[nth] += slope * if mixing.ranks[nth].hot { tail } else { hot };
        }
    }
}
