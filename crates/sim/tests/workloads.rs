//! What synthetic workloads can do, against what is known of it from elsewhere: contents that come and go, writes and stale
//! copies, flushes, sizes, costs, crowds.

use std::sync::Arc;

use scenario::Scenario;
use trace::synthetic::{Contents, Law, Spec, Tenant, Updates};
use warmcast_sim::eviction::Chosen;
use warmcast_sim::warming::{
    CacheSetup, Crowd, Flush, Job, Lives, Measure, OnWrite, OriginSetup, Outcome, Requests, Schedule,
    Selector, Setup, replicate, setups, workload,
};

const SECOND: i64 = 1_000_000_000;
const HOUR: i64 = 3600 * SECOND;

/// No warming, an origin that answers at once.
fn plain(capacity: u64, (from, until): (i64, i64)) -> Setup {
    let cache = CacheSetup {
        policy: Chosen::parse("lru").expect("is there"),
        capacity,
        bytes: None,
        fill_on_miss: true,
        on_write: OnWrite::Nothing,
        ttl: None,
        hit_latency: 1,
    };
    Setup::calm(cache, OriginSetup::idle(0), Measure { from, until, interval: HOUR })
}

fn run(spec: Spec, setup: Setup) -> Outcome {
    replicate(&Requests::Synthetic(Arc::new(spec)), &[Arc::new(setup)], 1, 0)
        .expect("no contradiction")
        .remove(0)
}

fn ratio(outcome: &Outcome) -> f64 {
    outcome.counts.hit_ratio().expect("requests")
}

/// Shot noise with a box profile under LRU (theory.md E12; Traverso et al., ACM CCR 43(5), 2013): for a characteristic time
/// T < L, h = [T − (1 − e^(−vT)) / v + (L − T)(1 − e^(−vT))] / L at the capacity
/// C = γ [2 (T − (1 − e^(−vT)) / v) + (L − T)(1 − e^(−vT))], v = V / L. The formula itself was seen to be off by up to
/// .0036 there, and sampling adds .001 here.
#[test]
fn contents_that_come_and_go_hit_as_often_as_the_shot_noise_model_says() {
    let lives = 3600.0;
    for (per_hour, requests, time) in [(2000.0, 5.0, 300.0), (2000.0, 5.0, 1200.0), (500.0, 20.0, 900.0)] {
        let (v, arrivals) = (requests / lives, per_hour / 3600.0);
        let asked = 1.0 - f64::exp(-v * time);
        let expected = (time - asked / v + (lives - time) * asked) / lives;
        let capacity = arrivals * (2.0 * (time - asked / v) + (lives - time) * asked);
        let mut noise = Spec::calm(Law::zipf(1, 0.0), 0.0);
        noise.contents = Some(Contents { per_hour, lives_s: lives, requests });
        let found = run(noise, plain(capacity.round() as u64, (4 * HOUR, 100 * HOUR)));
        assert!((ratio(&found) - expected).abs() < 0.005, "{} and not {expected}", ratio(&found));
    }
}

/// Where the cache holds what lives and more, only the first request for a content misses: h = 1 − (1 − e^(−V)) / V
/// (theory.md E12, T ≥ L).
#[test]
fn a_content_misses_once_where_it_stays_for_its_life() {
    for requests in [1.0, 10.0] {
        let mut noise = Spec::calm(Law::zipf(1, 0.0), 0.0);
        noise.contents = Some(Contents { per_hour: 3000.0, lives_s: 600.0, requests });
        let found = run(noise, plain(5_000, (HOUR, 100 * HOUR)));
        let expected = 1.0 - (1.0 - f64::exp(-requests)) / requests;
        assert!((ratio(&found) - expected).abs() < 0.003, "{} and not {expected}", ratio(&found));
    }
}

