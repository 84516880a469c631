//! What each selector knows, and what it does not.

use rand::SeedableRng;
use trace::synthetic::{Arrivals, Chunk, Importance, Law, ObjectSpec, Spec, Tenant, WallClock};

use super::*;
use crate::warming::setup::tests::plain;
use crate::warming::setup::{Bonus, Job, NOBODYS, Prediction, Schedule, Within};

const HOUR: Nanos = 3_600_000_000_000;
const MINUTE: Nanos = HOUR / 60;

/// Selectors that know of five keys.
fn selectors(jobs: Vec<Job>) -> Selectors {
    let setup = Setup { jobs, ..plain() };
    let luck = [1, 2].map(Luck::seed_from_u64);
    let aliases = Aliases::new(1.0, Luck::seed_from_u64(3));
    let mut selectors = Selectors::new(&Arc::new(setup), 5, luck, aliases);
    selectors.reserve(5);
    selectors
}

fn job(selector: Selector) -> Job {
    Job::new(selector, Schedule::AtStart, 9)
}

/// Key 3 at 0:10, 1 at 0:20, 1 at 1:10, 2 twice at 1:20, 3 at 2:00.
fn chunk() -> [Chunk; 1] {
    [Chunk {
        times: [10, 20, 70, 80, 80, 120].map(|at| at * MINUTE).to_vec(),
        keys: vec![3, 1, 1, 2, 2, 3],
        known: 5,
        ..Chunk::default()
    }]
}

#[test]
fn each_selector_knows_the_past_up_to_now_and_no_further() {
    let window = HOUR;
    let mut all = selectors(
        [Selector::Popular, Selector::HourOfDay, Selector::Trending { window }, Selector::Recent { window }]
            .map(job)
            .to_vec(),
    );
    let chunks = chunk();
    // The last request is still to come.
    let ahead = Ahead { chunks: &chunks, at: 5 };
    let mut select = |nth, now: Nanos| all.select(nth, now, &ahead, &Arc::default(), |_| false);
    assert_eq!(select(0, 90 * MINUTE), [1, 2, 3]);
    // At 23:30 the next hour is that from midnight.
    assert_eq!(select(1, 23 * HOUR + 30 * MINUTE), [1, 3]);
    assert_eq!(select(1, 90 * MINUTE), [0; 0]);
    assert_eq!(select(1, 5 * MINUTE), [2, 1]);
    assert_eq!(select(2, 90 * MINUTE), [2, 1]);
    assert_eq!(select(3, 70 * MINUTE), [2, 1, 3]);
    assert_eq!(select(3, 135 * MINUTE), [2]);
}

#[test]
fn predictions_are_those_of_a_window_that_ends_now_the_highest_score_first() {
    let said = [(0, 4, 0.9), (10, 1, 0.5), (20, 2, 0.8), (20, 1, 0.6), (25, NOBODYS, 0.7), (30, 3, 1.0)];
    let all = said.map(|(at, key, score)| Prediction { at, key, score });
    let mut selectors = selectors(vec![job(Selector::Predictions { all: all.into(), window: 20 })]);
    let mut select = |now| selectors.select(0, now, &Ahead::NOTHING, &Arc::default(), |_| false);
    // By hand: at 25 what was said behind 5, key 1 once at its higher score; nobody's key has an id beyond all others.
    assert_eq!(select(25), [2, 5, 1]);
    assert_eq!(select(20), [2, 1]);
    assert_eq!(select(100), [0; 0]);
}

#[test]
fn few_keys_are_the_first_of_many() {
    let chunks = chunk();
    let ahead = Ahead { chunks: &chunks, at: 5 };
    let mut few = selectors(vec![Job { keys: 1, ..job(Selector::Popular) }]);
    assert_eq!(few.select(0, 90 * MINUTE, &ahead, &Arc::default(), |_| false), [1]);
}

