//! Where the warm-up of a long run ends.

/// Observations to drop from the start of a series, so that what follows is about steady; none where the series is too
/// short to tell.
///
/// # Formula
/// MSER-5: with the means y₁ … y_m of m = ⌊n/5⌋ batches of 5, drop the d batches for which the marginal standard error
/// squared, Σ_{j>d} (y_j − ȳ_d)² / (m − d)², is smallest, where ȳ_d is the mean of those that stay. d goes from 0 to
/// ⌊m/2⌋, the first of equal ones wins; at ⌊m/2⌋ itself the answer is none, since the warm-up may go on. The answer is
/// 5 d; up to 4 observations at the end that fill no batch are not looked at.
///
/// # Assumptions and where they fail
/// The series approaches one level and stays there. It is blind to a level that is left after the first half, and to a
/// period longer than the series. Below some 20 batches it follows the noise. A series with a value that is not finite
/// has no answer.
///
/// # Source
/// White, Cobb & Spratt, A comparison of five steady-state truncation heuristics for simulation, Proceedings of the
/// Winter Simulation Conference (2000) 755–760.
pub fn mser5(series: &[f64]) -> Option<usize> {
    let batches: Vec<f64> =
        series.chunks_exact(BATCH).map(|batch| batch.iter().sum::<f64>() / BATCH as f64).collect();
    let last = batches.len() / 2;
    let (mut mean, mut squares) = (0.0, 0.0);
    let mut least: Option<(f64, usize)> = None;
    for (dropped, batch) in batches.iter().enumerate().rev() {
        let kept = (batches.len() - dropped) as f64;
        let deviation = batch - mean;
        mean += deviation / kept;
        squares += deviation * (batch - mean);
        let error = squares / (kept * kept);
        if !error.is_finite() {
            return None;
        }
        if dropped <= last && least.is_none_or(|(least, _)| error <= least) {
            least = Some((error, dropped));
        }
    }
    least.filter(|(_, dropped)| *dropped < last).map(|(_, dropped)| dropped * BATCH)
}

/// Observations in a batch.
const BATCH: usize = 5;
