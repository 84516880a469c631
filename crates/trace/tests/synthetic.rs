//! Synthetic workloads: against probabilities and formulas worked out elsewhere, against another program, and against
//! themselves cut differently.

use std::sync::Arc;

use warmcast_trace::synthetic::{
    Arrivals, Change, Chunk, Contents, Event, Importance, Law, Nanos, ObjectSpec, Objects, Spec, Tenant,
    Updates, WallClock, Workload, Write,
};

const SECOND: Nanos = 1_000_000_000;
const HOUR: Nanos = 3600 * SECOND;

/// Everything at once.
fn eventful() -> Spec {
    let crowd = |at, decays| Event::FlashCrowd { at, lasts: 20 * SECOND, keys: 5, rate_per_s: 30.0, decays };
    Spec {
        arrivals: Arrivals::Bursty { factor: 3.0, share: 0.2, mean_burst_s: 5.0 },
        hourly: Some(std::array::from_fn(|hour| (hour % 5) as f64 + 0.5)),
        clock: WallClock::default(),
        hot_keys: 20,
        churn_per_hour: 50.0,
        events: vec![
            crowd(SECOND, false),
            Event::Scan { at: 3 * SECOND, rate_per_s: 200.0, keys: 1000 },
            crowd(4 * SECOND, true),
        ],
        contents: Some(Contents { per_hour: 1000.0, lives_s: 300.0, requests: 8.0 }),
        updates: Some(Updates { per_s: 15.0, popular: true }),
        ..Spec::calm(Law::zipf(300, 0.9), 40.0)
    }
}

/// What comes before an instant, in one chunk.
fn play(spec: &Spec, seed: u64, replication: u32, until: Nanos, requests: usize) -> Chunk {
    let mut workload = Workload::new(Arc::new(spec.clone()), seed, replication);
    let (mut chunk, mut all) = (Chunk::default(), Chunk::default());
    while all.until < until {
        workload.fill(&mut chunk, requests);
        let before = all.times.len() as u32;
        let moved = |change: &Change| Change { before: before + change.before, ..*change };
        all.changes.extend(chunk.changes.iter().map(moved));
        let written = |write: &Write| Write { before: before + write.before, ..*write };
        all.writes.extend(chunk.writes.iter().map(written));
        all.times.extend_from_slice(&chunk.times);
        all.keys.extend_from_slice(&chunk.keys);
        (all.until, all.known) = (chunk.until, chunk.known);
    }
    let within = all.times.partition_point(|time| *time < until);
    all.times.truncate(within);
    all.keys.truncate(within);
    all.changes.retain(|change| change.at < until);
    all.writes.retain(|write| write.at < until);
    all
}

/// Times and keys, some of them.
fn those(chunk: &Chunk, wanted: impl Fn(u32) -> bool) -> Vec<(Nanos, u32)> {
    let requests = chunk.times.iter().copied().zip(chunk.keys.iter().copied());
    requests.filter(|(_, key)| wanted(*key)).collect()
}

fn counts(of: impl Iterator<Item = usize>, len: usize) -> Vec<f64> {
    let mut counts = vec![0.0; len];
    of.for_each(|nth| counts[nth] += 1.0);
    counts
}

fn chi_square(found: &[f64], expected: impl Iterator<Item = f64>) -> f64 {
    let square = |(found, expected): (&f64, f64)| match expected > 0.0 {
        true => (found - expected).powi(2) / expected,
        false => assert_zero(*found),
    };
    found.iter().zip(expected).map(square).sum()
}

fn assert_zero(found: f64) -> f64 {
    assert_eq!(found, 0.0, "what cannot happen did");
    0.0
}

/// Mean, and variance over mean.
fn dispersion(counts: &[f64]) -> (f64, f64) {
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let squares: f64 = counts.iter().map(|count| (count - mean).powi(2)).sum();
    (mean, squares / (counts.len() as f64 - 1.0) / mean)
}

// Quantiles of chi-square at 0.999, by bisection of the incomplete gamma function in Python: what a right program
// exceeds with one seed in 1000.
const CHI_SQUARE_24: f64 = 51.179;
const CHI_SQUARE_99: f64 = 148.230;
const CHI_SQUARE_999: f64 = 1142.849;

