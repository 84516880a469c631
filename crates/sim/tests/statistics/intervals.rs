//! Means and differences with their half-widths.

use proptest::prelude::*;
use warmcast_sim::statistics::{Paired, Summary, student_t};

use crate::{close, holds, normals, series, share};

/// R's `sleep`: hours of sleep that two drugs added for the same ten people (Student 1908).
const SLEEP: [(f64, f64); 10] = [
    (0.7, 1.9),
    (-1.6, 0.8),
    (-0.2, 1.1),
    (-1.2, 0.1),
    (-0.1, -0.1),
    (3.4, 4.4),
    (3.7, 5.5),
    (0.8, 1.6),
    (0.0, 4.6),
    (2.0, 3.4),
];

#[test]
fn student_t_is_that_of_scipy() {
    // scipy 1.17.1: stats.t.ppf(0.975, degrees)
    let expected = [
        (1, 12.706204736174694),
        (2, 4.302652729749462),
        (3, 3.1824463052837078),
        (4, 2.7764451051977934),
        (9, 2.262157162798205),
        (29, 2.045229642132703),
        (100, 1.9839715185235518),
        (101, 1.983731002955606),
        (200, 1.9718962236339088),
        (999, 1.9623414611334493),
        (10_000, 1.960201239890626),
        (1_000_000, 1.959966356814107),
    ];
    for (degrees, t) in expected {
        close(student_t(degrees), t, 5e-11);
    }
    // One degree is Cauchy's distribution, infinitely many the normal.
    close(student_t(1), (std::f64::consts::PI * 0.475).tan(), 1e-12);
    close(student_t(u64::MAX), 1.959963984540054, 1e-12);
    assert_eq!(student_t(0), f64::INFINITY);
}

#[test]
fn student_t_falls_as_degrees_grow() {
    let all: Vec<f64> = (1..1_100).map(student_t).collect();
    assert!(all.is_sorted_by(|a, b| a > b));
}

#[test]
fn a_summary_keeps_its_digits_beside_a_large_mean() {
    // NIST Statistical Reference Datasets NumAcc1 to NumAcc4, certified means and standard deviations.
    let alternating = |first: f64, low: f64, high: f64| -> Summary {
        std::iter::once(first).chain((0..1_000).map(|nth| if nth % 2 == 0 { low } else { high })).collect()
    };
    let sets = [
        ([10_000_001.0, 10_000_003.0, 10_000_002.0].into_iter().collect(), 10_000_002.0, 1.0),
        (alternating(1.2, 1.1, 1.3), 1.2, 0.1),
        (alternating(1_000_000.2, 1_000_000.1, 1_000_000.3), 1_000_000.2, 0.1),
        (alternating(10_000_000.2, 10_000_000.1, 10_000_000.3), 10_000_000.2, 0.1),
    ];
    for (summary, mean, deviation) in sets {
        close(summary.mean().unwrap(), mean, 1e-14);
        close(summary.variance().unwrap().sqrt(), deviation, 1e-7);
    }
}

#[test]
fn the_interval_of_a_mean_is_that_of_r() {
    // R: t.test(sleep$extra), mean 1.54, interval 0.5955845 to 2.4844155
    let (a, b): (Vec<f64>, Vec<f64>) = SLEEP.into_iter().unzip();
    let summary: Summary = [a, b].concat().into_iter().collect();
    close(summary.mean().unwrap(), 1.54, 1e-12);
    close(summary.half_width().unwrap(), (2.4844155 - 0.5955845) / 2.0, 1e-7);
}

#[test]
fn the_interval_of_a_difference_is_that_of_r() {
    // R: t.test(Pair(sleep$extra[1:10], sleep$extra[11:20]) ~ 1), −1.58, interval −2.4598858 to −0.7001142;
    // var() of the two and of their difference: 3.200556, 4.009 and 1.512889
    let mut paired = Paired::new();
    SLEEP.into_iter().for_each(|(a, b)| paired.push(a, b));
    close(paired.difference().mean().unwrap(), -1.58, 1e-12);
    close(paired.difference().half_width().unwrap(), (2.4598858 - 0.7001142) / 2.0, 1e-7);
    close(paired.variance_ratio().unwrap(), (3.200556 + 4.009) / 1.512889, 1e-6);
}

