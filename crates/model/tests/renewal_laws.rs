//! Laws of the renewal engine: limits, orders, units, and that nothing jumps.

use evaluation::Metric;
use proptest::prelude::*;
use scenario::{Popularity, Scenario};
use warmcast_model::renewal::{
    Cache, Evicts, FetchTime, Forecasts, Lives, Outcome, Refresh, Warming, When, of, ranks,
};

/// A cache, and what does not belong to it.
#[derive(Debug, Clone)]
struct World {
    keys: f64,
    exponent: f64,
    share: f64,
    rate: f64,
    churn: f64,
    ttl: Option<f64>,
    fetch: f64,
}

impl World {
    /// All rates are multiplied, all times divided.
    fn cache(&self, faster: f64) -> Cache {
        let hot = (self.keys / 100.0).ceil().max(10.0);
        let capacity = (self.keys * self.share).ceil();
        let law = Popularity::Zipf { keys: self.keys, exponent: self.exponent };
        Cache {
            ranks: ranks(&law, self.rate * faster, hot, hot.min(capacity)),
            capacity,
            churn: self.churn / 3600.0 * faster,
            lives: Lives { ttl: self.ttl.map(|ttl| ttl / faster), ..Lives::default() },
            fetch: self.fetch / faster,
            follows: false,
            evicts: Evicts::default(),
        }
    }

    fn hits(&self, warming: Warming) -> f64 {
        outcome(self.cache(1.0), warming).shares[0]
    }
}

fn outcome(cache: Cache, warming: Warming) -> Outcome {
    let mean = cache.fetch;
    of(cache, warming, FetchTime { mean, square: mean * mean })
}

fn follows(keys: f64) -> Warming {
    Warming { follows: Some(keys), ..Warming::default() }
}

fn forecasts(world: &World, recall: f64, faster: f64) -> Warming {
    let cache = world.cache(1.0);
    let hot = (world.keys / 100.0).ceil().max(10.0).min(cache.capacity);
    let forecasts = Forecasts {
        precision: 0.7,
        recall,
        horizon: 120.0 / faster,
        period: 120.0 / faster,
        most: cache.capacity - hot,
        takes: 0.0,
        allowed: 1.0,
    };
    Warming { follows: Some(hot), forecasts: Some(forecasts), ..Warming::default() }
}