#[test]
fn the_first_requests_are_those_of_another_program() {
    // ChaCha8, the seeding of rand_core 0.10, -ln and the table written anew in Python, seed 42, replication 7.
    let two = Spec { hot_keys: 1, churn_per_hour: 1.0, ..Spec::calm(Law::measured(&[3.0, 1.0]), 1000.0) };
    let found = play(&Spec { churn_per_hour: 0.0, ..two.clone() }, 42, 7, SECOND, 100);
    let times = [1059121, 1232405, 3368876, 4372777, 4894284, 6472654, 7435473, 7634727];
    assert_eq!(found.times[..8], times);
    assert_eq!(found.keys[..8], [0, 0, 1, 1, 0, 1, 1, 1]);
    let slow = play(&Spec { rate_per_s: 0.01, ..two }, 42, 7, 3 * HOUR, 100);
    let swaps: Vec<Nanos> = slow.changes.iter().map(|change| change.at).collect();
    assert_eq!(swaps, [1060496347340, 2814351093259, 9316173924673]);
}

#[test]
fn ranks_follow_their_law() {
    let mut weights = vec![5.0; 1000];
    weights[..3].copy_from_slice(&[1000.0, 0.0, 200.0]);
    // 1 - 1.1e-16 is 0.5 and five times 0.1, where approximations of Zipf's law have been seen to break.
    let zipf = [0.6, 1.0 - f64::EPSILON / 2.0, 1.0, 1.2].map(|exponent| Law::zipf(1000, exponent));
    for law in zipf.into_iter().chain([Law::two_class(1000, 10, 0.8), Law::measured(&weights)]) {
        let spec = Spec::calm(law, 1000.0);
        let found = play(&spec, 1, 0, 500 * SECOND, 65_536);
        let counts = counts(found.keys.iter().map(|key| *key as usize), 1000);
        let requests = found.keys.len() as f64;
        let square = chi_square(&counts, spec.law.shares().iter().map(|share| share * requests));
        assert!(square < CHI_SQUARE_999, "{square}");
    }
    // Exact: 1 / (1 + 1/2 + … + 1/1000), the sum from tables of harmonic numbers.
    assert!((Law::zipf(1000, 1.0).share(0) - 1.0 / 7.485_470_860_550_345).abs() < 1e-15);
}

#[test]
fn poisson_counts_have_the_rate_as_mean_and_as_variance() {
    let found = play(&Spec::calm(Law::zipf(10, 1.0), 20.0), 3, 0, 20_000 * SECOND, 65_536);
    let counts = counts(found.times.iter().map(|time| (time / SECOND) as usize), 20_000);
    let (mean, dispersion) = dispersion(&counts);
    // Four standard errors: of the mean √(20 / n), of variance over mean √(2 / n).
    assert!((mean - 20.0).abs() < 4.0 * (20.0f64 / 20_000.0).sqrt(), "{mean}");
    assert!((dispersion - 1.0).abs() < 4.0 * (2.0f64 / 20_000.0).sqrt(), "{dispersion}");
}

#[test]
fn distances_of_a_poisson_process_are_exponential() {
    let found = play(&Spec::calm(Law::zipf(10, 1.0), 1000.0), 4, 0, 300 * SECOND, 65_536);
    // Of 100 classes of distances that are alike in probability, each gets its share.
    let class = |pair: &[Nanos]| (-100.0 * (-((pair[1] - pair[0]) as f64) / 1e6).exp_m1()) as usize;
    let counts = counts(found.times.windows(2).map(class), 100);
    let each = counts.iter().sum::<f64>() / 100.0;
    let square = chi_square(&counts, std::iter::repeat(each));
    assert!(square < CHI_SQUARE_99, "{square}");
}

#[test]
fn regular_requests_come_at_equal_distances() {
    let regular = Spec { arrivals: Arrivals::Regular, ..Spec::calm(Law::zipf(10, 1.0), 4.0) };
    let found = play(&regular, 1, 0, 30 * HOUR, 1000);
    let expected: Vec<Nanos> = (0..30 * 3600 * 4).map(|nth| nth * SECOND / 4 + SECOND / 8).collect();
    assert_eq!(found.times, expected);
}

