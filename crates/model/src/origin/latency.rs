//! What requests wait in all: the distribution, not the mean.

use crate::normal::above;

/// How a time is distributed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Shape {
    /// 0, always; with a shift, a constant.
    Constant,
    /// Exponential.
    Exponential {
        /// Its mean.
        mean: f64,
    },
    /// Log-normal.
    LogNormal {
        /// Half of it is below.
        median: f64,
        /// Standard deviation of its logarithm.
        sigma: f64,
    },
    /// Uniform from 0 on: what is left of a fetch of constant length for a request that comes while it is under way.
    Uniform {
        /// Where it ends.
        length: f64,
    },
}

impl Shape {
    /// Share above a time.
    fn above(self, time: f64) -> f64 {
        if time < 0.0 {
            return 1.0;
        }
        match self {
            Self::Exponential { mean } if mean > 0.0 => (-time / mean).exp(),
            Self::LogNormal { median, sigma } if median > 0.0 && sigma > 0.0 => {
                above((time / median).ln() / sigma)
            }
            Self::LogNormal { median, .. } if time < median => 1.0,
            Self::Uniform { length } if time < length => 1.0 - time / length,
            _ => 0.0,
        }
    }

    fn mean(self) -> f64 {
        match self {
            Self::Constant => 0.0,
            Self::Exponential { mean } => mean,
            Self::LogNormal { median, sigma } => median * (sigma * sigma / 2.0).exp(),
            Self::Uniform { length } => length / 2.0,
        }
    }
}

/// A share of the requests and what they wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Part {
    /// Share of the requests, 0 or more.
    pub share: f64,
    /// What each of them waits at least.
    pub shift: f64,
    /// What it waits beyond that.
    pub shape: Shape,
}

/// Requests of several kinds: hits, requests that wait for a fetch under way, misses.
///
/// # Formula
/// `F(t) = Σ shareₖ Fₖ(t − shiftₖ)`. A quantile of it is no mean of the quantiles of its parts: with hits of 1 ms
/// (exponential) and misses of 100 ms and 10 ms more (exponential), 99 % are within 116 ms where 95 % hit, and within 6 ms
/// where 99.2 % do.
///
/// # Assumptions
/// Any one unit of time for all parts.
#[derive(Debug, Clone, PartialEq)]
pub struct Mixture {
    parts: Vec<Part>,
}

impl Mixture {
    /// Parts whose shares are 1 together; none where they are not, or one of them is below 0.
    pub fn new(parts: impl IntoIterator<Item = Part>) -> Option<Self> {
        let parts: Vec<Part> = parts.into_iter().collect();
        let whole: f64 = parts.iter().map(|part| part.share).sum();
        let sound = parts.iter().all(|part| part.share >= 0.0) && (whole - 1.0).abs() < 1e-9;
        sound.then_some(Self { parts })
    }

    /// Requests of one kind.
    pub fn of(shift: f64, shape: Shape) -> Self {
        Self { parts: vec![Part { share: 1.0, shift, shape }] }
    }

    /// Share of the requests that wait longer than that.
    pub fn beyond(&self, time: f64) -> f64 {
        self.parts.iter().map(|part| part.share * part.shape.above(time - part.shift)).sum()
    }

    /// Share of the requests that wait no longer than that.
    pub fn within(&self, time: f64) -> f64 {
        1.0 - self.beyond(time)
    }

    /// What a request waits on average.
    pub fn mean(&self) -> f64 {
        self.parts.iter().map(|part| part.share * (part.shift + part.shape.mean())).sum()
    }

