//! Latencies, counted so that quantiles can be asked for and parts merged.

/// Counts of latencies in nanoseconds, in buckets that widen with the value.
///
/// # Shape
/// Up to 255 ns a bucket for each value; above, 128 buckets of equal width from each power of two to the next. A bucket
/// is so at most 1/128 as wide as the least value in it. At most 7,424 buckets, of which those up to the greatest value
/// take memory: some 24 KiB for a second.
///
/// # Laws
/// To merge is associative and commutative, with the empty histogram as its neutral element, and merged parts equal
/// the whole to the bit. A quantile of what was merged is a quantile of the mixture, which no average of the parts'
/// quantiles is: where hits take about 1 ms and misses 110 ms, the p99 is 104 ms at a hit ratio of 0.985 and 6 ms at
/// 0.992.
///
/// # Limits
/// Counts saturate at 2⁶⁴ − 1 and the sum at 2¹²⁸ − 1; below, count, sum, least and greatest are exact.
///
/// # Source
/// The layout is that of Gil Tene's HdrHistogram (<https://hdrhistogram.org>), with 128 divisions in place of decimal
/// digits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LatencyHistogram {
    buckets: Vec<u64>,
    count: u64,
    sum: u128,
    extremes: Option<(u64, u64)>,
}

impl LatencyHistogram {
    /// Of no latencies.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts a latency, in constant time once as large a one was met.
    pub fn record(&mut self, nanos: u64) {
        self.record_many(nanos, 1);
    }

    /// Counts `count` equal latencies.
    pub fn record_many(&mut self, nanos: u64, count: u64) {
        if count == 0 {
            return;
        }
        let bucket = bucket(nanos);
        self.reserve(bucket + 1);
        self.buckets[bucket] = self.buckets[bucket].saturating_add(count);
        self.count = self.count.saturating_add(count);
        self.sum = self.sum.saturating_add(u128::from(nanos) * u128::from(count));
        self.widen(nanos, nanos);
    }

    /// Counts all that another one counted.
    pub fn merge(&mut self, other: &Self) {
        self.reserve(other.buckets.len());
        for (mine, others) in self.buckets.iter_mut().zip(&other.buckets) {
            *mine = mine.saturating_add(*others);
        }
        self.count = self.count.saturating_add(other.count);
        self.sum = self.sum.saturating_add(other.sum);
        if let Some((least, greatest)) = other.extremes {
            self.widen(least, greatest);
        }
    }

    /// Latencies counted.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Of all latencies, in nanoseconds.
    pub fn sum(&self) -> u128 {
        self.sum
    }

    /// Sum over count, in nanoseconds; none where nothing was counted.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum as f64 / self.count as f64)
    }

    /// The least; none where nothing was counted.
    pub fn min(&self) -> Option<u64> {
        self.extremes.map(|(least, _)| least)
    }

    /// The greatest; none where nothing was counted.
    pub fn max(&self) -> Option<u64> {
        self.extremes.map(|(_, greatest)| greatest)
    }

    /// The latency that a share q of all does not exceed, in nanoseconds; none where nothing was counted, and for a q
    /// outside 0 to 1.
    ///
    /// # Formula
    /// Exact would be the least counted latency x with (count of those ≤ x) / count ≥ q, the division rounded to the
    /// nearest float, so that 0.07 of 100 is the seventh. What is returned is the middle of the bucket that x is in,
    /// rounded down, or the least or greatest latency counted where that is nearer. It is off by at most x / 256, and
    /// exact up to 255 ns. It never falls as q grows, and is the least at q = 0.
    pub fn quantile(&self, q: f64) -> Option<u64> {
        let (least, greatest) = self.extremes?;
        if !(0.0..=1.0).contains(&q) {
            return None;
        }
        let mut below = 0_u64;
        let bucket = self.buckets.iter().position(|count| {
            below = below.saturating_add(*count);
            below as f64 / self.count as f64 >= q
        })?;
        Some(middle(bucket).clamp(least, greatest))
    }

    fn reserve(&mut self, buckets: usize) {
        if self.buckets.len() < buckets {
            self.buckets.resize(buckets, 0);
        }
    }

    fn widen(&mut self, low: u64, high: u64) {
        let (least, greatest) = self.extremes.unwrap_or((low, high));
        self.extremes = Some((least.min(low), greatest.max(high)));
    }
}

impl Extend<u64> for LatencyHistogram {
    fn extend<I: IntoIterator<Item = u64>>(&mut self, latencies: I) {
        latencies.into_iter().for_each(|nanos| self.record(nanos));
    }
}

impl FromIterator<u64> for LatencyHistogram {
    fn from_iter<I: IntoIterator<Item = u64>>(latencies: I) -> Self {
        let mut histogram = Self::new();
        histogram.extend(latencies);
        histogram
    }
}

/// Buckets from a power of two to the next.
const DIVISIONS: u64 = 1 << BITS;
const BITS: u32 = 7;

/// Where a value counts: its leading eight bits, behind the buckets of all shorter values.
fn bucket(value: u64) -> usize {
    let shift = (u64::BITS - BITS - 1).saturating_sub(value.leading_zeros());
    (u64::from(shift) * DIVISIONS + (value >> shift)) as usize
}

/// The middle of a bucket.
fn middle(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let shift = (bucket / DIVISIONS).saturating_sub(1);
    let low = (bucket - shift * DIVISIONS) << shift;
    low + ((1 << shift) - 1) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_follow_one_another_without_gap_or_overlap() {
        let mut low = 0_u64;
        for number in 0..7_424 {
            let width = 2 * (middle(number) - low) + if number < 256 { 1 } else { 2 };
            let high = low + (width - 1);
            assert_eq!((bucket(low), bucket(high)), (number, number), "{low} to {high}");
            assert!(width == 1 || width <= low / 128, "{width} at {low}");
            match high.checked_add(1) {
                Some(next) => low = next,
                None => assert_eq!(number, 7_423),
            }
        }
        assert_eq!(bucket(u64::MAX), 7_423);
    }
}
