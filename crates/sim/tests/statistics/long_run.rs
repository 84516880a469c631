//! One long run: where its warm-up ends, and how sure its mean is.

use proptest::prelude::*;
use warmcast_sim::statistics::{batch_means, mser5};

use crate::{close, holds, normals, series, share};

/// [`mser5`] as it is written, at O(n²).
fn mser5_literally(series: &[f64]) -> Option<usize> {
    let means: Vec<f64> = series.chunks_exact(5).map(|batch| batch.iter().sum::<f64>() / 5.0).collect();
    let error = |dropped: usize| {
        let kept = &means[dropped..];
        let mean = kept.iter().sum::<f64>() / kept.len() as f64;
        kept.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (kept.len() as f64).powi(2)
    };
    let last = means.len() / 2;
    let best = (0..=last).filter(|_| !means.is_empty()).min_by(|a, b| error(*a).total_cmp(&error(*b)))?;
    (best < last).then_some(5 * best)
}

fn of_batches(means: &[f64]) -> Vec<f64> {
    means.iter().flat_map(|mean| [mean - 2.0, mean + 1.0, *mean, mean - 1.0, mean + 2.0]).collect()
}

#[test]
fn a_warm_up_of_one_batch_is_dropped() {
    // By hand: d = 1 leaves 1, 2, 1, 2, 1, 2, 1 with (16 − 100/7) / 49 = 0.0350; d = 2 leaves 1.5 / 36 = 0.0417,
    // d = 3 leaves 1.2 / 25 = 0.0480, d = 4 leaves 1 / 16 = 0.0625, d = 0 has 65.875 / 64 = 1.03.
    let series = of_batches(&[10.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0]);
    assert_eq!(mser5(&series), Some(5));
    // What fills no batch is not looked at.
    assert_eq!(mser5(&[series, vec![1e6; 4]].concat()), Some(5));
}

#[test]
fn a_series_that_still_moves_is_too_short_to_tell() {
    assert_eq!(mser5(&(0..1_000).map(f64::from).collect::<Vec<_>>()), None);
    assert_eq!(mser5(&[]), None);
    assert_eq!(mser5(&[1.0; 9]), None);
    assert_eq!(mser5(&[&[1.0; 50][..], &[f64::NAN], &[1.0; 500]].concat()), None);
    assert_eq!(mser5(&[1.0; 100]), Some(0));
}

#[test]
fn a_warm_up_that_fades_is_dropped_where_it_drowns_in_the_noise() {
    // 10 e^(−t/100) falls below the noise's deviation of 1 at t = 230, below a tenth of it at 460.
    let series: Vec<f64> = normals(5)
        .take(4_000)
        .enumerate()
        .map(|(t, value)| value + 10.0 * (-(t as f64) / 100.0).exp())
        .collect();
    let dropped = mser5(&series).unwrap();
    assert!((230..=600).contains(&dropped), "{dropped}");
}

#[test]
fn batch_means_leave_out_what_fills_no_batch() {
    // By hand: 100 goes; the batches 1 3, 5 7, 9 11 have the means 2, 6, 10: mean 6, deviation 4, t₂ · 4 / √3.
    let summary = batch_means(&[100.0, 1.0, 3.0, 5.0, 7.0, 9.0, 11.0], 3).unwrap();
    assert_eq!((summary.count(), summary.mean()), (3, Some(6.0)));
    close(summary.half_width().unwrap(), 4.302652729749462 * 4.0 / 3.0_f64.sqrt(), 1e-12);
    assert_eq!(batch_means(&[1.0, 2.0, 3.0], 1), None);
    assert_eq!(batch_means(&[1.0, 2.0, 3.0], 4), None);
    assert!(batch_means(&[1.0, 2.0, 3.0], 3).is_some());
}

#[test]
fn batch_means_cover_where_the_values_own_error_does_not() {
    // x' = 0.8 x + normal: the mean varies (1 + 0.8) / (1 − 0.8) = 9 times as much as if the values were independent, so
    // that their own error covers P(|Z| < 1.96 / 3) = 0.486. 4 binomial deviations of 1,000 series are 0.028 at 0.95.
    let mut noise = normals(6);
    let mut series = || {
        let start = noise.next().expect("never ends") / 0.6;
        let steps = noise.by_ref().take(2_000);
        steps.scan(start, |x, value| Some(std::mem::replace(x, 0.8 * *x + value))).collect::<Vec<f64>>()
    };
    let mut naive = 0.0;
    let batched = share(1_000, || {
        let series = series();
        naive += f64::from(u8::from(holds(&series.iter().copied().collect(), 0.0))) / 1_000.0;
        holds(&batch_means(&series, 20).expect("has values"), 0.0)
    });
    assert!((batched - 0.95).abs() <= 0.028, "{batched}");
    assert!((naive - 0.486).abs() <= 0.065, "{naive}");
}

proptest! {
    #[test]
    fn mser5_follows_its_definition(means in series(0..30), rest in 0_usize..5) {
        // Without ties, which rounding would decide, and differently in the two.
        let jagged: Vec<f64> = means.iter().enumerate().map(|(nth, mean)| mean + (nth as f64).sin()).collect();
        let series = [of_batches(&jagged), vec![0.0; rest]].concat();
        prop_assert_eq!(mser5(&series), mser5_literally(&series));
    }
}
