//! What a cache that was emptied makes of its first requests.

use crate::renewal::swaps::{Fetched, LEFT_ALONE, Mixing, Swaps};
use crate::renewal::{Cache, Warming};

/// Steps of a bisection.
const STEPS: usize = 60;

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
        let since = (time - self.cache.fetch).max(0.0);
        let absent = self.absent(since);
        let (mut hits, mut all) = (0.0, 0.0);
        for (rank, absent) in self.cache.ranks.iter().zip(&absent) {
            let named = if rank.hot { 0.0 } else { self.named };
            hits += rank.keys * rank.rate * (1.0 - absent * (1.0 - named));
            all += rank.keys * rank.rate;
        }
        hits / all
    }

    fn absent(&self, time: f64) -> Vec<f64> {
        if time <= 0.0 {
            return self.start.clone();
        }
        let mixing = Mixing {
            ranks: &self.cache.ranks,
            swaps: self.swaps,
            expire: &self.expire,
            fetched: if self.cache.follows { Fetched::SinceEmpty } else { Fetched::Never },
            left: LEFT_ALONE,
        };
        mixing.from(time, &self.start)
    }

    /// Until when its hit ratio is known: until the cache is full, or the first copies expire.
    pub fn ends(&self, window: f64) -> f64 {
        let lives = &self.cache.lives;
        let first = lives.ttl.map_or(f64::INFINITY, |ttl| ttl * (1.0 - lives.jitter));
        window.min(first) + self.cache.fetch
    }

    /// When it first has a hit ratio, in seconds from the restart; none where that is later than [`Self::ends`].
    pub fn time_to(&self, hit_ratio: f64, ends: f64) -> Option<f64> {
        if self.hit_ratio(0.0) >= hit_ratio {
            return Some(0.0);
        }
        let (mut low, mut high) = (self.cache.fetch, ends);
        if high.is_infinite() {
            high = self.cache.fetch + 1.0;
            while self.hit_ratio(high) < hit_ratio && high < 1e12 {
                high *= 2.0;
            }
        }
        if self.hit_ratio(high) < hit_ratio {
            return None;
        }
        for _ in 0..STEPS {
            let middle = (low + high) / 2.0;
            if self.hit_ratio(middle) < hit_ratio {
                low = middle;
            } else {
                high = middle;
            }
        }
        Some(high)
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
