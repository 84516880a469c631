//! Statistics against tables, other programs, definitions followed literally, and their laws.

mod intervals;
mod latency;
mod long_run;
mod stopping;

use proptest::prelude::*;
use rand::rngs::ChaCha8Rng;
use rand::{RngExt, SeedableRng};
use warmcast_sim::statistics::Summary;

#[track_caller]
pub(crate) fn close(found: f64, expected: f64, relative: f64) {
    assert!((found / expected - 1.0).abs() <= relative, "{found} is not {expected}");
}

/// Normal draws of mean 0 and deviation 1, by Box and Muller.
pub(crate) fn normals(seed: u64) -> impl Iterator<Item = f64> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    std::iter::repeat_with(move || {
        let (u, v): (f64, f64) = (random.random(), random.random());
        let (length, angle) = ((-2.0 * (1.0 - u).ln()).sqrt(), std::f64::consts::TAU * v);
        [length * angle.cos(), length * angle.sin()]
    })
    .flatten()
}

/// Whether an interval holds a value.
pub(crate) fn holds(summary: &Summary, truth: f64) -> bool {
    let (mean, half) = summary.mean().zip(summary.half_width()).expect("has values");
    (mean - truth).abs() <= half
}

/// The share of `series` for which something is true.
pub(crate) fn share(series: u32, mut holds: impl FnMut() -> bool) -> f64 {
    f64::from((0..series).map(|_| u32::from(holds())).sum::<u32>()) / f64::from(series)
}

/// Numbers that are often equal, of either sign.
pub(crate) fn series(values: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec((-3_i32..8).prop_map(|value| f64::from(value) / 2.0), values)
}
