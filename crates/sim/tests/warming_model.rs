//! Warming against a slow and obvious model of it, on small worlds in which much happens at one instant.

#[path = "warming_model/corners.rs"]
mod corners;
#[path = "warming_model/mod.rs"]
mod model;

use std::sync::Arc;

use model::{Model, Modelled, Things};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use trace::synthetic::Objects;
use trace::{Keys, Sizes, Widths};
use warmcast_sim::eviction::Chosen;
use warmcast_sim::warming::{
    Between, Breakdowns, Breaker, Budget, CacheSetup, Flush, Job, JobOrder, LatencyStop, Lives, Measure,
    MemoryShare, OnWrite, OriginSetup, Outcome, Pressure, PressureStop, Rails, Rate, Recorded, Requests,
    Room, Schedule, Selector, Service, Setup, Shape, Slow, replicate,
};

/// Times are whole steps, so that ties are many and rates are exact: 10 steps are a second.
const STEP: i64 = 100_000_000;
const KEYS: u32 = 8;

fn steps(range: std::ops::Range<i64>) -> impl Strategy<Value = i64> {
    range.prop_map(|steps| steps * STEP)
}

fn maybe<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::of(strategy)
}

fn rate() -> impl Strategy<Value = Rate> {
    let per_second = prop::sample::select(vec![10.0, 5.0, 2.5, 2.0, 1.0]);
    (per_second, 1..4_u32).prop_map(|(per_second, burst)| Rate { per_second, burst: f64::from(burst) })
}

fn caches() -> impl Strategy<Value = CacheSetup> {
    let lives =
        (steps(0..30), any::<bool>()).prop_map(|(mean, sliding)| Lives { mean, jitter: 0.0, sliding });
    let policy = prop::sample::select(vec!["lru", "fifo"]);
    let on_write = prop::sample::select(vec![OnWrite::Nothing, OnWrite::Invalidate]);
    let room = (0..8_u64, prop::option::weighted(0.3, 0..40_u64));
    (policy, room, any::<bool>(), on_write, maybe(lives)).prop_map(
        |(policy, (capacity, bytes), fill_on_miss, on_write, ttl)| {
            let policy = Chosen::parse(policy).expect("is there");
            CacheSetup { policy, capacity, bytes, fill_on_miss, on_write, ttl, hit_latency: 1 }
        },
    )
}

fn origins() -> impl Strategy<Value = OriginSetup> {
    let service = || steps(0..8).prop_map(|mean| Service { mean, shape: Shape::Constant });
    let slow = (steps(0..40), steps(0..40), 2..4_u32).prop_map(|(from, lasts, factor)| Slow {
        from,
        until: from + lasts,
        factor: f64::from(factor),
    });
    let fails = prop_oneof![4 => Just(0.0), 1 => Just(1.0)];
    let parts = (maybe(1..4_u32), service(), service(), maybe(rate()), fails, maybe(steps(0..12)));
    (parts, prop::collection::vec(slow, 0..2), any::<bool>()).prop_map(
        |((servers, demand, warm, cap, failure_share, timeout), slow, coalesce)| OriginSetup {
            servers,
            demand,
            warm,
            times: Arc::default(),
            cap,
            failure_share,
            timeout,
            slow,
            coalesce,
        },
    )
}

fn jobs() -> impl Strategy<Value = Job> {
    let selector = prop_oneof![
        Just(Selector::Popularity),
        steps(0..30).prop_map(|window| Selector::Recent { window }),
        prop::collection::vec(0..KEYS, 0..12).prop_map(|keys| Selector::Keys(keys.into())),
    ];
    let schedule = prop_oneof![
        Just(Schedule::AtStart),
        Just(Schedule::OnChange),
        (steps(1..30), steps(0..30)).prop_map(|(period, first)| Schedule::Every { period, first }),
    ];
    let held_back = prop_oneof![3 => Just(0.0), 1 => Just(0.25), 1 => Just(1.0)];
    let reversed = prop_oneof![2 => Just(JobOrder::HottestFirst), 1 => Just(JobOrder::ColdestFirst)];
    let others = (held_back, reversed, maybe(0..4_u8), prop_oneof![4 => Just(true), 1 => Just(false)]);
    (selector, schedule, 0..10_u64, others).prop_map(
        |(selector, schedule, keys, (held_back, order, quarters, sees_requests))| Job {
            held_back,
            order,
            priority: quarters.map(|quarters| 25 * quarters),
            sees_requests,
            ..Job::new(selector, schedule, keys)
        },
    )
}

