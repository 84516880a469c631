//! An origin whose wait makes its own load.

use super::delayed::{characteristic, held, missing};
use super::queue::{Queue, many_servers};
use crate::crossing::crossing;
use crate::residency::Population;

/// Fetch times that are tried, at equal ratios.
const SCANNED: u32 = 100;
/// Longest fetch time that is tried, in service times.
const LONGEST: f64 = 1e3;

/// What requests do whose key is being fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coalescing {
    /// They wait for it: the longer a fetch takes, the less load.
    Yes,
    /// They fetch it once more: the longer a fetch takes, the more load, up to a point.
    No,
}

/// A fetch time that makes the load that makes it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FixedPoint {
    /// Seconds that a fetch takes, its wait for a server included.
    pub fetch: f64,
    /// Fetches a second.
    pub load: f64,
    /// Whether it draws what is near it, or drives it away.
    pub stable: bool,
    /// Whether the origin cannot keep up with some shorter fetch time: requests have to pile up to get here. Without
    /// coalescing such a point is no forecast ([`couple`]).
    pub beyond_overload: bool,
}

/// The fixed points of an origin behind a cache, the fastest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Coupling {
    /// Stable and unstable ones in turn.
    pub points: Vec<FixedPoint>,
    /// What requests do whose key is being fetched.
    pub coalescing: Coalescing,
}

/// What the fixed points mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Verdict {
    /// It comes back from any disturbance.
    Healthy {
        /// Seconds that a fetch takes.
        fetch: f64,
    },
    /// It works, but a disturbance that makes fetches take longer than the margin does not end by itself: the load of
    /// those who wait keeps the origin slow (a herd collapse).
    Metastable {
        /// Seconds that a fetch takes as long as nothing happens.
        fetch: f64,
        /// Seconds beyond which it collapses.
        margin: f64,
    },
    /// With fetches of the length of a service alone it could not keep up; requests that wait for a fetch under way hold
    /// the load just below what it can take.
    HeldByWaiting {
        /// Seconds that a fetch takes.
        fetch: f64,
    },
    /// It has no state in which it keeps up for long; in simulation the wait grows without end, and no number is given
    /// for it.
    Overloaded,
}

impl Coupling {
    /// What the fixed points mean.
    pub fn verdict(&self) -> Verdict {
        match self.points[..] {
            [first] if first.beyond_overload && self.coalescing == Coalescing::Yes => {
                Verdict::HeldByWaiting { fetch: first.fetch }
            }
            [first, ..] if first.beyond_overload => Verdict::Overloaded,
            [FixedPoint { fetch, .. }] => Verdict::Healthy { fetch },
            [FixedPoint { fetch, .. }, FixedPoint { fetch: margin, .. }, ..] => {
                Verdict::Metastable { fetch, margin }
            }
            [] => Verdict::Overloaded,
        }
    }
}

