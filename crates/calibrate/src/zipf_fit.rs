//! The popularity of keys from how many of them were asked for how often.

use crate::estimate::{Estimate, Z};
use crate::evidence::shown;
use crate::law::Law;
use crate::tally::{Changes, Misfit, Tally, parts, split};

const STEPS: usize = 40;
/// A step that is small beside any standard error.
const SETTLED: f64 = 1e-5;
/// Steps of numerical derivatives.
const STEP: f64 = 1e-4;

/// Zipf's law, fitted to how many keys were asked for how often.
///
/// # Formula
/// The key of rank i has a Poisson count of mean n i^−α / Σ j^−α in a window of n requests. So E_k = Σ_i P(k; μᵢ) keys are
/// asked for k times, for k from 1 on; which key has which rank is not asked, and neither are keys that were not seen. α and N
/// make Σ f_k ln E_k − E_k greatest, f_k being the keys that were found (a composite likelihood: each key is in one class).
///
/// # Interval
/// From the inverse of the curvature H about the variance J of the slope, H⁻¹ J H⁻¹; J = Σᵢ Var ψ(Xᵢ) with ψ_k the slope of
/// ln E_k, over all keys. Sampling alone: where the law bends, it is off by more.
///
/// # Assumptions
/// Popularity does not change within a window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZipfFit {
    /// The law at its best.
    pub law: Law,
    /// α.
    pub exponent: Estimate,
    /// N.
    pub keys: Estimate,
    /// How far the law is off.
    pub misfit: Misfit,
}

type Two = [f64; 2];

impl ZipfFit {
    /// Fits α and N; none where the counts decide nothing.
    pub fn of(tally: &Tally, guess: Law) -> Option<Self> {
        let rough = Self::near(&tally.coarse(), guess).map_or(guess, |rough| rough.law);
        Self::near(tally, rough)
    }

    /// The same from a law that is close already.
    pub fn near(tally: &Tally, guess: Law) -> Option<Self> {
        let law = |at: Two| Law { exponent: at[0], keys: at[1].exp() };
        let mut at = [guess.exponent, guess.keys.max(tally.most_keys as f64 / tally.rate).ln()];
        let mut best = tally.likelihood(&tally.expected(&law(at)));
        let mut curvature = [0.0; 3];
        for _ in 0..STEPS {
            let expected = tally.expected(&law(at));
            let slopes = slopes(tally, at, &law);
            let mut score = [0.0; 2];
            curvature = [0.0; 3];
            for (nth, e) in expected.iter().enumerate().filter(|(_, e)| **e > 1e-12) {
                let s = [slopes[0][nth], slopes[1][nth]];
                let over = tally.seen[nth] / e - 1.0;
                score = [score[0] + over * s[0], score[1] + over * s[1]];
                let c = [s[0] * s[0] / e, s[0] * s[1] / e, s[1] * s[1] / e];
                curvature = [curvature[0] + c[0], curvature[1] + c[1], curvature[2] + c[2]];
            }
            let step = solve(curvature, score)?;
            let mut factor = 1.0f64.min(0.3 / step[0].abs().max(1e-12)).min(1.0 / step[1].abs().max(1e-12));
            let next = loop {
                let next = [at[0] + factor * step[0], (at[1] + factor * step[1]).min(40.0)];
                let found = tally.likelihood(&tally.expected(&law(next)));
                if found >= best - 1e-9 * best.abs() || factor < 1e-4 {
                    best = found;
                    break next;
                }
                factor /= 2.0;
            };
            let moved = (next[0] - at[0]).abs() + (next[1] - at[1]).abs();
            at = next;
            if moved < SETTLED {
                break;
            }
        }
        let spread = spread(tally, at, &law);
        let [a, b] = [solve(curvature, [1.0, 0.0])?, solve(curvature, [0.0, 1.0])?];
        let variance = |row: Two| {
            row[0] * row[0] * spread[0] + 2.0 * row[0] * row[1] * spread[1] + row[1] * row[1] * spread[2]
        };
        let n = (tally.requests * tally.windows as f64).round() as u64;
        let half = Z * variance(a).sqrt();
        let exponent = Estimate { value: at[0], low: at[0] - half, high: at[0] + half, n };
        let wide = Z * variance(b).sqrt();
        let keys = Estimate { value: at[1].exp(), low: (at[1] - wide).exp(), high: (at[1] + wide).exp(), n };
        let misfit = tally.misfit(&law(at));
        (half.is_finite() && wide.is_finite()).then_some(Self { law: law(at), exponent, keys, misfit })
    }
}

impl ZipfFit {
    /// How it was found and how well it fits; `window` says in which stretches keys were counted, if not over all.
    pub(crate) fn method(&self, window: &str) -> String {
        let Misfit { p, misplaced } = self.misfit;
        let p = p.map_or(String::new(), |p| format!(", chi-square p = {}", shown(p)));
        format!(
            "maximum likelihood of counts of counts{window}; misplaces {:.1} % of the requests{p}",
            100.0 * misplaced
        )
    }

