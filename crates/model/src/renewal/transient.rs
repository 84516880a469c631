//! What a cache that was emptied makes of its first requests.

use crate::crossing::{PRECISION, passage};
use crate::renewal::swaps::{Fetched, LEFT_ALONE, Mixing, Swaps};
use crate::renewal::{Beginning, Cache, Start, Turns, Warming};

/// Seconds behind which nothing is looked for.
const NEVER: f64 = 1e12;

/// A cache that has just lost everything, and the warmer that begins with it.
#[derive(Debug, Clone)]
pub struct Cold<'a> {
    cache: &'a Cache,
    swaps: Swaps,
    start: Option<(Start, Turns)>,
    /// For each rank the probability that its key is not warmed at the start at all.
    unlisted: Vec<f64>,
    /// The share of the other keys that a forecast names before they are asked for.
    named: f64,
    /// Fetches a second that the origin can answer; infinite where nothing holds it back.
    answers: f64,
    /// What is left of a fetch at an instant, in seconds.
    rest: f64,
    /// Rates of expiry: none.
    expire: Vec<f64>,
}

/// What has become of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// Seconds behind the restart.
    pub time: f64,
    /// Share of the requests then that find a copy.
    pub hit_ratio: f64,
    /// Copies in the cache.
    pub copies: f64,
}

impl<'a> Cold<'a> {
    /// An empty cache at the instant at which it restarts; none where what is warmed then has no closed form.
    pub fn new(cache: &'a Cache, warming: &Warming) -> Option<Self> {
        let swaps = Swaps::new(&cache.ranks, cache.churn);
        let named = warming.forecasts.map_or(0.0, |forecasts| forecasts.helps(cache));
        let nobody = vec![1.0; cache.ranks.len()];
        let (start, unlisted) = match warming.start {
            Beginning::Nothing => (None, nobody),
            Beginning::List(start) => (Some((start, start.turns(cache))), start.absent(cache, start.keys)),
            Beginning::Untimed => return None,
        };
        let expire = vec![0.0; cache.ranks.len()];
        Some(Self { cache, swaps, start, unlisted, named, answers: f64::INFINITY, rest: 0.0, expire })
    }

    /// The same in front of an origin that answers so many fetches a second and lets the others wait; at an instant, `rest`
    /// seconds are left of one on average, E\[Z²\] / (2 E\[Z\]).
    #[must_use]
    pub fn in_front_of(self, answers: f64, rest: f64) -> Self {
        Self { answers, rest, ..self }
    }

    /// What it has come to when those fetches have ended that were asked for up to `since` seconds behind the restart; less
    /// than 0 is before any has.
    ///
    /// # Formula
    /// Nothing is evicted before the cache is full, so that a key is there if it was asked for by then, or warmed: the hit
    /// ratio is Σ pᵢ (1 − wᵢ(u)), w as in [`Mixing`] without expiry, from those on who are not warmed yet. With K(u) copies,
    /// an origin that answers μ fetches a second has answered those up to u at `Z + max(u, K(u) / μ − r)`: what waits at
    /// first, it works off in the order of the requests, of which those for a key that is waited for wait with it. r is the
    /// rest of a fetch: servers that all begin at once have begun K of them by then (renewal theory).
    ///
    /// # Assumptions
    /// Fetches take their mean time Z. Where the origin is short of them, many are made in the time that one takes, and no
    /// warmer adds to them.
    pub fn at(&self, since: f64) -> Moment {
        let fetch = self.cache.fetch;
        let listed = match &self.start {
            Some((start, turns)) => {
                let warmed = turns.at(since + fetch - start.pace.takes);
                if warmed < start.keys { &start.absent(self.cache, warmed) } else { &self.unlisted }
            }
            None => &self.unlisted,
        };
        let absent = if since > 0.0 { &self.mixing().from(since, listed) } else { listed };
        let (mut hits, mut copies) = (0.0, 0.0);
        for (rank, absent) in self.cache.ranks.iter().zip(absent) {
            let named = if rank.hot { 0.0 } else { self.named };
            hits += rank.keys * rank.rate * (1.0 - absent * (1.0 - named));
            copies += rank.keys * (1.0 - absent);
        }
        let begun = copies / self.answers - self.rest;
        let answered = if since > 0.0 { since.max(begun) } else { since };
        Moment { time: fetch + answered, hit_ratio: hits / self.cache.requests(), copies }
    }

