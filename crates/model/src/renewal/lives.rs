//! How long copies stay: until they are not asked for long enough, or their time to live ends.

use std::cell::OnceCell;

use crate::quadrature::{THREE, integral, nodes};

/// What ends the life of a copy beside eviction, and what prolongs it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Lives {
    /// Time to live in seconds, counted from the fetch on; none for copies that stay until they are evicted.
    pub ttl: Option<f64>,
    /// Whether each request starts the time to live anew.
    pub sliding: bool,
    /// By which share of that it is longer or shorter at most, uniformly.
    pub jitter: f64,
    /// When copies are fetched anew before their lives end.
    pub refresh: Option<Refresh>,
}

/// When copies are fetched anew.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Refresh {
    /// From which share of a life on.
    pub from: f64,
    /// On what occasion.
    pub when: When,
}

/// On what occasion a copy is fetched anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// When it is asked for in the rest of its life.
    OnHit,
    /// At once.
    Always,
    /// At once, where it was asked for since it was fetched.
    IfUsed,
}

/// What comes of a fetch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Life {
    /// How long the key is in the cache from then on without a break, and has its rank: in seconds, may be infinite.
    pub time: f64,
    /// How often it is fetched anew meanwhile.
    pub renewals: f64,
}

impl Lives {
    /// For how long a copy stays that nobody asks for, where the cache evicts it after `window`.
    pub fn span(&self, window: f64) -> f64 {
        self.ttl.filter(|_| self.sliding).map_or(window, |ttl| ttl.min(window))
    }

    /// What comes of a fetch of a key with `rate` requests a second that loses its rank at `leaves` a second and is evicted
    /// when it is not asked for during `window`.
    ///
    /// # Formula
    /// With S(t) the share of copies that are not evicted t after they were fetched (`Survival`), D the time to live and
    /// c the rate of leaving, X = ∫₀ᴰ e^(−ct) S(t) dt. Where copies are fetched anew, d is that integral up to then, ρ the
    /// mean of e^(−ct) over the instants t at which that happens (0 where it does not), X = d / (1 − ρ) and the number of
    /// renewals ρ / (1 − ρ). A time to live that slides is a shorter window.
    pub fn of(&self, rate: f64, leaves: f64, window: f64) -> Life {
        let survival = Survival::new(rate, self.span(window));
        let Some(ttl) = self.ttl.filter(|_| !self.sliding) else {
            return Life { time: survival.all(leaves), renewals: 0.0 };
        };
        let once = |ttl: f64| survival.with(self.refresh, ttl, leaves);
        let (alive, renewed) = if self.jitter > 0.0 {
            // A mean over uniform times to live.
            let rule = nodes(&THREE, ttl * (1.0 - self.jitter), ttl * (1.0 + self.jitter));
            let weigh = |(at, weight): (f64, f64)| (once(at), weight / (2.0 * ttl * self.jitter));
            rule.map(weigh).fold((0.0, 0.0), |sum, ((alive, renewed), weight)| {
                (sum.0 + weight * alive, sum.1 + weight * renewed)
            })
        } else {
            once(ttl)
        };
        Life { time: alive / (1.0 - renewed), renewals: renewed / (1.0 - renewed) }
    }
}

/// The share of copies that are still in an LRU cache some time after their fetch.
///
/// # Formula
/// A copy is evicted when it was not asked for during the characteristic time T. S(t) = 1 up to T, then
/// `S(t) = 1 − e^(−λT) (1 + λ ∫₀^(t−T) S)`: polynomials up to 3T. Beyond, S(t) = K e^(−νt), the slowest of the exponentials
/// that it is made of: z = νT is the other solution of `z e^(−z) = x e^(−x)`, x = λT, and K = (1 − z/x) / (1 − z).
///
/// # Accuracy
/// What is left out beyond 3T is below 1e-4 of S, and nothing where x is not between 0.2 and 3.
#[derive(Debug, Clone)]
struct Survival {
    rate: f64,
    window: f64,
    /// e^(−λT).
    silent: f64,
    tail: OnceCell<(f64, f64)>,
}

impl Survival {
    fn new(rate: f64, window: f64) -> Self {
        Self { rate, window, silent: (-rate * window).exp(), tail: OnceCell::new() }
    }

