//! A trace through a cache: what counts from where, from which start, in which intervals.

use trace::{Micros, Sizes, Widths};

use crate::eviction::Chosen;
use crate::lane::{Lane, Setup, Stretch};
use crate::policy::{Broken, NEVER};
use crate::popularity::Popularity;
use crate::tally::Tally;

/// How the cache is when counting starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// As the requests before have left it.
    #[default]
    Warm,
    /// Empty, as if nothing had ever been asked for.
    Cold,
    /// Preloaded with the keys asked for most before, as many as fit, the coldest first, by one request each.
    StaticTop,
}

/// What a point of a time series stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interval {
    /// That many requests.
    Requests(u64),
    /// That much time, from the first request that counts.
    Time(Micros),
}

/// One cache that a trace is played to, stretch by stretch.
pub struct Replay {
    lane: Box<dyn Lane>,
    setup: Setup,
    start: Start,
    interval: Option<Interval>,
    /// The tally when counting started.
    from: Tally,
    /// The tally when the interval at hand began.
    before: Tally,
    /// When the interval at hand ends, where intervals are of time.
    until: Option<Micros>,
    intervals: Vec<Tally>,
}

/// What came of a replay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counted {
    /// Everything that counts.
    pub total: Tally,
    /// The same in intervals, empty ones included.
    pub intervals: Vec<Tally>,
}

impl Replay {
    /// A cache under a policy, before its first request.
    pub fn new(policy: &Chosen, setup: Setup, start: Start, interval: Option<Interval>) -> Self {
        Self::with(policy.lane(&setup), setup, start, interval)
    }

    /// No cache at all: every request misses, so that its tally holds what was asked for.
    pub fn of_nothing(interval: Option<Interval>) -> Self {
        let setup = Setup { capacity: 0, bytes: false, ttl: None, seed: 0, express: true };
        Self::with(Box::new(Nothing(Tally::default())), setup, Start::Cold, interval)
    }

    fn with(lane: Box<dyn Lane>, setup: Setup, start: Start, interval: Option<Interval>) -> Self {
        let (from, before) = (Tally::default(), Tally::default());
        Self { lane, setup, start, interval, from, before, until: None, intervals: vec![] }
    }

    /// Makes room for ids below `keys`; called before such ids come.
    pub fn reserve(&mut self, keys: usize) {
        self.lane.reserve(keys);
    }

    /// Serves requests from before counting starts, as far as the start has use for them.
    pub fn prepare(&mut self, stretch: &Stretch) {
        if self.start == Start::Warm {
            self.lane.serve(stretch);
        }
    }

    /// Starts to count. `popularity` has seen every request before; `now` is the instant.
    pub fn begin(&mut self, popularity: Option<&Popularity>, now: Option<Micros>) {
        if let Some(popularity) = popularity.filter(|_| self.start == Start::StaticTop) {
            self.preload(popularity, now);
        }
        self.from = self.lane.tally();
        self.before = self.from;
        self.until = match self.interval {
            Some(Interval::Time(length)) => now.map(|now| now.saturating_add(length)),
            _ => None,
        };
    }

    fn preload(&mut self, popularity: &Popularity, now: Option<Micros>) {
        let hot = popularity.hottest(self.setup.capacity, self.setup.bytes);
        let mut sizes = Widths::default();
        hot.iter().rev().for_each(|hot| sizes.push(hot.size));
        let keys: Vec<u32> = hot.iter().rev().map(|hot| hot.key).collect();
        let ttls: Vec<_> = hot.iter().rev().map(|hot| hot.ttl).collect();
        let next: Vec<u32> = hot.iter().rev().map(|hot| hot.next.unwrap_or(NEVER)).collect();
        self.lane.serve(&Stretch {
            keys: &keys,
            first: 0,
            sizes: &Sizes::OfRequests(sizes),
            times: &now.map_or(vec![], |now| vec![now; keys.len()]),
            ttls: &ttls,
            next: &next,
        });
    }

    /// Serves requests that count.
    pub fn measure(&mut self, stretch: &Stretch) {
        let mut rest = *stretch;
        while let Some((now, behind)) = self.cut(&rest) {
            self.lane.serve(&now);
            rest = behind;
            self.end_interval();
        }
        self.lane.serve(&rest);
    }

    /// The part of a stretch up to the end of the interval at hand, if it ends there, and the part behind.
    fn cut<'a>(&self, stretch: &Stretch<'a>) -> Option<(Stretch<'a>, Stretch<'a>)> {
        let at = match self.interval? {
            Interval::Requests(length) => {
                let left = length.max(1) - (self.lane.tally() - self.before).requests;
                usize::try_from(left).ok().filter(|left| *left <= stretch.keys.len())?
            }
            Interval::Time(_) => {
                let until = self.until?;
                let at = stretch.times.partition_point(|time| *time < until);
                Some(at).filter(|at| *at < stretch.times.len())?
            }
        };
        Some(stretch.split_at(at))
    }

    fn end_interval(&mut self) {
        let now = self.lane.tally();
        self.intervals.push(now - self.before);
        self.before = now;
        if let Some(Interval::Time(length)) = self.interval {
            self.until = self.until.map(|until| until.saturating_add(length.max(1)));
        }
    }

    /// What was counted.
    ///
    /// # Errors
    /// Where the cache holds something else than it has booked.
    pub fn finish(mut self) -> Result<Counted, Broken> {
        self.lane.check()?;
        let now = self.lane.tally();
        if self.interval.is_some() && now != self.before {
            self.end_interval();
        }
        Ok(Counted { total: now - self.from, intervals: self.intervals })
    }
}

/// Misses every request.
struct Nothing(Tally);

impl Lane for Nothing {
    fn reserve(&mut self, _: usize) {}

    fn serve(&mut self, stretch: &Stretch) {
        let requests = stretch.keys.len() as u64;
        let bytes = match stretch.sizes {
            Sizes::None => requests,
            Sizes::OfRequests(sizes) => sizes.sum(stretch.first..stretch.first + stretch.keys.len()),
            Sizes::OfKeys(sizes) => {
                stretch.keys.iter().fold(0, |sum, key| u64::saturating_add(sum, sizes.get(*key as usize)))
            }
        };
        self.0.requests += requests;
        self.0.misses += requests;
        self.0.missed_bytes = self.0.missed_bytes.saturating_add(bytes);
    }

    fn tally(&self) -> Tally {
        self.0
    }

    fn check(&self) -> Result<(), Broken> {
        Ok(())
    }
}
