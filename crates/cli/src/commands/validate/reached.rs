//! When a simulated hit ratio is first so high, told from counts that vary by chance.

/// Requests and hits of an interval of time behind an empty start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Counts {
    pub(super) from: f64,
    pub(super) to: f64,
    pub(super) requests: f64,
    pub(super) hits: f64,
}

/// A curve is fitted from the first guess over this factor to as many times it.
const WITHIN: f64 = 1.5;
/// Fewest intervals that a curve is fitted to.
const FEWEST: usize = 6;

/// The time at which the hit ratio first is `goal`, if it is within these intervals; `fetch` is how long a fetch takes.
///
/// # Method
/// The curve that never falls and is closest to the counts (isotonic regression) says about when. Single intervals have
/// few requests: the parabola of least squares through those around it, over the logarithm of the time since first copies
/// can be there, says it more precisely. Where that parabola does not rise to the goal there, the first answer stands.
///
/// # Assumptions
/// Until the end of the intervals the hit ratio only rises, as it does until first copies expire.
pub(super) fn reached(intervals: &[Counts], goal: f64, fetch: f64) -> Option<f64> {
    let first = rising(intervals).into_iter().find(|block| block.hits >= goal * block.requests)?.from;
    let copies_since = first - fetch;
    let around = |counts: &Counts| -> Option<(f64, Counts)> {
        let at = (((counts.from + counts.to) / 2.0 - fetch) / copies_since).ln();
        (at.abs() <= WITHIN.ln()).then_some((at, *counts))
    };
    let near: Vec<(f64, Counts)> = intervals.iter().filter_map(around).collect();
    let later = parabola(&near).and_then(|curve| rise(curve, goal)).filter(|at| at.abs() <= WITHIN.ln());
    Some(later.map_or(first, |at| fetch + copies_since * at.exp()))
}

/// Neighbours together wherever the hit ratio would fall: pool adjacent violators.
fn rising(intervals: &[Counts]) -> Vec<Counts> {
    let mut blocks: Vec<Counts> = vec![];
    for next in intervals.iter().filter(|counts| counts.requests > 0.0) {
        let mut next = *next;
        while let Some(last) = blocks.pop_if(|last| last.hits * next.requests >= next.hits * last.requests) {
            next.from = last.from;
            next.requests += last.requests;
            next.hits += last.hits;
        }
        blocks.push(next);
    }
    blocks
}

/// The factors of 1, x and x² of the parabola that is closest to the hit ratios; a request weighs like any other.
fn parabola(near: &[(f64, Counts)]) -> Option<[f64; 3]> {
    if near.len() < FEWEST {
        return None;
    }
    let mut rows = [[0.0; 4]; 3];
    for (at, counts) in near {
        for (power, row) in rows.iter_mut().enumerate() {
            let weight = at.powi(power as i32);
            for (column, sum) in row.iter_mut().take(3).enumerate() {
                *sum += counts.requests * weight * at.powi(column as i32);
            }
            row[3] += counts.hits * weight;
        }
    }
    solved(rows)
}

/// Where a parabola passes a value from below.
fn rise([constant, slope, bend]: [f64; 3], goal: f64) -> Option<f64> {
    let below = goal - constant;
    let root = (slope * slope + 4.0 * bend * below).sqrt();
    // The root at which the slope is positive, without a difference of like numbers while the parabola is nearly straight.
    let at = 2.0 * below / (slope + root);
    at.is_finite().then_some(at)
}

/// The solution of three linear equations, by elimination.
fn solved(mut rows: [[f64; 4]; 3]) -> Option<[f64; 3]> {
    for nth in 0..3 {
        let pivot = (nth..3).max_by(|a, b| rows[*a][nth].abs().total_cmp(&rows[*b][nth].abs()))?;
        rows.swap(nth, pivot);
        let row = rows[nth];
        for (_, target) in rows.iter_mut().enumerate().filter(|(other, _)| *other != nth) {
            let factor = target[nth] / row[nth];
            target.iter_mut().zip(row).for_each(|(target, from)| *target -= factor * from);
        }
    }
    let found = std::array::from_fn(|nth| rows[nth][3] / rows[nth][nth]);
    found.iter().all(|value: &f64| value.is_finite()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A thousand requests in each of 300 intervals; `off` is added to the hit ratio of every other one and taken from the
    /// rest.
    fn series(until: f64, off: f64, ratio: impl Fn(f64) -> f64) -> Vec<Counts> {
        let every = until / 300.0;
        let counts = |nth: u32| {
            let from = f64::from(nth) * every;
            let off = if nth.is_multiple_of(2) { off } else { -off };
            let hits = 1000.0 * (ratio(from + every / 2.0) + off).clamp(0.0, 1.0);
            Counts { from, to: from + every, requests: 1000.0, hits }
        };
        (0..300).map(counts).collect()
    }

    #[test]
    fn curves_whose_time_is_known_by_hand() {
        // 1 − e^(−t/τ) = 0.63 at −τ ln 0.37.
        let found = reached(&series(30.0, 0.0, |t| -(-t / 20.0).exp_m1()), 0.63, 0.0).expect("is reached");
        assert!((found / (-20.0 * 0.37_f64.ln()) - 1.0).abs() < 1e-3, "{found}");
        // 0.1 ln(t/s) = 0.5 at e⁵.
        let found = reached(&series(220.0, 0.0, |t| 0.1 * t.ln().max(0.0)), 0.5, 0.0).expect("is reached");
        assert!((found / 5f64.exp() - 1.0).abs() < 1e-3, "{found}");
    }

    #[test]
    fn nothing_is_there_before_the_first_fetch() {
        // 1 − e^(−(t − 10)) = 0.5 at 10 + ln 2, soon after it.
        let late = |t: f64| if t > 10.0 { -(10.0 - t).exp_m1() } else { 0.0 };
        let found = reached(&series(16.0, 0.0, late), 0.5, 10.0).expect("is reached");
        assert!((found - 10.0 - 2f64.ln()).abs() < 0.01, "{found}");
    }

    #[test]
    fn chance_moves_it_little() {
        let found = reached(&series(30.0, 0.1, |t| -(-t / 20.0).exp_m1()), 0.63, 0.0).expect("is reached");
        assert!((found / (-20.0 * 0.37_f64.ln()) - 1.0).abs() < 0.01, "{found}");
    }

    #[test]
    fn what_is_not_reached_has_no_time() {
        assert_eq!(reached(&series(30.0, 0.0, |t| -(-t / 20.0).exp_m1()), 0.9, 0.0), None);
        assert_eq!(reached(&[], 0.5, 0.0), None);
    }
}