/// By hand: at 1:25 within the hour key 1 has one access of 15 minutes ago, 2 two of 5 minutes ago; the bonuses are 2 below
/// 5 minutes and 1.5 below 30. Kept to one access each, both have 1.5, and chance decides.
#[test]
fn a_score_is_a_count_times_a_bonus_and_saturates() {
    let bonuses: Arc<[Bonus]> =
        [(5, 2.0), (30, 1.5)].map(|(within, factor)| Bonus { within: within * MINUTE, factor }).into();
    let scored = |kept| {
        let selector = Selector::FrequencyRecency { window: HOUR, kept, bonuses: bonuses.clone() };
        selectors(vec![job(selector)])
    };
    let chunks = chunk();
    let ahead = Ahead { chunks: &chunks, at: 5 };
    let mut free = scored(100);
    let mut saturated = scored(1);
    for _ in 0..20 {
        assert_eq!(free.select(0, 85 * MINUTE, &ahead, &Arc::default(), |_| false), [2, 1]);
    }
    let mut firsts: Vec<u32> =
        (0..40).map(|_| saturated.select(0, 85 * MINUTE, &ahead, &Arc::default(), |_| false)[0]).collect();
    firsts.sort_unstable();
    firsts.dedup();
    assert_eq!(firsts, [1, 2]);
    // At 1:50:30 key 2 has no bonus left and key 1 is out of the window but for 1:10: two against one.
    assert_eq!(saturated.select(0, 110 * MINUTE + MINUTE / 2, &ahead, &Arc::default(), |_| false).len(), 2);
}

/// By hand: 1 followed 3 and itself, 2 followed 1 and itself, 3 followed 2.
#[test]
fn the_next_key_is_one_that_followed_a_key_of_the_cache() {
    let chunks = chunk();
    let ahead = Ahead { chunks: &chunks, at: 6 };
    let mut next = selectors(vec![job(Selector::NextKey { accesses: 1000 })]);
    let now = 2 * HOUR;
    assert_eq!(next.select(0, now, &ahead, &Arc::default(), |id| id == 1), [2]);
    assert_eq!(next.select(0, now, &ahead, &Arc::default(), |id| id == 2 || id == 3), [1]);
    assert_eq!(next.select(0, now, &ahead, &Arc::default(), |id| [0, 1, 2].contains(&id)), [3]);
    assert_eq!(next.select(0, now, &ahead, &Arc::default(), |_| false), [0; 0]);
    let mut short = selectors(vec![job(Selector::NextKey { accesses: 2 })]);
    assert_eq!(short.select(0, now, &ahead, &Arc::default(), |id| id == 1), [0; 0]);
    assert_eq!(short.select(0, now, &ahead, &Arc::default(), |id| id == 2), [3]);
}

#[test]
fn a_job_learns_from_warm_operations_only_where_it_is_told_to() {
    let chunks = chunk();
    let taught = Job { learns_from_warming: true, ..job(Selector::Popular) };
    let recent = Selector::Recent { window: 9 * HOUR };
    let told = Job { learns_from_warming: true, ..job(recent.clone()) };
    let mut all = selectors(vec![job(Selector::Popular), taught, job(recent), told]);
    // Key 4 is warmed three times, the last time after all requests but one.
    [15, 30, 100].iter().for_each(|at| all.warmed(4, at * MINUTE));
    let ahead = Ahead { chunks: &chunks, at: 5 };
    let lists: Vec<Vec<u32>> =
        (0..4).map(|nth| all.select(nth, 110 * MINUTE, &ahead, &Arc::default(), |_| false)).collect();
    assert_eq!(lists, [vec![1, 2, 3], vec![4, 1, 2, 3], vec![2, 1, 3], vec![4, 2, 1, 3]]);
}

#[test]
fn residents_are_the_keys_that_are_held() {
    let mut all = selectors(vec![job(Selector::Resident)]);
    assert_eq!(all.select(0, 0, &Ahead::NOTHING, &Arc::default(), |id| id % 2 == 1), [1, 3]);
}

