//! How many keys were asked for how often, and how many there would be under a law.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use crate::classes::{Classes, WIDTH};
use crate::law::{Group, Law};
use crate::requests::Sampling;

/// Keys expected in a class at least, and parameters that were fitted.
const LEAST_EXPECTED: f64 = 5.0;
const FITTED: usize = 2;
/// A chance that is taken for none, and a share of the requests that changes an answer.
const UNLIKELY: f64 = 0.01;
pub(crate) const WORTH_SAYING: f64 = 0.05;
/// Width of classes at a first look.
const COARSE: f64 = 6.0;

/// How many keys were asked for how often, in windows of equally many requests.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// Requests of a window, those for keys that were not drawn included.
    pub(crate) requests: f64,
    /// The share of keys that was drawn.
    pub(crate) rate: f64,
    /// Windows.
    pub(crate) windows: usize,
    /// Of each class of counts: how many keys have such a count, all windows together.
    pub(crate) seen: Vec<f64>,
    pub(crate) classes: Classes,
    /// Most keys of any window.
    pub(crate) most_keys: usize,
    /// What changes within a window.
    pub(crate) changes: Changes,
}

/// How far a law is off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Misfit {
    /// The chance of counts at least as far off under the law, by Pearson's χ² over classes of counts; none where there are too
    /// few classes.
    pub p: Option<f64>,
    /// The share of requests that the law gives to keys asked for so often at most, or at least, and that others have.
    pub misplaced: f64,
}

impl Misfit {
    /// Whether a law misplaces so many requests that measured ranks are to be taken instead, and not by chance.
    pub fn is_bad(&self) -> bool {
        self.misplaced > WORTH_SAYING && self.p.is_some_and(|p| p < UNLIKELY)
    }
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

/// The mean counts of two keys of which one is hot first and the other then.
pub(crate) fn split(hot: f64, other: f64) -> impl Iterator<Item = [f64; 2]> {
    leaves(hot).map(move |at| {
        let mean = at * hot + (1.0 - at) * other;
        [mean, hot + other - mean]
    })
}

/// Groups of ranks with how many of each are hot.
pub(crate) fn parts(groups: &[Group], hot_keys: f64) -> impl Iterator<Item = (&Group, f64)> {
    let hot = move |group: &Group| (hot_keys - (group.last - group.keys)).clamp(0.0, group.keys);
    groups.iter().map(move |group| (group, hot(group)))
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
        let (requests, changes) = (window as f64, Changes::default());
        Some(Self { requests, rate: 1.0, windows, seen, classes, most_keys, changes })
    }

    /// The same, where only requests for keys that were drawn are counted.
    pub(crate) fn sampled(self, sampling: Sampling) -> Self {
        Self { requests: self.requests * sampling.each, rate: sampling.rate, ..self }
    }

    /// The same of one window, of which there are counts alone.
    pub fn counted(counts: &[u64]) -> Option<Self> {
        let requests = usize::try_from(counts.iter().sum::<u64>()).ok().filter(|requests| *requests > 1)?;
        let most = usize::try_from(*counts.iter().max()?).ok()?;
        let classes = Classes::up_to(most, WIDTH);
        let mut seen = vec![0.0; classes.len()];
        let asked = || counts.iter().filter(|count| **count > 0);
        asked().for_each(|count| seen[classes.of(*count as usize)] += 1.0);
        Some(Self {
            requests: requests as f64,
            rate: 1.0,
            windows: 1,
            seen,
            classes,
            most_keys: asked().count(),
            changes: Changes::default(),
        })
    }

    /// The same in wider classes, in which a law that is far off still finds its way.
    pub(crate) fn coarse(&self) -> Self {
        let classes = Classes::up_to(self.classes.most(), COARSE);
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
    pub(crate) fn means(&self, law: &Law) -> Vec<(f64, f64)> {
        let groups = law.groups();
        let Changes { hot_keys, share } = self.changes;
        let n = self.requests;
        let (tail, other) = self.tail(law, &groups);
        let mut means = vec![];
        for (group, hot) in parts(&groups, hot_keys) {
            let kept = hot * (1.0 - share) + (group.keys - hot) * (1.0 - (share * hot_keys / tail).min(1.0));
            means.push((kept, n * group.share));
            if hot * share > 0.0 {
                let pairs: Vec<[f64; 2]> = split(n * group.share, other).collect();
                let each = hot * share / pairs.len() as f64;
                means.extend(pairs.iter().flatten().map(|mean| (each, *mean)));
            }
        }
        means
    }

    /// Keys that are not hot, and the mean count of each.
    pub(crate) fn tail(&self, law: &Law, groups: &[Group]) -> (f64, f64) {
        let hot_keys = self.changes.hot_keys;
        let tail = (law.keys - hot_keys).max(1.0);
        let hot_share: f64 = parts(groups, hot_keys).map(|(group, hot)| hot * group.share).sum();
        (tail, self.requests * (1.0 - hot_share) / tail)
    }

    /// How many keys of each class there would be under a law.
    pub(crate) fn expected(&self, law: &Law) -> Vec<f64> {
        let mut expected = vec![0.0; self.classes.len()];
        for (keys, mean) in self.means(law) {
            let (from, found) = self.classes.probabilities(mean);
            let classes = expected[from..].iter_mut().zip(found);
            classes.for_each(|(sum, one)| *sum += self.rate * keys * one * self.windows as f64);
        }
        expected.iter_mut().for_each(|one| *one = one.max(1e-300));
        expected
    }

    /// How far a law is off what was counted.
    pub(crate) fn misfit(&self, law: &Law) -> Misfit {
        let expected = self.expected(law);
        let (mut square, mut pooled) = (0.0, 0);
        let (mut seen, mut due) = (0.0, 0.0);
        // From the most requested class down, those of few keys together.
        for (found, expected) in self.seen.iter().zip(&expected).rev() {
            (seen, due) = (seen + found, due + expected);
            if due >= LEAST_EXPECTED {
                square += (seen - due) * (seen - due) / due;
                pooled += 1;
                (seen, due) = (0.0, 0.0);
            }
        }
        let p = (pooled > FITTED)
            .then(|| ChiSquared::new((pooled - FITTED) as f64).ok())
            .flatten()
            .map(|law| law.sf(square));
        let (mut off, mut most, mut all) = (0.0f64, 0.0f64, 0.0);
        for (class, (found, expected)) in self.seen.iter().zip(&expected).enumerate() {
            let middle = self.classes.middle(class);
            off += (found - expected) * middle;
            all += found * middle;
            most = most.max(off.abs());
        }
        Misfit { p, misplaced: most / all }
    }

    pub(crate) fn likelihood(&self, expected: &[f64]) -> f64 {
        self.seen.iter().zip(expected).map(|(seen, expected)| seen * expected.ln() - expected).sum()
    }
}
