//! By how much swaps change who has a copy, at windows of any length.

use crate::renewal::Cache;
use crate::renewal::steady::Steady;

/// By how much swaps change the probability that a key has a copy.
///
/// It grows slowly with the window where the probability itself does not: between windows for which the equations were
/// solved it is taken as a straight line.
pub(super) struct Swapped {
    /// Rate of requests and of expiry of each rank.
    rates: Vec<(f64, f64)>,
    /// The window with which these rates of expiry give the share of the time with a copy.
    window: f64,
    /// Lengths of windows, the longest last, and the change for each rank at each.
    changes: Vec<(f64, Vec<f64>)>,
    /// The same where nothing is evicted.
    settled: Option<Vec<f64>>,
}

impl Swapped {
    /// For windows up to `longest`; the change is taken to be the same beyond.
    pub(super) fn new(cache: &Cache, steady: &Steady, longest: f64) -> Self {
        let rates: Vec<(f64, f64)> =
            cache.ranks.iter().zip(&steady.expire).map(|(rank, expires)| (rank.rate, *expires)).collect();
        let change = |window: f64, absent: &[f64]| -> Vec<f64> {
            let each = rates.iter().zip(absent);
            each.map(|((rate, expires), absent)| 1.0 - absent - asked(*rate, *expires, window)).collect()
        };
        let (mut changes, mut settled) = (vec![(0.0, vec![0.0; rates.len()])], None);
        if cache.churn > 0.0 {
            let start = vec![1.0; rates.len()];
            steady.mixing(cache).along(longest, &start, |absent| {
                changes.push((absent.window, change(absent.window, &absent.of)));
            });
            settled = steady.window.is_infinite().then(|| change(f64::INFINITY, &steady.absent.of));
        }
        Self { rates, window: steady.window, changes, settled }
    }

    /// The probability that the key of a rank has a copy that is younger than a window; `life` is how long copies live where
    /// that alone ends them but for now and then.
    pub(super) fn there(&self, nth: usize, window: f64, life: Option<f64>) -> f64 {
        let (rate, expires) = self.rates[nth];
        let asked = match life {
            Some(life) => {
                let all = window.max(life).max(self.window);
                asked(rate, expires, all) * (1.0 - idle(rate, life, window))
            }
            None => asked(rate, expires, window),
        };
        (asked + self.change(nth, window)).clamp(0.0, 1.0)
    }

    /// How much of that is due to swaps.
    fn change(&self, nth: usize, window: f64) -> f64 {
        match &self.settled {
            Some(settled) if window.is_infinite() => return settled[nth],
            _ if self.changes.len() == 1 => return 0.0,
            _ => {}
        }
        let behind = self.changes.partition_point(|(end, _)| *end < window).clamp(1, self.changes.len() - 1);
        let ((start, from), (end, to)) = (&self.changes[behind - 1], &self.changes[behind]);
        let share = ((window - start) / (end - start)).clamp(0.0, 1.0);
        from[nth] + share * (to[nth] - from[nth])
    }
}

/// The share of copies that nobody has asked for within a window, if each lives just so long: (1 − u/D) e^(−λu), since
/// that part of them is older.
pub(super) fn idle(rate: f64, life: f64, window: f64) -> f64 {
    (1.0 - window / life).max(0.0) * (-rate * window).exp()
}

/// The probability that a key was asked for within a window and has not expired since: λ / (λ + μ) (1 − e^(−(λ + μ)u)).
pub(super) fn asked(rate: f64, expires: f64, window: f64) -> f64 {
    let sum = rate + expires;
    if sum <= 0.0 { 0.0 } else { rate / sum * -(-sum * window).exp_m1() }
}
