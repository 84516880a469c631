//! The hit ratio of LRU at every capacity.

use super::distances::StackDistances;
use crate::trace::Trace;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Curve {
    within: Vec<u64>,
    requests: u64,
    first: u64,
}

#[derive(Debug, Clone, Default)]
pub struct Recorder {
    distances: StackDistances,
    counts: Vec<u64>,
}
impl Recorder {
    pub fn reserve(&mut self, keys: usize) {
        self.distances.reserve(keys);
        self.counts.resize(keys + 1, 0);
    }
    pub fn skip(&mut self, keys: &[u32]) {
        self.distances.each(keys, |_| {});
    }
    pub fn record(&mut self, keys: &[u32]) {
        let c = &mut self.counts;
        self.distances.each(keys, |d| c[d as usize] += 1);
    }
    pub fn finish(self) -> Curve {
        let mut within = self.counts;
        let first = std::mem::take(&mut within[0]);
        let mut sum = 0;
        for w in &mut within {
            sum += *w;
            *w = sum;
        }
        Curve { within, requests: sum + first, first }
    }
}
impl Curve {
    pub fn of(trace: &Trace, measure_from: usize) -> Self {
        let mut r = Recorder::default();
        r.reserve(trace.keys.len());
        r.skip(&trace.requests[..measure_from]);
        r.record(&trace.requests[measure_from..]);
        r.finish()
    }
    pub fn hits(&self, c: u64) -> u64 {
        self.within[(c as usize).min(self.within.len() - 1)]
    }
    pub fn misses(&self, c: u64) -> u64 {
        self.requests - self.hits(c)
    }
    pub fn requests(&self) -> u64 {
        self.requests
    }
    pub fn first_requests(&self) -> u64 {
        self.first
    }
}
