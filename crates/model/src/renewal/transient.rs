//! What a cache that was emptied makes of its first requests.

use crate::renewal::swaps::{Fetched, LEFT_ALONE, Mixing, Swaps};
use crate::renewal::{Cache, Warming};

/// Straight lines that are drawn until one passes close enough.
const REFINEMENTS: usize = 3;

/// A cache that has just lost everything, and the warmer that begins with it.
#[derive(Debug, Clone)]
pub struct Cold<'a> {
    cache: &'a Cache,
    swaps: Swaps,
    /// For each rank the probability that its key is there once the first warm operations have ended.
    start: Vec<f64>,
    /// The share of the other keys that a forecast names before they are asked for.
    named: f64,
    /// Rates of expiry: none.
    expire: Vec<f64>,
}

impl<'a> Cold<'a> {
    /// An empty cache at the instant at which it restarts.
    pub fn new(cache: &'a Cache, warming: &Warming) -> Self {
        let swaps = Swaps::new(&cache.ranks, cache.churn);
        let start = cache.ranks.iter().map(|rank| if cache.follows && rank.followed { 0.0 } else { 1.0 });
        let start: Vec<f64> = start.collect();
        let named = warming.forecasts.map_or(0.0, |forecasts| forecasts.helps(cache));
        Self { cache, swaps, start, named, expire: vec![0.0; cache.ranks.len()] }
    }

    /// The hit ratio some time behind the restart, in seconds.
    ///
    /// # Formula
    /// Nothing is evicted before the cache is full, so that a key is there if it was asked for before, or warmed: with a
    /// fetch that takes Z, h(t) = Σ pᵢ (1 − wᵢ(t − Z)), w as in [`Mixing`] without expiry.
    ///
    /// # Assumptions
    /// Up to the time at which the cache is full or the first copies expire, whichever is earlier: see [`Self::ends`].
    /// Fetches take their mean time.
    pub fn hit_ratio(&self, time: f64) -> f64 {
        let since = time - self.cache.fetch;
        if since <= 0.0 {
            self.found(&self.start)
        } else {
            self.found(&self.mixing().from(since, &self.start))
        }
    }

    /// The hit ratio, given who is without a copy.
    fn found(&self, absent: &[f64]) -> f64 {
        let (mut hits, mut all) = (0.0, 0.0);
        for (rank, absent) in self.cache.ranks.iter().zip(absent) {
            let named = if rank.hot { 0.0 } else { self.named };
            hits += rank.keys * rank.rate * (1.0 - absent * (1.0 - named));
            all += rank.keys * rank.rate;
        }
        hits / all
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

    /// Until when its hit ratio is known: until the cache is full, or the first copies expire.
    pub fn ends(&self, window: f64) -> f64 {
        let lives = &self.cache.lives;
        let first = lives.ttl.map_or(f64::INFINITY, |ttl| ttl * (1.0 - lives.jitter));
        window.min(first) + self.cache.fetch
    }

    /// When it first has a hit ratio, in seconds from the restart; none where that is later than [`Self::ends`].
    pub fn time_to(&self, hit_ratio: f64, ends: f64) -> Option<f64> {
        let first = self.found(&self.start);
        if first >= hit_ratio {
            return Some(0.0);
        }
        let mut end = ends - self.cache.fetch;
        if end.is_infinite() {
            end = 1.0;
            while self.hit_ratio(self.cache.fetch + end) < hit_ratio && end < 1e12 {
                end *= 2.0;
            }
        }
        // The step in which it is reached, then straight lines within.
        let (mut before, mut reached) = ((0.0, first), None);
        self.mixing().along(end, &self.start, |absent| {
            let here = (absent.window, self.found(&absent.of));
            if reached.is_none() && here.1 >= hit_ratio {
                reached = Some((before, here));
            }
            before = here;
        });
        let (mut low, mut high) = reached?;
        let between = |low: (f64, f64), high: (f64, f64)| {
            low.0 + (hit_ratio - low.1) / (high.1 - low.1) * (high.0 - low.0)
        };
        for _ in 0..REFINEMENTS {
            let at = between(low, high);
            let here = (at, self.hit_ratio(at + self.cache.fetch));
            if here.1 >= hit_ratio { high = here } else { low = here }
        }
        Some(between(low, high) + self.cache.fetch)
    }
}

#[cfg(test)]
mod tests {
    use scenario::Popularity;

    use super::*;
    use crate::renewal::{Lives, ranks};

    /// Times to 50, 90, 95 and 99 % of the steady hit ratio as shares of the characteristic time, N = 10⁴ and C = 10³:
    /// equation E9 of this project's theory notes.
    #[test]
    fn the_time_to_warm_depends_on_the_exponent() {
        for (exponent, shares) in [
            (0.8, [0.154, 0.726, 0.854, 0.969]),
            (1.0, [0.036, 0.510, 0.714, 0.935]),
            (1.2, [0.005, 0.222, 0.449, 0.844]),
        ] {
            let cache = Cache {
                ranks: ranks(&Popularity::Zipf { keys: 1e4, exponent }, 1.0, 100.0, 100.0),
                capacity: 1000.0,
                churn: 0.0,
                lives: Lives::default(),
                fetch: 0.0,
                follows: false,
            };
            let steady = cache.steady();
            let cold = Cold::new(&cache, &Warming::default());
            for (part, share) in [0.5, 0.9, 0.95, 0.99].iter().zip(shares) {
                let time = cold.time_to(part * steady.shares(&cache)[0], cold.ends(steady.window));
                let found = time.expect("is reached") / steady.window;
                assert!((found - share).abs() < 6e-4, "{exponent} {part}: {found}");
            }
        }
    }
}
