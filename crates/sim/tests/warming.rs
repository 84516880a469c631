//! Warming against what is known of it from elsewhere, and the laws that every run obeys.

use std::sync::Arc;

use proptest::prelude::*;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use trace::synthetic::{
    Arrivals, Chunk, Contents, Event, Importance, Law, ObjectSpec, Spec, Tenant, Updates, WallClock, Workload,
};
use warmcast_sim::eviction::Chosen;
use warmcast_sim::warming::{
    Between, Bonus, Breakdowns, Breaker, Budget, CacheSetup, Flush, Job, JobOrder, LatencyStop, Lives,
    Measure, MemoryShare, NOBODYS, OnWrite, Oracle, OriginSetup, Outcome, Phase, Prediction, Pressure,
    PressureStop, Rails, Rate, Recorded, Refresh, RefreshWhen, Requests, Room, Schedule, Selector, Service,
    Setup, Shape, Slow, Within, replicate,
};

const SECOND: i64 = 1_000_000_000;
const MILLI: i64 = 1_000_000;

/// No warming, an origin that answers at once, a cache that holds everything.
fn plain(keys: u32, until: i64) -> Setup {
    Setup {
        cache: CacheSetup {
            policy: Chosen::parse("lru").expect("is there"),
            capacity: u64::from(keys),
            bytes: None,
            fill_on_miss: true,
            on_write: OnWrite::Nothing,
            ttl: None,
            hit_latency: MILLI,
        },
        origin: OriginSetup::idle(0),
        jobs: vec![],
        budget: Budget::default(),
        rails: Rails::default(),
        pressure: vec![],
        hot_keys: keys / 10,
        clock: WallClock::default(),
        ranking: None,
        restarts: vec![],
        flushes: vec![],
        crowds: vec![],
        measure: Measure { from: 0, until, interval: 10 * SECOND },
        marks: None,
    }
}

/// Requests at `rate` a second for keys drawn by `draw`.
fn poisson(keys: u32, rate: f64, until: i64, seed: u64, draw: impl Fn(f64) -> f64) -> Requests {
    let mut luck = ChaCha8Rng::seed_from_u64(seed);
    let mut recorded = Recorded { known: keys, ..Recorded::default() };
    let mut now = 0.0;
    loop {
        now += -(1.0 - luck.random::<f64>()).ln() / rate * 1e9;
        if now as i64 >= until {
            return Requests::Recorded(Arc::new(recorded));
        }
        recorded.times.push(now as i64);
        recorded.keys.push((draw(luck.random::<f64>()) * f64::from(keys)) as u32);
    }
}

fn run(requests: &Requests, setups: Vec<Setup>) -> Vec<Outcome> {
    let setups: Vec<Arc<Setup>> = setups.into_iter().map(Arc::new).collect();
    replicate(requests, &setups, 1, 0).expect("no contradiction")
}

/// 873 sessions warmed over 5 s, with a fixed time to live of 300 s: means of 30 seeds, from an event simulation
/// and the exact values of the project's reference notes (A2: .179 and .399 at the cliff, .714 and .909 steady).
#[test]
fn sessions_warmed_together_expire_together() {
    let (sessions, until) = (873, 3600 * SECOND);
    for (per_minute, at_cliff, steady) in [(0.5, 0.179, 0.714), (2.0, 0.399, 0.909)] {
        let mut setup = plain(sessions, until);
        setup.cache.ttl = Some(Lives { mean: 300 * SECOND, jitter: 0.0, sliding: false });
        setup.jobs =
            vec![Job::new(Selector::Keys((0..sessions).collect()), Schedule::AtStart, u64::from(sessions))];
        setup.budget.rate = Some(Rate { per_second: 873.0 / 5.0, burst: 1.0 });
        let mut ratios = [0.0; 4];
        const SEEDS: u64 = 30;
        for seed in 0..SEEDS {
            let requests = poisson(sessions, 873.0 * per_minute / 60.0, until, seed, |share| share);
            let [outcome] = &run(&requests, vec![setup.clone()])[..] else { panic!("one strategy") };
            for (ratio, (from, to)) in ratios.iter_mut().zip([(1, 29), (30, 33), (180, 360), (0, 1)]) {
                let (hits, requests) = outcome.series[from..to]
                    .iter()
                    .fold((0, 0), |sum, counts| (sum.0 + counts.hits(), sum.1 + counts.requests));
                *ratio += hits as f64 / requests as f64 / SEEDS as f64;
            }
        }
        assert!(ratios[0] > 0.999, "{ratios:?}");
        assert!((ratios[1] - at_cliff).abs() < 0.01, "{ratios:?}");
        assert!((ratios[2] - steady).abs() < 0.005, "{ratios:?}");
    }
}

