//! Keys that a predictor names again and again, put into the cache that demand fills.
//!
//! # Notation
//! A forecast is made every P seconds, for the requests of the next W. s is the time since the last; T(s) the age at which
//! copies are evicted then. R is the share of the keys beyond the hot set that are asked for within W and are named and
//! warmed; of those that are not asked for, a share ω. λ is the request rate of a key, μ the rate at which its copies expire,
//! b the probability that it has none when a forecast is made.

use crate::renewal::forecast_key::Key;
use crate::renewal::quadrature::{SIX, nodes};
use crate::renewal::steady::{Cache, Steady, root};
use crate::renewal::swaps::Absent;

/// Times that rates of expiry are corrected for evictions that forecasts bring about.
const ROUNDS: usize = 2;

/// A predictor, and what may be warmed of what it names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Forecasts {
    /// Share of the named keys that are asked for within the horizon; above 0.
    pub precision: f64,
    /// Share of the requests beyond the hot set whose keys are named.
    pub recall: f64,
    /// How far it looks ahead, in seconds.
    pub horizon: f64,
    /// How often it does, in seconds.
    pub period: f64,
    /// Keys of a forecast that are warmed at most.
    pub most: f64,
    /// Share of these that is not held back.
    pub allowed: f64,
}

/// What forecasts make of a steady state.
#[derive(Debug, Clone)]
pub struct Forecast {
    /// For each rank the share of its requests that find no copy, if fetches took no time.
    pub absent: Vec<f64>,
    /// Keys that are warmed at each forecast: those that had no copy, phantoms included.
    pub warmed: f64,
    /// Of these, how many are asked for before they are gone.
    pub used: f64,
    /// The mean over all keys that are not hot, which is who enters the hot set.
    pub tail: f64,
}

/// Lengths of windows at which the effect of swaps is known.
struct Swapped {
    /// Who has no copy, at growing windows.
    at: Vec<Absent>,
}

impl Swapped {
    fn new(cache: &Cache, steady: &Steady, longest: f64) -> Self {
        let mixing = steady.mixing(cache);
        let mut at = vec![Absent { window: 0.0, of: vec![1.0; cache.ranks.len()], tail: 1.0 }];
        mixing.along(longest, &vec![1.0; cache.ranks.len()], |absent| at.push(absent));
        Self { at }
    }

    /// The probability that the key of a rank has no copy that is younger than a window; beyond the longest, as there.
    fn absent(&self, nth: usize, window: f64) -> f64 {
        let behind = self.at.partition_point(|absent| absent.window < window).clamp(1, self.at.len() - 1);
        let (from, to) = (&self.at[behind - 1], &self.at[behind]);
        let share = ((window - from.window) / (to.window - from.window)).clamp(0.0, 1.0);
        from.of[nth] + share * (to.of[nth] - from.of[nth])
    }
}

/// What forecasts have in common.
pub(super) struct Named {
    pub(super) forecasts: Forecasts,
    pub(super) ttl: f64,
    /// R.
    right: f64,
    /// ω.
    wrong: f64,
    /// Named keys that nobody ever asks for, each time.
    phantoms: f64,
}

impl Named {
    fn new(cache: &Cache, forecasts: Forecasts) -> Self {
        let Forecasts { precision, recall, horizon, most, allowed, .. } = forecasts;
        let tail = || cache.ranks.iter().filter(|rank| !rank.hot);
        let idle: f64 = tail().map(|rank| rank.keys * (-rank.rate * horizon).exp()).sum();
        let asked = tail().map(|rank| rank.keys).sum::<f64>() - idle;
        let right = recall * asked;
        let named = right / precision;
        let fits = if named > most { most / named } else { 1.0 } * allowed;
        let wrong = named - right;
        let known = wrong.min(idle);
        Self {
            forecasts,
            ttl: cache.lives.ttl.unwrap_or(f64::INFINITY),
            right: recall * fits,
            wrong: if idle > 0.0 { known / idle * fits } else { 0.0 },
            phantoms: (wrong - known) * fits,
        }
    }

    /// Probability that a key was named at a forecast, if nobody has asked for it in the time `since`.
    pub(super) fn unasked(&self, rate: f64, since: f64) -> f64 {
        let silent = (-rate * (self.forecasts.horizon - since).max(0.0)).exp();
        self.right * (1.0 - silent) + self.wrong * silent
    }

    /// Probability that a key is there for the first request behind a forecast because it was named.
    pub(super) fn helps(&self, since: f64) -> f64 {
        if since >= self.ttl {
            0.0
        } else if since < self.forecasts.horizon {
            self.right
        } else {
            self.wrong
        }
    }
}

impl Forecasts {
    /// Probability that a key beyond the hot set is warmed ahead of its first request.
    pub fn helps(&self, cache: &Cache) -> f64 {
        Named::new(cache, *self).right
    }

