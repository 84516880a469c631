//! Claims that their own numbers settle: no engine is asked.

/// A quantity that follows from the numbers of a claim.
#[derive(Debug, Clone, PartialEq)]
pub enum Stated {
    /// Terms that are added up.
    Sum {
        /// The terms.
        terms: Vec<f64>,
    },
    /// The time of a hit that two mean latencies at two hit ratios imply.
    HitLatency {
        /// Hit ratios before and after, the second the higher.
        hit_ratios: [f64; 2],
        /// Mean latencies in milliseconds.
        latencies_ms: [f64; 2],
    },
    /// Calls of the origin after a change, as a multiple of those before.
    Calls {
        /// Hit ratios before and after.
        hit_ratios: [f64; 2],
        /// Calls of the warmer, as a share of the calls before.
        warm_share: f64,
    },
}

impl Stated {
    /// Its value.
    ///
    /// - sum: Σ terms
    /// - hit latency H: L₁ = H + (1 - h₁) M and L₂ = H + (1 - h₂) M, so that M = (L₁ - L₂) / (h₂ - h₁) and
    ///   H = L₁ - (1 - h₁) M. A negative H is no latency: the four numbers contradict each other.
    /// - calls: (1 - h₂) / (1 - h₁) + w, with w the warmer's share
    pub fn value(&self) -> f64 {
        match self {
            Self::Sum { terms } => terms.iter().sum(),
            Self::HitLatency { hit_ratios, latencies_ms } => {
                let misses = (1.0 - hit_ratios[0]) * miss_penalty(hit_ratios, latencies_ms);
                let hit = latencies_ms[0] - misses;
                // The dust of binary fractions is no time.
                if hit.abs() < 1e-9 * latencies_ms[0] { 0.0 } else { hit }
            }
            Self::Calls { hit_ratios: [before, after], warm_share } => {
                (1.0 - after) / (1.0 - before) + warm_share
            }
        }
    }

    /// How it is worked out, in numbers.
    pub fn arithmetic(&self) -> String {
        let value = short(self.value());
        match self {
            Self::Sum { terms } => {
                let terms: Vec<String> = terms.iter().map(f64::to_string).collect();
                format!("{} = {value}", terms.join(" + "))
            }
            Self::HitLatency { hit_ratios: [before, after], latencies_ms: [slow, fast] } => {
                let miss = miss_penalty(&[*before, *after], &[*slow, *fast]);
                let (rise, misses) = (short(after - before), short(1.0 - before));
                let most = (1.0 - before) / (1.0 - after);
                format!(
                    "({slow} - {fast}) / {rise} = {} ms for a miss beyond a hit, and {slow} - {misses} x {0} = {value} ms for a hit; fewer misses alone make requests {most:.1} times as fast at most",
                    short(miss)
                )
            }
            Self::Calls { hit_ratios: [before, after], warm_share } => {
                let (now, then) = (short(1.0 - after), short(1.0 - before));
                format!("misses {now} / {then} + warm calls {warm_share} = {value}")
            }
        }
    }

    /// Its name in results.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Sum { .. } => "sum",
            Self::HitLatency { .. } => "implied_hit_latency_ms",
            Self::Calls { .. } => "origin_calls_ratio",
        }
    }

    /// Its unit; none for a bare number.
    pub const fn unit(&self) -> &'static str {
        match self {
            Self::HitLatency { .. } => "ms",
            Self::Sum { .. } | Self::Calls { .. } => "",
        }
    }
}

fn miss_penalty(hit_ratios: &[f64; 2], latencies_ms: &[f64; 2]) -> f64 {
    (latencies_ms[0] - latencies_ms[1]) / (hit_ratios[1] - hit_ratios[0])
}

/// Six decimals at most, without the dust of binary fractions.
fn short(value: f64) -> String {
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of a published warmer of market data, worked out by hand.
    #[test]
    fn numbers_that_contradict_each_other_are_worked_out() {
        let uplifts = Stated::Sum { terms: vec![70.0, 10.0, 5.0, 5.0, 5.0] };
        assert_eq!((uplifts.value(), uplifts.arithmetic()), (95.0, "70 + 10 + 5 + 5 + 5 = 95".to_owned()));
        // M = 1600 / 0.15 = 10 667 ms; H = 2100 - 0.3 x 10 667 = -1100 ms; 0.30 / 0.15 = 2.
        let wait = Stated::HitLatency { hit_ratios: [0.70, 0.85], latencies_ms: [2100.0, 500.0] };
        assert!((wait.value() + 1100.0).abs() < 1e-6, "{}", wait.value());
        assert!(
            wait.arithmetic().ends_with(
                "= -1100 ms for a hit; fewer misses alone make requests 2.0 times as fast at most"
            )
        );
        let just = Stated::HitLatency { hit_ratios: [0.4, 0.85], latencies_ms: [60.0, 15.0] };
        assert_eq!(just.value(), 0.0);
        // 1000 calls at 30 % misses become 500 at 15 %, and 150 warm calls make 650.
        let calls = Stated::Calls { hit_ratios: [0.70, 0.85], warm_share: 0.15 };
        assert!((calls.value() - 0.65).abs() < 1e-12);
        assert_eq!(calls.arithmetic(), "misses 0.15 / 0.3 + warm calls 0.15 = 0.65");
    }
}
