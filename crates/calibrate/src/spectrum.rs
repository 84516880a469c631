//! The popularity of keys from how many of them were asked for how often.

use statrs::function::erf::erfc;

use crate::estimate::{Estimate, Z};
use crate::law::{Group, Law};

/// Counts up to this have a class of their own; above it classes are so many standard deviations wide.
const ALONE: usize = 24;
const WIDTH: f64 = 0.7;
/// The same of a first look.
const COARSE: f64 = 6.0;
/// Mean from which on a Poisson probability is that of a transformed normal one.
const LARGE: f64 = 200.0;
/// Standard deviations beyond which there is nothing.
const FAR: f64 = 8.0;
const STEPS: usize = 40;
/// A step that is small beside any standard error.
const SETTLED: f64 = 1e-5;
/// Steps of numerical derivatives.
const STEP: f64 = 1e-4;

/// The mean counts of two keys of which one is hot first and the other then.
fn split(hot: f64, other: f64) -> impl Iterator<Item = [f64; 2]> {
    leaves(hot).map(move |at| {
        let mean = at * hot + (1.0 - at) * other;
        [mean, hot + other - mean]
    })
}

/// Groups of ranks with how many of each are hot.
fn parts(groups: &[Group], hot_keys: f64) -> impl Iterator<Item = (&Group, f64)> {
    let hot = move |group: &Group| (hot_keys - (group.last - group.keys)).clamp(0.0, group.keys);
    groups.iter().map(move |group| (group, hot(group)))
}

/// How many keys were asked for how often, in windows of equally many requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// Requests of a window.
    requests: usize,
    /// Windows.
    windows: usize,
    /// Of each class of counts: how many keys have such a count, all windows together.
    seen: Vec<f64>,
    classes: Classes,
    /// Most keys of any window.
    most_keys: usize,
    /// What changes within a window.
    changes: Changes,
}

/// What changes within a window: hot ranks, and the share of them whose key changes places with another.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Changes {
    /// H.
    pub hot_keys: f64,
    /// 1 − e^(−κw).
    pub share: f64,
}

/// When within a window a key leaves, as shares of it that stand for all: the more its requests, the finer.
fn leaves(mean: f64) -> impl Iterator<Item = f64> {
    let points = (mean.sqrt() / 2.0).ceil().clamp(3.0, 16.0);
    (0..points as usize).map(move |nth| (nth as f64 + 0.5) / points)
}

/// Classes of counts: where each begins; the last ends at the last entry.
#[derive(Debug, Clone, PartialEq)]
struct Classes(Vec<usize>);

impl Classes {
    fn up_to(most: usize, width: f64) -> Self {
        let mut begins: Vec<usize> = (1..=ALONE.min(most) + 1).collect();
        while begins.last().is_some_and(|last| *last <= most) {
            let last = begins.last().copied().unwrap_or(1);
            begins.push(last + (width * (last as f64).sqrt()).round().max(1.0) as usize);
        }
        Self(begins)
    }

    fn len(&self) -> usize {
        self.0.len() - 1
    }

    fn middle(&self, class: usize) -> f64 {
        (self.0[class] + self.0[class + 1] - 1) as f64 / 2.0
    }

    fn of(&self, count: usize) -> usize {
        self.0.partition_point(|begin| *begin <= count) - 1
    }

    /// The probability of each class under a Poisson law, as its first class and those that follow.
    fn probabilities(&self, mean: f64) -> (usize, Vec<f64>) {
        let reach = FAR * mean.sqrt() + FAR;
        let from = self.of(((mean - reach).max(1.0) as usize).max(1)).min(self.len() - 1);
        let mut found = vec![];
        if mean < LARGE {
            let mut count = self.0[from];
            let mut one = (count as f64 * mean.ln() - mean - ln_factorial(count)).exp();
            for class in from..self.len() {
                let mut sum = 0.0;
                while count < self.0[class + 1] {
                    sum += one;
                    count += 1;
                    one *= mean / count as f64;
                }
                found.push(sum);
                if count as f64 > mean + reach {
                    break;
                }
            }
        } else {
            let mut below = up_to(self.0[from] as f64 - 1.0, mean);
            for class in from..self.len() {
                let until = up_to(self.0[class + 1] as f64 - 1.0, mean);
                found.push((until - below).max(0.0));
                below = until;
                if self.0[class + 1] as f64 > mean + reach {
                    break;
                }
            }
        }
        (from, found)
    }
}