    /// What forecasts make of the steady state of a cache, which is the one without them.
    ///
    /// # Formula
    /// Requests for a key come independently of how the key was filled. Some time s behind a forecast a key has a copy if
    /// it was asked for within s and within T(s), or if it had one before, asked for at most T(s) ago; if it had none, a
    /// forecast has helped the first request with probability R, and takes room with the probability that the key was named
    /// though it was not asked for since. T(s) is the age at which the copies fill the cache. The share of requests that find
    /// a copy is the mean over s.
    ///
    /// # Assumptions
    /// As [`Cache::steady`]; swaps change who has no copy by as much as they do without forecasts; all keys of a forecast
    /// arrive at once. Lives of copies are taken as exponential where they do not begin with a forecast.
    ///
    /// # Source
    /// Derived for this project, and checked against simulation.
    pub fn of(&self, cache: &Cache, steady: &Steady) -> Forecast {
        let named = Named::new(cache, *self);
        let mut steady = steady.clone();
        let mut round = Round::new(cache, &steady, &named);
        for _ in 0..ROUNDS {
            if steady.window.is_infinite() && round.window.is_infinite() {
                break;
            }
            // Copies that are evicted sooner expire more seldom.
            steady = cache.with_window(steady.swaps, round.window);
            round = Round::new(cache, &steady, &named);
        }
        let mut absent = vec![0.0; cache.ranks.len()];
        let mut bare = vec![0.0; cache.ranks.len()];
        for (since, weight) in phases(self.period, round.window, &named) {
            let window = round.window_at(since);
            for nth in 0..cache.ranks.len() {
                let [found, held] = round.there(nth, since, window);
                absent[nth] += weight / self.period * (1.0 - found);
                bare[nth] += weight / self.period * (1.0 - held);
            }
        }
        let of_named = |nth: usize, key: &Key| {
            let keys = cache.ranks[nth].keys * key.bare;
            let silent = (-key.rate * self.horizon).exp();
            (keys * named.right * (1.0 - silent), keys * named.wrong * silent)
        };
        let each = round.keys.iter().enumerate().filter_map(|(nth, key)| Some(of_named(nth, key.as_ref()?)));
        let (right, wrong) = each.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let tail = steady.mixing(cache).mean_of(&bare);
        Forecast { tail, absent, warmed: right + wrong + named.phantoms, used: right }
    }
}

/// How things stand when a forecast is made, and what follows.
struct Round<'a> {
    cache: &'a Cache,
    named: &'a Named,
    /// The effect of swaps.
    swapped: Swapped,
    /// The age of eviction when the next forecast is made.
    window: f64,
    /// The keys beyond the hot set, by rank.
    keys: Vec<Option<Key>>,
}

impl<'a> Round<'a> {
    fn new(cache: &'a Cache, steady: &Steady, named: &'a Named) -> Self {
        let period = named.forecasts.period;
        let longest = if steady.window.is_finite() { steady.window } else { named.ttl.min(64.0 * period) };
        let keys = |window: f64| -> Vec<Option<Key>> {
            let each = cache.ranks.iter().zip(&steady.expire);
            let key = |rate, expires| Key::settled(rate, expires, named, window);
            each.map(|(rank, expires)| (!rank.hot).then(|| key(rank.rate, *expires))).collect()
        };
        let swapped = Swapped::new(cache, steady, longest);
        let mut round = Self { cache, named, swapped, window: f64::INFINITY, keys: keys(f64::INFINITY) };
        if round.over(period, f64::INFINITY) > 0.0 {
            let guess = if steady.window.is_finite() { steady.window } else { period };
            root(guess, &mut |window| {
                (round.window, round.keys) = (window, keys(window));
                round.over(period, window)
            });
        }
        round
    }

    /// Copies that are younger than a window some time behind a forecast, less those that there is room for.
    fn over(&self, since: f64, window: f64) -> f64 {
        let Self { cache, named, .. } = self;
        let period = named.forecasts.period;
        let each = (0..self.keys.len()).map(|nth| {
            let rank = &cache.ranks[nth];
            let held = self.there(nth, since, window)[1];
            rank.keys * held / (1.0 + rank.rate * (1.0 - held) * cache.fetch)
        });
        let copies: f64 = each.sum();
        // Phantoms of the last forecast, and of all before that are young enough.
        let oldest = window.min(named.ttl);
        let rounds = match since >= period {
            true => (oldest / period).floor(),
            false if oldest < since => 0.0,
            false => ((oldest - since) / period).floor() + 1.0,
        };
        copies + if named.phantoms > 0.0 { named.phantoms * rounds } else { 0.0 } - cache.capacity
    }

    /// Probabilities that a request for a rank finds a copy, and that its key takes room.
    fn there(&self, nth: usize, since: f64, window: f64) -> [f64; 2] {
        let Some(key) = &self.keys[nth] else { return [1.0 - self.swapped.absent(nth, window); 2] };
        let named = self.named;
        // When the next forecast is made, the last one is a period ago.
        let there = match since >= named.forecasts.period {
            true => [key.before(named, window); 2],
            false => [key.since(named, since, window, named.helps(since)), key.room(named, since, window)],
        };
        let change = self.swapped.change(self.cache, key, nth, window);
        there.map(|there| (there + change).clamp(0.0, 1.0))
    }

    /// The age of eviction some time behind a forecast.
    fn window_at(&self, since: f64) -> f64 {
        if self.over(since, f64::INFINITY) <= 0.0 {
            return f64::INFINITY;
        }
        let guess = if self.window.is_finite() { self.window } else { self.named.forecasts.period };
        root(guess, &mut |window| self.over(since, window))
    }
}

impl Swapped {
    /// By how much swaps change the probability that a key beyond the hot set has a copy.
    fn change(&self, cache: &Cache, key: &Key, nth: usize, window: f64) -> f64 {
        if cache.churn == 0.0 { 0.0 } else { 1.0 - self.absent(nth, window) - key.asked(window.min(self.longest())) }
    }

    fn longest(&self) -> f64 {
        self.at.last().map_or(0.0, |absent| absent.window)
    }
}

/// Instants between two forecasts, with weights that add up to the time between.
fn phases(period: f64, window: f64, named: &Named) -> Vec<(f64, f64)> {
    let scale = if window.is_finite() { window } else { period };
    let mut ends = vec![0.0, period, named.ttl, named.forecasts.horizon];
    ends.extend([0.25, 0.5, 1.0, 2.0].map(|share| share * scale));
    ends.retain(|end| *end <= period);
    ends.sort_by(f64::total_cmp);
    ends.dedup();
    ends.windows(2).flat_map(|ends| nodes(&SIX, ends[0], ends[1])).collect()
}