#[test]
fn bursts_keep_the_mean_rate_and_disperse_counts_as_the_formula_says() {
    let bursty = Arrivals::Bursty { factor: 5.0, share: 0.1, mean_burst_s: 2.0 };
    let seconds = 100_000;
    let found = play(
        &Spec { arrivals: bursty, ..Spec::calm(Law::zipf(10, 1.0), 10.0) },
        5,
        0,
        seconds * SECOND,
        65_536,
    );
    // By hand: 50/s within bursts, 50/9 between; σ² = 0.1 · 0.9 · (400/9)² = 177.78; ω = 1/2 + 1/18 = 5/9.
    let (spread, speed) = (0.09 * (400.0f64 / 9.0).powi(2), 5.0 / 9.0);
    for window in [1, 10] {
        let windows = (seconds / window) as usize;
        let counts = counts(found.times.iter().map(|time| (time / SECOND / window) as usize), windows);
        let (mean, dispersion) = dispersion(&counts);
        let t = window as f64;
        let turns = speed * t;
        let expected = 1.0 + 2.0 * spread / (10.0 * speed) * (1.0 + (-turns).exp_m1() / turns);
        // The mean has a standard error of √(10 · 65 / 10^5) = 0.08; the other of about 2 % of itself.
        assert!((mean / t - 10.0).abs() < 0.32, "{mean} in {window} s");
        assert!((dispersion / expected - 1.0).abs() < 0.08, "{dispersion} and not {expected}");
    }
}

#[test]
fn hours_of_the_day_have_their_shares() {
    let mut hourly: [f64; 24] = std::array::from_fn(|hour| 1.0 + hour as f64);
    hourly[4] = 0.0;
    let found = play(
        &Spec { hourly: Some(hourly), ..Spec::calm(Law::zipf(10, 1.0), 0.5) },
        6,
        0,
        10 * 24 * HOUR,
        65_536,
    );
    let counts = counts(found.times.iter().map(|time| (time / HOUR % 24) as usize), 24);
    // 1 + 2 + … + 24 without the 5 of hour 4 is 295, and a day has 43,200 requests.
    let expected = hourly.iter().map(|factor| 432_000.0 * factor / 295.0);
    let square = chi_square(&counts, expected);
    assert!(square < CHI_SQUARE_24, "{square}");
}

#[test]
fn hot_keys_stay_and_return_as_the_formulas_say() {
    let churned = Spec { hot_keys: 500, churn_per_hour: 1.5, ..Spec::calm(Law::zipf(2000, 1.0), 0.1) };
    let hours = 0.8;
    let (mut stayed, mut hot, mut swaps) = (0, 0, vec![]);
    let replications = 100;
    for replication in 0..replications {
        let found = play(&churned, 7, replication, (hours * HOUR as f64) as Nanos, 100);
        let mut ranking: Vec<u32> = (0..2000).collect();
        let mut left = vec![false; 2000];
        for change in &found.changes {
            ranking.swap(change.rank as usize, change.with as usize);
            left[change.demoted as usize] = true;
        }
        stayed += left[..500].iter().filter(|left| !**left).count();
        hot += ranking[..500].iter().filter(|key| **key < 500).count();
        swaps.push(found.changes.len() as f64);
    }
    let keys = f64::from(replications) * 500.0;
    let near = |found: usize, share: f64| {
        let found = found as f64 / keys;
        // Four standard errors of a binomial share.
        assert!(
            (found - share).abs() < 4.0 * (share * (1.0 - share) / keys).sqrt(),
            "{found} and not {share}"
        );
    };
    near(stayed, (-1.5 * hours).exp());
    // c' = 1.5 · 500 / 1500 and π = 500 / 2000.
    near(hot, 0.25 + 0.75 * (-2.0 * hours).exp());
    // Swaps are a Poisson process of 500 · 1.5 an hour.
    let (mean, dispersion) = dispersion(&swaps);
    assert!((mean - 600.0).abs() < 4.0 * 6.0f64.sqrt(), "{mean}");
    assert!((dispersion - 1.0).abs() < 4.0 * 0.02f64.sqrt(), "{dispersion}");
}