    /// ν and K.
    fn tail(&self) -> (f64, f64) {
        *self.tail.get_or_init(|| {
            let x = self.rate * self.window;
            // At 1 both solutions are one, and K is a limit.
            let x = if (x - 1.0).abs() < 1e-3 { 1.001 } else { x };
            match other_solution(x) {
                Some(z) => (z / self.window, (1.0 - z / x) / (1.0 - z)),
                None => (0.0, 1.0),
            }
        })
    }

    fn at(&self, time: f64) -> f64 {
        let Self { rate, window, silent, .. } = *self;
        if time <= window {
            return 1.0;
        }
        let behind = time - window;
        if behind <= window {
            return (1.0 - silent * (1.0 + rate * behind)).max(0.0);
        }
        let further = behind - window;
        if further <= window {
            let second = further - silent * further * (1.0 + rate * further / 2.0);
            return (1.0 - silent * (1.0 + rate * (window + second))).max(0.0);
        }
        let (falls, share) = self.tail();
        share * (-falls * time).exp()
    }

    /// ∫ e^(−ct) S(t) dt over all times: (1 − y) / (c + λy) with y = e^(−(λ + c)T).
    fn all(&self, leaves: f64) -> f64 {
        let exponent = -(self.rate + leaves) * self.window;
        -exponent.exp_m1() / (leaves + self.rate * exponent.exp())
    }

    /// ∫ e^(−ct) S(t) dt from 0 to `end`.
    fn until(&self, end: f64, leaves: f64) -> f64 {
        let window = self.window;
        if end <= window {
            return discounted(end, leaves);
        }
        let weighted = |time: f64| (-leaves * time).exp() * self.at(time);
        let early = discounted(window, leaves)
            + integral(window, end.min(2.0 * window), weighted)
            + integral(2.0 * window, end.min(3.0 * window), weighted);
        let behind = end - 3.0 * window;
        if behind <= 0.0 {
            return early;
        }
        let (falls, share) = self.tail();
        let falls = falls + leaves;
        early + share * (-3.0 * falls * window).exp() * discounted(behind, falls)
    }

    /// ∫ e^(−ct) dt over a life of `ttl`, or up to the fetch that renews it; and the mean of e^(−ct) at that fetch.
    fn with(&self, refresh: Option<Refresh>, ttl: f64, leaves: f64) -> (f64, f64) {
        let Some(Refresh { from, when }) = refresh else { return (self.until(ttl, leaves), 0.0) };
        let opens = ttl * from;
        let before = self.until(opens, leaves);
        let at_opening = (-leaves * opens).exp();
        match when {
            When::Always => (before, at_opening * self.at(opens)),
            When::IfUsed => {
                let unused = if opens < self.window { (-self.rate * opens).exp() } else { 0.0 };
                let rest =
                    unused * integral(opens, ttl.min(self.window.max(opens)), |at| (-leaves * at).exp());
                (before + rest, at_opening * (self.at(opens) - unused))
            }
            When::OnHit => {
                let end = ttl.min(opens + self.window);
                let silent = |at: f64| (-leaves * at).exp() * self.silent_since(opens, at);
                let alive =
                    integral(opens, (opens + end) / 2.0, silent) + integral((opens + end) / 2.0, end, silent);
                (before + alive, self.rate * alive)
            }
        }
    }

    /// Share of copies that are there at an instant and were not asked for since an earlier one.
    fn silent_since(&self, since: f64, at: f64) -> f64 {
        let Self { rate, window, .. } = *self;
        if at < window {
            return (-rate * (at - since)).exp();
        }
        // The last request before is one at x, at most a window ago; at an instant x there are λ S(x).
        let from = at - window;
        let last = |x: f64| rate * self.at(x) * (-rate * (at - x)).exp();
        let kinks = [from, from.max(window.min(since)), from.max((2.0 * window).min(since)), since];
        kinks.windows(2).map(|ends| integral(ends[0], ends[1], last)).sum()
    }
}

/// ∫ e^(−ct) dt from 0 to `end`.
fn discounted(end: f64, leaves: f64) -> f64 {
    if leaves * end < 1e-12 { end } else { -(-leaves * end).exp_m1() / leaves }
}

