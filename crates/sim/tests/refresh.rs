//! Copies that are fetched anew before their lives end, against closed forms for requests that come at random.
//!
//! With rate λ, time to live T and a window of w before its end (project's reference notes, theory E6, checked there by
//! simulation): without refreshing the miss ratio is 1/(1+λT) and the rate of fetches λ/(1+λT); on a hit in the window
//! e^(−λw)/(1+λ(T−w)) and λ/(1+λ(T−w)); always 0 and 1/(T−w). Only where it was used, at the very end of its life:
//! 1/(1+λT e^(λT)) and e^(λT)/(T e^(λT) + 1/λ).

use std::sync::Arc;

use warmcast_sim::eviction::Chosen;
use warmcast_sim::warming::{
    CacheSetup, Job, Lives, Measure, OnWrite, OriginSetup, Outcome, Recorded, Refresh, RefreshWhen, Requests,
    Schedule, Selector, Setup, replicate,
};

use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};

const SECOND: i64 = 1_000_000_000;

/// A key, asked for at `times`, whose copies live `ttl`.
fn play(times: &[i64], until: i64, ttl: i64, sliding: bool, jobs: Vec<Job>) -> Outcome {
    let cache = CacheSetup {
        policy: Chosen::parse("lru").expect("is there"),
        capacity: 1,
        bytes: None,
        fill_on_miss: true,
        on_write: OnWrite::Nothing,
        ttl: Some(Lives { mean: ttl, jitter: 0.0, sliding }),
        hit_latency: 1,
    };
    let measure = Measure { from: 0, until, interval: until };
    let setup = Setup { jobs, ..Setup::calm(cache, OriginSetup::idle(0), measure) };
    let recorded =
        Recorded { times: times.to_vec(), keys: vec![0; times.len()], known: 1, ..Recorded::default() };
    let mut outcomes = replicate(&Requests::Recorded(Arc::new(recorded)), &[Arc::new(setup)], 1, 0);
    outcomes.as_mut().expect("adds up").remove(0)
}

fn job(from: f64, when: RefreshWhen) -> Vec<Job> {
    let refresh = Refresh { from, when, warmed_only: false };
    vec![Job::new(Selector::Resident, Schedule::Refresh(refresh), 1)]
}

/// Requests at random.
fn poisson(rate: f64, until: i64) -> Vec<i64> {
    let mut luck = ChaCha8Rng::seed_from_u64(11);
    let mut now = 0.0;
    let next = std::iter::from_fn(|| {
        now += -(1.0 - luck.random::<f64>()).ln() / rate * 1e9;
        Some(now as i64)
    });
    next.take_while(|at| *at < until).collect()
}

/// Miss ratio and fetches a second.
fn measured(outcome: &Outcome, seconds: i64) -> [f64; 2] {
    let counts = &outcome.counts;
    let fetches = counts.demand_fetches + counts.warm_fetches;
    [counts.misses as f64 / counts.requests as f64, fetches as f64 / seconds as f64]
}

#[test]
fn refreshing_misses_as_seldom_and_fetches_as_often_as_theory_says() {
    let seconds = 4_000_000;
    for (rate, ttl, window) in [(0.5_f64, 10.0, 2.0), (5.0, 4.0, 0.4), (0.1, 10.0, 5.0)] {
        let until = seconds / rate.max(1.0) as i64 * SECOND;
        let times = poisson(rate, until);
        let lives = (ttl * 1e9) as i64;
        let early = ttl - window;
        let theory = [
            (None, 1.0 / (1.0 + rate * ttl), rate / (1.0 + rate * ttl)),
            (
                Some((early / ttl, RefreshWhen::OnHit)),
                (-rate * window).exp() / (1.0 + rate * early),
                rate / (1.0 + rate * early),
            ),
            (Some((early / ttl, RefreshWhen::Always)), 0.0, 1.0 / early),
            (
                Some((0.999_999_9, RefreshWhen::IfUsed)),
                1.0 / (1.0 + rate * ttl * (rate * ttl).exp()),
                (rate * ttl).exp() / (ttl * (rate * ttl).exp() + 1.0 / rate),
            ),
        ];
        for (how, misses, fetches) in theory {
            let jobs = how.map_or(vec![], |(from, when)| job(from, when));
            let outcome = play(&times, until, lives, false, jobs);
            let found = measured(&outcome, until / SECOND);
            // Four standard errors of so many misses and fetches, taken as independent; one miss begins it all.
            let requests = times.len() as f64;
            let slack = [
                (misses / requests).sqrt() * 4.0 + 1.5 / requests,
                4.0 * (fetches * 1e9 / until as f64).sqrt(),
            ];
            assert!((found[0] - misses).abs() < slack[0], "{rate} {ttl} {how:?}: {found:?}, not {misses}");
            assert!((found[1] - fetches).abs() < slack[1], "{rate} {ttl} {how:?}: {found:?}, not {fetches}");
        }
    }
}

/// The two cases that the notes print: λ = .5, T = 10, w = 2 and λ = 5, T = 4, w = .4.
#[test]
fn refreshing_on_hits_gives_the_numbers_of_the_notes() {
    for (rate, ttl, from, misses) in [(0.5, 10, 0.8, 0.073_576), (5.0, 4, 0.9, 0.007_123)] {
        let until = 4_000_000 * SECOND;
        let times = poisson(rate, until);
        let outcome = play(&times, until, ttl * SECOND, false, job(from, RefreshWhen::OnHit));
        let found = measured(&outcome, until / SECOND)[0];
        assert!((found / misses - 1.0).abs() < 0.01, "{found}, not {misses}");
    }
}

/// By hand, T = 10 s and a window from 8 s on: what is counted are misses, warm fetches, and the fates of these.
#[test]
fn windows_open_and_copies_that_are_gone_are_left_alone() {
    let play = |times: &[i64], when, sliding| {
        let times: Vec<i64> = times.iter().map(|at| at * SECOND).collect();
        let outcome = play(&times, 100 * SECOND, 10 * SECOND, sliding, job(0.8, when));
        (outcome.counts.misses, outcome.counts.warm_fetches, outcome.ledger.used)
    };
    // 9 is in the window of the copy of 0 and fetches another, which 16 asks for ahead of its window at 17.
    assert_eq!(play(&[0, 9, 16], RefreshWhen::OnHit, false), (1, 1, 1));
    // The hit at 9 has brought a copy whose window opens at 17.
    assert_eq!(play(&[0, 9, 10, 17], RefreshWhen::OnHit, false), (1, 2, 1));
    // Nobody asks in the window.
    assert_eq!(play(&[0, 7, 10], RefreshWhen::OnHit, false), (2, 0, 0));
    // Asked for at 7, so fetched at 8; not asked for since, so not at 16, and gone at 18.
    assert_eq!(play(&[0, 7, 18], RefreshWhen::IfUsed, false), (2, 1, 0));
    assert_eq!(play(&[0, 18], RefreshWhen::IfUsed, false), (2, 0, 0));
    // At 8, 16, ... 96; the one of 8 is asked for.
    assert_eq!(play(&[0, 15], RefreshWhen::Always, false), (1, 12, 1));
    // A hit at 7 has moved the end to 17 and the window to 15; the one at 16 in it moves the end to 26.
    assert_eq!(play(&[0, 7, 14], RefreshWhen::OnHit, true), (1, 0, 0));
    assert_eq!(play(&[0, 7, 16, 20], RefreshWhen::OnHit, true), (1, 1, 1));
}