fn budgets() -> impl Strategy<Value = Budget> {
    let window = prop_oneof![3 => Just(None), 1 => (1..4_i64).prop_map(|seconds| Some(10 * seconds * STEP))];
    let refusal = (any::<bool>(), prop_oneof![2 => Just(0), 1 => steps(1..6)]);
    let pace = (maybe(rate()), window, refusal, maybe(1..4_u32), maybe(0..6_u64));
    let orders = (any::<bool>(), prop_oneof![2 => Just(true), 1 => Just(false)]);
    let batch = maybe((1..4_u32, steps(0..9)));
    let others = (maybe(steps(1..30)), prop_oneof![3 => Just(1), 1 => Just(3_u32)]);
    let share = || prop_oneof![4 => Just(1.0), 1 => Just(0.0)];
    let right = (share(), share());
    let fresh = any::<(bool, bool)>();
    let tries = (0..3_u32, steps(0..5), any::<bool>());
    let all = (pace, orders, batch, fresh, tries, others, right, rooms());
    all.prop_map(|(pace, orders, batch, fresh, tries, (deadline, instances), right, room)| {
        let ((rate, rate_window, (refuse, refusal_pause), workers, queue), right) = (pace, right);
        let ((by_priority, deduplicate), (skip_fresh, only_if_absent)) = (orders, fresh);
        let ((retries, backoff, retry_holds_worker), (key_match_share, value_correct_share)) = (tries, right);
        Budget {
            rate,
            rate_window,
            refuse,
            refusal_pause,
            workers,
            queue,
            by_priority,
            deduplicate,
            batch,
            skip_fresh,
            only_if_absent,
            retries,
            backoff,
            backoff_jitter: 0.0,
            retry_holds_worker,
            deadline,
            instances,
            room,
            dependencies: false,
            key_match_share,
            value_correct_share,
        }
    })
}

fn rooms() -> impl Strategy<Value = Room> {
    let share = || prop::sample::select(vec![0.0, 0.25, 0.5, 1.0]);
    let memory = (0..40_u64, [share(), share(), share(), share()], 0..20_u64, share()).prop_map(
        |(available, shares, floor, cap)| MemoryShare {
            available,
            shares,
            levels: [20.0, 60.0, 80.0],
            floor,
            cap,
        },
    );
    let rooms = (maybe(0..30_u64), maybe(memory), any::<bool>()).prop_map(|(bytes, memory, skips)| Room {
        bytes,
        memory,
        skips,
        phases: vec![],
    });
    prop_oneof![1 => Just(Room::default()), 1 => rooms]
}