/// The solution of `z e^(−z) = x e^(−x)` that is not x; none where it is too small to matter.
fn other_solution(x: f64) -> Option<f64> {
    if x > 1.0 {
        // Below 1; from the left Newton's method on log z − z climbs to it.
        let goal = x.ln() - x;
        let mut z = goal.exp();
        if z < 1e-300 {
            return None;
        }
        for _ in 0..60 {
            let step = (goal - (z.ln() - z)) / (1.0 / z - 1.0);
            z += step;
            if step.abs() <= 1e-14 * z {
                break;
            }
        }
        Some(z)
    } else {
        // Above 1: z = log(z / x) + x.
        let goal = x - x.max(1e-300).ln();
        let mut z = goal.max(1.0) + goal.max(1.0).ln();
        for _ in 0..60 {
            let step = (goal - (z - z.ln())) / (1.0 - 1.0 / z);
            z += step;
            if step.abs() <= 1e-14 * z {
                break;
            }
        }
        Some(z)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::time_alive;

    /// Against the recursion in small steps, which `residency::time_alive` follows.
    #[test]
    fn the_time_of_a_copy_is_that_of_the_recursion() {
        for rate in [0.05, 0.3, 0.9, 1.0, 1.2, 2.5, 6.0, 15.0] {
            for ttl in [0.5, 1.3, 2.2, 2.9, 3.1, 5.0, 12.0, 60.0] {
                let lives = Lives { ttl: Some(ttl), ..Lives::default() };
                let (found, slow) = (lives.of(rate, 0.0, 1.0).time, time_alive(rate, 1.0, ttl));
                assert!((found / slow - 1.0).abs() < 2e-3, "{rate} {ttl}: {found} {slow}");
            }
        }
    }

    /// Without eviction and without leaving, equation E6 of this project's theory notes: on a hit, miss ratio
    /// e^(−λw) / (1 + λ (T − w)) and λ / (1 + λ (T − w)) fetches a second; where used, 1 / (1 + λT e^(λT)).
    #[test]
    fn renewals_have_the_closed_form_where_nothing_is_evicted() {
        let (rate, ttl, from) = (0.5, 10.0, 0.8);
        let life = |when| {
            let refresh = Some(Refresh { from, when });
            Lives { ttl: Some(ttl), refresh, ..Lives::default() }.of(rate, 0.0, 1e9)
        };
        let missed = |life: Life| 1.0 / (1.0 + rate * life.time);
        let on_hit = life(When::OnHit);
        assert!((missed(on_hit) - 0.073_576).abs() < 5e-7, "{}", missed(on_hit));
        let fetches = rate * missed(on_hit) * (1.0 + on_hit.renewals);
        assert!((fetches - 0.1).abs() < 1e-9, "{fetches}");
        assert_eq!(life(When::Always).time, f64::INFINITY);
        let used = Lives {
            ttl: Some(ttl),
            refresh: Some(Refresh { from: 1.0 - 1e-12, when: When::IfUsed }),
            ..Lives::default()
        };
        let x: f64 = rate * ttl;
        assert!((missed(used.of(rate, 0.0, 1e9)) * (1.0 + x * x.exp()) - 1.0).abs() < 1e-6);
    }

    /// λ / (λ + c) (1 − e^(−(λ + c)T)) of the time: the share of an isolated rank whose keys come without a copy.
    #[test]
    fn a_rank_that_is_left_has_the_share_that_mixing_gives_it() {
        let (rate, leaves, window) = (0.7, 0.2, 3.0);
        let time = Lives::default().of(rate, leaves, window).time;
        let sum: f64 = rate + leaves;
        let share = rate / sum * -(-sum * window).exp_m1();
        assert!((rate * time / (1.0 + rate * time) - share).abs() < 1e-14);
    }

    #[test]
    fn a_window_that_is_never_reached_changes_nothing() {
        for leaves in [0.0, 0.01] {
            let lives = Lives { ttl: Some(100.0), ..Lives::default() };
            let [short, long] = [40.0, 1e7].map(|window| lives.of(2.0, leaves, window).time);
            assert!((short / long - 1.0).abs() < 1e-9, "{short} {long}");
        }
    }
}