/// Keys alike, each asked for at rate λ and written at rate μ, Poisson both, with copies that live T from their fetch on.
///
/// By hand: a copy begins with a miss and is hit λT times on average within its life. At age a it is stale unless nothing
/// was written since: with probability 1 − e^(−μa). So stale hits per copy are λ ∫ (1 − e^(−μa)) da = λ (T − (1 − e^(−μT)) / μ)
/// of 1 + λT requests. Where writes take copies out, none is stale, and a copy is hit λ (1 − e^(−μT)) / μ times before it is
/// written or its life is over.
#[test]
fn hits_are_stale_as_often_as_writes_come_between() {
    let keys = 200.0;
    for (asked, written, lives) in [(0.1, 0.02, 60.0), (0.5, 0.001, 300.0), (0.05, 0.2, 20.0)] {
        let mut updated = Spec::calm(Law::zipf(200, 0.0), asked * keys);
        updated.updates = Some(Updates { per_s: written * keys, popular: false });
        let mut setup = plain(200, (HOUR, 20 * HOUR));
        setup.cache.ttl = Some(Lives { mean: (lives * 1e9) as i64, jitter: 0.0, sliding: false });
        let fresh = (1.0 - f64::exp(-written * lives)) / written;
        let left = run(updated.clone(), setup.clone());
        let stale = left.counts.stale_hits as f64 / left.counts.requests as f64;
        let expected = asked * (lives - fresh) / (1.0 + asked * lives);
        assert!((stale - expected).abs() < 0.005, "{stale} and not {expected}");
        let hits = asked * lives / (1.0 + asked * lives);
        assert!((ratio(&left) - hits).abs() < 0.005, "{} and not {hits}", ratio(&left));
        setup.cache.on_write = OnWrite::Invalidate;
        let dropped = run(updated, setup);
        let expected = asked * fresh / (1.0 + asked * fresh);
        assert!((ratio(&dropped) - expected).abs() < 0.005, "{} and not {expected}", ratio(&dropped));
        assert_eq!(dropped.counts.stale_hits, 0);
    }
}

/// The race that invalidation does not win: a fetch of constant length S during which its key is written brings a stale
/// copy. With one request at a time for ever new keys that is as likely as a write within S: 1 − e^(−μS); here every copy is
/// hit once, at most.
#[test]
fn a_write_during_a_fetch_makes_its_copy_stale_though_writes_invalidate() {
    let (keys, written, takes) = (100.0, 0.05, 10.0);
    let mut updated = Spec::calm(Law::zipf(100, 0.0), 200.0);
    updated.updates = Some(Updates { per_s: written * keys, popular: false });
    let mut setup = plain(100, (HOUR, 3 * HOUR));
    setup.cache.on_write = OnWrite::Invalidate;
    setup.origin = OriginSetup::idle((takes * 1e9) as i64);
    let found = run(updated, setup);
    // Copies stay until they are written: a time that has no memory, whether they came in stale or not. Requests are many
    // a second for each key, so that hits weigh copies by how long they stay.
    let stale = found.counts.stale_hits as f64 / found.counts.hits() as f64;
    let expected = 1.0 - f64::exp(-written * takes);
    assert!((stale - expected).abs() < 0.02, "{stale} and not {expected}");
}

/// A flush takes what is there of a tenant, and the warmer's jobs do not begin again.
#[test]
fn a_flush_takes_the_contents_of_its_tenant_alone() {
    let mut owned = Spec::calm(Law::zipf(1000, 0.0), 50.0);
    owned.objects.tenants =
        vec![Tenant { name: "a".to_owned(), share: 0.25 }, Tenant { name: "b".to_owned(), share: 0.75 }];
    let mut setup = plain(1000, (HOUR, 2 * HOUR));
    setup.jobs = vec![Job::new(Selector::Popularity, Schedule::AtStart, 1000)];
    let flushed = |tenant: Option<&str>| {
        let mut setup = setup.clone();
        setup.flushes = vec![Flush { at: HOUR, tenant: tenant.map(str::to_owned) }];
        let twin = Setup { jobs: vec![], ..setup.clone() };
        let requests = Requests::Synthetic(Arc::new(owned.clone()));
        let setups = [twin, setup].map(Arc::new);
        replicate(&requests, &setups, 1, 0).expect("no contradiction").remove(1)
    };
    // Every key is there an hour later, and is asked for again within the next: each that was lost misses once.
    let [a, b, all] = [Some("a"), Some("b"), None].map(|tenant| flushed(tenant).counts.misses);
    assert_eq!((a + b, all), (1000, 1000));
    // 5 standard deviations of a binomial count.
    assert!((a as f64 - 250.0).abs() < 5.0 * (1000.0 * 0.25 * 0.75_f64).sqrt(), "{a}");
    assert_eq!(flushed(None).ledger.planned, 1000);
}