#[test]
fn nothing_is_said_of_too_few_values() {
    let none = Summary::new();
    assert_eq!((none.mean(), none.variance(), none.half_width()), (None, None, None));
    let one: Summary = [4.0].into_iter().collect();
    assert_eq!((one.mean(), one.variance(), one.half_width()), (Some(4.0), None, None));
    let two: Summary = [4.0, 6.0].into_iter().collect();
    // Deviation √2, standard error 1.
    close(two.half_width().unwrap(), 12.706204736174694, 1e-12);
}

#[test]
fn replications_without_the_metric_are_counted_apart() {
    let some: Summary = [Some(4.0), None, Some(6.0), None, None].into_iter().collect();
    assert_eq!((some.replications(), some.count()), (5, 2));
    assert_eq!((some.mean(), some.variance()), (Some(5.0), Some(2.0)));
    let mut paired = Paired::new();
    paired.push(1.0, None);
    paired.push(5.0, 2.0);
    paired.push(None, 8.0);
    assert_eq!((paired.difference().replications(), paired.difference().count()), (3, 1));
    assert_eq!((paired.first().mean(), paired.second().mean()), (Some(5.0), Some(2.0)));
    assert_eq!(paired.variance_ratio(), None);
}

#[test]
fn a_difference_that_never_varies_has_no_ratio() {
    let mut paired = Paired::new();
    [1.0, 2.0, 4.0].into_iter().for_each(|value| paired.push(value + 0.5, value));
    assert_eq!((paired.difference().half_width(), paired.variance_ratio()), (Some(0.0), None));
}

#[test]
fn an_interval_covers_what_it_promises() {
    // Exact for normal values: 0.950 for each n (theory E18, where a normal quantile and ddof 0 cover 0.602, 0.749,
    // 0.846, 0.904, 0.936). 4 binomial deviations of 10,000 series are 0.0087.
    let mut values = normals(1).map(|value| 3.0 + 2.0 * value);
    for n in [2, 3, 5, 10, 30] {
        let covered = share(10_000, || holds(&values.by_ref().take(n).collect(), 3.0));
        assert!((covered - 0.95).abs() <= 0.0087, "{covered} at n = {n}");
    }
}

#[test]
fn a_paired_interval_covers_and_its_ratio_is_what_the_covariance_makes_it() {
    // a = s + u, b = s + v with Var s = 9, Var u = Var v = 1: (10 + 10) / 2 = 10.
    let mut values = normals(2);
    let mut pairs = |count| {
        let mut paired = Paired::new();
        for _ in 0..count {
            let [s, u, v] = std::array::from_fn(|_| values.next().expect("never ends"));
            paired.push(3.0 * s + u + 0.5, 3.0 * s + v);
        }
        paired
    };
    let covered = share(5_000, || holds(&pairs(4).difference(), 0.5));
    assert!((covered - 0.95).abs() <= 0.0124, "{covered}");
    close(pairs(20_000).variance_ratio().unwrap(), 10.0, 0.05);
}

proptest! {
    #[test]
    fn a_summary_is_what_two_passes_give(values in series(2..40)) {
        let summary: Summary = values.iter().copied().collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        prop_assert!((summary.mean().unwrap() - mean).abs() < 1e-12);
        prop_assert!((summary.variance().unwrap() - squares / (values.len() - 1) as f64).abs() < 1e-12);
    }

    #[test]
    fn to_swap_strategies_turns_the_sign(a in series(20..21), b in series(20..21)) {
        let (mut forth, mut back) = (Paired::new(), Paired::new());
        for (a, b) in a.into_iter().zip(b) {
            forth.push(a, b);
            back.push(b, a);
        }
        prop_assert_eq!(forth.difference().mean().map(|mean| -mean), back.difference().mean());
        prop_assert_eq!(forth.difference().half_width(), back.difference().half_width());
        prop_assert_eq!(forth.variance_ratio(), back.variance_ratio());
        let apart = forth.first().mean().unwrap() - forth.second().mean().unwrap();
        prop_assert!((forth.difference().mean().unwrap() - apart).abs() < 1e-12);
    }
}
