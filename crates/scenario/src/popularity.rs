//! Popularity: which share of the requests the k most popular keys receive.

use std::sync::Arc;

/// How requests spread over keys, at one instant.
#[derive(Debug, Clone, PartialEq)]
pub enum Popularity {
    /// Key of rank i is requested in proportion to i^−exponent.
    Zipf {
        /// Number of keys N.
        keys: f64,
        /// Exponent α ≥ 0; 0 is uniform.
        exponent: f64,
    },
    /// Hot keys share `hot_share` of the requests evenly, all others share the rest evenly.
    TwoClass {
        /// Number of keys N.
        keys: f64,
        /// Number of hot keys, at most N.
        hot_keys: f64,
        /// Share of the requests that go to hot keys, 0 to 1.
        hot_share: f64,
    },
    /// Keys are requested in proportion to how often they were counted.
    Measured(Arc<Ranked>),
}

/// How often each key was asked for, the most first.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    counts: Vec<f64>,
    /// Sum of the first 0, 1, 2 ... of them.
    sums: Vec<f64>,
}

impl Ranked {
    /// Ranks counts, each 0 or more; those of 0 are no keys.
    pub fn of(counts: impl IntoIterator<Item = f64>) -> Self {
        let mut counts: Vec<f64> = counts.into_iter().filter(|count| *count > 0.0).collect();
        counts.sort_unstable_by(|a, b| b.total_cmp(a));
        let mut sums = vec![0.0];
        for count in &counts {
            sums.push(sums[sums.len() - 1] + count);
        }
        Self { counts, sums }
    }

    /// The counts, the highest first.
    pub fn counts(&self) -> &[f64] {
        &self.counts
    }

    /// Share of the requests for the first `k` keys, part of a key counted as that part of its requests.
    fn head_share(&self, k: f64) -> f64 {
        let whole = (k.max(0.0) as usize).min(self.counts.len());
        let part = self.counts.get(whole).map_or(0.0, |count| count * (k - whole as f64).clamp(0.0, 1.0));
        match self.sums[self.counts.len()] {
            all if all > 0.0 => (self.sums[whole] + part) / all,
            _ => 0.0,
        }
    }
}

impl Popularity {
    /// F(k): share of the requests that the `k` most popular keys receive, 0 for none and 1 for all.
    ///
    /// Zipf: F(k) = H(k, α) / H(N, α) with H(k, α) = Σ i^−α over i = 1..k (Euler–Maclaurin past the first
    /// hundred terms, relative error below 1e-12). Two-class: piecewise linear. Measured: of all that was counted.
    pub fn head_share(&self, k: f64) -> f64 {
        match *self {
            Self::Measured(ref ranked) => ranked.head_share(k),
            Self::Zipf { keys, .. } | Self::TwoClass { keys, .. } if k >= keys => 1.0,
            Self::Zipf { keys, exponent } => harmonic(k.floor(), exponent) / harmonic(keys, exponent),
            Self::TwoClass { hot_keys, hot_share, .. } if k <= hot_keys => {
                if hot_keys > 0.0 {
                    hot_share * k / hot_keys
                } else {
                    0.0
                }
            }
            Self::TwoClass { keys, hot_keys, hot_share } => {
                hot_share + (1.0 - hot_share) * (k - hot_keys) / (keys - hot_keys)
            }
        }
    }

    /// The smallest number of keys whose share of the requests is at least `share`.
    pub fn keys_for_share(&self, share: f64) -> f64 {
        let (mut below, mut enough) = (0.0, self.keys());
        if share <= 0.0 {
            return 0.0;
        }
        while enough - below > 1.0 {
            let middle = ((below + enough) / 2.0_f64).floor();
            if self.head_share(middle) >= share {
                enough = middle;
            } else {
                below = middle;
            }
        }
        enough
    }