/// Fetches of a key take its factor times as long: the mean time of a miss over many keys is the mean of the factors, 1,
/// times that of a fetch, and varies as they do.
#[test]
fn costly_keys_take_longer() {
    let mut costly = Spec::calm(Law::zipf(200_000, 0.0), 100.0);
    costly.objects.cost_variation = 1.0;
    let mut setup = plain(1, (0, HOUR));
    setup.origin = OriginSetup::idle(SECOND);
    setup.hot_keys = 0;
    let found = run(costly, setup);
    let mean = found.latency.mean().expect("requests") / 1e9;
    assert!((mean - 1.0).abs() < 0.02, "{mean}");
    // The median of a log-normal time is its mean over √(1 + cv²).
    let median = found.latency.quantile(0.5).expect("requests") as f64 / 1e9;
    assert!((median - 0.5_f64.sqrt()).abs() < 0.02, "{median}");
}

fn played(toml: &str) -> (Spec, Setup) {
    let scenario = Scenario::from_toml("test", toml).expect("is sound");
    (workload(&scenario).expect("can be played"), setups(&scenario).expect("can be played").0)
}

const BASE: &str = "
    workload.request_rate_per_minute = 6000
    workload.keys = 10000
    workload.zipf_exponent = 0.8
    workload.churn_per_hour = 0
    cache.hit_latency_ms = 1
    origin.miss_penalty_ms = 0
    origin.warm_cost_ms = 1
    simulation.duration_s = 3600
    simulation.measure_from_s = 1800
";

/// With sizes that do not depend on popularity, a cache that counts bytes holds about as many objects as fit by the mean.
#[test]
fn a_cache_counts_bytes_where_sizes_vary() {
    let bytes = "
        workload.mean_object_bytes = 1000
        cache.capacity_bytes = 1_000_000
    ";
    let (even, by_items) = played(&format!("{BASE}{bytes}"));
    let (varied, by_bytes) = played(&format!("{BASE}{bytes}workload.objects.size_variation = 0.5"));
    assert_eq!((by_items.cache.bytes, by_items.cache.capacity), (None, 1000));
    assert_eq!((by_bytes.cache.bytes, by_bytes.cache.capacity), (Some(1_000_000), 1000));
    let [even, varied] = [ratio(&run(even, by_items)), ratio(&run(varied, by_bytes))];
    assert!((even - varied).abs() < 0.01 && even != varied, "{even} and {varied}");
}

#[test]
fn a_scenario_says_what_a_warmer_may_know_of_a_crowd() {
    let crowds = "
        [[workload.scan]]
        at_s = 10
        keys = 500
        rate_per_minute = 600
        [[workload.crowd]]
        at_s = 2000
        for_s = 60
        keys = 20
        rate_per_minute = 1200
        [[workload.crowd]]
        name = \"launch\"
        at_s = 100
        for_s = 50
        keys = 30
        rate_per_minute = 600
        known_ahead_s = 40
    ";
    let (spec, setup) = played(&format!("{BASE}cache.capacity_items = 1000\n{crowds}"));
    let crowd = |name: &str, begins: i64, lasts: i64, known: Option<i64>, first, keys| Crowd {
        name: name.to_owned(),
        begins: begins * SECOND,
        ends: (begins + lasts) * SECOND,
        known: known.map(|known| known * SECOND),
        first,
        keys,
    };
    let expected =
        [crowd("crowd-1", 2000, 60, None, 10_000, 20), crowd("launch", 100, 50, Some(60), 10_020, 30)];
    assert_eq!(setup.crowds, expected);
    assert_eq!(spec.events.iter().map(|event| event.keys()).collect::<Vec<_>>(), [20, 30, 500]);
    // 20 requests a second for 60 s come within what is measured, on top of 100 a second for 1800 s; 5 standard deviations.
    let found = run(spec, setup).counts.requests as f64;
    assert!((found - 181_200.0).abs() < 5.0 * 181_200.0_f64.sqrt(), "{found}");
}