#[test]
fn keys_are_those_of_the_ranking_as_it_is_at_their_time() {
    let churned = Spec { hot_keys: 30, churn_per_hour: 3600.0, ..Spec::calm(Law::zipf(300, 1.0), 50.0) };
    let ranks = play(&Spec { churn_per_hour: 0.0, ..churned.clone() }, 8, 1, 200 * SECOND, 1000);
    let found = play(&churned, 8, 1, 200 * SECOND, 1000);
    assert_eq!(found.times, ranks.times);
    assert!(found.changes.len() > 5000);
    let mut ranking: Vec<u32> = (0..300).collect();
    let mut changes = found.changes.iter().peekable();
    for (nth, time) in found.times.iter().enumerate() {
        while let Some(change) = changes.next_if(|change| change.at <= *time) {
            assert_eq!(change.before as usize, nth);
            assert!(change.rank < 30 && (30..300).contains(&change.with));
            ranking.swap(change.rank as usize, change.with as usize);
            assert_eq!(
                [change.promoted, change.demoted],
                [change.rank, change.with].map(|r| ranking[r as usize])
            );
        }
        assert_eq!(found.keys[nth], ranking[ranks.keys[nth] as usize]);
    }
}

#[test]
fn the_ranking_stays_a_permutation_and_is_that_at_the_end_of_the_chunk() {
    let mut workload = Workload::new(Arc::new(eventful()), 9, 0);
    let mut chunk = Chunk::default();
    let mut ranking: Vec<u32> = (0..300).collect();
    for requests in [1, 10, 500, 3000, 0, 20] {
        workload.fill(&mut chunk, requests);
        chunk.changes.iter().for_each(|change| ranking.swap(change.rank as usize, change.with as usize));
        assert_eq!(workload.ranking(), ranking);
    }
    ranking.sort_unstable();
    assert_eq!(ranking, (0..300).collect::<Vec<_>>());
}

#[test]
fn a_stream_is_the_same_however_it_is_cut_and_another_in_another_replication() {
    let spec = eventful();
    let whole = play(&spec, 10, 3, 2 * HOUR, 1 << 20);
    assert!(whole.times.is_sorted() && whole.changes.is_sorted_by_key(|change| change.at));
    assert!(whole.times.len() > 100_000 && whole.changes.len() > 1000);
    assert!(whole.keys.iter().all(|key| *key < whole.known));
    for requests in [1, 7, 1024, 65_536] {
        let cut = play(&spec, 10, 3, 2 * HOUR, requests);
        assert!(
            cut.times == whole.times && cut.keys == whole.keys && cut.changes == whole.changes,
            "{requests}"
        );
    }
    for (seed, replication) in [(10, 4), (11, 3)] {
        let other = play(&spec, seed, replication, HOUR, 1000);
        assert_ne!(other.times[..100], whole.times[..100]);
        assert_ne!(other.keys[..100], whole.keys[..100]);
        assert_ne!(other.changes[..10], whole.changes[..10]);
    }
}

#[test]
fn a_chunk_ends_where_the_next_begins_and_knows_its_ids() {
    let mut workload = Workload::new(Arc::new(eventful()), 11, 0);
    let (mut chunk, mut next) = (Chunk::default(), Chunk::default());
    workload.fill(&mut chunk, 100);
    for _ in 0..200 {
        workload.fill(&mut next, 100);
        assert!(next.times.len() <= 100 && next.changes.len() <= 100 && next.writes.len() <= 100);
        let starts = [
            next.times.first().copied(),
            next.changes.first().map(|change| change.at),
            next.writes.first().map(|write| write.at),
        ];
        assert_eq!(starts.into_iter().flatten().min(), Some(chunk.until));
        assert!(chunk.times.iter().all(|time| *time <= chunk.until) && chunk.known <= next.known);
        assert!(next.keys.iter().all(|key| *key < next.known));
        std::mem::swap(&mut chunk, &mut next);
    }
}

