//! How things stand between two forecasts.
//!
//! Notation as in [`Forecasts`](super::Forecasts).

use crate::crossing::{Passage, passage};
use crate::renewal::forecast::Named;
use crate::renewal::forecast_key::Key;
use crate::renewal::steady::{Cache, Steady};
use crate::renewal::swapped::Swapped;

/// Times that the age of eviction is corrected for what a forecast evicts.
const ROUNDS: usize = 2;
/// Steps in which the share of a forecast's copies that is evicted is found.
const SHARES: usize = 20;
/// Share of the capacity that is as good as none.
const SMALL: f64 = 1e-7;

/// How things stand when a forecast is made, and what follows.
pub(super) struct Round<'a> {
    cache: &'a Cache,
    named: &'a Named,
    /// The effect of swaps.
    swapped: Swapped,
    /// The age of eviction when the next forecast is made.
    pub(super) window: f64,
    /// The keys beyond the hot set, by rank.
    pub(super) keys: Vec<Option<Key>>,
}

impl<'a> Round<'a> {
    pub(super) fn new(cache: &'a Cache, steady: &Steady, named: &'a Named) -> Self {
        let period = named.forecasts.period;
        let longest = if steady.window.is_finite() { steady.window } else { named.ttl.min(64.0 * period) };
        let keys = |at: Passage| -> Vec<Option<Key>> {
            let each = cache.ranks.iter().zip(&steady.expire);
            let key = |rate, expires| Key::settled(rate, expires, named, at);
            each.map(|(rank, expires)| (!rank.hot).then(|| key(rank.rate, *expires))).collect()
        };
        let swapped = Swapped::new(cache, steady, longest);
        let mut round =
            Self { cache, named, swapped, window: f64::INFINITY, keys: keys(Passage::point(f64::INFINITY)) };
        if round.over(period, f64::INFINITY) > 0.0 {
            let guess = if steady.window.is_finite() { steady.window } else { period };
            let at = passage(guess, cache.capacity * SMALL, &mut |window| {
                round.settle(Passage::point(window), &keys);
                round.over(period, window)
            });
            // Where all copies of a forecast are evicted at once, some of them are.
            let (mut none, mut all) = (0.0, 1.0);
            for _ in 0..if at.high > at.low { SHARES } else { 0 } {
                let at = Passage { share: (none + all) / 2.0, ..at };
                round.settle(at, &keys);
                let over = at.mean(|window| round.over(period, window));
                if over < 0.0 { none = at.share } else { all = at.share }
            }
            let at = Passage { share: if at.high > at.low { none } else { 0.0 }, ..at };
            round.settle(at, &keys);
        }
        for _ in 0..if round.life().is_some() { ROUNDS } else { 0 } {
            let left = round.window_at(0.0).low + period;
            if left < round.window {
                round.settle(Passage::point(left), &keys);
            }
        }
        round
    }

    /// Lets it be the state that an age of eviction at the next forecast leads to.
    fn settle(&mut self, at: Passage, keys: &impl Fn(Passage) -> Vec<Option<Key>>) {
        (self.window, self.keys) = (at.low, keys(at));
    }