/// The fetch times Z at which an origin of several servers, with so many seconds of service for each fetch, takes as long as
/// the load that fetches of that length make.
///
/// # Formula
/// `Z = S + W(load(Z))`, W by [`many_servers`](super::many_servers), the load by [`delayed`](super::delayed()): Λ · miss where
/// requests coalesce, and Λ (1 − hit) where they do not. Fetch times from S to 1,000 S are tried at 100 equal ratios; between
/// two where the sides of the equation change their order the root is bisected. An origin that cannot keep up waits for
/// ever. A point is stable where the left side outgrows the right.
///
/// # Assumptions
/// Those of both parts, and that the state moves slowly enough for both to be steady. No client gives up or tries again.
///
/// # Accuracy
/// Against simulation of 10,000 keys (Zipf 0.8, room for 1,000, 10,000 requests a second, 50 ms a fetch) with an outage to
/// disturb it, without coalescing:
///
/// - The fast point holds: .050 s to .052 s, and .0513 s by the formula, with 6,000 fetches a second.
/// - The margin is on the safe side. Where it is .317 s, outages that brought fetches to .44 s were recovered from, and of
///   ten that brought them to .57 s or more, one was. Where it is .168 s, all below .20 s were, and six of ten up to .29 s.
/// - The slow point is none: beyond the margin the wait grew for as long as the simulation ran. The load of long fetches is
///   understated by some percent, which is enough for that.
/// - Without a fast point by the formula (5,800 a second) it kept up for minutes and then collapsed by itself.
///
/// With coalescing and 4,000 a second, fetches took .43 s, and .413 s by the formula.
///
/// # Source
/// Derived for this project (theory notes, equation E15).
pub fn couple(
    population: &Population,
    room: f64,
    servers: u32,
    service: f64,
    coalescing: Coalescing,
) -> Coupling {
    let load = |fetch: f64| {
        let time = characteristic(population, room, fetch);
        population.over_keys(|rate| {
            rate * match coalescing {
                Coalescing::Yes => missing(rate, time, fetch),
                Coalescing::No => 1.0 - held(rate, time, fetch),
            }
        })
    };
    let too_short = |fetch: f64| match many_servers(servers, load(fetch), service) {
        Queue::Stable(waiting) => service + waiting.mean - fetch,
        Queue::Unstable { .. } => f64::INFINITY,
    };
    let mut points = vec![];
    let mut overload = false;
    let mut before = service;
    let mut short_before = too_short(before);
    if short_before <= 0.0 {
        // Nothing waits at all.
        points.push(FixedPoint { fetch: service, load: load(service), stable: true, beyond_overload: false });
        short_before = f64::NEG_INFINITY;
    }
    for nth in 1..=SCANNED {
        overload |= short_before == f64::INFINITY;
        let fetch = service * LONGEST.powf(f64::from(nth) / f64::from(SCANNED));
        let short = too_short(fetch);
        if (short > 0.0) != (short_before > 0.0) {
            let stable = short_before > 0.0;
            let signed = |fetch: f64| if stable { -too_short(fetch) } else { too_short(fetch) };
            let at = crossing(before, fetch, signed);
            points.push(FixedPoint { fetch: at, load: load(at), stable, beyond_overload: overload });
        }
        (before, short_before) = (fetch, short);
    }
    Coupling { points, coalescing }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::population::tests::zipf;

    const SERVICE: f64 = 0.05;

    /// 10,000 requests a second for 10,000 keys, Zipf 0.8, to a cache with room for 1,000; servers that together take
    /// `capacity` fetches of 50 ms a second.
    fn example(capacity: f64, unit: f64, coalescing: Coalescing) -> Coupling {
        let keys = zipf(10_000, 0.8).into_iter().map(|(rate, weight)| (1e4 * rate * unit, weight));
        couple(&Population::exact(keys), 1000.0, (capacity * SERVICE) as u32, SERVICE / unit, coalescing)
    }

    /// By a program of its own, from the same equations by plain bisection. The theory notes, equation E15, found .050 with
    /// 6,200 fetches a second; .0508, .317 and 3.2 with 6,000; .0531, .166 and 4.66 with 5,900, on a coarser grid.
    #[test]
    fn fixed_points_match_reference_values() {
        let ample = example(6200.0, 1.0, Coalescing::No);
        assert_eq!(ample.points.len(), 1);
        assert!((ample.points[0].fetch - 0.050).abs() < 5.1e-4 && ample.points[0].stable);
        for (capacity, fetches, noted) in [
            (6000.0, [0.051_310_635_5, 0.317_150_198, 3.241_691_06], [0.0508, 0.317, 3.2]),
            (5900.0, [0.053_469_437_6, 0.168_296_671, 4.675_070_78], [0.0531, 0.166, 4.66]),
        ] {
            let found = example(capacity, 1.0, Coalescing::No);
            assert_eq!(found.points.len(), 3, "{found:?}");
            for ((point, fetch), noted) in found.points.iter().zip(fetches).zip(noted) {
                assert!((point.fetch / fetch - 1.0).abs() < 1e-8, "{point:?}");
                assert!((point.fetch / noted - 1.0).abs() < 0.015, "{point:?}");
            }
            assert_eq!(
                found.points.iter().map(|point| point.stable).collect::<Vec<_>>(),
                [true, false, true]
            );
            assert!(found.points[2].beyond_overload && !found.points[1].beyond_overload);
            assert_eq!(
                found.verdict(),
                Verdict::Metastable { fetch: found.points[0].fetch, margin: found.points[1].fetch }
            );
        }
        let short = example(5800.0, 1.0, Coalescing::No);
        assert_eq!((short.points.len(), short.verdict()), (1, Verdict::Overloaded), "{short:?}");
    }

    /// The theory notes, equation E15: with coalescing the load falls from 5,316 a second at .05 s to 2,186 at 2 s, so that
    /// there is one point.
    #[test]
    fn requests_that_wait_for_each_other_leave_one_point() {
        for capacity in [6000.0, 5800.0, 5400.0] {
            let found = example(capacity, 1.0, Coalescing::Yes);
            assert_eq!(found.points.len(), 1, "{found:?}");
            assert!(matches!(found.verdict(), Verdict::Healthy { fetch } if fetch < 0.06), "{found:?}");
        }
        let held = example(4000.0, 1.0, Coalescing::Yes);
        assert!(matches!(held.verdict(), Verdict::HeldByWaiting { fetch } if fetch > 0.1), "{held:?}");
        assert!(held.points[0].load < 4000.0);
    }

    #[test]
    fn every_point_solves_the_equation_whatever_the_unit_of_time() {
        let (found, other) = (example(5900.0, 1.0, Coalescing::No), example(5900.0, 1e-3, Coalescing::No));
        for (one, two) in found.points.iter().zip(&other.points) {
            let waiting = many_servers(295, one.load, SERVICE).stable().expect("a point is below overload");
            assert!((SERVICE + waiting.mean - one.fetch).abs() < 1e-6 * one.fetch, "{one:?}");
            assert!((two.fetch * 1e-3 / one.fetch - 1.0).abs() < 1e-6, "{one:?} {two:?}");
        }
    }

    #[test]
    fn a_cache_that_holds_all_keys_leaves_the_origin_alone() {
        let keys = Population::new([(100.0, 1.0); 2]);
        let found = couple(&keys, 2.0, 1, SERVICE, Coalescing::No);
        assert_eq!(found.verdict(), Verdict::Healthy { fetch: SERVICE });
        assert_eq!(couple(&keys, 1.0, 0, SERVICE, Coalescing::No).verdict(), Verdict::Overloaded);
    }
}
