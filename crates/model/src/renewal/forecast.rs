//! Keys that a predictor names again and again, put into the cache that demand fills.
//!
//! # Notation
//! A forecast is made every P seconds, for the requests of the next W. s is the time since the last; T(s) the age at which
//! copies are evicted then. R is the share of the keys beyond the hot set that are asked for within W and are named and
//! warmed; of those that are not asked for, a share ω. λ is the request rate of a key, μ the rate at which its copies expire,
//! b the probability that it has none when a forecast is made.

use crate::crossing::Passage;
use crate::normal::mean_up_to;
use crate::quadrature::{SIX, nodes};
use crate::renewal::forecast_round::Round;
use crate::renewal::steady::{Cache, Steady};
use crate::renewal::swaps::{Fetched, LEFT_ALONE, Mixing, Swaps};

/// Times that rates of expiry and swaps are corrected for evictions that forecasts bring about.
const ROUNDS: usize = 2;
/// Keys that are asked for within a horizon of which each counts.
const FEW: f64 = 100.0;
/// Relative change of the age of eviction for which they need not be.
const CLOSE: f64 = 1e-4;

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
    /// Seconds that a warm operation takes.
    pub takes: f64,
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
    /// For each rank the share of its requests that wait for a fetch of the forecast.
    pub awaited: Vec<f64>,
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
    pub(super) phantoms: f64,
    /// For each rank the probability that nobody asks for its key within the horizon.
    silent: Vec<f64>,
    /// Times up to the horizon, and the share of hot keys that nobody asks for within each.
    silent_hot: Vec<(f64, f64)>,
}

/// Share of the named keys that are warmed: `allowed` of `most`, in whole keys.
///
/// # Formula
/// Of A keys that are asked for, k A are named; E\[min(k A, most)\] / E\[k A\]. A has the mean and the variance that it has if
/// keys are asked for independently of each other, and is normal, or Poisson where it is small.
fn fitting(asked: f64, variance: f64, each: f64, most: f64, allowed: f64) -> f64 {
    let named = each * asked;
    if named <= 0.0 {
        return 0.0;
    }
    // Of many keys, what rounding does is nothing.
    if asked > FEW {
        return allowed * mean_up_to(named, each * variance.sqrt(), most) / named;
    }
    let warmed = |named: f64| (named.min(most) * allowed).round();
    let (mut probability, mut sum) = ((-asked).exp(), 0.0);
    for count in 1..=(FEW + 10.0 * FEW.sqrt()) as u32 {
        probability *= asked / f64::from(count);
        let named = each * f64::from(count);
        let over = named.fract();
        sum += probability * ((1.0 - over) * warmed(named.floor()) + over * warmed(named.floor() + 1.0));
    }
    sum / named
}

/// For each rank the probability that nobody asks for its key in a time, wherever swaps take it: looked at backwards,
/// swaps are the same. And for shorter times, the share of hot keys that nobody asks for.
fn silent(cache: &Cache, time: f64) -> (Vec<f64>, Vec<(f64, f64)>) {
    let none = vec![0.0; cache.ranks.len()];
    let swaps = Swaps::new(&cache.ranks, cache.churn);
    let mixing =
        Mixing { ranks: &cache.ranks, swaps, expire: &none, fetched: Fetched::Never, left: LEFT_ALONE };
    let all_hot: f64 = cache.ranks.iter().filter(|rank| rank.hot).map(|rank| rank.keys).sum();
    let (mut silent, mut hot) = (vec![], vec![(0.0, 1.0)]);
    mixing.along(time, &vec![1.0; cache.ranks.len()], |absent| {
        let each = cache.ranks.iter().zip(&absent.of).filter(|(rank, _)| rank.hot);
        let sum: f64 = each.map(|(rank, of)| rank.keys * of).sum();
        hot.push((absent.window, if all_hot > 0.0 { sum / all_hot } else { 1.0 }));
        silent = absent.of;
    });
    (silent, hot)
}