/// ln k!, by Stirling's series above 20.
fn ln_factorial(k: usize) -> f64 {
    if k < 20 {
        return (2..=k).map(|i| (i as f64).ln()).sum();
    }
    let x = k as f64 + 1.0;
    (x - 0.5) * x.ln() - x + 0.5 * (2.0 * std::f64::consts::PI).ln() + 1.0 / (12.0 * x)
        - 1.0 / (360.0 * x.powi(3))
}

/// P(X ≤ k) of a Poisson law with a large mean.
///
/// # Source
/// Wilson and Hilferty, *The distribution of chi-square*, PNAS 17, 1931: cube roots of Gamma variables are about normal.
fn up_to(k: f64, mean: f64) -> f64 {
    if k < 0.0 {
        return 0.0;
    }
    let shape = k + 1.0;
    let root = (mean / shape).cbrt() - (1.0 - 1.0 / (9.0 * shape));
    0.5 * erfc(root * 3.0 * shape.sqrt() / std::f64::consts::SQRT_2)
}

impl Tally {
    /// Counts keys in windows of so many requests; what is left at the end is left out. None where not one is full.
    pub fn of(requests: &[u32], keys: usize, window: usize) -> Option<Self> {
        let windows = requests.len().checked_div(window)?;
        if windows == 0 || window < 2 {
            return None;
        }
        let mut counts = vec![0u32; keys];
        let mut each: Vec<Vec<u32>> = vec![];
        for part in requests.chunks_exact(window) {
            part.iter().for_each(|key| counts[*key as usize] += 1);
            let mut found = vec![];
            for key in part {
                let count = std::mem::take(&mut counts[*key as usize]);
                if count > 0 {
                    found.push(count);
                }
            }
            each.push(found);
        }
        let most = each.iter().flatten().copied().max()? as usize;
        let classes = Classes::up_to(most, WIDTH);
        let mut seen = vec![0.0; classes.len()];
        each.iter().flatten().for_each(|count| seen[classes.of(*count as usize)] += 1.0);
        let most_keys = each.iter().map(Vec::len).max()?;
        Some(Self { requests: window, windows, seen, classes, most_keys, changes: Changes::default() })
    }

    /// The same in wider classes, in which a law that is far off still finds its way.
    fn coarse(&self) -> Self {
        let most = self.classes.0.last().map_or(1, |end| end - 1);
        let classes = Classes::up_to(most, COARSE);
        let mut seen = vec![0.0; classes.len()];
        for (class, keys) in self.seen.iter().enumerate() {
            seen[classes.of(self.classes.middle(class) as usize)] += keys;
        }
        Self { classes, seen, ..self.clone() }
    }

    /// The same, knowing what changes within a window.
    pub fn with(self, changes: Changes) -> Self {
        Self { changes, ..self }
    }

    /// Keys with their mean counts in a window: of ranks that keep their keys, and of keys that change places.
    fn means(&self, law: &Law) -> Vec<(f64, f64)> {
        let groups = law.groups();
        let Changes { hot_keys, share } = self.changes;
        let n = self.requests as f64;
        let tail = (law.keys - hot_keys).max(1.0);
        let hot_share: f64 = parts(&groups, hot_keys).map(|(group, hot)| hot * group.share).sum();
        let other = (1.0 - hot_share) / tail;
        let mut means = vec![];
        for (group, hot) in parts(&groups, hot_keys) {
            let kept = hot * (1.0 - share) + (group.keys - hot) * (1.0 - (share * hot_keys / tail).min(1.0));
            means.push((kept, n * group.share));
            if hot * share > 0.0 {
                let pairs: Vec<[f64; 2]> = split(n * group.share, n * other).collect();
                let each = hot * share / pairs.len() as f64;
                means.extend(pairs.iter().flatten().map(|mean| (each, *mean)));
            }
        }
        means
    }