    /// The law at the lower end of its exponent, at its best, and at the upper end.
    pub(crate) fn popularity(&self) -> [Law; 3] {
        [self.exponent.low.max(0.0), self.law.exponent, self.exponent.high]
            .map(|exponent| Law { exponent, ..self.law })
    }
}

/// Slopes of the expected keys of each class, in α and in ln N.
fn slopes(tally: &Tally, at: Two, law: &impl Fn(Two) -> Law) -> [Vec<f64>; 2] {
    [[STEP, 0.0], [0.0, STEP]].map(|step| {
        let of = |sign: f64| tally.expected(&law([at[0] + sign * step[0], at[1] + sign * step[1]]));
        let (more, less) = (of(1.0), of(-1.0));
        more.iter().zip(less).map(|(more, less)| (more - less) / (2.0 * STEP)).collect()
    })
}

/// The variance of the slope of the likelihood: each key is in one class.
fn spread(tally: &Tally, at: Two, law: &impl Fn(Two) -> Law) -> [f64; 3] {
    let expected = tally.expected(&law(at));
    let slopes = slopes(tally, at, law);
    let psi: Vec<Two> = expected
        .iter()
        .enumerate()
        .map(|(nth, e)| if *e > 1e-12 { [slopes[0][nth] / e, slopes[1][nth] / e] } else { [0.0; 2] })
        .collect();
    let mut spread = [0.0; 3];
    let mut with_requests = [0.0; 2];
    for (keys, count) in tally.means(&law(at)) {
        let (from, found) = tally.classes.probabilities(count);
        let (mut mean, mut square, mut product) = ([0.0; 2], [0.0; 3], [0.0; 2]);
        for (nth, (p, psi)) in found.iter().zip(&psi[from..]).enumerate() {
            let count = tally.classes.middle(from + nth);
            product = [product[0] + p * psi[0] * count, product[1] + p * psi[1] * count];
            mean = [mean[0] + p * psi[0], mean[1] + p * psi[1]];
            let s = [psi[0] * psi[0], psi[0] * psi[1], psi[1] * psi[1]];
            square = [square[0] + p * s[0], square[1] + p * s[1], square[2] + p * s[2]];
        }
        // A key is drawn for all windows or none: r times the variance in each, and r (1 - r) times the square of all means.
        let each = tally.rate * keys * tally.windows as f64;
        let less = 1.0 - (1.0 - tally.rate) * tally.windows as f64;
        with_requests[0] += each * (product[0] - mean[0] * count);
        with_requests[1] += each * (product[1] - mean[1] * count);
        spread[0] += each * (square[0] - less * mean[0] * mean[0]);
        spread[1] += each * (square[1] - less * mean[0] * mean[1]);
        spread[2] += each * (square[2] - less * mean[1] * mean[1]);
    }
    // Which hot ranks change, and when, is chance, too.
    let Changes { hot_keys, share } = tally.changes;
    let n = tally.requests;
    let groups = law(at).groups();
    let (_, other) = tally.tail(&law(at), &groups);
    let slope = |mean: f64| {
        let (from, found) = tally.classes.probabilities(mean);
        let each = found.iter().zip(&psi[from..]);
        each.fold([0.0; 2], |sum, (p, psi)| [sum[0] + p * psi[0], sum[1] + p * psi[1]])
    };
    for (group, hot) in parts(&groups, hot_keys).filter(|(_, hot)| hot * share > 0.0) {
        let (kept, tailed) = (slope(n * group.share), slope(other));
        let moves = split(n * group.share, other).map(|[one, two]| {
            let (one, two) = (slope(one), slope(two));
            [0, 1].map(|nth| one[nth] + two[nth] - kept[nth] - tailed[nth])
        });
        let moves: Vec<Two> = moves.collect();
        let count = moves.len() as f64;
        let mean = |of: &dyn Fn(&Two) -> f64| moves.iter().map(of).sum::<f64>() / count;
        let first = [mean(&|v| v[0]), mean(&|v| v[1])];
        let each = tally.rate * hot * tally.windows as f64;
        let cross = |a: usize, b: usize| share * mean(&|v| v[a] * v[b]) - share * share * first[a] * first[b];
        spread[0] += each * cross(0, 0);
        spread[1] += each * cross(0, 1);
        spread[2] += each * cross(1, 1);
    }
    // All windows have equally many requests, so that what varies with their number does not vary.
    let all = tally.windows as f64 * tally.requests;
    let [a, b] = with_requests;
    [spread[0] - a * a / all, spread[1] - a * b / all, spread[2] - b * b / all]
}

/// Solves a symmetric system of two.
fn solve([a, b, c]: [f64; 3], [x, y]: Two) -> Option<Two> {
    let determinant = a * c - b * b;
    let found = [(c * x - b * y) / determinant, (a * y - b * x) / determinant];
    (determinant > 1e-12 * a * c && found.iter().all(|one| one.is_finite())).then_some(found)
}