    /// Copies that are younger than a window some time behind a forecast, less those that there is room for.
    fn over(&self, since: f64, window: f64) -> f64 {
        let Self { cache, named, .. } = self;
        let period = named.forecasts.period;
        let each = (0..self.keys.len()).map(|nth| {
            let rank = &cache.ranks[nth];
            let held = self.there(nth, since, window)[1];
            rank.keys * held / rank.prolonged(1.0 - held, cache.fetch)
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

    /// How long copies live, where that alone ends them but while a forecast comes in, of which all are gone by the next.
    fn life(&self) -> Option<f64> {
        let period = self.named.forecasts.period;
        Some(self.named.ttl).filter(|ttl| *ttl <= period && *ttl <= self.window)
    }

    /// Probability that a key beyond the hot set that would have no copy has one that it got on the other side; below 0
    /// where swaps take more than they bring.
    pub(super) fn lingering(&self, nth: usize, window: f64) -> f64 {
        let Some(key) = &self.keys[nth] else { return 0.0 };
        let without = 1.0 - key.on_demand(self.named, window);
        if without > 0.0 { 1.0 - (1.0 - self.swapped.there(nth, window, self.life())) / without } else { 0.0 }
    }

    /// Probability that a key beyond the hot set has no copy when a forecast is made.
    pub(super) fn bare(&self, nth: usize) -> f64 {
        self.keys[nth].map_or(0.0, |key| key.bare * (1.0 - self.lingering(nth, self.window)))
    }

    /// Probabilities that a request for a rank finds a copy, and that its key takes room.
    pub(super) fn there(&self, nth: usize, since: f64, window: f64) -> [f64; 2] {
        let Some(key) = &self.keys[nth] else { return [self.swapped.there(nth, window, self.life()); 2] };
        let named = self.named;
        // When the next forecast is made, the last one is a period ago.
        let there = match since >= named.forecasts.period {
            true => [key.before(named, window); 2],
            false => [
                key.found(named, since, window),
                key.held(named, since, window, named.unasked(key.rate, since)),
            ],
        };
        // Who has no copy otherwise may have one from the time when it was hot.
        let otherwise = 1.0 - self.lingering(nth, window);
        let [found, held] = there.map(|there| 1.0 - (1.0 - there) * otherwise);
        [found - self.left_out(nth, since, window), held].map(|there| there.clamp(0.0, 1.0))
    }

    /// Probability that a key was not warmed though it was named, since it still had a copy from the time when it was hot,
    /// which is gone some time behind the forecast.
    fn left_out(&self, nth: usize, since: f64, window: f64) -> f64 {
        if window.is_infinite() || since >= self.named.forecasts.period {
            return 0.0;
        }
        let gone = self.lingering(nth, window) - self.lingering(nth, (window - since).max(0.0));
        gone.max(0.0) * self.named.helps(since)
    }

    /// Probability that a key has no copy when it enters the hot set, some time behind a forecast that knew of the requests
    /// to come.
    pub(super) fn bare_at_entry(&self, since: f64, window: f64) -> f64 {
        let Self { cache, named, .. } = self;
        let unasked = named.unasked_if_hot(since);
        let keys = cache.ranks.iter().zip(&self.keys).enumerate();
        let each = keys.filter_map(|(nth, (rank, key))| {
            let held = key.as_ref()?.held(named, since, window, unasked);
            Some((rank.keys, rank.keys * (1.0 - held) * (1.0 - self.lingering(nth, window))))
        });
        let (keys, bare) = each.fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        if keys > 0.0 { bare / keys } else { 0.0 }
    }

    /// The share of the keys beyond the hot set that have a copy which earlier forecasts have brought and nobody has asked for.
    pub(super) fn aged(&self) -> f64 {
        let period = self.named.forecasts.period;
        let ranks = self.cache.ranks.iter().enumerate().filter(|(_, rank)| !rank.hot);
        let (keys, aged) = ranks.fold((0.0, 0.0), |(keys, aged), (nth, rank)| {
            let brought =
                self.there(nth, period, self.window)[1] - self.swapped.there(nth, self.window, self.life());
            (keys + rank.keys, aged + rank.keys * brought)
        });
        if keys > 0.0 { (aged / keys).max(0.0) } else { 0.0 }
    }

    /// The age of eviction some time behind a forecast.
    ///
    /// All keys of a forecast are of one age: when it is theirs, a share of them has been evicted.
    fn window_at(&self, since: f64) -> Passage {
        if self.over(since, f64::INFINITY) <= 0.0 {
            return Passage::point(f64::INFINITY);
        }
        let guess = if self.window.is_finite() { self.window } else { self.named.forecasts.period };
        passage(guess, self.cache.capacity * SMALL, &mut |window| self.over(since, window))
    }

    /// The ages of eviction some times behind a forecast, in order.
    ///
    /// Where expiry makes room, it does not bring back what was evicted before: the age is at most that of any earlier
    /// instant and the time since.
    pub(super) fn windows_at(&self, instants: impl Iterator<Item = f64>) -> Vec<Passage> {
        let mut left = self.life().map(|_| (0.0, self.window_at(0.0)));
        let each = instants.map(|since| {
            let here = self.window_at(since);
            let Some((before, last)) = &mut left else { return here };
            *last = here.or_aged(*last, since - *before);
            *before = since;
            *last
        });
        each.collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::renewal::evaluate;
    use evaluation::Metric;
    use scenario::Scenario;

    /// What prediction comes to, given what differs from scenario to scenario and how long a fetch takes.
    fn outcome(workload: &str, cache: &str, predictor: &str, fetch_ms: f64) -> [f64; 2] {
        let toml = format!(
            "[workload]\n{workload}\n[cache]\nhit_latency_ms = 1\n{cache}\n\
             [origin]\nmiss_penalty_ms = {fetch_ms}\nwarm_cost_ms = {fetch_ms}\n[predictor]\n{predictor}\n\
             [[strategy]]\npreset = \"predictive\"\n"
        );
        let scenario = Scenario::from_toml("tests", &toml).expect("is a scenario");
        let answer = evaluate(&scenario);
        let value = |metric| answer.evaluations[0].get(metric).expect("has a closed form").value;
        [Metric::HitRatio, Metric::DelayedHitRatio].map(value)
    }

    fn hit_ratio(workload: &str, cache: &str, predictor: &str) -> f64 {
        outcome(workload, cache, predictor, 26.0)[0]
    }

    /// Simulated, 7.5 million requests each: a forecast of 12,600 keys comes when all copies of the last one have expired,
    /// and evicts what expiry would have left alone.
    #[test]
    fn what_a_forecast_evicts_does_not_come_back() {
        let workload =
            "request_rate_per_minute = \"216/s\"\nkeys = 306719\nzipf_exponent = 1.09\nchurn_per_hour = 0";
        let predictor = "precision = 0.425\nrecall = 0.622\nhorizon_s = 199";
        for (capacity, simulated) in [(16_242, 0.8493), (20_000, 0.8665)] {
            let cache = format!("capacity_items = {capacity}\nttl_s = 192");
            let found = hit_ratio(workload, &cache, predictor);
            assert!((found - simulated).abs() < 0.0025, "{capacity}: {found}");
        }
    }

    /// Simulated, 0.7 million requests each: wrong keys let copies be evicted sooner, and then more of the keys that enter the
    /// hot set are fetched.
    #[test]
    fn wrong_keys_do_not_evict_what_is_fetched_when_it_becomes_hot() {
        for (churn, precision, simulated) in [(0.0411, 0.701, 0.9746), (0.2, 0.5, 0.9734), (0.2, 1.0, 0.9754)]
        {
            let workload = format!(
                "request_rate_per_minute = \"0.706/s\"\nkeys = 693590\nzipf_exponent = 0.63\nchurn_per_hour = {churn}"
            );
            let predictor = format!("precision = {precision}\nrecall = 0.959\nhorizon_s = 494");
            let found = hit_ratio(&workload, "capacity_items = 172794", &predictor);
            assert!((found - simulated).abs() < 0.001, "{churn} {precision}: {found}");
        }
    }

    /// Simulated, 1 million requests: keys enter the hot set with copies of forecasts, which have less of a life left than
    /// those that would have been fetched.
    #[test]
    fn copies_that_forecasts_bring_into_the_hot_set_expire_sooner() {
        let workload = "request_rate_per_minute = \"10.9/s\"\nkeys = 799935\nzipf_exponent = 0.944\nchurn_per_hour = 0.887";
        let predictor = "precision = 0.405\nrecall = 0.797\nhorizon_s = 1700";
        let found = hit_ratio(workload, "capacity_items = 93819\nttl_s = 2590", predictor);
        assert!((found - 0.8357).abs() < 0.001, "{found}");
    }

    /// By a simulation in Python, 2.5 million requests each: requests wait for the fetches of a forecast, and hot keys come with
    /// copies of earlier forecasts that nobody has asked for and that are soon evicted.
    #[test]
    fn fetches_of_a_forecast_take_their_time_and_its_copies_grow_old() {
        for (churn, hits, delayed) in [(0.0, 0.968_70, 0.000_96), (0.962, 0.979_84, 0.001_00)] {
            let workload = format!(
                "request_rate_per_minute = \"0.348/s\"\nkeys = 22898\nzipf_exponent = 0.602\nchurn_per_hour = {churn}"
            );
            let predictor = "precision = 0.842\nrecall = 0.982\nhorizon_s = 262";
            let [found, waits] = outcome(&workload, "capacity_items = 3730", predictor, 402.0);
            assert!(
                (found - hits).abs() < 2e-4 && (waits - delayed).abs() < 5e-5,
                "{churn}: {found} {waits}"
            );
        }
    }
}
