//! What a log of requests tells beside keys and times: hits, latencies, times to live.

use std::collections::BTreeMap;

use trace::{Block, Micros};

use crate::batches::Batches;
use crate::estimate::Estimate;
use crate::ratio::{difference, ratio, share};

/// Different times to live that are told apart.
const MOST_TTLS: usize = 1024;
/// The share of requests with one time to live from which on that is the cache's.
const COMMON: f64 = 0.9;

/// Sums of a batch, in this order: requests that say whether they hit, hits, timed hits, their milliseconds, timed misses, theirs.
const KNOWN: usize = 0;
const HITS: usize = 1;
const HIT_TIMED: usize = 2;
const HIT_MS: usize = 3;
const MISS_TIMED: usize = 4;
const MISS_MS: usize = 5;

/// Takes requests as they are read.
#[derive(Debug, Clone, Default)]
pub struct RequestLog {
    batches: Batches<6>,
    ttls: BTreeMap<Micros, u64>,
    without_ttl: u64,
}

impl RequestLog {
    /// Takes a stretch of requests.
    pub fn see(&mut self, block: &Block) {
        for details in &block.details {
            let (hit, ms) = (details.hit, details.latency_ms.filter(|ms| ms.is_finite() && *ms >= 0.0));
            let mut sums = [0.0; 6];
            if let Some(hit) = hit {
                (sums[KNOWN], sums[HITS]) = (1.0, f64::from(u8::from(hit)));
            }
            if let (Some(hit), Some(ms)) = (hit, ms) {
                let (timed, total) = if hit { (HIT_TIMED, HIT_MS) } else { (MISS_TIMED, MISS_MS) };
                (sums[timed], sums[total]) = (1.0, ms);
            }
            self.batches.push(sums);
            match details.ttl {
                Some(ttl) if self.ttls.len() < MOST_TTLS || self.ttls.contains_key(&ttl) => {
                    *self.ttls.entry(ttl).or_default() += 1;
                }
                _ => self.without_ttl += 1,
            }
        }
    }

    /// The share of requests that hit; none where requests do not say.
    pub fn hit_ratio(&self) -> Option<Estimate> {
        share(&self.pairs(HITS, KNOWN), self.count(KNOWN)).filter(|_| self.count(KNOWN) > 0)
    }

    /// The mean time of a hit, in milliseconds.
    pub fn hit_ms(&self) -> Option<Estimate> {
        ratio(&self.pairs(HIT_MS, HIT_TIMED), self.count(HIT_TIMED))
    }

    /// The mean time that a miss takes beyond a hit, in milliseconds.
    pub fn penalty_ms(&self) -> Option<Estimate> {
        let sums = self.batches.sums();
        let pairs =
            sums.iter().map(|sums| [[sums[MISS_MS], sums[MISS_TIMED]], [sums[HIT_MS], sums[HIT_TIMED]]]);
        difference(&pairs.collect::<Vec<_>>(), self.count(MISS_TIMED))
    }

    /// The time to live that nearly all requests give, in seconds; else how many different ones there are.
    ///
    /// # Errors
    /// The number of different times to live, where none is common; 0 where requests give none.
    pub fn ttl(&self) -> Result<Estimate, usize> {
        let all = self.without_ttl + self.ttls.values().sum::<u64>();
        let common = self.ttls.iter().max_by_key(|(_, count)| **count);
        match common {
            Some((ttl, count)) if *count as f64 >= COMMON * all as f64 => {
                Ok(Estimate::exact(*ttl as f64 / 1e6, *count))
            }
            _ => Err(self.ttls.len()),
        }
    }

    fn pairs(&self, of: usize, by: usize) -> Vec<[f64; 2]> {
        self.batches.sums().iter().map(|sums| [sums[of], sums[by]]).collect()
    }

    fn count(&self, of: usize) -> u64 {
        self.batches.total(of) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use trace::{Details, Key, Row, Rules};

    fn log(details: impl IntoIterator<Item = Details>) -> RequestLog {
        let mut block = Block::new(Rules::default());
        for details in details {
            block.push(&Row { key: Key::Number(1), time: None, size: None, details }).expect("fits");
        }
        let mut log = RequestLog::default();
        log.see(&block);
        log
    }

    fn answer(hit: bool, ms: f64) -> Details {
        Details { hit: Some(hit), latency_ms: Some(ms), ttl: Some(60_000_000), ..Details::default() }
    }

    #[test]
    fn hits_and_misses_have_their_own_latencies() {
        let details = (0..1000).map(|nth| if nth % 4 == 0 { answer(false, 52.0) } else { answer(true, 2.0) });
        let log = log(details);
        let near = |found: Option<Estimate>, value: f64| {
            found.is_some_and(|found| (found.value - value).abs() < 1e-9)
        };
        assert!(near(log.hit_ratio(), 0.75) && near(log.hit_ms(), 2.0) && near(log.penalty_ms(), 50.0));
        assert_eq!(log.ttl().map(|ttl| ttl.value), Ok(60.0));
    }

    #[test]
    fn what_is_not_told_is_none() {
        let log = log((0..100).map(|_| Details::default()));
        assert_eq!((log.hit_ratio(), log.hit_ms(), log.penalty_ms()), (None, None, None));
        assert_eq!(log.ttl(), Err(0));
    }
}
