//! Keys that a predictor names again and again, put into the cache that demand fills.
//!
//! # Notation
//! A forecast is made every P seconds, for the requests of the next W. s is the time since the last; T(s) the age at which
//! copies are evicted then. R is the share of the keys beyond the hot set that are asked for within W and are named and
//! warmed; of those that are not asked for, a share ω. λ is the request rate of a key, μ the rate at which its copies expire,
//! b the probability that it has none when a forecast is made.

use crate::renewal::quadrature::{SIX, nodes};
use crate::renewal::steady::{Cache, Steady, root};
use crate::renewal::swaps::{Absent, Mixing};

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
        let mixing = mixing(cache, steady);
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

fn mixing<'a>(cache: &'a Cache, steady: &'a Steady) -> Mixing<'a> {
    Mixing { ranks: &cache.ranks, swaps: steady.swaps, expire: &steady.expire, follows: cache.follows }
}

/// A key beyond the hot set between two forecasts.
#[derive(Debug, Clone, Copy)]
struct Key {
    rate: f64,
    expires: f64,
    /// Probability that it has no copy when a forecast is made.
    bare: f64,
}

/// What forecasts have in common.
struct Named {
    forecasts: Forecasts,
    ttl: f64,
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
    fn unasked(&self, rate: f64, since: f64) -> f64 {
        let silent = (-rate * (self.forecasts.horizon - since).max(0.0)).exp();
        self.right * (1.0 - silent) + self.wrong * silent
    }

    /// Probability that a key is there for the first request behind a forecast because it was named.
    fn helps(&self, since: f64) -> f64 {
        if since >= self.ttl {
            0.0
        } else if since < self.forecasts.horizon {
            self.right
        } else {
            self.wrong
        }
    }
}

impl Key {
    /// Probability that it has a copy that was asked for within a window and has not expired.
    fn asked(&self, window: f64) -> f64 {
        let sum = self.rate + self.expires;
        if sum <= 0.0 { 0.0 } else { self.rate / sum * -(-sum * window).exp_m1() }
    }

    /// Probability that it has a copy younger than a window when a forecast is made.
    ///
    /// # Formula
    /// L(u) = ℓ(u) + b n e^(−λP) (1 + q + … + q^(m−1)) with ℓ(u) = λ / (λ + μ) (1 − e^(−(λ + μ)u)), q = e^(−(λ + μ)P), m the
    /// forecasts within u, and n the probability that an idle key was named and its copy has not expired by the next.
    fn before(&self, named: &Named, window: f64) -> f64 {
        self.asked(window) + self.bare * self.named_before(named, window)
    }

    fn named_before(&self, named: &Named, window: f64) -> f64 {
        let period = named.forecasts.period;
        let forecasts = (window / period).floor();
        if forecasts < 1.0 || named.ttl <= period {
            return 0.0;
        }
        let kept = (-(self.rate + self.expires) * period).exp();
        let rounds = if 1.0 - kept > 1e-12 {
            if forecasts.is_finite() { (1.0 - kept.powf(forecasts)) / (1.0 - kept) } else { 1.0 / (1.0 - kept) }
        } else {
            forecasts
        };
        named.unasked(self.rate, period) * (-self.rate * period).exp() * rounds
    }

    /// A key whose probability of having no copy is that to which it leads, `window` being the age of eviction then.
    fn settled(rate: f64, expires: f64, named: &Named, window: f64) -> Self {
        let key = Self { rate, expires, bare: 1.0 };
        let bare = (1.0 - key.asked(window)) / (1.0 + key.named_before(named, window));
        Self { bare, ..key }
    }

