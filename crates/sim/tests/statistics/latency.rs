//! Quantiles of latencies, and what merging keeps.

use proptest::prelude::*;
use warmcast_sim::statistics::LatencyHistogram;

use crate::close;

/// Hits exponential of mean 1 ms, misses 100 ms + exponential of mean 10 ms, each at its quantiles (i − ½) / n.
fn mixture(hits: u32, misses: u32) -> LatencyHistogram {
    let mut histogram = LatencyHistogram::new();
    for (count, base, mean) in [(hits, 0.0, 1e6), (misses, 100e6, 10e6)] {
        for nth in 0..count {
            let above = 1.0 - (f64::from(nth) + 0.5) / f64::from(count);
            histogram.record((base - mean * above.ln()).round() as u64);
        }
    }
    histogram
}

#[test]
fn the_quantile_of_a_mixture_is_not_a_mixture_of_quantiles() {
    // Theory E16 for p99; the others by scipy 1.17.1, brentq on H (1 − e^(−t)) + (1 − H) (1 − e^(−(t − 100)/10)).
    // The buckets allow 1/256; the samples' own quantiles are within 0.0005 of the distribution's.
    let expected = [
        (0.95, [0.7472144018302211, 59.375, 116.09437912434102, 139.1202300542818]),
        (0.985, [0.7084927502346058, 3.337293579682686, 104.05465108108162, 127.08050201102185]),
        (0.992, [0.7012443907925648, 3.1620534890015035, 6.206575926724906, 120.79441541679796]),
    ];
    for (hit_ratio, quantiles) in expected {
        let hits = (100_000.0 * hit_ratio) as u32;
        let histogram = mixture(hits, 100_000 - hits);
        for (q, ms) in [0.5, 0.95, 0.99, 0.999].into_iter().zip(quantiles) {
            // At H = 0.95 the p95 lies anywhere between the slowest hit and the fastest miss.
            if ms != 59.375 {
                close(histogram.quantile(q).unwrap() as f64 / 1e6, ms, 1.0 / 256.0 + 0.0005);
            }
        }
        close(histogram.mean().unwrap() / 1e6, hit_ratio + 110.0 * (1.0 - hit_ratio), 1e-3);
    }
}

#[test]
fn a_histogram_is_exact_where_it_says_so() {
    let mut histogram = LatencyHistogram::new();
    assert_eq!((histogram.quantile(0.5), histogram.mean(), histogram.min()), (None, None, None));
    (1..=100).for_each(|nanos| histogram.record(nanos));
    // 0.07 · 100 is 7.000000000000001 in floats; the seventh is meant.
    assert_eq!(
        [0.0, 0.01, 0.07, 0.071, 0.5, 1.0].map(|q| histogram.quantile(q)),
        [1, 1, 7, 8, 50, 100].map(Some)
    );
    assert_eq!(histogram.mean(), Some(50.5));
    assert_eq!([-0.1, 1.1, f64::NAN].map(|q| histogram.quantile(q)), [None; 3]);

    histogram.record_many(u64::MAX, 3);
    histogram.record_many(7, 0);
    assert_eq!((histogram.count(), histogram.min(), histogram.max()), (103, Some(1), Some(u64::MAX)));
    assert_eq!(histogram.sum(), 5_050 + 3 * u128::from(u64::MAX));
    histogram.record_many(1_000, u64::MAX);
    assert_eq!(histogram.count(), u64::MAX);
    assert_eq!(histogram.quantile(1.0).map(|greatest| greatest > 999), Some(true));

    let one = |nanos| LatencyHistogram::from_iter([nanos]);
    assert_eq!(
        [0, 255, 256, 1_000_003, u64::MAX].map(|nanos| one(nanos).quantile(0.9)),
        [Some(0), Some(255), Some(256), Some(1_000_003), Some(u64::MAX),]
    );
}

/// Latencies from nanoseconds to centuries, about as many of each magnitude.
fn latency() -> impl Strategy<Value = u64> {
    (0_u32..64, any::<u64>()).prop_map(|(shift, bits)| bits >> shift)
}

fn latencies() -> impl Strategy<Value = LatencyHistogram> {
    prop::collection::vec(latency(), 0..50).prop_map(LatencyHistogram::from_iter)
}

fn merged(a: &LatencyHistogram, b: &LatencyHistogram) -> LatencyHistogram {
    let mut both = a.clone();
    both.merge(b);
    both
}

proptest! {
    #[test]
    fn merging_histograms_is_associative_and_commutative(a in latencies(), b in latencies(), c in latencies()) {
        prop_assert_eq!(merged(&merged(&a, &b), &c), merged(&a, &merged(&b, &c)));
        prop_assert_eq!(merged(&a, &b), merged(&b, &a));
        prop_assert_eq!(&merged(&a, &LatencyHistogram::new()), &a);
        prop_assert_eq!(&merged(&LatencyHistogram::new(), &a), &a);
    }

    #[test]
    fn merged_parts_are_the_whole(all in prop::collection::vec(latency(), 0..80), cut in 0_usize..80) {
        let (a, b) = all.split_at(cut.min(all.len()));
        let parts = [a, b].map(|part| LatencyHistogram::from_iter(part.iter().copied()));
        prop_assert_eq!(merged(&parts[0], &parts[1]), LatencyHistogram::from_iter(all));
    }

    #[test]
    fn many_equal_latencies_are_as_many_single_ones(nanos in latency(), count in 0_u64..20, others in latencies()) {
        let (mut at_once, mut singly) = (others.clone(), others);
        at_once.record_many(nanos, count);
        (0..count).for_each(|_| singly.record(nanos));
        prop_assert_eq!(at_once, singly);
    }

    #[test]
    fn a_quantile_is_within_a_256th(mut all in prop::collection::vec(latency(), 1..80), q in 0.0..=1.0_f64) {
        let found = LatencyHistogram::from_iter(all.clone()).quantile(q).unwrap();
        all.sort_unstable();
        let nth = (1..=all.len()).find(|nth| *nth as f64 / all.len() as f64 >= q).unwrap();
        let exact = all[nth - 1];
        prop_assert!(found.abs_diff(exact) <= exact / 256, "{} for {}", found, exact);
    }

    #[test]
    fn quantiles_rise(all in latencies(), q in 0.0..=1.0_f64, p in 0.0..=1.0_f64) {
        prop_assert!(all.quantile(q.min(p)) <= all.quantile(q.max(p)));
    }
}