fn world() -> impl Strategy<Value = World> {
    let log = |from: f64, to: f64| (from.ln()..to.ln()).prop_map(f64::exp);
    let ttl = prop_oneof![Just(None), log(30.0, 86_400.0).prop_map(Some)];
    (log(100.0, 1e5), 0.4..1.4f64, 0.01..0.5f64, log(0.05, 2000.0), 0.0..1.0f64, ttl, 0.0..0.3f64).prop_map(
        |(keys, exponent, share, rate, churn, ttl, fetch)| {
            let keys = keys.round();
            World { keys, exponent, share, rate, churn, ttl, fetch }
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn shares_are_shares_and_add_up_to_one(world in world(), recall in 0.0..1.0f64) {
        let refresh = Refresh { from: 0.8, when: When::OnHit };
        let mut all = vec![Warming::default(), follows(5.0), forecasts(&world, recall.max(0.01), 1.0)];
        if world.ttl.is_some() {
            all.push(Warming { refresh: Some(refresh), ..Warming::default() });
        }
        for warming in all {
            let found = outcome(world.cache(1.0), warming);
            prop_assert!(found.shares.iter().all(|share| (0.0..=1.0).contains(share)), "{found:?}");
            prop_assert!((found.shares.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{found:?}");
            prop_assert!(found.warm >= 0.0 && found.warm.is_finite(), "{found:?}");
        }
    }

    #[test]
    fn a_larger_cache_has_no_fewer_hits(world in world(), larger in 1.0..2.0f64) {
        let more = World { share: world.share * larger, ..world.clone() };
        for warming in [Warming::default(), follows(5.0)] {
            prop_assert!(more.hits(warming) >= world.hits(warming) - 1e-7);
        }
    }

    #[test]
    fn the_unit_of_time_does_not_matter(world in world(), faster in 0.01..100.0f64) {
        for (slow, fast) in [
            (Warming::default(), Warming::default()),
            (follows(5.0), follows(5.0)),
            (forecasts(&world, 0.6, 1.0), forecasts(&world, 0.6, faster)),
        ] {
            let [slow, fast] = [outcome(world.cache(1.0), slow), outcome(world.cache(faster), fast)];
            for (slow, fast) in slow.shares.into_iter().zip(fast.shares) {
                prop_assert!((slow - fast).abs() < 1e-6, "{slow} {fast}");
            }
            prop_assert!((fast.warm / faster - slow.warm).abs() <= 1e-5 * slow.warm, "{slow:?} {fast:?}");
        }
    }

    #[test]
    fn slow_churn_and_long_lives_are_none(world in world()) {
        let calm = World { churn: 0.0, ..world.clone() };
        let slow = World { churn: 1e-9, ..world.clone() };
        prop_assert!((calm.hits(Warming::default()) - slow.hits(Warming::default())).abs() < 1e-5);
        let lasting = World { ttl: None, churn: 0.0, ..world.clone() };
        let long = World { ttl: Some(1e15), ..lasting.clone() };
        prop_assert!((lasting.hits(Warming::default()) - long.hits(Warming::default())).abs() < 1e-5);
    }

    /// Where lives begin to end before copies are evicted, and where the cache begins to be full.
    #[test]
    fn nothing_jumps_as_lives_get_longer(world in world(), at in 0.0..1.0f64) {
        let lasting = World { ttl: None, ..world.clone() };
        let window = outcome(lasting.cache(1.0), Warming::default()).window;
        let about = if window.is_finite() { window * (0.5 + at) } else { 1000.0 };
        let hits = |ttl: f64| World { ttl: Some(ttl), ..world.clone() }.hits(Warming::default());
        prop_assert!((hits(about) - hits(about * 1.0001)).abs() < 2e-4);
    }

    #[test]
    fn a_predictor_that_sees_next_to_nothing_changes_next_to_nothing(world in world()) {
        let blind = forecasts(&world, 1e-9, 1.0);
        let none = Warming { forecasts: None, ..blind };
        let [blind, none] = [blind, none].map(|warming| outcome(world.cache(1.0), warming));
        prop_assert!((blind.shares[0] - none.shares[0]).abs() < 2e-3, "{blind:?} {none:?}");
    }

    /// Without wrong keys and with room for all, who sees more has more hits.
    #[test]
    fn more_recall_is_more_hits_where_there_is_room(world in world(), recall in 0.1..0.9f64) {
        let roomy = World { share: 0.5, rate: 0.1, ttl: None, churn: 0.0, ..world };
        let with = |recall: f64| {
            let mut warming = forecasts(&roomy, recall, 1.0);
            warming.forecasts = warming.forecasts.map(|one| Forecasts { precision: 1.0, ..one });
            roomy.hits(warming)
        };
        prop_assert!(with(recall + 0.1) >= with(recall) - 1e-7);
    }
}

/// A cache that holds every key misses none in the long run, but for what churn cannot change: nothing.
#[test]
fn a_cache_for_all_keys_always_hits() {
    let world =
        World { keys: 1000.0, exponent: 0.8, share: 1.0, rate: 10.0, churn: 0.5, ttl: None, fetch: 0.0 };
    assert!(world.hits(Warming::default()) > 1.0 - 1e-12);
}

/// What is refreshed on a hit in the last fifth of 60 s: equation E6 of this project's theory notes, one key at 0.1 a
/// second, e^(−λw) / (1 + λ (T − w)) = 0.051932 misses and 1 / (1 + 4.8) = 0.172414 fetches a request.
#[test]
fn a_refreshed_key_is_worked_by_hand() {
    let text = "[workload]\nrequest_rate_per_minute = \"0.1/s\"\nkeys = 1\nzipf_exponent = 0\nchurn_per_hour = 0\n\
                [cache]\ncapacity_items = 5\nhit_latency_ms = 1\nttl_s = 60\n\
                [origin]\nmiss_penalty_ms = 0\nwarm_cost_ms = 0\n[[strategy]]\npreset = \"refresh-ahead\"\n";
    let scenario = Scenario::from_toml("one key", text).expect("is a scenario");
    let answer = warmcast_model::renewal::evaluate(&scenario);
    let value = |metric| answer.evaluations[0].get(metric).expect("has it").value;
    let (misses, fetches) = ((-1.2f64).exp() / 5.8, 1.0 / 5.8);
    assert!((value(Metric::HitRatio) - (1.0 - misses)).abs() < 1e-9);
    assert!((value(Metric::OriginLoad) - 6.0 * fetches).abs() < 1e-9);
    assert!((value(Metric::OpsLoad) - 6.0 * (fetches - misses)).abs() < 1e-9);
}