#[test]
fn purposes_draw_independently_of_each_other() {
    let calm = Spec { churn_per_hour: 0.0, events: vec![], contents: None, ..eventful() };
    let base = play(&calm, 12, 0, HOUR, 65_536);
    let churned = play(&Spec { churn_per_hour: 5.0, ..calm.clone() }, 12, 0, HOUR, 65_536);
    assert_eq!(churned.times, base.times);
    let flat = play(&Spec { law: Arc::new(Law::zipf(300, 0.1)), ..calm.clone() }, 12, 0, HOUR, 65_536);
    assert_eq!(flat.times, base.times);
    // Other arrivals ask for the same keys in the same order.
    let regular = play(&Spec { arrivals: Arrivals::Regular, ..calm.clone() }, 12, 0, HOUR, 65_536);
    assert_eq!(regular.keys[..10_000], base.keys[..10_000]);
    assert_ne!(regular.times[..100], base.times[..100]);
    // What comes beside leaves the requests of the law, the swaps and each other alone.
    let full = play(&eventful(), 12, 0, HOUR, 65_536);
    let quiet = play(&Spec { events: vec![], ..eventful() }, 12, 0, HOUR, 65_536);
    assert_eq!(those(&full, |key| key < 300).iter().map(|(at, _)| *at).collect::<Vec<_>>(), base.times);
    assert_eq!(those(&full, |key| key < 300), those(&quiet, |key| key < 300));
    let unwritten = play(&Spec { updates: None, ..eventful() }, 12, 0, HOUR, 65_536);
    assert_eq!(
        (&full.times, &full.keys, &full.changes),
        (&unwritten.times, &unwritten.keys, &unwritten.changes)
    );
    let whens = |full: &Chunk| full.changes.iter().map(|change| (change.at, change.rank)).collect::<Vec<_>>();
    assert_eq!(whens(&full), whens(&quiet));
    let moved = |from| move |(at, key): (Nanos, u32)| (at, key - from);
    let contents: Vec<_> = those(&full, |key| key >= 1310).into_iter().map(moved(1310)).collect();
    assert_eq!(contents, those(&quiet, |key| key >= 300).into_iter().map(moved(300)).collect::<Vec<_>>());
    // A crowd has its own luck, whatever the others are.
    let mut crowds = eventful();
    crowds.events[0] = Event::FlashCrowd { at: 0, lasts: SECOND, keys: 5, rate_per_s: 900.0, decays: true };
    let other = play(&crowds, 12, 0, HOUR, 65_536);
    let second = |key: u32| (1305..1310).contains(&key);
    assert_eq!(those(&other, second), those(&full, second));
}

#[test]
fn a_scan_asks_for_each_key_once_at_equal_distances() {
    let events = vec![
        Event::Scan { at: SECOND, rate_per_s: 8.0, keys: 3 },
        Event::Scan { at: SECOND, rate_per_s: 4.0, keys: 4 },
    ];
    let alone = Spec { events: events.clone(), ..Spec::calm(Law::zipf(10, 1.0), 0.0) };
    let mut workload = Workload::new(Arc::new(alone), 1, 0);
    let mut chunk = Chunk::default();
    workload.fill(&mut chunk, 100);
    // By hand: ids 10 to 12 every 125 ms, 13 to 16 every 250 ms; the first event first at one instant.
    assert_eq!(
        chunk.times.iter().map(|time| time / 1_000_000).collect::<Vec<_>>(),
        [1000, 1000, 1125, 1250, 1250, 1500, 1750]
    );
    assert_eq!(chunk.keys, [10, 13, 11, 12, 14, 15, 16]);
    assert_eq!((chunk.until, chunk.known), (Nanos::MAX, 17));
    workload.fill(&mut chunk, 100);
    assert_eq!((chunk.times.len(), chunk.until), (0, Nanos::MAX));

    // Requests of the law come ahead of events at one instant.
    let both = Spec { arrivals: Arrivals::Regular, events, ..Spec::calm(Law::zipf(10, 1.0), 0.5) };
    let found = play(&both, 1, 0, 1100 * SECOND / 1000, 100);
    assert_eq!(found.times, [SECOND; 3]);
    assert!(found.keys[0] < 10 && found.keys[1..] == [10, 13]);
}

