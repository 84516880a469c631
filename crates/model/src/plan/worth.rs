//! What a warmed copy is worth.

/// What is expected of a warmed copy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// Probability that it is asked for while it is there. Where misses fill the cache this is also the number of misses
    /// that warming it saves: behind its first request the key would be there in any case.
    pub used: f64,
    /// Requests that it answers before it expires, or until a cache filled by misses is as warm; none where that has no
    /// end, or no closed form.
    pub hits: Option<f64>,
}

impl Worth {
    /// Nothing.
    pub const NONE: Self = Self { used: 0.0, hits: Some(0.0) };
}

/// What a copy is worth of a key that is asked for `rate` times a second and stops being so at rate `leaves`, where the
/// copy goes after `first` seconds unless it was asked for, and after `whole` seconds, `first` or more, in any case.
///
/// # Formula
/// With λ the rate, c the rate at which the key leaves the hot set, a = `first`, H = `whole`:
///
/// - `used = λ / (λ + c) · (1 − e^(−(λ + c) a))`
/// - `hits = ∫₀ᵃ λ e^(−(λ + c) x) (1 + λ (1 − e^(−c (H − x))) / c) dx = used + λ / c · (used − e^(−c H) (1 − e^(−λ a)))`
///
/// Without churn, `used = 1 − e^(−λ a)` and `hits = λ (H · used + a (1 − used))`; with a = H, a time to live T, these are
/// 1 − e^(−λ T) and λ T.
///
/// # Assumptions
/// Independent requests. A key that has left the hot set is not asked for any more. Behind its first request a copy is not
/// evicted before H, which holds up to the characteristic time.
pub fn worth(rate: f64, leaves: f64, first: f64, whole: f64) -> Worth {
    if rate <= 0.0 || first <= 0.0 {
        return Worth::NONE;
    }
    let used = rate / (rate + leaves) * -(-(rate + leaves) * first).exp_m1();
    // Below that the difference is rounding, and churn does not matter.
    let hits = if leaves == 0.0 || leaves * whole < 1e-8 {
        rate * (whole * used + if used < 1.0 { first * (1.0 - used) } else { 0.0 })
    } else {
        let unused = (-leaves * whole).exp() * -(-rate * first).exp_m1();
        used + rate / leaves * (used - unused)
    };
    Worth { used, hits: Some(hits).filter(|hits| hits.is_finite()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: Worth, used: f64, hits: f64) {
        let off = found.hits.expect("ends") / hits - 1.0;
        assert!((found.used - used).abs() < 1e-12 && off.abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn a_time_to_live_serves_its_length_times_the_rate() {
        near(worth(0.5, 0.0, 5.0, 5.0), 1.0 - (-2.5f64).exp(), 2.5);
        assert_eq!(worth(0.0, 0.0, 5.0, 5.0), Worth::NONE);
        assert_eq!(worth(2.0, 0.0, 0.0, 0.0), Worth::NONE);
        assert_eq!(worth(2.0, 0.0, f64::INFINITY, f64::INFINITY), Worth { used: 1.0, hits: None });
    }

    /// λ = ln 2, a = 1: half of the copies are asked for within a; H = 3: 0.5 · (3 + 1) · ln 2.
    #[test]
    fn a_copy_that_may_be_evicted_first_is_worked_by_hand() {
        near(worth(2f64.ln(), 0.0, 1.0, 3.0), 0.5, 2.0 * 2f64.ln());
    }

    /// λ = c = 1, a = H = ln 2: used = (1 − 1/4) / 2 = 3/8; hits = ∫ e^(−x) over the key's time in the hot set = 1 − 1/2.
    #[test]
    fn churn_takes_its_share() {
        near(worth(1.0, 1.0, 2f64.ln(), 2f64.ln()), 0.375, 0.5);
        let (little, none) = (worth(1.0, 1e-7, 2.0, 3.0), worth(1.0, 0.0, 2.0, 3.0));
        let (some, all) = (little.hits.expect("ends"), none.hits.expect("ends"));
        assert!((some / all - 1.0).abs() < 1e-6 && (little.used - none.used).abs() < 1e-6);
    }
}