/// One server, constant service: M/D/1 with the mean wait ρS/(2(1-ρ)) (Pollaczek and Khinchine), every request a miss.
#[test]
fn misses_queue_at_the_origin_as_in_a_queue_with_one_server() {
    let until = 4000 * SECOND;
    let mut setup = plain(1_000_000_000, until);
    setup.cache.capacity = 1;
    setup.origin.servers = Some(1);
    setup.origin.demand = Service { mean: 100 * MILLI, shape: Shape::Constant };
    let requests = poisson(1_000_000, 8.0, until, 5, |share| share);
    setup.hot_keys = 0;
    let [outcome] = &run(&requests, vec![setup])[..] else { panic!("one strategy") };
    let waited = outcome.latency.mean().expect("requests") / 1e6 - 1.0 - 100.0;
    // ρ = 0.8 and S = 100 ms give 200 ms; the error of 32,000 correlated waits is some 3 %.
    assert!((waited / 200.0 - 1.0).abs() < 0.1, "{waited}");
}

/// Delayed hits, theory.md E14 with one key and no eviction: while a fetch is under way, requests wait.
#[test]
fn requests_for_a_key_that_is_being_fetched_wait_for_it_or_fetch_anew() {
    let requests = Requests::Recorded(Arc::new(Recorded {
        times: [0, 40, 99, 100, 150].map(|at| at * MILLI).to_vec(),
        keys: vec![0; 5],
        known: 1,
        ..Recorded::default()
    }));
    let mut setup = plain(1, SECOND);
    setup.origin.demand.mean = 100 * MILLI;
    let mut alone = setup.clone();
    alone.origin.coalesce = false;
    let outcomes = run(&requests, vec![setup, alone]);
    let seen: Vec<_> = outcomes
        .iter()
        .map(|outcome| (outcome.counts.misses, outcome.counts.delayed, outcome.counts.hits()))
        .collect();
    // The fetch ends at 100 ms, ahead of the request of that instant.
    assert_eq!(seen, [(1, 2, 2), (3, 0, 2)]);
    // By hand: 101 + 61 + 2 + 1 + 1 ms, and each of the first three 101 ms.
    let total = |outcome: &Outcome| outcome.latency.mean().expect("requests") * 5.0 / 1e6;
    assert!((total(&outcomes[0]) - 166.0).abs() < 1e-6, "{}", total(&outcomes[0]));
    assert!((total(&outcomes[1]) - 305.0).abs() < 1e-6, "{}", total(&outcomes[1]));
}