impl Named {
    fn new(cache: &Cache, forecasts: Forecasts) -> Self {
        let Forecasts { precision, recall, horizon, most, allowed, .. } = forecasts;
        let (silent, silent_hot) = silent(cache, horizon);
        let tail = || cache.ranks.iter().zip(&silent).filter(|(rank, _)| !rank.hot);
        let idle: f64 = tail().map(|(rank, silent)| rank.keys * silent).sum();
        let asked: f64 = tail().map(|(rank, silent)| rank.keys * (1.0 - silent)).sum();
        let variance = tail().map(|(rank, silent)| rank.keys * silent * (1.0 - silent)).sum();
        let right = recall * asked;
        let named = right / precision;
        let fits = fitting(asked, variance, recall / precision, most, allowed);
        let wrong = named - right;
        let known = wrong.min(idle);
        Self {
            forecasts,
            ttl: cache.lives.ttl.unwrap_or(f64::INFINITY),
            right: recall * fits,
            wrong: if idle > 0.0 { known / idle * fits } else { 0.0 },
            phantoms: (wrong - known) * fits,
            silent,
            silent_hot,
        }
    }

    /// Probability that a key that enters the hot set some time behind a forecast was named, if it has not been asked for.
    pub(super) fn unasked_if_hot(&self, since: f64) -> f64 {
        let within = (self.forecasts.horizon - since).max(0.0);
        let behind =
            self.silent_hot.partition_point(|(time, _)| *time < within).clamp(1, self.silent_hot.len() - 1);
        let ((start, from), (end, to)) = (self.silent_hot[behind - 1], self.silent_hot[behind]);
        let silent = from + (to - from) * ((within - start) / (end - start)).clamp(0.0, 1.0);
        self.right * (1.0 - silent) + self.wrong * silent
    }

    /// Probability that a key was named at a forecast, if nobody has asked for it in the time `since`.
    pub(super) fn unasked(&self, rate: f64, since: f64) -> f64 {
        let silent = (-rate * (self.forecasts.horizon - since).max(0.0)).exp();
        self.right * (1.0 - silent) + self.wrong * silent
    }

    /// Probability that a key is asked for within a time behind a forecast and was not named.
    pub(super) fn unnamed(&self, rate: f64, within: f64) -> f64 {
        let silent = |time: f64| (-rate * time).exp();
        let (ahead, all) = (silent(within.min(self.forecasts.horizon)), silent(within));
        (1.0 - self.right) * (1.0 - ahead) + (1.0 - self.wrong) * (ahead - all)
    }

    /// Probability that a key is there for the first request behind a forecast because it was named.
    pub(super) fn helps(&self, since: f64) -> f64 {
        if since < self.forecasts.horizon { self.right } else { self.wrong }
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
    /// though it was not asked for since. T(s) is the age at which the copies fill the cache; where all copies expire before
    /// the next forecast, which makes room, at most T(r) + s − r of any earlier r. The share of requests that find a copy is
    /// the mean over s.
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
        let alike = cache.lives.ttl.is_none() && cache.churn <= 0.0;
        for _ in 0..if alike { 0 } else { ROUNDS } {
            if round.window.is_infinite() || (round.window / steady.window - 1.0).abs() < CLOSE {
                break;
            }
            // Copies that are evicted sooner expire more seldom, and more keys that enter the hot set have none.
            steady = cache.with_window(steady.swaps, round.window);
            round = Round::new(cache, &steady, &named);
        }
        let mut absent = vec![0.0; cache.ranks.len()];
        let mut tail = 0.0;
        let phases = phases(self.period, round.window, &named);
        let windows = round.windows_at(phases.iter().map(|(since, _)| *since));
        for ((since, weight), Passage { low, high, share }) in phases.into_iter().zip(windows) {
            for (window, share) in [(low, 1.0 - share), (high, share)] {
                let weight = share * weight / self.period;
                for (nth, absent) in absent.iter_mut().enumerate().take_while(|_| weight > 0.0) {
                    *absent += weight * (1.0 - round.there(nth, since, window)[0]);
                }
                if weight > 0.0 && cache.churn > 0.0 {
                    tail += weight * round.bare_at_entry(since, window);
                }
            }
        }
        let aged = round.aged();
        for (nth, absent) in absent.iter_mut().enumerate() {
            *absent = (*absent + at_entry(nth, cache, &steady, tail, aged)).clamp(0.0, 1.0);
        }
        let busy = self.takes.min(self.period) / self.period;
        let bare: Vec<f64> = (0..cache.ranks.len()).map(|nth| round.bare(nth)).collect();
        let awaited = bare.iter().map(|bare| busy * bare * named.right).collect();
        let each = cache.ranks.iter().zip(&bare).zip(&named.silent).map(|((rank, bare), silent)| {
            let keys = rank.keys * bare;
            (keys * named.right * (1.0 - silent), keys * named.wrong * silent)
        });
        let (right, wrong) = each.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        Forecast { tail, absent, warmed: right + wrong + named.phantoms, used: right, awaited }
    }
}

