//! Copies that were warmed together expire together.

use evaluation::{Flag, RiskFlag};

use crate::lints::lasts;
use crate::physics::{Job, Schedule, Selector};
use crate::popularity::Popularity;
use crate::scenario::Scenario;
use crate::strategy::Strategy;

/// How many groups of ranks stand for all ranks.
const GROUPS: u32 = 400;

/// A load of n keys takes D, and the copies end within D, a time to live later. When the last has ended, a key of rate λ is
/// back with 1 − (1 − e^(−λD)) / λD: the hit ratio falls by the rest of F(n). Jitter j spreads the ends over 2 j TTL more.
/// Nobody sees what is over within an interval of the time series: D is that at least.
///
/// Assumes that nothing else renews the copies, that the cache holds them, and that the keys are the most popular.
pub(super) fn expiry_cliff(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let cache = &scenario.cache;
    let ttl = cache.ttl.filter(|_| !cache.ttl_sliding)?.get();
    let [job] = strategy.jobs.as_slice() else { return None };
    let most = scenario.thresholds.max_expiry_cliff.get();
    let known = scenario.workload.popularity.keys();
    let keys = job.keys.map_or(known, |keys| keys.get().min(known));
    if job.schedule != Schedule::AtStart
        || !takes_the_most_popular(job, keys, known)
        || keys > cache.capacity.get()
    {
        return None;
    }
    let load = lasts(scenario, &strategy.budget, keys);
    let ends = load + 2.0 * cache.ttl_jitter.get() * ttl;
    let spread = ends.max(scenario.simulation.interval.get());
    let rate = scenario.workload.request_rate.get() / 60.0;
    let fall = shares(&scenario.workload.popularity, keys)
        .map(|(share, each)| share * if cache.fill_on_miss { still_gone(rate * each * spread) } else { 1.0 })
        .sum::<f64>()
        * strategy.budget.key_match_share.get();
    let message = format!(
        "{keys} copies are warmed within {load:.1} s and end within {ends:.1} s, {ttl} s later: over {spread:.1} s the hit ratio falls by {fall:.2}"
    );
    (spread < ttl && fall > most).then(|| Flag::ExpiryCliff.raise(fall, most, message))
}

fn takes_the_most_popular(job: &Job, keys: f64, known: f64) -> bool {
    let looks_back =
        matches!(job.selector, Selector::Popular | Selector::Recent { .. } | Selector::Trending { .. });
    job.selector == Selector::Popularity || (looks_back && keys >= known)
}

/// Groups of the most popular keys: the share of the requests that each receives, and that of one of its keys.
fn shares(popularity: &Popularity, keys: f64) -> impl Iterator<Item = (f64, f64)> {
    let rank = |group: u32| (keys + 1.0).powf(f64::from(group) / f64::from(GROUPS)) - 1.0;
    let mut ranks: Vec<f64> = (0..=GROUPS).map(|group| (rank(group) + 1e-9).floor()).collect();
    ranks.dedup();
    (1..ranks.len()).map(move |nth| {
        let (from, to) = (ranks[nth - 1], ranks[nth]);
        let share = popularity.head_share(to) - popularity.head_share(from);
        (share, share / (to - from))
    })
}

/// (1 − e^(−x)) / x.
fn still_gone(x: f64) -> f64 {
    if x > 1e-9 { -f64::exp_m1(-x) / x } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_ranks_are_all_ranks_once() {
        let law = Popularity::Zipf { keys: 1000.0, exponent: 1.0 };
        let all: Vec<(f64, f64)> = shares(&law, 100.0).collect();
        let sum: f64 = all.iter().map(|(share, _)| share).sum();
        assert!((sum - law.head_share(100.0)).abs() < 1e-12);
        // The first group is the first key: 1 / (1 + 1/2 + ... + 1/1000) = 1 / 7.485.
        assert!((all[0].0 - 1.0 / 7.485).abs() < 1e-4 && all[0].0 == all[0].1);
    }

    /// Reference systems, A2: 1,000 sessions, each asks once in two minutes, are loaded in 9 pauses of 50 ms and 10 rounds of
    /// 10 times 39 ms: 4.4 s, within an interval of 10 s. Of a session's requests a share of (1 − e^(−x)) / x, x = 10 / 120,
    /// finds nothing: 0.959.
    #[test]
    fn sessions_that_are_loaded_at_once_are_gone_at_once() {
        let text = include_str!("../../../../scenarios/session_restart.toml");
        let scenario = Scenario::from_toml("sessions", text).expect("is a scenario");
        let flag = expiry_cliff(&scenario, &scenario.strategies[0]).expect("is raised");
        assert!((flag.observed - 0.959).abs() < 0.001, "{}", flag.message);
        // Spread over three minutes, x = 1.5 of 180 s: (1 − e^(−1.5)) / 1.5 = 0.518.
        let spread = text.replace("ttl_s = 300\n", "ttl_s = 300\nttl_jitter = 0.2925\n");
        let scenario = Scenario::from_toml("sessions", &spread).expect("is a scenario");
        let flag = expiry_cliff(&scenario, &scenario.strategies[0]).expect("is raised");
        assert!((flag.observed - 0.518).abs() < 0.001, "{}", flag.message);
    }
}