#[test]
fn a_crowd_comes_at_its_rate_for_as_long_as_it_lasts() {
    for decays in [false, true] {
        let crowd =
            Event::FlashCrowd { at: 5 * SECOND, lasts: 100 * SECOND, keys: 100, rate_per_s: 2000.0, decays };
        let alone = Spec { events: vec![crowd], ..Spec::calm(Law::zipf(10, 1.0), 0.0) };
        let found = play(&alone, 13, 0, HOUR, 65_536);
        assert!(found.times[0] >= 5 * SECOND && found.times.last() < Some(&(105 * SECOND)));
        let requests = found.times.len() as f64;
        let expected: f64 = if decays { 1e5 } else { 2e5 };
        assert!((requests - expected).abs() < 4.0 * expected.sqrt(), "{requests}");
        // Over time: evenly, or in proportion to what is left; by percents of the time.
        let percents = counts(found.times.iter().map(|time| ((time - 5 * SECOND) / SECOND) as usize), 100);
        let share = |nth: usize| if decays { (199.0 - 2.0 * nth as f64) / 1e4 } else { 0.01 };
        let square = chi_square(&percents, (0..100).map(|nth| requests * share(nth)));
        assert!(square < CHI_SQUARE_99, "{square}");
        // Over keys: evenly.
        let keys = counts(found.keys.iter().map(|key| *key as usize - 10), 100);
        let square = chi_square(&keys, std::iter::repeat(requests / 100.0));
        assert!(square < CHI_SQUARE_99, "{square}");
    }
}

#[test]
fn contents_are_asked_for_as_often_as_stated_while_they_live() {
    let contents = Contents { per_hour: 3600.0, lives_s: 1800.0, requests: 3.0 };
    let alone = Spec { contents: Some(contents), ..Spec::calm(Law::zipf(1, 1.0), 0.0) };
    let hours = 10;
    // Contents that arrive within these, nearly to the second, live and die before the end.
    let first = play(&alone, 14, 0, 1, 1).known;
    let last = play(&alone, 14, 0, hours * HOUR - HOUR / 2, 1000).known - 3;
    let found = play(&alone, 14, 0, hours * HOUR, 1000);
    let arrived = f64::from(last - first);
    assert!((arrived - 9.5 * 3600.0).abs() < 4.0 * (9.5f64 * 3600.0).sqrt(), "{arrived}");
    // Those that live at the start: Poisson with mean 3600 / 2.
    assert!((f64::from(first) - 1.0 - 1800.0).abs() < 4.0 * 1800.0f64.sqrt(), "{first}");

    let whole = |key: &u32| (first..last).contains(key);
    let each = counts(
        found.keys.iter().filter(|key| whole(key)).map(|key| (key - first) as usize),
        (last - first) as usize,
    );
    let (mean, dispersion) = dispersion(&each);
    assert!((mean - 3.0).abs() < 4.0 * (3.0 / arrived).sqrt(), "{mean}");
    assert!((dispersion - 1.0).abs() < 4.0 * (2.0 / arrived).sqrt(), "{dispersion}");
    // theory.md E12: first requests are (1 - e^-V) / V of all, the ceiling of what a cache can hit without warming.
    let firsts = each.iter().filter(|count| **count > 0.0).count() as f64 / each.iter().sum::<f64>();
    assert!((firsts - (1.0 - (-3.0f64).exp()) / 3.0).abs() < 0.004, "{firsts}");

    // Two requests for the same content lie a third of its life apart on average, and never more than all of it.
    let mut asked = vec![vec![]; found.known as usize];
    those(&found, |key| whole(&key)).iter().for_each(|(at, key)| asked[*key as usize].push(*at));
    let apart =
        asked.iter().filter(|asked| asked.len() == 2).map(|asked| (asked[1] - asked[0]) as f64 / 1.8e12);
    let apart: Vec<f64> = apart.collect();
    let mean = apart.iter().sum::<f64>() / apart.len() as f64;
    assert!(apart.iter().all(|apart| *apart < 1.0));
    // |X - Y| of two uniform numbers has variance 1/18.
    assert!((mean - 1.0 / 3.0).abs() < 4.0 / (18.0 * apart.len() as f64).sqrt(), "{mean}");

    // As many in the first hour as in any: 10,800, with the variance that lives cut by its ends leave.
    let hourly = counts(found.times.iter().map(|time| (time / HOUR) as usize), hours as usize);
    assert!(
        hourly.iter().all(|count| (count - 10_800.0).abs() < 4.0 * (10_800.0f64 * 4.0).sqrt()),
        "{hourly:?}"
    );
}