    /// How many keys of each class there would be under a law.
    fn expected(&self, law: &Law) -> Vec<f64> {
        let mut expected = vec![0.0; self.classes.len()];
        for (keys, mean) in self.means(law) {
            let (from, found) = self.classes.probabilities(mean);
            let classes = expected[from..].iter_mut().zip(found);
            classes.for_each(|(sum, one)| *sum += keys * one * self.windows as f64);
        }
        expected.iter_mut().for_each(|one| *one = one.max(1e-300));
        expected
    }

    fn likelihood(&self, expected: &[f64]) -> f64 {
        self.seen.iter().zip(expected).map(|(seen, expected)| seen * expected.ln() - expected).sum()
    }
}

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
}

type Two = [f64; 2];

impl ZipfFit {
    /// Fits α and N; none where the counts decide nothing.
    pub fn of(tally: &Tally, guess: Law) -> Option<Self> {
        let rough = Self::from(&tally.coarse(), guess).map_or(guess, |rough| rough.law);
        Self::from(tally, rough)
    }

    fn from(tally: &Tally, guess: Law) -> Option<Self> {
        let law = |at: Two| Law { exponent: at[0], keys: at[1].exp() };
        let mut at = [guess.exponent, guess.keys.max(tally.most_keys as f64).ln()];
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
        let n = (tally.requests * tally.windows) as u64;
        let half = Z * variance(a).sqrt();
        let exponent = Estimate { value: at[0], low: at[0] - half, high: at[0] + half, n };
        let wide = Z * variance(b).sqrt();
        let keys = Estimate { value: at[1].exp(), low: (at[1] - wide).exp(), high: (at[1] + wide).exp(), n };
        (half.is_finite() && wide.is_finite()).then_some(Self { law: law(at), exponent, keys })
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
        let each = keys * tally.windows as f64;
        with_requests[0] += each * (product[0] - mean[0] * count);
        with_requests[1] += each * (product[1] - mean[1] * count);
        spread[0] += each * (square[0] - mean[0] * mean[0]);
        spread[1] += each * (square[1] - mean[0] * mean[1]);
        spread[2] += each * (square[2] - mean[1] * mean[1]);
    }
    // Which hot ranks change, and when, is chance, too.
    let Changes { hot_keys, share } = tally.changes;
    let n = tally.requests as f64;
    let groups = law(at).groups();
    let tail = (law(at).keys - hot_keys).max(1.0);
    let hot_share: f64 = parts(&groups, hot_keys).map(|(group, hot)| hot * group.share).sum();
    let other = n * (1.0 - hot_share) / tail;
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
        let each = hot * tally.windows as f64;
        let cross = |a: usize, b: usize| share * mean(&|v| v[a] * v[b]) - share * share * first[a] * first[b];
        spread[0] += each * cross(0, 0);
        spread[1] += each * cross(0, 1);
        spread[2] += each * cross(1, 1);
    }
    // All windows have equally many requests, so that what varies with their number does not vary.
    let all = (tally.windows * tally.requests) as f64;
    let [a, b] = with_requests;
    [spread[0] - a * a / all, spread[1] - a * b / all, spread[2] - b * b / all]
}

/// Solves a symmetric system of two.
fn solve([a, b, c]: [f64; 3], [x, y]: Two) -> Option<Two> {
    let determinant = a * c - b * b;
    let found = [(c * x - b * y) / determinant, (a * y - b * x) / determinant];
    (determinant > 1e-12 * a * c && found.iter().all(|one| one.is_finite())).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Poisson of mean 2: .2707 once, .2707 twice, .1804 three times; of mean 400 half lies up to 400 and a little more.
    #[test]
    fn classes_have_their_probabilities() {
        let classes = Classes::up_to(1000, WIDTH);
        let (from, found) = classes.probabilities(2.0);
        assert_eq!(from, 0);
        for (found, known) in found.iter().zip([0.270_670_6, 0.270_670_6, 0.180_447_0]) {
            assert!((found - known).abs() < 1e-6);
        }
        for mean in [0.01, 3.0, 150.0, 199.0, 201.0, 600.0] {
            let (_, found) = classes.probabilities(mean);
            let all: f64 = found.iter().sum::<f64>() + (-mean).exp();
            assert!((all - 1.0).abs() < 1e-6, "{mean}: {all}");
        }
        // R: ppois(400, 400) = 0.5132938.
        assert!((up_to(400.0, 400.0) - 0.513_293_8).abs() < 2e-5);
    }
}