/// Five keys in trees of three, of two tenants, whose importance is 10, 8, 6, 4 and 2.
fn objects() -> Arc<Objects> {
    let tenant = |name: &str| Tenant { name: name.to_owned(), share: 1.0 };
    let objects = ObjectSpec {
        levels: 2,
        children: 2,
        importance: Some(Importance::Rank),
        tenants: vec![tenant("one"), tenant("other")],
        ..ObjectSpec::default()
    };
    let spec = Spec {
        keys: 5,
        law: Arc::new(Law::zipf(5, 1.0)),
        rate_per_s: 1.0,
        arrivals: Arrivals::Poisson,
        hourly: None,
        clock: WallClock::default(),
        hot_keys: 1,
        churn_per_hour: 0.0,
        events: vec![],
        contents: None,
        updates: None,
        objects,
    };
    Arc::new(Objects::made_up(&Arc::new(spec), 7, 0, 5))
}

#[test]
fn parents_come_before_what_lies_below_them() {
    let mut all = selectors(vec![job(Selector::Depth), Job { keys: 2, ..job(Selector::Depth) }]);
    let names: Vec<String> =
        (0..5).map(|key| String::from_utf8_lossy(&objects().name(key)).into_owned()).collect();
    assert_eq!(names, ["0", "0:0", "0:1", "1", "1:0"]);
    assert_eq!(all.select(0, 0, &Ahead::NOTHING, &objects(), |_| false), [0, 3, 1, 2, 4]);
    assert_eq!(all.select(1, 0, &Ahead::NOTHING, &objects(), |_| false), [0, 3]);
}

/// By hand, importance 8, 6 and 4 for the keys 1, 2 and 3. Within the hour, requests 1 and 2: values 8 and 12; within two
/// hours 2, 2 and 1: 16, 12 and 4. At 1:30 the memory score within the hour, in which two requests are no more than one,
/// is .8/2/(1 + 1/3) = .3 and .6/2/(1 + 1/6) = .257.
#[test]
fn importance_weighs_what_was_asked_for() {
    let chunks = chunk();
    let ahead = Ahead { chunks: &chunks, at: 5 };
    let window = HOUR;
    let value = |window| job(Selector::Value { window });
    let score = |least| job(Selector::MemoryScore { window, least });
    let trending = job(Selector::Trending { window });
    let mut all = selectors(vec![value(window), value(2 * window), score(0.0), trending, score(1.5)]);
    let lists = [0, 1, 2, 3, 4].map(|nth| all.select(nth, 90 * MINUTE, &ahead, &objects(), |_| false));
    assert_eq!(lists, [vec![2, 1], vec![1, 2, 3], vec![1, 2], vec![2, 1], vec![2]]);
}

#[test]
fn a_job_keeps_to_its_part_of_the_keys_and_fills_it() {
    let part = |prefix: Option<&str>, tenant: Option<&str>, keys| Job {
        keys,
        within: Some(Within { prefix: prefix.map(str::to_owned), tenant: tenant.map(str::to_owned) }),
        ..job(Selector::Popularity)
    };
    let jobs = vec![
        part(Some("0:"), None, 9),
        part(Some("1"), None, 1),
        part(None, Some("one"), 9),
        part(None, Some("other"), 9),
        part(None, Some("nobody"), 9),
        part(Some("0"), Some("one"), 9),
    ];
    let mut all = selectors(jobs);
    let lists = [0, 1, 2, 3, 4, 5].map(|nth| all.select(nth, 0, &Ahead::NOTHING, &objects(), |_| false));
    assert_eq!((&lists[0][..], &lists[1][..], &lists[4][..]), (&[1, 2][..], &[3][..], &[][..]));
    let of = |tenant| (0..5).filter(|key| objects().tenant(*key) == Some(tenant)).collect::<Vec<u32>>();
    assert_eq!((&lists[2], &lists[3]), (&of(0), &of(1)));
    assert_eq!(lists[5], of(0).into_iter().filter(|key| *key < 3).collect::<Vec<u32>>());
    assert!(all.excludes(0, 3, &objects()) && !all.excludes(0, 2, &objects()));
}