    /// Number of keys N.
    pub fn keys(&self) -> f64 {
        match *self {
            Self::Zipf { keys, .. } | Self::TwoClass { keys, .. } => keys,
            Self::Measured(ref ranked) => ranked.counts.len() as f64,
        }
    }
}

/// Generalised harmonic number H(n, s) = Σ i^−s over i = 1..n.
fn harmonic(n: f64, s: f64) -> f64 {
    const DIRECT: f64 = 100.0;
    let term = |i: f64| i.powf(-s);
    let direct = |to: f64| (1..=to as u32).map(|i| term(f64::from(i))).sum::<f64>();
    if n <= DIRECT {
        return direct(n);
    }
    // (n^{1−s} − m^{1−s}) / (1−s), which tends to ln(n/m) as s tends to 1.
    let x = (1.0 - s) * (n / DIRECT).ln();
    let growth = if x == 0.0 { 1.0 } else { x.exp_m1() / x };
    let integral = DIRECT.powf(1.0 - s) * (n / DIRECT).ln() * growth;
    // Derivatives of i^−s; the next Euler–Maclaurin term is below 1e-14 of the sum.
    let first = |i: f64| -s * i.powf(-s - 1.0);
    let third = |i: f64| -s * (s + 1.0) * (s + 2.0) * i.powf(-s - 3.0);
    direct(DIRECT) + integral + (term(n) - term(DIRECT)) / 2.0 + (first(n) - first(DIRECT)) / 12.0
        - (third(n) - third(DIRECT)) / 720.0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shares of the top 1 % and 10 % of 10,000 keys, and keys that reach 80 %: computed with an independent
    /// program for this project's theory notes (equation E4), four digits.
    #[test]
    fn zipf_head_shares_match_reference_values() {
        for (exponent, one_percent, ten_percent, for_80) in
            [(0.8, 0.3000, 0.5706, 3895.0), (1.0, 0.5300, 0.7648, 1412.0), (1.2, 0.7508, 0.9034, 189.0)]
        {
            let law = Popularity::Zipf { keys: 10_000.0, exponent };
            assert!((law.head_share(100.0) - one_percent).abs() < 5e-5);
            assert!((law.head_share(1000.0) - ten_percent).abs() < 5e-5);
            assert_eq!(law.keys_for_share(0.8), for_80);
        }
    }

    #[test]
    fn harmonic_numbers_equal_the_plain_sum() {
        for s in [0.0, 0.5, 0.99, 1.0, 1.0 + 1e-13, 1.2, 2.5] {
            let plain: f64 = (1..=20_000).map(|i| f64::from(i).powf(-s)).sum();
            assert!((harmonic(20_000.0, s) / plain - 1.0).abs() < 1e-12, "s = {s}");
        }
    }

    /// By hand: 6 + 3 + 1 = 10 requests.
    #[test]
    fn measured_shares_are_those_that_were_counted() {
        let law = Popularity::Measured(Arc::new(Ranked::of([1.0, 6.0, 0.0, 3.0])));
        assert_eq!(law.keys(), 3.0);
        let shares = [0.0, 1.0, 1.5, 2.0, 3.0, 9.0].map(|k| law.head_share(k));
        assert_eq!(shares, [0.0, 0.6, 0.75, 0.9, 1.0, 1.0]);
        assert_eq!(
            (law.keys_for_share(0.6), law.keys_for_share(0.61), law.keys_for_share(1.0)),
            (1.0, 2.0, 3.0)
        );
    }

    #[test]
    fn two_class_is_linear_within_each_class() {
        let law = Popularity::TwoClass { keys: 1000.0, hot_keys: 10.0, hot_share: 0.4 };
        assert_eq!(law.head_share(5.0), 0.2);
        assert_eq!(law.head_share(10.0), 0.4);
        assert!((law.head_share(505.0) - 0.7).abs() < 1e-12);
        assert_eq!(law.head_share(1000.0), 1.0);
        assert_eq!(law.keys_for_share(0.4), 10.0);
        assert_eq!(law.keys_for_share(0.0), 0.0);
    }
}