    /// Probability that it has a copy younger than a window, some time behind a forecast; `helped` says with which
    /// probability it was named if it had none.
    fn since(&self, named: &Named, since: f64, window: f64, helped: f64) -> f64 {
        if window <= since {
            return self.asked(window);
        }
        let old = (-self.expires * since).exp() * self.before(named, window - since);
        self.asked(since) + (-self.rate * since).exp() * (old + helped * self.bare)
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
        let longest = if steady.window.is_finite() { steady.window } else { self.period * 64.0 };
        let swapped = Swapped::new(cache, steady, longest);
        let Last { window, keys } = Last::find(cache, steady, &swapped, &named);
        let mut absent = vec![0.0; cache.ranks.len()];
        for (since, weight) in phases(self.period, window, &named) {
            let window = if window.is_infinite() {
                window
            } else {
                let mut over = |window: f64| {
                    occupied(cache, &swapped, &named, &keys, since, window) - cache.capacity
                };
                root(window, &mut over).min(window + since)
            };
            for (nth, absent) in absent.iter_mut().enumerate() {
                let there = match &keys[nth] {
                    Some(key) => {
                        let there = key.since(&named, since, window, named.helps(since));
                        (there + swapped.change(cache, key, nth, window)).clamp(0.0, 1.0)
                    }
                    None => 1.0 - swapped.absent(nth, window),
                };
                *absent += weight / self.period * (1.0 - there);
            }
        }
        let of_named = |nth: usize, key: &Key| {
            let keys = cache.ranks[nth].keys * key.bare;
            let silent = (-key.rate * self.horizon).exp();
            (keys * named.right * (1.0 - silent), keys * named.wrong * silent)
        };
        let each = keys.iter().enumerate().filter_map(|(nth, key)| Some(of_named(nth, key.as_ref()?)));
        let (right, wrong) = each.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let tail = mixing(cache, steady).mean_of(&absent);
        Forecast { tail, absent, warmed: right + wrong + named.phantoms, used: right }
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

/// How things stand when a forecast is made.
struct Last {
    /// The age of eviction.
    window: f64,
    /// The keys beyond the hot set, by rank.
    keys: Vec<Option<Key>>,
}

impl Last {
    fn keys(cache: &Cache, steady: &Steady, named: &Named, window: f64) -> Vec<Option<Key>> {
        let each = cache.ranks.iter().zip(&steady.expire);
        each.map(|(rank, expires)| (!rank.hot).then(|| Key::settled(rank.rate, *expires, named, window))).collect()
    }

    fn find(cache: &Cache, steady: &Steady, swapped: &Swapped, named: &Named) -> Self {
        let period = named.forecasts.period;
        let over = |window: f64, keys: &[Option<Key>]| {
            occupied(cache, swapped, named, keys, period, window) - cache.capacity
        };
        let everything = Self::keys(cache, steady, named, f64::INFINITY);
        if over(f64::INFINITY, &everything) <= 0.0 {
            return Self { window: f64::INFINITY, keys: everything };
        }
        let mut keys = vec![];
        let guess = if steady.window.is_finite() { steady.window } else { period };
        let window = root(guess, &mut |window| {
            keys = Self::keys(cache, steady, named, window);
            over(window, &keys)
        });
        Self { window, keys }
    }
}

/// Copies that are younger than a window, some time behind a forecast.
fn occupied(
    cache: &Cache,
    swapped: &Swapped,
    named: &Named,
    keys: &[Option<Key>],
    since: f64,
    window: f64,
) -> f64 {
    let period = named.forecasts.period;
    let each = cache.ranks.iter().zip(keys).enumerate().map(|(nth, (rank, key))| {
        let there = match key {
            // When the next forecast is made, the last one is a period ago.
            Some(key) if since >= period => key.before(named, window) + swapped.change(cache, key, nth, window),
            Some(key) => {
                let helped = if since < named.ttl { named.unasked(rank.rate, since) } else { 0.0 };
                key.since(named, since, window, helped) + swapped.change(cache, key, nth, window)
            }
            None => 1.0 - swapped.absent(nth, window),
        };
        rank.keys * there
    });
    let copies: f64 = each.sum();
    // Those of the last forecast, and of all before that are young enough.
    let oldest = window.min(named.ttl);
    let rounds = if oldest < since { 0.0 } else { ((oldest - since) / period).floor() + 1.0 };
    let rounds = if since >= period { (oldest / period).floor() } else { rounds };
    copies + if named.phantoms > 0.0 { named.phantoms * rounds } else { 0.0 }
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