    /// The shortest time within which this share of the requests is answered; infinite for a share of 1 where some may
    /// wait for any time.
    ///
    /// # Method
    /// By bisection of [`beyond`](Self::beyond), on which small tails keep their digits.
    ///
    /// # Accuracy
    /// To the last digits, but where the share ends just between two parts that lie apart: the quantile jumps from one
    /// to the other there, and rounding decides.
    pub fn quantile(&self, share: f64) -> f64 {
        let asked = || self.parts.iter().filter(|part| part.share > 0.0);
        let least = asked().map(|part| part.shift).fold(f64::INFINITY, f64::min);
        let step = asked().map(|part| part.shift - least + part.shape.mean()).fold(0.0, f64::max);
        let left = 1.0 - share;
        let enough = |time: f64| self.beyond(time) <= left;
        if enough(least) || step <= 0.0 {
            return least;
        }
        let bounded = |shape| !matches!(shape, Shape::Exponential { .. } | Shape::LogNormal { .. });
        if left <= 0.0 && asked().any(|part| part.shape.mean() > 0.0 && !bounded(part.shape)) {
            return f64::INFINITY;
        }
        let (mut low, mut high) = (least, least + step);
        while !enough(high) {
            (low, high) = (high, high + 2.0 * (high - least));
        }
        loop {
            let middle = low + (high - low) / 2.0;
            if middle <= low || middle >= high {
                return high;
            }
            if enough(middle) { high = middle } else { low = middle }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Hits of 1 ms, misses of 100 ms and 10 ms more.
    fn hits_and_misses(hit_ratio: f64) -> Mixture {
        Mixture::new([
            Part { share: hit_ratio, shift: 0.0, shape: Shape::Exponential { mean: 1.0 } },
            Part { share: 1.0 - hit_ratio, shift: 100.0, shape: Shape::Exponential { mean: 10.0 } },
        ])
        .expect("whole")
    }

    /// The theory notes, equation E16: 100 + 10 ln(5), 100 + 10 ln(1.5), ln(992 / 2).
    #[test]
    fn quantiles_match_reference_values() {
        for (hit_ratio, quantile) in [(0.95, 116.094), (0.985, 104.055), (0.992, 6.207)] {
            let found = hits_and_misses(hit_ratio).quantile(0.99);
            assert!((found - quantile).abs() < 5.1e-4, "{hit_ratio}: {found}");
        }
        assert!((hits_and_misses(0.992).quantile(0.99) - 496f64.ln()).abs() < 1e-9);
    }

    /// Where exactly 1 in 100 misses, 99 % are answered within anything between the last hit and the first miss.
    #[test]
    fn the_quantile_jumps_where_the_hit_ratio_passes_it() {
        assert!(hits_and_misses(0.989_999).quantile(0.99) > 100.0);
        assert!(hits_and_misses(0.990_001).quantile(0.99) < 14.0);
        assert!((30.0..101.0).contains(&hits_and_misses(0.99).quantile(0.99)));
    }

    /// Half within 1 ms, the rest from 10 ms to 20 ms: the median of all is 1 ms, three quarters are within 15 ms.
    #[test]
    fn constants_and_residual_waits_are_worked_by_hand() {
        let mixture = Mixture::new([
            Part { share: 0.5, shift: 1.0, shape: Shape::Constant },
            Part { share: 0.5, shift: 10.0, shape: Shape::Uniform { length: 10.0 } },
        ])
        .expect("whole");
        assert_eq!((mixture.quantile(0.0), mixture.quantile(0.25), mixture.quantile(0.5)), (1.0, 1.0, 1.0));
        assert!((mixture.quantile(0.75) - 15.0).abs() < 1e-13);
        assert!((mixture.quantile(1.0) - 20.0).abs() < 1e-13);
        assert_eq!((mixture.within(1.0), mixture.within(0.5), mixture.mean()), (0.5, 0.0, 8.0));
    }

    /// 84.134474606854 % of a normal variable are below one standard deviation (mpmath).
    #[test]
    fn a_log_normal_is_a_normal_in_its_logarithm() {
        let fetch = Mixture::of(0.0, Shape::LogNormal { median: 80.0, sigma: 0.5 });
        assert!((fetch.quantile(0.5) - 80.0).abs() < 1e-11);
        assert!((fetch.quantile(0.841_344_746_068_543) / (80.0 * 0.5f64.exp()) - 1.0).abs() < 1e-12);
        assert!((fetch.mean() - 80.0 * 0.125f64.exp()).abs() < 1e-12);
        assert_eq!(Mixture::of(0.0, Shape::LogNormal { median: 80.0, sigma: 0.0 }).quantile(0.3), 80.0);
    }

    #[test]
    fn what_may_take_for_ever_has_no_last() {
        assert_eq!(hits_and_misses(0.9).quantile(1.0), f64::INFINITY);
        assert_eq!(Mixture::of(3.0, Shape::Constant).quantile(1.0), 3.0);
        let part = Part { share: 0.5, shift: 0.0, shape: Shape::Constant };
        assert_eq!(Mixture::new([part]), None);
        assert_eq!(Mixture::new([Part { share: 1.5, ..part }, Part { share: -0.5, ..part }]), None);
    }

    proptest! {
        #[test]
        fn quantiles_are_the_inverse_of_the_distribution(
            hit in 0.0..1.0f64, wait in 0.0..1.0f64, fetch in 1.0..500.0f64, sigma in 0.1..1.5f64, share in 0.001..0.999f64,
            unit in 1e-3..1e3f64,
        ) {
            let mixture = |unit: f64| Mixture::new([
                Part { share: hit, shift: unit, shape: Shape::Exponential { mean: 2.0 * unit } },
                Part { share: (1.0 - hit) * wait, shift: 0.0, shape: Shape::Uniform { length: fetch * unit } },
                Part {
                    share: (1.0 - hit) * (1.0 - wait),
                    shift: 0.0,
                    shape: Shape::LogNormal { median: fetch * unit, sigma },
                },
            ]).expect("whole");
            let found = mixture(1.0).quantile(share);
            prop_assert!((mixture(1.0).within(found) - share).abs() < 1e-9);
            prop_assert!((mixture(unit).quantile(share) / unit / found - 1.0).abs() < 1e-6);
            prop_assert!(mixture(1.0).quantile(share / 2.0) <= found);
        }
    }
}
