//! What waits at an origin while it gets more than it can take.

use super::cold_start::ColdStart;
use crate::crossing::crossing_above;

/// A point of a load that runs straight from one point to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Load {
    /// Seconds from the beginning.
    pub at: f64,
    /// Fetches that are asked for a second.
    pub rate: f64,
}

/// Fetches waiting at an origin.
#[derive(Debug, Clone, PartialEq)]
pub struct Backlog {
    /// How many wait at each point of the load.
    pub waiting: Vec<f64>,
    /// Most that ever wait.
    pub peak: f64,
    /// When that is.
    pub peak_at: f64,
    /// When the last of them is taken; none where some still wait at the last point.
    pub drained_at: Option<f64>,
}

/// The backlog of an origin that takes `capacity` fetches a second, over the points of a load in order of time, with
/// nothing waiting at the first.
///
/// # Formula
/// `Q' = λ(t) − μ` while Q > 0 or λ > μ, else 0. Between two points λ is a straight line, Q a parabola; exact but for
/// rounding. A fetch that comes when Q wait is taken after Q / μ.
///
/// # Assumptions
/// Many fetches in the time that one takes, so that chance matters little (a fluid). What waits below
/// the capacity, by chance, is not in it; a load at or above the capacity has no steady state.
pub fn backlog(load: &[Load], capacity: f64) -> Backlog {
    let mut found = Backlog {
        waiting: Vec::with_capacity(load.len()),
        peak: 0.0,
        peak_at: load.first().map_or(0.0, |point| point.at),
        drained_at: load.first().map(|point| point.at),
    };
    let mut waiting = 0.0;
    for (nth, point) in load.iter().enumerate() {
        if let Some(before) = nth.checked_sub(1).map(|before| load[before]) {
            let (from, to) = (before.rate - capacity, point.rate - capacity);
            // Where the load passes the capacity between the points.
            let turn = if from * to < 0.0 { from / (from - to) } else { 1.0 };
            let lasts = point.at - before.at;
            let middle = from + (to - from) * turn;
            found.run(&mut waiting, before.at, turn * lasts, from, middle);
            found.run(&mut waiting, before.at + turn * lasts, (1.0 - turn) * lasts, middle, to);
        }
        found.waiting.push(waiting);
    }
    found
}

impl Backlog {
    /// Moves on by a time in which what comes less what is taken runs from one rate to another of the same sign.
    fn run(&mut self, waiting: &mut f64, at: f64, lasts: f64, from: f64, to: f64) {
        if lasts <= 0.0 {
            return;
        }
        let change = (from + to) / 2.0 * lasts;
        if change < 0.0 && *waiting > 0.0 && *waiting + change <= 0.0 {
            self.drained_at = Some(at + first_root(*waiting, from, (to - from) / lasts));
        }
        *waiting = (*waiting + change).max(0.0);
        if *waiting > self.peak {
            (self.peak, self.peak_at) = (*waiting, at + lasts);
        }
        if *waiting > 0.0 {
            self.drained_at = None;
        }
    }
}

/// The first time at which `waiting + rate t + bend t² / 2` is 0, where the rate is not above 0 before.
fn first_root(waiting: f64, rate: f64, bend: f64) -> f64 {
    let root = (rate * rate - 2.0 * bend * waiting).max(0.0).sqrt();
    2.0 * waiting / (root - rate)
}

/// What waits at an origin behind a cache that was empty, at most and until when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ColdBacklog {
    /// Most fetches that wait.
    pub peak: f64,
    /// Seconds after which that many do: when misses are down to the capacity.
    pub peak_at: f64,
    /// Seconds that the last of those wait.
    pub longest_wait: f64,
    /// Seconds after which none waits.
    pub drained_at: f64,
}

