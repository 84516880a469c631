//! The keys of a workload by rank: each of the first on its own, then some ranks that stand for all between.

use scenario::Popularity;

use crate::quadrature::{THREE, nodes};

/// Ranks that are taken one by one.
const ALONE: f64 = 100.0;
/// Ratio of the last to the first rank of those that are taken together.
const RATIO: f64 = 1.6;
/// Width in log λ of measured ranks that are taken together.
const WIDTH: f64 = 0.01;

/// Ranks of one request rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rank {
    /// Requests a second for each key.
    pub rate: f64,
    /// How many keys there are.
    pub keys: f64,
    /// Whether they belong to the hot set, whose keys change places with others.
    pub hot: bool,
    /// Whether a warmer of the hot set cares for them: where the cache is smaller, not for all of it.
    pub followed: bool,
}

impl Rank {
    /// By which factor fetches prolong the time in which a key gets and loses a copy: 1 + λwZ, w being the share of its
    /// requests that find no copy if fetches take no time, and Z the time that one takes.
    pub(super) fn prolonged(&self, absent: f64, fetch: f64) -> f64 {
        1.0 + self.rate * absent * fetch
    }
}

/// The ranks of a workload.
///
/// `rate` is that of all requests a second; the first `hot` ranks are hot, and the first `followed` of these are followed.
///
/// # Method
/// Each of the first 100 ranks stands for itself. Beyond, ranks between r and 1.6r are taken together: three of them, the
/// nodes of a Gauss–Legendre rule in log rank, stand for all, with as many keys and as many requests as all have. Of a
/// measured popularity, keys whose counts differ by less than 1 % are taken together.
///
/// # Accuracy
/// For sums of 1 − e^(−λT) and of λ e^(−λT) relative errors are below 2e-6, for 10 to 10⁶ keys, exponents 0.3 to 1.5 and
/// every T (measured against the plain sums, see the tests).
pub fn ranks(popularity: &Popularity, rate: f64, hot: f64, followed: f64) -> Vec<Rank> {
    let keys = popularity.keys();
    let (hot, followed) = (hot.min(keys), followed.min(hot));
    let mut found = vec![];
    for (from, to, hot, followed) in
        [(0.0, followed, true, true), (followed, hot, true, false), (hot, keys, false, false)]
    {
        if to > from {
            let shares = shares(popularity, from, to).into_iter();
            found.extend(shares.map(|(share, keys)| Rank { rate: rate * share / keys, keys, hot, followed }));
        }
    }
    found
}

/// Shares of the requests of the keys behind the first `from`, up to `to`, and how many they are.
fn shares(popularity: &Popularity, from: f64, to: f64) -> Vec<(f64, f64)> {
    let share = |from: f64, to: f64| (popularity.head_share(to) - popularity.head_share(from)).max(0.0);
    match popularity {
        Popularity::TwoClass { hot_keys, .. } => {
            let ends = [from, hot_keys.clamp(from, to), to];
            let parts = ends.into_iter().zip(ends.into_iter().skip(1)).filter(|(a, b)| b > a);
            parts.map(|(a, b)| (share(a, b), b - a)).collect()
        }
        Popularity::Zipf { exponent, .. } => {
            // The share of the first rank is 1 / H(N, α), and all others are in proportion.
            let first = popularity.head_share(1.0);
            let singly = ALONE.clamp(from, to);
            let alone = (from as u64..singly as u64).map(|rank| ((rank as f64 + 1.0).powf(-exponent), 1.0));
            let panels = panels(singly, to).into_iter().flat_map(|(a, b)| panel(*exponent, a, b));
            alone.chain(panels).map(|(weight, keys)| (first * weight, keys)).collect()
        }
        Popularity::Measured(ranked) => {
            alike(&ranked.counts()[from as usize..to as usize], share(from, to)).collect()
        }
    }
}

/// Stretches of ranks, none of which is much longer than its distance from the first rank.
fn panels(from: f64, to: f64) -> Vec<(f64, f64)> {
    let mut panels = vec![];
    let mut a = from;
    while a < to {
        // What is left over at the end belongs to the last.
        let b = (a * RATIO).floor();
        let b = if b * RATIO.sqrt() >= to { to } else { b };
        panels.push((a, b));
        a = b;
    }
    panels
}

