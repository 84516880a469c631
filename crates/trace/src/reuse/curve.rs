//! The hit ratio of LRU at every capacity, exactly.

use super::distances::StackDistances;
use crate::trace::Trace;

/// Hits and misses of an LRU cache at every capacity in items.
///
/// With `N` requests that count, of which `n(d)` have stack distance `d`, a cache of `C` items has
/// `n(1) + … + n(C)` hits; the rest are misses, the first requests of keys among them at every capacity.
/// Every item takes one place, whatever its size, and none expires.
///
/// Source: Mattson, Gecsei, Slutz & Traiger, *Evaluation techniques for storage hierarchies*, IBM Systems Journal 9(2),
/// 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    /// Hits by capacity; from the last on they stay the same.
    hits: Vec<u64>,
    requests: u64,
    keys: u64,
}

impl Curve {
    /// The curve of a trace. Requests before the one with index `measure_from` fill the cache and do not count; where
    /// there are no others, none does.
    pub fn of(trace: &Trace, measure_from: usize) -> Self {
        let mut recorder = Recorder::default();
        recorder.reserve(trace.keys.len());
        let (before, counted) = trace.requests.split_at(measure_from.min(trace.len()));
        recorder.skip(before);
        recorder.record(counted);
        recorder.finish()
    }

    /// Requests that count.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Keys of all requests, those that do not count included: as many items never evict one.
    pub fn keys(&self) -> u64 {
        self.keys
    }

    /// Compulsory misses: requests that count and are the first for their key, which no capacity turns into hits.
    pub fn first_requests(&self) -> u64 {
        self.requests - self.hits(u64::MAX)
    }

    /// Requests found in a cache of `capacity` items.
    pub fn hits(&self, capacity: u64) -> u64 {
        let most = self.hits.len() - 1;
        self.hits[usize::try_from(capacity).map_or(most, |capacity| capacity.min(most))]
    }

    /// Requests not found in a cache of `capacity` items.
    pub fn misses(&self, capacity: u64) -> u64 {
        self.requests - self.hits(capacity)
    }

    /// Hits over requests; none where no request counts.
    pub fn hit_ratio(&self, capacity: u64) -> Option<f64> {
        (self.requests > 0).then(|| self.ratio(self.hits(capacity)))
    }

    fn ratio(&self, hits: u64) -> f64 {
        hits as f64 / self.requests as f64
    }

    /// The least capacity whose hit ratio is at least `target`: `min {C : hits(C) / N ≥ target}`.
    ///
    /// None where even a cache that holds everything falls short, because too many requests are the first for their
    /// key, and where no request counts.
    pub fn least_capacity(&self, target: f64) -> Option<u64> {
        let short = |hits: &u64| self.requests == 0 || self.ratio(*hits) < target || target.is_nan();
        let capacity = self.hits.partition_point(short);
        (capacity < self.hits.len()).then_some(capacity as u64)
    }
}

/// Takes requests as they come, for a [`Curve`] in the end. Memory grows with keys alone.
#[derive(Debug, Clone, Default)]
pub struct Recorder {
    distances: StackDistances,
    /// First requests, then requests by distance.
    counts: Vec<u64>,
}

impl Recorder {
    /// Makes room for ids below `keys`; called before such ids come.
    pub fn reserve(&mut self, keys: usize) {
        self.distances.reserve(keys);
        if keys >= self.counts.len() {
            self.counts.resize(keys + 1, 0);
        }
    }

    /// Takes requests that fill the cache and do not count.
    ///
    /// # Panics
    /// Where there is no room for a key.
    pub fn skip(&mut self, keys: &[u32]) {
        self.distances.each(keys, |_, _| ());
    }

    /// Takes requests that count.
    ///
    /// # Panics
    /// Where there is no room for a key.
    pub fn record(&mut self, keys: &[u32]) {
        let counts = &mut self.counts;
        self.distances
            .each(keys, |_, distance| counts[distance.map_or(0, |distance| distance.get() as usize)] += 1);
    }

    /// The curve of what was recorded.
    pub fn finish(self) -> Curve {
        let keys = self.distances.keys();
        let mut hits = self.counts;
        hits.resize(keys as usize + 1, 0);
        let requests = hits.iter().sum();
        hits[0] = 0;
        let mut sum = 0;
        for hits in &mut hits {
            sum += *hits;
            *hits = sum;
        }
        Curve { hits, requests, keys }
    }
}