#[test]
fn zero_recall_equals_no_predictor_request_by_request() {
    let until = 600 * SECOND;
    let requests = poisson(2_000, 50.0, until, 3, |share| share.powi(3));
    let mut fixed = plain(2_000, until);
    fixed.cache.capacity = 300;
    fixed.hot_keys = 100;
    fixed.jobs = vec![Job::new(Selector::Popularity, Schedule::OnChange, 100)];
    let mut predicting = fixed.clone();
    let oracle =
        Oracle { precision: 0.8, recall: 0.0, by_keys: false, horizon: 60 * SECOND, right_first: false };
    let schedule = Schedule::Every { period: 60 * SECOND, first: 0 };
    predicting.jobs.push(Job::new(Selector::Oracle(oracle), schedule, 200));
    let outcomes = run(&requests, vec![fixed, predicting]);
    assert_eq!(outcomes[0].counts, outcomes[1].counts);
    assert_eq!((outcomes[1].counts.avoided, outcomes[1].counts.polluted), (0, 0));
    assert_eq!(outcomes[0].ledger, outcomes[1].ledger);
}

fn rooms() -> impl Strategy<Value = Room> {
    let shares = [0.0..=1.0, 0.0..=1.0, 0.0..=1.0, 0.0..=1.0];
    let memory = (0..400_u64, shares, 0..200_u64, 0.0..=1.0).prop_map(|(available, shares, floor, cap)| {
        MemoryShare { available, shares, levels: [30.0, 50.0, 80.0], floor, cap }
    });
    let phase = (1..11_u8, 1..11_u8, 0.0..=1.0, any::<bool>(), 0..50_u64).prop_map(
        |(least, most, share, of_rest, only_above)| Phase { least, most, share, of_rest, only_above },
    );
    let phases = prop::collection::vec(phase, 0..4);
    (prop::option::of(0..300_u64), prop::option::of(memory), any::<bool>(), phases)
        .prop_map(|(bytes, memory, skips, phases)| Room { bytes, memory, skips, phases })
}

/// Anything that may hold a warmer back.
fn rails() -> impl Strategy<Value = Rails> {
    let time = |most: i64| (0..most).prop_map(|time| time * MILLI);
    let taken_for = prop_oneof![4 => Just(None), 1 => time(5000).prop_map(Some)];
    let resume = (prop::option::of(time(500)), prop::option::of(time(20_000)));
    let latency = (time(800), 1..6_u32, any::<(bool, bool)>(), taken_for, resume).prop_map(
        |(above, over, (of_demand, fills), taken_for, (resume_below, resume_after))| LatencyStop {
            above,
            over,
            of_demand,
            taken_for,
            fills,
            resume_below,
            resume_after,
        },
    );
    let breaker = (1..6_u32, time(20_000)).prop_map(|(failures, pause)| Breaker { failures, pause });
    let between = prop::sample::select(vec![Between::Operations, Between::Batches, Between::Phases]);
    let pressure = (1.0..=100.0, 0.0..=1.0, any::<bool>(), between)
        .prop_map(|(at, share, latches, between)| PressureStop { at, below: at * share, latches, between });
    let breakdowns = (prop::collection::vec(time(100_000), 0..3), time(20_000), any::<bool>())
        .prop_map(|(at, lasts, resumes)| Breakdowns { at, lasts, resumes });
    (prop::option::of(latency), prop::option::of(breaker), prop::option::of(pressure), breakdowns)
        .prop_map(|(latency, breaker, pressure, breakdowns)| Rails { latency, breaker, pressure, breakdowns })
}

fn pressures() -> impl Strategy<Value = Vec<Pressure>> {
    prop::collection::btree_map(0..100_i64, 0.0..=100.0, 0..6).prop_map(|signal| {
        signal.into_iter().map(|(from, percent)| Pressure { from: from * SECOND, percent }).collect()
    })
}