/// Three ranks for all behind the first `a`, up to `b`, with the sums of r^−α over the ranks that they stand for.
///
/// A sum over ranks is all but an integral from a + 1/2 to b + 1/2; what it lacks are differences of derivatives.
fn panel(exponent: f64, a: f64, b: f64) -> impl Iterator<Item = (f64, f64)> {
    let (from, to) = (a + 0.5, b + 0.5);
    let rule = nodes(&THREE, from.ln(), to.ln());
    let nodes: Vec<(f64, f64)> = rule.map(|(log, weight)| (log.exp(), weight * log.exp())).collect();
    let keys: f64 = nodes.iter().map(|(_, keys)| keys).sum();
    let weight = move |(rank, keys): &(f64, f64)| keys * rank.powf(-exponent);
    let weights: f64 = nodes.iter().map(weight).sum();
    let slope = |rank: f64| -exponent * rank.powf(-exponent - 1.0);
    let all = weights - (slope(to) - slope(from)) / 24.0;
    nodes.into_iter().map(move |node| (weight(&node) * all / weights, node.1 * (b - a) / keys))
}

/// Measured counts, those that are nearly alike together; `all` is the share of the requests of all of them.
fn alike(counts: &[f64], all: f64) -> impl Iterator<Item = (f64, f64)> {
    let sum: f64 = counts.iter().rev().sum();
    let mut groups: Vec<(f64, f64)> = vec![];
    let mut first = f64::NAN;
    for count in counts {
        match groups.last_mut().filter(|_| (first / count).ln() < WIDTH) {
            Some(group) => *group = (group.0 + count, group.1 + 1.0),
            None => {
                first = *count;
                groups.push((*count, 1.0));
            }
        }
    }
    groups.into_iter().map(move |(requests, keys)| (all * requests / sum, keys))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(keys: u32, exponent: f64) -> Vec<f64> {
        let weights: Vec<f64> = (1..=keys).map(|rank| f64::from(rank).powf(-exponent)).collect();
        let sum: f64 = weights.iter().rev().sum();
        weights.into_iter().map(|weight| weight / sum).collect()
    }

    #[test]
    fn sums_over_ranks_are_those_over_all_keys() {
        for keys in [10, 150, 1000, 1_000_000] {
            for exponent in [0.3, 0.8, 1.0, 1.5] {
                let shares = plain(keys, exponent);
                let law = Popularity::Zipf { keys: f64::from(keys), exponent };
                let hot = (f64::from(keys) / 100.0).round().max(3.0);
                let ranks = ranks(&law, 1.0, hot, hot.min(2.0));
                assert!(
                    (ranks.iter().map(|rank| rank.keys).sum::<f64>() / f64::from(keys) - 1.0).abs() < 1e-12
                );
                assert!((ranks.iter().map(|rank| rank.keys * rank.rate).sum::<f64>() - 1.0).abs() < 1e-7);
                for decade in 0..8 {
                    let time = 10f64.powi(decade) * 0.3;
                    let occupied: f64 = shares.iter().rev().map(|share| -(-share * time).exp_m1()).sum();
                    let missed: f64 = shares.iter().rev().map(|share| share * (-share * time).exp()).sum();
                    let of =
                        |f: &dyn Fn(&Rank) -> f64| ranks.iter().map(|rank| rank.keys * f(rank)).sum::<f64>();
                    let found = of(&|rank| -(-rank.rate * time).exp_m1());
                    assert!(
                        (found / occupied - 1.0).abs() < 2e-6,
                        "{keys} {exponent} {time}: {found} {occupied}"
                    );
                    let found = of(&|rank| rank.rate * (-rank.rate * time).exp());
                    assert!((found - missed).abs() < 2e-6, "{keys} {exponent} {time}: {found} {missed}");
                }
            }
        }
    }

    #[test]
    fn classes_have_the_keys_and_requests_that_the_law_gives_them() {
        let law = Popularity::TwoClass { keys: 1000.0, hot_keys: 100.0, hot_share: 0.4 };
        let found = ranks(&law, 60.0, 100.0, 30.0);
        let rank = |rate: f64, keys, hot, followed| Rank { rate, keys, hot, followed };
        assert_eq!(found.len(), 3);
        for (found, expected) in found.iter().zip([
            rank(0.24, 30.0, true, true),
            rank(0.24, 70.0, true, false),
            rank(0.04, 900.0, false, false),
        ]) {
            assert!((found.rate - expected.rate).abs() < 1e-12, "{found:?}");
            assert_eq!(
                (found.keys, found.hot, found.followed),
                (expected.keys, expected.hot, expected.followed)
            );
        }
    }
}