#[test]
fn nothing_to_ask_for_is_an_empty_stream() {
    let silent = Contents { per_hour: 10.0, lives_s: 60.0, requests: 0.0 };
    let none = Spec {
        contents: Some(silent),
        hot_keys: 10,
        churn_per_hour: 1.0,
        ..Spec::calm(Law::zipf(10, 1.0), 0.0)
    };
    let mut chunk = Chunk::default();
    Workload::new(Arc::new(none.clone()), 1, 0).fill(&mut chunk, 10);
    assert_eq!((chunk.times.len(), chunk.changes.len(), chunk.until), (0, 0, Nanos::MAX));
    // Swaps go on without requests.
    Workload::new(Arc::new(Spec { hot_keys: 5, ..none }), 1, 0).fill(&mut chunk, 10);
    assert_eq!((chunk.times.len(), chunk.changes.len()), (0, 10));
    assert!(chunk.changes.iter().all(|change| change.before == 0));
}

/// Writes are a Poisson process: their number over an hour is within 5 standard deviations, √n, of what is expected, and
/// so is that of each key, by the law or all alike. A write stands ahead of the requests of its instant and behind those
/// before it.
#[test]
fn keys_are_written_by_popularity_or_all_alike() {
    let law = Law::zipf(100, 1.0);
    for popular in [true, false] {
        let updates = Some(Updates { per_s: 100.0, popular });
        let all = play(&Spec { updates, ..Spec::calm(law.clone(), 50.0) }, 3, 0, HOUR, 5_000);
        let near = |found: usize, expected: f64| (found as f64 - expected).abs() < 5.0 * expected.sqrt();
        assert!(near(all.writes.len(), 360_000.0), "{}", all.writes.len());
        for key in [0, 1, 9, 99] {
            let share = if popular { law.share(key) } else { 0.01 };
            let found = all.writes.iter().filter(|write| write.key == key).count();
            assert!(near(found, 360_000.0 * share), "{key}: {found}");
        }
        for write in &all.writes {
            let before = write.before as usize;
            assert!(before == 0 || all.times[before - 1] < write.at);
            assert!(all.times.get(before).is_none_or(|time| *time >= write.at));
        }
    }
}

/// A key that has swapped ranks is written as often as its rank at that time says: with all popularity on one rank and
/// churn, writes follow the key that is there.
#[test]
fn writes_follow_the_ranking() {
    let mut one = Spec::calm(Law::measured(&[1.0, 0.0, 0.0, 0.0]), 10.0);
    one.updates = Some(Updates { per_s: 10.0, popular: true });
    (one.hot_keys, one.churn_per_hour) = (1, 600.0);
    let all = play(&one, 4, 0, HOUR / 10, 1000);
    for write in &all.writes {
        let now = all.changes.iter().rev().find(|change| change.at <= write.at);
        assert_eq!(write.key, now.map_or(0, |change| change.promoted));
    }
    assert!(all.changes.len() > 30 && all.writes.len() > 3000);
}