/// Anything that a scenario may hold, small enough to run thousands of times.
fn setups() -> impl Strategy<Value = Setup> {
    let cache = (
        prop::sample::select(vec![
            "lru",
            "fifo",
            "sieve",
            "s3-fifo",
            "w-tinylfu",
            "lirs",
            "arc",
            "2q",
            "clock",
        ]),
        1..60_u64,
        any::<bool>(),
        prop::option::of((1..200_i64, 0.0..1.0, any::<bool>())),
    );
    let service = |most: i64| {
        (
            0..most,
            prop::sample::select(vec![
                Shape::Constant,
                Shape::Exponential,
                Shape::LogNormal(1.5),
                Shape::Empirical(0.0),
            ]),
        )
            .prop_map(|(mean, shape)| Service { mean: mean * MILLI / 10, shape })
    };
    let rate = || {
        prop::option::of((0.5..200.0, 1.0..20.0).prop_map(|(per_second, burst)| Rate { per_second, burst }))
    };
    let origin = (
        prop::option::of(1..4_u32),
        (service(5000), service(5000)),
        rate(),
        prop::sample::select(vec![0.0, 0.2, 1.0]),
        prop::option::of(1..300_i64),
        any::<bool>(),
    );
    let selector = prop_oneof![
        Just(Selector::Popularity),
        Just(Selector::Popular),
        Just(Selector::HourOfDay),
        (1..60_i64).prop_map(|horizon| Selector::Clairvoyant { horizon: horizon * SECOND }),
        (1..60_i64).prop_map(|window| Selector::Trending { window: window * SECOND }),
        (1..60_i64).prop_map(|window| Selector::Recent { window: window * SECOND }),
        (1..60_i64, 1..20_u32).prop_map(|(window, kept)| Selector::FrequencyRecency {
            window: window * SECOND,
            kept,
            bonuses: [Bonus { within: 5 * SECOND, factor: 2.0 }, Bonus { within: 30 * SECOND, factor: 1.5 }]
                .into(),
        }),
        (1..200_u64).prop_map(|accesses| Selector::NextKey { accesses }),
        Just(Selector::Resident),
        Just(Selector::Depth),
        (1..60_i64).prop_map(|window| Selector::Value { window: window * SECOND }),
        (1..60_i64, 0.0..1e3)
            .prop_map(|(window, least)| Selector::MemoryScore { window: window * SECOND, least }),
        Just(Selector::Keys((0..40).rev().chain([NOBODYS, NOBODYS]).collect())),
        Just(Selector::Written),
        prop::collection::vec((0..100_i64, 0..62_u32, 0.0..1.0), 0..40).prop_map(|mut said| {
            said.sort_by_key(|(at, ..)| *at);
            let key = |key: u32| if key < 60 { key } else { NOBODYS };
            let one = |(at, of, score)| Prediction { at: at * SECOND, key: key(of), score };
            Selector::Predictions { all: said.into_iter().map(one).collect(), window: 20 * SECOND }
        }),
        (0.05..=1.0, 0.0..=1.0, any::<bool>(), 1..30_i64).prop_map(
            |(precision, recall, by_keys, horizon)| {
                Selector::Oracle(Oracle {
                    precision,
                    recall,
                    by_keys,
                    horizon: horizon * SECOND,
                    right_first: false,
                })
            }
        ),
    ];
    let schedule = prop_oneof![
        Just(Schedule::AtStart),
        Just(Schedule::OnChange),
        Just(Schedule::OnWrite),
        (1..30_i64, 0..30_i64)
            .prop_map(|(period, first)| Schedule::Every { period: period * SECOND, first: first * SECOND }),
        prop::collection::btree_set(0..100_i64, 0..5)
            .prop_map(|at| Schedule::At(at.into_iter().map(|at| at * SECOND).collect())),
        (
            0.01..0.99,
            prop::sample::select(vec![RefreshWhen::Always, RefreshWhen::OnHit, RefreshWhen::IfUsed]),
            any::<bool>()
        )
            .prop_map(|(from, when, warmed_only)| Schedule::Refresh(Refresh {
                from,
                when,
                warmed_only
            })),
    ];
    let within = prop::option::of(
        (0..10_u32).prop_map(|first| Within { prefix: Some(first.to_string()), tenant: None }),
    );
    let order = prop::sample::select(vec![JobOrder::HottestFirst, JobOrder::ColdestFirst, JobOrder::Any]);
    let order = (order, prop::option::of(0..101_u8));
    let job = (selector, schedule, 0..80_u64, 0.0..1.0, any::<(bool, bool)>(), within, order).prop_map(
        |(selector, schedule, keys, held_back, (learns_from_warming, sees_requests), within, order)| Job {
            order: order.0,
            priority: order.1,
            held_back,
            learns_from_warming,
            sees_requests,
            within,
            ..Job::new(selector, schedule, keys)
        },
    );
    let budget = (
        (rate(), any::<bool>(), prop::option::of(1..5_u32), prop::option::of(0..30_u64)),
        prop::option::of((1..8_u32, 0..2000_i64)),
        (any::<bool>(), 0..4_u32, 0..500_i64, 0.0..1.0),
        (prop::option::of(1..60_000_i64), 1..4_u32, 0.0..1.2, 0.0..1.2, (rooms(), any::<bool>())),
        (prop::option::of(500..60_000_i64), 0..3000_i64, any::<(bool, bool, bool, bool)>()),
    );
    let restarts = prop::collection::vec(0..100_i64, 0..3);
    let tenant = prop::sample::select(vec![None, Some("a"), Some("b")]);
    let flush = (0..100_i64, tenant)
        .prop_map(|(at, tenant)| Flush { at: at * SECOND, tenant: tenant.map(str::to_owned) });
    let on_write = prop::sample::select(vec![OnWrite::Nothing, OnWrite::Invalidate]);
    let extras = (prop::collection::vec(flush, 0..3), on_write, prop::option::of(1..600_u64));
    let loss = (restarts, extras);
    (cache, origin, prop::collection::vec(job, 1..4), budget, loss, (rails(), pressures())).prop_map(
        |(cache, origin, jobs, budget, (restarts, (flushes, on_write, bytes)), (rails, pressure))| {
            let mut setup = plain(60, 100 * SECOND);
            setup.cache.policy = Chosen::parse(cache.0).expect("is there");
            (setup.cache.capacity, setup.cache.fill_on_miss) = (cache.1, cache.2);
            (setup.cache.bytes, setup.cache.on_write, setup.flushes) = (bytes, on_write, flushes);
            setup.cache.ttl =
                cache.3.map(|(mean, jitter, sliding)| Lives { mean: mean * SECOND / 10, jitter, sliding });
            setup.origin = OriginSetup {
                servers: origin.0,
                demand: origin.1.0,
                warm: origin.1.1,
                times: [0.5, 0.7, 1.8].into(),
                cap: origin.2,
                failure_share: origin.3,
                timeout: origin.4.map(|timeout| timeout * MILLI),
                slow: vec![Slow { from: 20 * SECOND, until: 30 * SECOND, factor: 5.0 }],
                coalesce: origin.5,
            };
            setup.jobs = jobs;
            let (
                (rate, refuse, workers, queue),
                batch,
                tries,
                (deadline, instances, matching, correct, (room, dependencies)),
                (window, pause, switches),
            ) = budget;
            let (by_priority, deduplicate, only_if_absent, retry_holds_worker) = switches;
            let (skip_fresh, retries, backoff, backoff_jitter) = tries;
            setup.budget = Budget {
                rate,
                rate_window: window.map(|window| window * MILLI),
                refuse,
                refusal_pause: pause * MILLI,
                workers,
                queue,
                by_priority,
                deduplicate,
                batch: batch.map(|(size, pause)| (size, pause * MILLI)),
                skip_fresh,
                only_if_absent,
                retries,
                backoff: backoff * MILLI,
                backoff_jitter,
                retry_holds_worker,
                deadline: deadline.map(|time| time * MILLI),
                instances,
                room,
                dependencies,
                key_match_share: f64::min(matching, 1.0),
                value_correct_share: f64::min(correct, 1.0),
            };
            (setup.rails, setup.pressure) = (rails, pressure);
            setup.restarts = restarts.into_iter().map(|at| at * SECOND).collect();
            setup.measure.from = 10 * SECOND;
            setup
        },
    )
}

