//! One long run in place of many replications.

use super::summary::Summary;

/// Mean and half-width from one long run, cut into `batches` equal stretches whose means stand for replications; none
/// below two batches, and where the series has fewer values than batches.
///
/// # Formula
/// With b batches of ⌊n/b⌋ values each: the [`Summary`] of the b batch means, so x̄ ± t₍b₋₁, 0.975₎ · s / √b. What does not
/// fill a batch is left out at the start, where the warm-up was.
///
/// # Assumptions and where they fail
/// The series is steady (drop what [`mser5`](super::mser5) says first), and a batch is much longer than the series
/// remembers, so that batch means are about independent and normal. Neighbours in one run are alike (a cache hit makes
/// the next one likelier), which is why the values' own standard error is far too small. 20 to 30 batches are usual:
/// more make each too short, fewer make t wide. Too short a batch gives too short an interval, and nothing here tells.
///
/// # Source
/// Schmeiser, Batch size effects in the analysis of simulation output, Operations Research 30 (1982) 556–568.
pub fn batch_means(series: &[f64], batches: usize) -> Option<Summary> {
    if batches < 2 || series.len() < batches {
        return None;
    }
    let size = series.len() / batches;
    let rest = series.len() - size * batches;
    Some(series[rest..].chunks_exact(size).map(|batch| batch.iter().sum::<f64>() / size as f64).collect())
}