/// Mean and coefficient of variation as stated, within 5 standard errors of the sample: for a mean that is cv/√n, for a
/// cv of 0.5 the kurtosis of the log-normal makes that of the variance some 1.5 times a normal one's. ln X is normal:
/// half of all lie below mean / √(1 + cv²).
#[test]
fn sizes_and_costs_are_log_normal_with_the_stated_mean_and_variation() {
    let mut varied = Spec::calm(Law::zipf(200_000, 1.0), 1.0);
    varied.objects =
        ObjectSpec { mean_bytes: 4096.0, size_variation: 0.5, cost_variation: 0.5, ..ObjectSpec::default() };
    let objects = Objects::made_up(&Arc::new(varied), 9, 0, 200_000);
    let sizes: Vec<f64> = (0..200_000).map(|id| objects.bytes(id) as f64 / 4096.0).collect();
    let costs: Vec<f64> = (0..200_000).map(|id| objects.cost(id)).collect();
    for all in [&sizes, &costs] {
        let count = all.len() as f64;
        let mean = all.iter().sum::<f64>() / count;
        let variation = (all.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / count).sqrt() / mean;
        assert!((mean - 1.0).abs() < 5.0 * 0.5 / count.sqrt(), "{mean}");
        assert!((variation - 0.5).abs() < 0.01, "{variation}");
        let below = all.iter().filter(|x| **x < 1.0 / 1.25_f64.sqrt()).count() as f64 / count;
        assert!((below - 0.5).abs() < 5.0 * 0.5 / count.sqrt(), "{below}");
    }
    // Each from its own random numbers.
    let together =
        sizes.iter().zip(&costs).map(|(size, cost)| (size - 1.0) * (cost - 1.0)).sum::<f64>() / 200_000.0;
    assert!(together.abs() < 0.005, "{together}");
}

#[test]
fn tenants_have_their_shares_of_the_keys_and_importances_are_spread() {
    let tenant = |name: &str, share| Tenant { name: name.to_owned(), share };
    let mut owned = Spec::calm(Law::zipf(100_000, 1.0), 1.0);
    owned.objects.tenants = vec![tenant("a", 1.0), tenant("b", 2.0), tenant("c", 7.0)];
    owned.objects.importance = Some(Importance::Random);
    let owned = Arc::new(owned);
    let objects = Objects::made_up(&owned, 1, 0, 100_000);
    for (name, share) in [("a", 0.1), ("b", 0.2), ("c", 0.7)] {
        let place = objects.tenant_named(name);
        let keys = (0..100_000).filter(|id| objects.tenant(*id) == place).count() as f64;
        // 5 standard deviations of a binomial count.
        assert!((keys - 1e5 * share).abs() < 5.0 * (1e5 * share * (1.0 - share)).sqrt(), "{name}: {keys}");
    }
    assert_eq!((objects.tenant_named("d"), objects.tenants().len()), (None, 3));
    for importance in 1..=10 {
        let keys = (0..100_000).filter(|id| objects.importance(*id) == importance).count() as f64;
        assert!((keys - 1e4).abs() < 5.0 * (1e5 * 0.09_f64).sqrt(), "{importance}: {keys}");
    }
    // Fewer known keys are the same ones, and another replication deals anew.
    let [few, other] = [(0, 500), (1, 500)].map(|(nth, known)| Objects::made_up(&owned, 1, nth, known));
    let kind = |objects: &Objects| {
        (0..500).map(|id| (objects.tenant(id), objects.importance(id))).collect::<Vec<_>>()
    };
    assert_eq!(kind(&few), kind(&objects)[..]);
    assert_ne!(kind(&few), kind(&other));
}

/// Worked by hand: three levels of two children are trees of 7 keys.
#[test]
fn keys_of_the_law_form_trees_and_new_keys_stand_alone() {
    let mut trees = Spec::calm(Law::zipf(20, 1.0), 1.0);
    trees.objects =
        ObjectSpec { levels: 3, children: 2, importance: Some(Importance::Rank), ..ObjectSpec::default() };
    let objects = Objects::made_up(&Arc::new(trees), 1, 0, 30);
    let of =
        |id| (objects.depth(id), objects.parent(id), String::from_utf8_lossy(&objects.name(id)).into_owned());
    assert_eq!(
        [0, 1, 2, 6].map(of),
        [
            (0, None, "0".to_owned()),
            (1, Some(0), "0:0".to_owned()),
            (1, Some(0), "0:1".to_owned()),
            (2, Some(2), "0:1:1".to_owned()),
        ]
    );
    assert_eq!(
        [7, 13, 25].map(of),
        [(0, None, "1".to_owned()), (2, Some(9), "1:1:1".to_owned()), (0, None, "25".to_owned()),]
    );
    assert_eq!([0, 1, 2, 19, 25].map(|id| objects.importance(id)), [10, 10, 9, 1, 5]);
}