/// Keys that swap, are written, belong to somebody and differ in size and cost, with a crowd, a scan, and contents that
/// come and go.
fn workloads() -> impl Strategy<Value = Spec> {
    let churn = prop::sample::select(vec![0.0, 50.0, 2000.0]);
    let updates = prop::option::of((0.1..20.0, any::<bool>()));
    let beside = (any::<(bool, bool)>(), prop::option::of((100.0..4000.0, 1.0..60.0, 0.5..10.0)));
    let kinds = (prop::sample::select(vec![0.0, 1.0]), prop::sample::select(vec![0.0, 1.0]));
    (churn, updates, beside, kinds, 0.0..1.5).prop_map(
        |(churn_per_hour, updates, ((crowd, scan), contents), (size_variation, cost_variation), exponent)| {
            let crowd = crowd.then_some(Event::FlashCrowd {
                at: 40 * SECOND,
                lasts: 20 * SECOND,
                keys: 7,
                rate_per_s: 4.0,
                decays: true,
            });
            let scan = scan.then_some(Event::Scan { at: 15 * SECOND, rate_per_s: 10.0, keys: 90 });
            let tenant = |name: &str| Tenant { name: name.to_owned(), share: 0.5 };
            Spec {
                keys: 60,
                law: Arc::new(Law::zipf(60, exponent)),
                rate_per_s: 8.0,
                arrivals: Arrivals::Poisson,
                hourly: None,
                clock: WallClock::default(),
                hot_keys: 6,
                churn_per_hour,
                events: crowd.into_iter().chain(scan).collect(),
                contents: contents.map(|(per_hour, lives_s, requests)| Contents {
                    per_hour,
                    lives_s,
                    requests,
                }),
                updates: updates.map(|(per_s, popular)| Updates { per_s, popular }),
                objects: ObjectSpec {
                    mean_bytes: 10.0,
                    size_variation,
                    cost_variation,
                    levels: 3,
                    children: 2,
                    importance: Some(Importance::Random),
                    tenants: vec![tenant("a"), tenant("b")],
                },
            }
        },
    )
}

