//! The hit ratio of a cache that demand has filled, with a time to live.

use crate::residency::Population;

/// Steps in a characteristic time.
const STEPS: usize = 32;
/// Characteristic times after which a copy's chance to be left falls at one rate.
const TRANSIENT: usize = 64;

/// Share of the requests that an LRU cache answers, `characteristic` being its characteristic time (infinite where it
/// holds all keys) and `ttl` the time to live from the fetch on, or from the last request on where it is `sliding`.
///
/// # Formula
/// Without a time to live, and with a sliding one, `h = 1 − e^(−λ min(T_C, T))`. With a fixed one, `h = E / (1 + E)` with
/// `E = λ ∫₀ᵀ S(t) dt` ([`time_alive`]); where T_C is longer than T that is λ T / (1 + λ T).
///
/// # Assumptions
/// Copies that have expired keep their place until they are evicted, so that T_C is that without a time to live.
pub fn hit_ratio(population: &Population, characteristic: f64, ttl: Option<f64>, sliding: bool) -> f64 {
    let share = |rate: f64| match ttl {
        Some(ttl) if !sliding => {
            let hits = rate * time_alive(rate, characteristic, ttl);
            if hits.is_infinite() { 1.0 } else { hits / (1.0 + hits) }
        }
        ttl => -(-rate * characteristic.min(ttl.unwrap_or(f64::INFINITY))).exp_m1(),
    };
    let asked = population.groups().iter().rev().filter(|group| group.rate > 0.0);
    let hits: f64 = asked.map(|group| group.keys * group.rate * share(group.rate)).sum();
    let all = population.rate();
    if all > 0.0 { hits / all } else { 0.0 }
}

/// How long of its time to live T a copy is in an LRU cache on average: ∫₀ᵀ S(t) dt.
///
/// # Formula
/// S(t), the share of copies that are not yet evicted t after their fetch, is 1 up to the characteristic time T_C, then
/// `S(t) = 1 − e^(−λ T_C) (1 + λ ∫₀^(t − T_C) S)`; in steps of T_C / 32 by the trapezoid rule, and from 64 T_C on at the
/// rate at which it falls there.
///
/// # Source
/// Derived for this project and checked against simulation, for which see the tests.
pub fn time_alive(rate: f64, characteristic: f64, ttl: f64) -> f64 {
    if ttl <= characteristic {
        return ttl;
    }
    let missed = (-rate * characteristic).exp();
    let step = characteristic / STEPS as f64;
    let steps = (ttl / step).min((TRANSIENT * STEPS) as f64);
    // Before it falls nothing is lost; the fall at T_C itself is sudden.
    let mut alive: Vec<f64> = (0..=STEPS).map(|nth| nth as f64 * step).collect();
    let mut left = 1.0 - missed;
    let mut earlier = left;
    for nth in STEPS..steps.ceil() as usize {
        let next = (1.0 - missed * (1.0 + rate * alive[nth + 1 - STEPS])).max(0.0);
        alive.push(alive[nth] + (left + next) / 2.0 * step);
        earlier = left;
        left = next;
    }
    let whole = steps.floor() as usize;
    let part = alive.get(whole + 1).map_or(0.0, |next| (next - alive[whole]) * steps.fract());
    let rest = ttl - step * steps;
    let fall = if left > 0.0 { (earlier / left).ln() / step } else { f64::INFINITY };
    let tail = if rest <= 0.0 || left <= 0.0 {
        0.0
    } else if fall > 0.0 {
        -left * (-fall * rest).exp_m1() / fall
    } else {
        left * rest
    };
    alive[whole] + part + tail
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::residency::population::tests::zipf;

    fn of(keys: u32, exponent: f64, room: f64, ttl: Option<f64>) -> f64 {
        let keys = Population::new(zipf(keys, exponent));
        hit_ratio(&keys, keys.time_to_fill(room), ttl, false)
    }

    /// By an independent program, for this project's theory notes (equation E1).
    #[test]
    fn hit_ratios_without_a_time_to_live_match_reference_values() {
        for (keys, exponent, room, ratio) in [
            (100, 0.8, 40.0, 0.645_411_939_176),
            (1000, 0.8, 100.0, 0.377_790_221_283),
            (10_000, 0.8, 1000.0, 0.436_659_722_231),
            (10_000, 1.2, 100.0, 0.656_341_446_801),
        ] {
            let tolerance = if keys <= 4096 { 1e-11 } else { 1e-6 };
            assert!((of(keys, exponent, room, None) - ratio).abs() < tolerance, "{keys} {exponent} {room}");
        }
    }

    /// The model's figures in the theory notes (equation E5, expired copies keep their place); the simulation there found
    /// .40098, .57279, .75853 and .29295.
    #[test]
    fn hit_ratios_with_a_time_to_live_match_reference_values() {
        for (keys, exponent, room, ttl, ratio) in [
            (5000, 0.8, 500.0, 1500.0, 0.40129),
            (5000, 1.0, 300.0, 3000.0, 0.57293),
            (2000, 1.2, 200.0, 1000.0, 0.75874),
            (5000, 0.8, 500.0, 400.0, 0.29337),
        ] {
            let found = of(keys, exponent, room, Some(ttl));
            assert!((found - ratio).abs() < 2e-5, "{keys} {exponent} {room} {ttl}: {found}");
        }
    }

    #[test]
    fn an_endless_time_to_live_is_none() {
        assert!((of(1000, 0.8, 100.0, Some(1e9)) - of(1000, 0.8, 100.0, None)).abs() < 1e-4);
        assert_eq!(of(10, 0.8, 10.0, None), 1.0);
    }

    /// λ T / (1 + λ T) with λ T = 0.5 · 5, and 1 − e^(−λ T).
    #[test]
    fn a_large_cache_knows_the_time_to_live_alone() {
        let keys = Population::new([(0.5, 1.0)]);
        assert!((hit_ratio(&keys, f64::INFINITY, Some(5.0), false) - 2.5 / 3.5).abs() < 1e-15);
        assert!((hit_ratio(&keys, f64::INFINITY, Some(5.0), true) - (1.0 - (-2.5f64).exp())).abs() < 1e-15);
    }
}