/// The backlog behind a cache that was empty; none where the full cache misses as much as the origin takes, or more, and
/// the backlog never ends.
///
/// # Formula
/// With A(t) the misses up to t ([`ColdStart::misses`]), the backlog is A(t) − μ t. It is largest at t*, where
/// `Λ (1 − h(t*)) = μ`, and over where A(t) = μ t.
///
/// # Assumptions
/// Those of [`backlog`]; a key that is being fetched is not fetched again (requests coalesce), which is why what waits
/// counts as there.
pub fn after_cold_start(cold: &ColdStart, capacity: f64) -> Option<ColdBacklog> {
    if cold.miss_rate(0.0) <= capacity {
        return Some(ColdBacklog { peak: 0.0, peak_at: 0.0, longest_wait: 0.0, drained_at: 0.0 });
    }
    if cold.miss_rate(f64::INFINITY) >= capacity {
        return None;
    }
    let peak_at =
        crossing_above(0.0, 1.0 / cold.rate, |time| capacity - cold.miss_rate(time)).min(cold.fill_time());
    // A capacity just below the load has a backlog below rounding.
    let peak = (cold.misses(peak_at) - capacity * peak_at).max(0.0);
    let drained_at = crossing_above(peak_at, 1.0 / cold.rate, |time| capacity * time - cold.misses(time));
    Some(ColdBacklog { peak, peak_at, longest_wait: peak / capacity, drained_at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::Population;
    use crate::residency::population::tests::zipf;
    use proptest::prelude::*;

    fn points<const N: usize>(points: [(f64, f64); N]) -> [Load; N] {
        points.map(|(at, rate)| Load { at, rate })
    }

    /// 30 a second on 10 for 2 s leave 40; nothing coming, they take 4 s.
    #[test]
    fn a_step_is_worked_by_hand() {
        let found = backlog(&points([(0.0, 30.0), (2.0, 30.0), (2.0, 0.0), (9.0, 0.0)]), 10.0);
        assert_eq!(found.waiting, [0.0, 40.0, 40.0, 0.0]);
        assert_eq!((found.peak, found.peak_at, found.drained_at), (40.0, 2.0, Some(6.0)));
    }

    /// From 20 down to 0 in 10 s on 10: it grows for 5 s to 25 and takes another 5 s to drain.
    #[test]
    fn a_slope_is_worked_by_hand() {
        let found = backlog(&points([(0.0, 20.0), (10.0, 0.0)]), 10.0);
        assert!((found.peak - 25.0).abs() < 1e-12 && (found.peak_at - 5.0).abs() < 1e-12);
        assert!(found.waiting[1].abs() < 1e-12);
        let steeper = backlog(&points([(0.0, 20.0), (5.0, 10.0), (6.0, 0.0), (9.0, 0.0)]), 10.0);
        // 25 at 5 s, 20 at 6 s, then 10 a second.
        assert_eq!(steeper.waiting, [0.0, 25.0, 20.0, 0.0]);
        assert!((steeper.drained_at.expect("it drains") - 8.0).abs() < 1e-12);
    }

    #[test]
    fn what_does_not_drain_is_said_not_to() {
        let found = backlog(&points([(0.0, 20.0), (1.0, 20.0)]), 10.0);
        assert_eq!((found.peak, found.drained_at), (10.0, None));
        let idle = backlog(&points([(3.0, 5.0), (9.0, 10.0)]), 10.0);
        assert_eq!((idle.peak, idle.peak_at, idle.drained_at), (0.0, 3.0, Some(3.0)));
        assert_eq!(backlog(&[], 10.0).drained_at, None);
    }

    /// One key at λ = 2 on μ = 1: most waits where 2 e^(−2 t) = 1, at ln(2) / 2, and that is 1/2 − ln(2) / 2.
    #[test]
    fn a_cold_start_of_one_key_is_worked_by_hand() {
        let keys = Population::new([(2.0, 1.0)]);
        let found = after_cold_start(&ColdStart::new(&keys, 1.0), 1.0).expect("one miss in all");
        assert!((found.peak_at - 2f64.ln() / 2.0).abs() < 1e-14);
        assert!((found.peak - (0.5 - 2f64.ln() / 2.0)).abs() < 1e-14);
        assert!((-(-2.0 * found.drained_at).exp_m1() - found.drained_at).abs() < 1e-12);
    }

    #[test]
    fn a_cold_start_agrees_with_its_load_in_steps() {
        let keys = Population::exact(zipf(1000, 0.8));
        let cold = ColdStart::new(&keys, 100.0);
        let capacity = 0.7;
        let closed = after_cold_start(&cold, capacity).expect("the full cache misses 0.622");
        let at = |nth: u32| f64::from(nth) * closed.drained_at / 5000.0;
        let load: Vec<Load> =
            (0..=6000).map(|nth| Load { at: at(nth), rate: cold.miss_rate(at(nth)) }).collect();
        let stepped = backlog(&load, capacity);
        assert!((stepped.peak / closed.peak - 1.0).abs() < 1e-5, "{closed:?} {}", stepped.peak);
        assert!((stepped.drained_at.expect("it drains") / closed.drained_at - 1.0).abs() < 1e-4);
        assert_eq!(after_cold_start(&cold, 0.62), None);
        assert_eq!(after_cold_start(&cold, 1.01).expect("ample").peak, 0.0);
    }

    proptest! {
        #[test]
        fn more_capacity_never_lets_more_wait_and_every_fetch_is_taken_or_waits(
            rates in prop::collection::vec(0.0..50.0f64, 2..12), capacity in 1.0..40.0f64, unit in 1e-3..1e3f64,
        ) {
            let load: Vec<Load> = rates.iter().zip(0..).map(|(rate, at)| Load { at: f64::from(at), rate: *rate }).collect();
            let found = backlog(&load, capacity);
            let ample = backlog(&load, capacity * 1.5);
            for (less, more) in ample.waiting.iter().zip(&found.waiting) {
                prop_assert!(*more >= 0.0 && *less <= more + 1e-9);
            }
            prop_assert!(ample.peak <= found.peak + 1e-9);
            let scaled: Vec<Load> = load.iter().map(|one| Load { at: one.at / unit, rate: one.rate * unit }).collect();
            let other = backlog(&scaled, capacity * unit);
            prop_assert!((other.peak - found.peak).abs() <= 1e-9 * found.peak.max(1.0));
            // In steps of a thousandth, with what is too much cut off in each.
            let mut waiting = 0f64;
            for pair in load.windows(2) {
                for part in 0..1000 {
                    let rate = pair[0].rate + (pair[1].rate - pair[0].rate) * (f64::from(part) + 0.5) / 1000.0;
                    waiting = (waiting + (rate - capacity) / 1000.0).max(0.0);
                }
            }
            prop_assert!((waiting - found.waiting[load.len() - 1]).abs() < 0.1);
        }
    }
}
