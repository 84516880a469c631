//! A trace through caches: what is counted from where, from which start, in which intervals.

use trace::Trace;

use crate::eviction::Chosen;
use crate::lane::{Lane, Setup, Stretch};
use crate::tally::Tally;

/// What to replay.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// First request that counts.
    pub measure_from: usize,
    /// How the cache starts there.
    pub start: Start,
    /// Requests in an interval of the time series; none for no series.
    pub interval: Option<usize>,
}

/// How the cache is when counting starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Start {
    /// As the requests before have left it.
    #[default]
    Warm,
    /// Empty, as if nothing had ever been asked for.
    Cold,
    /// Preloaded with the keys asked for most before, the coldest first, by one request each.
    StaticTop,
}

/// What came of a replay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Run {
    /// Everything that counts.
    pub total: Tally,
    /// The same in intervals.
    pub intervals: Vec<Tally>,
}

/// A trace in memory, with what replays need of it.
pub struct Replay<'a> {
    trace: &'a Trace,
    plan: Plan,
    next: Vec<u32>,
    /// Keys asked for before counting starts, hottest first.
    hottest: Vec<Hot>,
}

impl<'a> Replay<'a> {
    /// Prepares a replay for policies of which some may need the future.
    pub fn new(trace: &'a Trace, plan: Plan, needs_future: bool) -> Self {
        let next = if needs_future { trace.next_uses() } else { vec![] };
        let plan = Plan { measure_from: plan.measure_from.min(trace.len()), ..plan };
        let hottest = match plan.start {
            Start::StaticTop => hottest(trace, plan.measure_from),
            _ => vec![],
        };
        Self { trace, plan, next, hottest }
    }

    /// Replays through one cache; `progress` hears how many requests were served.
    pub fn run(&self, policy: &Chosen, setup: &Setup, progress: &(dyn Fn(usize) + Sync)) -> Run {
        let mut lane = policy.lane(setup);
        lane.reserve(self.trace.keys.len());
        let from = self.plan.measure_from;
        match self.plan.start {
            Start::Warm => self.serve(&mut *lane, 0, from, progress),
            Start::Cold => {}
            Start::StaticTop => self.preload(&mut *lane, setup),
        }
        let mut run = Run::default();
        let start = lane.tally();
        let mut before = start;
        let step = self.plan.interval.unwrap_or(usize::MAX).max(1);
        let mut at = from;
        while at < self.trace.len() {
            let end = at.saturating_add(step).min(self.trace.len());
            self.serve(&mut *lane, at, end, progress);
            if self.plan.interval.is_some() {
                run.intervals.push(lane.tally() - before);
                before = lane.tally();
            }
            at = end;
        }
        run.total = lane.tally() - start;
        run
    }

    fn serve(&self, lane: &mut dyn Lane, from: usize, to: usize, progress: &(dyn Fn(usize) + Sync)) {
        /// Requests between two notes of progress.
        const STEP: usize = 1 << 20;
        let mut at = from;
        while at < to {
            let end = (at + STEP).min(to);
            let trace = self.trace;
            lane.serve(&Stretch {
                keys: &trace.requests[at..end],
                first: at,
                sizes: &trace.sizes,
                times: part(&trace.times, at, end),
                ttls: part(&trace.ttls, at, end),
                next: part(&self.next, at, end),
            });
            progress(end - at);
            at = end;
        }
    }

    /// One request for each of the hottest keys, as many of them as fit together, the coldest of these first.
    fn preload(&self, lane: &mut dyn Lane, setup: &Setup) {
        let sizes = &self.trace.sizes;
        let mut room = setup.capacity;
        let fitting = self.hottest.iter().take_while(|hot| {
            let size = if setup.bytes { sizes.of(hot.request, hot.key).unwrap_or(1) } else { 1 };
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        });
        let fitting: Vec<&Hot> = fitting.collect();
        // All at the instant at which counting starts.
        let time = self.trace.times.get(self.plan.measure_from).copied();
        for hot in fitting.into_iter().rev() {
            lane.serve(&Stretch {
                keys: &[hot.key],
                first: hot.request,
                sizes,
                times: time.as_slice(),
                ttls: &[],
                next: &[hot.next],
            });
        }
    }
}

/// A key asked for before counting starts.
#[derive(Debug, Clone, Copy)]
struct Hot {
    key: u32,
    /// Its last request before.
    request: usize,
    /// Its first request after.
    next: u32,
}

/// Keys by how often they are asked for before `split`, most often first; of equals the lesser first.
fn hottest(trace: &Trace, split: usize) -> Vec<Hot> {
    let keys = trace.keys.len();
    let (mut counts, mut last, mut next) = (vec![0u64; keys], vec![0; keys], vec![Trace::NEVER; keys]);
    for (nth, key) in trace.requests[..split].iter().enumerate() {
        counts[*key as usize] += 1;
        last[*key as usize] = nth;
    }
    for (nth, key) in trace.requests[split..].iter().enumerate().rev() {
        next[*key as usize] = (split + nth) as u32;
    }
    let asked = (0..keys as u32).filter(|key| counts[*key as usize] > 0);
    let mut hot: Vec<Hot> =
        asked.map(|key| Hot { key, request: last[key as usize], next: next[key as usize] }).collect();
    hot.sort_unstable_by(|a, b| {
        let count = |hot: &Hot| counts[hot.key as usize];
        count(b).cmp(&count(a)).then_with(|| trace.keys.order(a.key, b.key))
    });
    hot
}

/// A part of a list that may be empty.
fn part<T>(list: &[T], from: usize, to: usize) -> &[T] {
    if list.is_empty() { list } else { &list[from..to] }
}