/// Requests between two instants.
fn asked(spec: &Arc<Spec>, replication: u32, (from, until): (i64, i64)) -> u64 {
    let (mut workload, mut chunk, mut asked) =
        (Workload::new(spec.clone(), 1, replication), Chunk::default(), 0);
    while chunk.until < until {
        workload.fill(&mut chunk, 1000);
        asked += chunk.times.iter().filter(|at| (from..until).contains(*at)).count() as u64;
    }
    asked
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]

    #[test]
    fn every_ledger_balances_and_every_request_is_answered(
        setup in setups(),
        spec in workloads(),
        replication in any::<u32>(),
    ) {
        let spec = Arc::new(spec);
        let mut twin = setup.clone();
        twin.jobs.clear();
        let setups = [twin, setup].map(Arc::new);
        // A run fails where its ledger does not balance, or an answer is missing.
        let outcomes = replicate(&Requests::Synthetic(spec.clone()), &setups, 1, replication)
            .expect("no contradiction");
        let asked = asked(&spec, replication, (10 * SECOND, 100 * SECOND));
        for outcome in &outcomes {
            let counts = &outcome.counts;
            prop_assert_eq!(counts.requests, asked);
            let series = outcome.series.iter().map(|counts| counts.requests).sum::<u64>();
            prop_assert_eq!(series, asked);
            prop_assert!(counts.stale_hits <= counts.hits());
            prop_assert!(outcome.updates || counts.stale_hits == 0);
        }
        let (twin, counts) = (outcomes[0].counts, outcomes[1].counts);
        prop_assert_eq!(twin.misses + counts.polluted, counts.misses + counts.avoided);
        prop_assert_eq!(outcomes[0].ledger, evaluation::Ledger::default());
    }
}