/// By how much a hot rank is without a copy more often, since keys that enter the hot set come without one with a
/// probability `bare`.
///
/// # Formula
/// In the notation of [`Mixing`], c (B' − B) / (λ + μ + c) (1 − e^(−(λ + μ + c)T)) times φ, and times φ − 1 where keys without
/// a copy are fetched: a copy that comes along is partly used up, a fetched one is not.
///
/// That takes copies that forecasts have brought for new ones. Those that nobody has asked for, of a share `aged` of the keys,
/// are of any age up to T: φ c ∫ e^(−(λ + μ + c)v) v / T dv up to T are lost of them.
fn at_entry(nth: usize, cache: &Cache, steady: &Steady, bare: f64, aged: f64) -> f64 {
    let (rank, swaps) = (&cache.ranks[nth], steady.swaps.hot);
    if !rank.hot || swaps <= 0.0 {
        return 0.0;
    }
    let fresh = if cache.follows && rank.followed { 1.0 } else { 0.0 };
    let ends = rank.rate + steady.expire[nth] + swaps;
    let settled = -(-ends * steady.window).exp_m1() / ends;
    let stay = ends * steady.window;
    let lost = match stay {
        x if x.is_infinite() => 0.0,
        x if x < 1e-3 => steady.window / 2.0,
        x => (1.0 - (-x).exp() * (1.0 + x)) / (ends * x),
    };
    let entering = steady.left.entering;
    swaps * ((bare - steady.absent.tail) * (entering - fresh) * settled + entering * aged * lost)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Of a Poisson number of mean 4, three at most: 3 − 3 e^(−4) − 2 · 4 e^(−4) − 8 e^(−4) = 2.65201.
    #[test]
    fn a_forecast_of_various_sizes_fits_less_often_than_one_of_their_mean() {
        let found = fitting(4.0, 4.0, 1.0, 3.0, 1.0);
        assert!((4.0 * found - (3.0 - 19.0 * (-4f64).exp())).abs() < 1e-12, "{found}");
        // Twice as many keys are named as asked for: as if half as many fitted.
        assert!((fitting(4.0, 4.0, 2.0, 6.0, 1.0) - found).abs() < 1e-12);
        // About as many as fit: 0.3989 of a standard deviation does not.
        let [many, few] =
            [1.01, 0.99].map(|part| part * FEW).map(|asked| fitting(asked, asked, 1.0, asked, 1.0));
        assert!(
            (many - (1.0 - 0.398_942 / 101f64.sqrt())).abs() < 1e-6 && (many - few).abs() < 1e-3,
            "{many} {few}"
        );
        assert_eq!((fitting(0.0, 0.0, 1.0, 3.0, 1.0), fitting(500.0, 0.0, 1.0, 1000.0, 0.5)), (0.0, 0.5));
    }
}