    fn mixing(&self) -> Mixing<'_> {
        Mixing {
            ranks: &self.cache.ranks,
            swaps: self.swaps,
            expire: &self.expire,
            fetched: if self.cache.follows { Fetched::SinceEmpty } else { Fetched::Never },
            left: LEFT_ALONE,
        }
    }

    /// When it first has a hit ratio, in seconds from the restart; none where that is later than the cache is full, or the
    /// first copies have expired.
    pub fn time_to(&self, hit_ratio: f64) -> Option<f64> {
        if self.at(-self.cache.fetch).hit_ratio >= hit_ratio {
            return Some(0.0);
        }
        let (_, moment) = self.first(|_, moment| moment.hit_ratio - hit_ratio)?;
        Some(moment.time)
    }

    /// When nothing waits any more at an origin that can answer fewer fetches than an empty cache sends it, in seconds from
    /// the restart; none where the first copies have expired by then, or it never can.
    ///
    /// # Formula
    /// K(u) = μ u. Once the cache is full, its misses stay what they are.
    pub fn time_to_drain(&self) -> Option<f64> {
        let over = |since: f64, moment: Moment| {
            if since > 0.0 { since * self.answers / moment.copies - 1.0 } else { -1.0 }
        };
        let since = self.first(over).map(|(since, _)| since).or_else(|| {
            let (since, full) =
                self.first(|_, moment| moment.copies / self.cache.capacity - 1.0 + PRECISION)?;
            let missed = self.cache.requests() * (1.0 - full.hit_ratio);
            (missed < self.answers).then(|| (full.copies - missed * since) / (self.answers - missed))
        });
        since.map(|since| since + self.cache.fetch).filter(|time| *time <= self.first_expiry())
    }

    /// When the copies expire that came first.
    fn first_expiry(&self) -> f64 {
        let lives = &self.cache.lives;
        self.cache.fetch + lives.ttl.map_or(f64::INFINITY, |ttl| ttl * (1.0 - lives.jitter))
    }

    /// When a number that grows with time, given what was asked for up to when, first is 0 or more: that, and what it has
    /// come to.
    fn first(&self, over: impl Fn(f64, Moment) -> f64) -> Option<(f64, Moment)> {
        if self.cache.capacity <= 0.0 {
            return None;
        }
        let fetch = self.cache.fetch;
        let full = |moment: Moment| moment.copies > self.cache.capacity * (1.0 + PRECISION);
        let at = passage(fetch + self.cache.first_guess() / 2.0, PRECISION, &mut |clock| {
            let moment = self.at(clock - fetch);
            if full(moment) || clock > NEVER { 1.0 } else { over(clock - fetch, moment) }
        });
        let since = at.high - fetch;
        let moment = self.at(since);
        let reached = over(since, moment) >= -2.0 * PRECISION && !full(moment);
        (reached && moment.time <= self.first_expiry()).then_some((since, moment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::renewal::steady::tests::zipf;
    use crate::residency::{Population, population};
    use crate::transient::{ColdStart, after_cold_start};

    /// Times to 50, 90, 95 and 99 % of the steady hit ratio as shares of the characteristic time, N = 10⁴ and C = 10³:
    /// equation E9 of this project's theory notes.
    #[test]
    fn the_time_to_warm_depends_on_the_exponent() {
        for (exponent, shares) in [
            (0.8, [0.154, 0.726, 0.854, 0.969]),
            (1.0, [0.036, 0.510, 0.714, 0.935]),
            (1.2, [0.005, 0.222, 0.449, 0.844]),
        ] {
            let cache = zipf(1e4, exponent, 1.0, 100.0, 1000.0, 0.0);
            let steady = cache.steady();
            let cold = Cold::new(&cache, &Warming::default()).expect("warms nothing");
            for (part, share) in [0.5, 0.9, 0.95, 0.99].iter().zip(shares) {
                let time = cold.time_to(part * steady.shares(&cache)[0]);
                let found = time.expect("is reached") / steady.window;
                assert!((found - share).abs() < 6e-4, "{exponent} {part}: {found}");
            }
        }
    }

    /// Equation E11 of this project's theory notes: of 1,000 requests a second with 400 fetches a second, misses are down to
    /// what the origin can answer after 1.388 s.
    #[test]
    fn an_origin_that_is_short_of_time_fills_the_cache_at_its_own_pace() {
        let cache = zipf(1e4, 1.0, 1000.0, 100.0, 1000.0, 0.0);
        let cold = Cold::new(&cache, &Warming::default()).expect("warms nothing").in_front_of(400.0, 0.0);
        let time = cold.time_to(0.6).expect("is reached");
        assert!((time - 1.388).abs() < 5e-4, "{time}");
        // The cache is full before all that waited has been answered.
        let keys = population::tests::zipf(10_000, 1.0).into_iter();
        let population = Population::exact(keys.map(|(rate, weight)| (1000.0 * rate, weight)));
        let expected =
            after_cold_start(&ColdStart::new(&population, 1000.0), 400.0).expect("is drained").drained_at;
        let drained = cold.time_to_drain().expect("is drained");
        assert!((drained / expected - 1.0).abs() < 1e-5, "{drained} {expected}");
        assert_eq!(cold.in_front_of(300.0, 0.0).time_to_drain(), None);
        let none = Cache { capacity: 0.0, ..cache.clone() };
        let cold = Cold::new(&none, &Warming::default()).expect("warms nothing").in_front_of(400.0, 0.0);
        assert_eq!((cold.time_to(0.1), cold.time_to(0.0), cold.time_to_drain()), (None, Some(0.0), None));
    }
}