fn rails() -> impl Strategy<Value = Rails> {
    let resume = prop_oneof![
        Just((None, None)),
        steps(0..20).prop_map(|after| (None, Some(after))),
        steps(0..6).prop_map(|below| (Some(below), None)),
        (steps(0..6), steps(0..20)).prop_map(|(below, after)| (Some(below), Some(after))),
    ];
    let taken_for = prop_oneof![4 => Just(None), 1 => steps(0..8).prop_map(Some)];
    let latency = (steps(0..8), 1..4_u32, any::<(bool, bool)>(), taken_for, resume).prop_map(
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
    let breaker = (1..4_u32, steps(0..20)).prop_map(|(failures, pause)| Breaker { failures, pause });
    let between = prop::sample::select(vec![Between::Operations, Between::Batches, Between::Phases]);
    let latches = prop_oneof![3 => Just(false), 1 => Just(true)];
    let pressure = (1..5_u32, 0..5_u32, latches, between).prop_map(|(at, below, latches, between)| {
        let percent = |level: u32| f64::from(level) * 20.0;
        PressureStop { at: percent(at), below: percent(below.min(at)), latches, between }
    });
    let breakdowns = (prop::collection::vec(steps(0..80), 0..3), steps(0..15), any::<bool>())
        .prop_map(|(at, lasts, resumes)| Breakdowns { at, lasts, resumes });
    let rarely =
        |breakdowns: Breakdowns| prop_oneof![2 => Just(Breakdowns::default()), 1 => Just(breakdowns)];
    (maybe(latency), maybe(breaker), maybe(pressure), breakdowns.prop_flat_map(rarely))
        .prop_map(|(latency, breaker, pressure, breakdowns)| Rails { latency, breaker, pressure, breakdowns })
}

fn pressures() -> impl Strategy<Value = Vec<Pressure>> {
    prop::collection::btree_map(0..80_i64, 0..6_u32, 0..8).prop_map(|signal| {
        let each = signal.into_iter();
        each.map(|(at, level)| Pressure { from: at * STEP, percent: f64::from(level) * 20.0 }).collect()
    })
}

/// Anything that needs no luck.
fn setups() -> impl Strategy<Value = Setup> {
    let jobs = prop::collection::vec(jobs(), 0..3);
    let tenant = prop::sample::select(vec![None, Some("even"), Some("odd"), Some("nobody")]);
    let flush =
        (steps(0..90), tenant).prop_map(|(at, tenant)| Flush { at, tenant: tenant.map(str::to_owned) });
    let losses = (prop::collection::vec(steps(0..90), 0..2), prop::collection::vec(flush, 0..3));
    let (measured, rails) = ((steps(0..30), steps(3..40)), (rails(), pressures()));
    (caches(), origins(), jobs, budgets(), losses, measured, rails).prop_map(
        |(cache, origin, jobs, budget, (restarts, flushes), (from, interval), (rails, pressure))| {
            let measure = Measure { from, until: 80 * STEP, interval };
            Setup {
                jobs,
                budget,
                rails,
                pressure,
                hot_keys: 1,
                restarts,
                flushes,
                ..Setup::calm(cache, origin, measure)
            }
        },
    )
}

fn requests() -> impl Strategy<Value = Vec<(i64, u32)>> {
    let pause = prop_oneof![3 => Just(0), 3 => 1..3_i64, 1 => 1..12_i64];
    prop::collection::vec((pause, 0..KEYS), 0..60).prop_map(|requests| {
        let mut now = 0;
        let all = requests.into_iter().map(|(pause, key)| {
            now += pause * STEP;
            (now, key)
        });
        all.filter(|(at, _)| *at < 80 * STEP).collect()
    })
}

/// Keys that are written.
fn writes() -> impl Strategy<Value = Vec<(i64, u32)>> {
    prop::collection::vec((steps(0..80), 0..KEYS), 0..30).prop_map(|mut writes| {
        writes.sort_by_key(|(at, _)| *at);
        writes
    })
}

/// Keys called `even:0`, `odd:1` and so on, of some sizes.
fn objects(sizes: &[u32]) -> Objects {
    let mut keys = Keys::Texts { bytes: vec![], ends: vec![] };
    for key in 0..KEYS {
        let Keys::Texts { bytes, ends } = &mut keys else { unreachable!("they are texts") };
        bytes.extend_from_slice(format!("{}:{key}", model::tenant(key)).as_bytes());
        ends.push(bytes.len() as u64);
    }
    Objects::recorded(&keys, &Sizes::OfKeys(Widths::Narrow(sizes.to_vec())), &[])
}

fn played(requests: &[(i64, u32)], setups: [Setup; 2]) -> Vec<Outcome> {
    played_with(requests, &Things::default(), setups)
}

fn played_with(requests: &[(i64, u32)], things: &Things, setups: [Setup; 2]) -> Vec<Outcome> {
    let (times, keys) = requests.iter().copied().unzip();
    let (writes, objects) = (things.writes.clone(), Arc::new(objects(&things.sizes)));
    let recorded = Recorded { times, keys, known: KEYS, writes, objects };
    let recorded = Requests::Recorded(Arc::new(recorded));
    replicate(&recorded, &setups.map(Arc::new), 1, 0).expect("no contradiction")
}

/// What the model says, too; how each request was served shows in what was avoided and what was polluted.
/// Fetches that were given up behind others still count as waiting, which the model does not follow.
fn seen(setup: &Setup, outcome: &Outcome, model: &Modelled) -> Modelled {
    let Outcome { counts, latency, errors, origin_peak, queue_peak, ledger, rails, .. } = outcome;
    Modelled {
        served: model.served.clone(),
        counts: *counts,
        series: outcome.series.clone(),
        waited: (latency.count(), latency.sum()),
        errors: *errors,
        origin_peak: *origin_peak,
        queue_peak: if setup.origin.timeout.is_some() { model.queue_peak } else { *queue_peak },
        ledger: *ledger,
        rails: *rails,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(4_000) })]

    #[test]
    fn a_world_does_what_the_model_says(
        setup in setups(),
        requests in requests(),
        writes in writes(),
        sizes in prop::collection::vec(1..12_u32, KEYS as usize),
    ) {
        let things = Things { writes, sizes };
        let mut twin = setup.clone();
        twin.jobs.clear();
        let model = |setup: &Setup| Model::new(setup, KEYS, &things, setup.cache.policy.entry.name == "lru");
        let alone = model(&twin).play(&requests, None);
        let warmed = model(&setup).play(&requests, Some(&alone.served));
        let outcomes = played_with(&requests, &things, [twin.clone(), setup.clone()]);
        prop_assert_eq!(&seen(&twin, &outcomes[0], &alone), &alone);
        prop_assert_eq!(&seen(&setup, &outcomes[1], &warmed), &warmed);
    }
}
