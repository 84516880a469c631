//! A replication: one workload, served to every strategy side by side.

use std::collections::VecDeque;
use std::sync::Arc;

use trace::synthetic::{Chunk, Nanos, Objects, Spec, Workload, Write};

use crate::warming::outcome::{Contradiction, Outcome, Served};
use crate::warming::setup::{Selector, Setup};
use crate::warming::world::World;

/// Requests in a chunk, about.
const TOGETHER: usize = 1 << 14;

/// Who asks for what.
#[derive(Clone)]
pub enum Requests {
    /// A workload made from random numbers.
    Synthetic(Arc<Spec>),
    /// Requests that were recorded, the same in every replication.
    Recorded(Arc<Recorded>),
}

/// Recorded requests; the lists are as long as each other.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// When, never decreasing, from 0 on.
    pub times: Vec<Nanos>,
    /// Ids of keys, below `known`.
    pub keys: Vec<u32>,
    /// Number of keys.
    pub known: u32,
    /// Keys that are written at the origin, in order of time: when, and which. At one instant writes come before requests.
    pub writes: Vec<(Nanos, u32)>,
    /// What the keys are.
    pub objects: Arc<Objects>,
}

impl Requests {
    /// Requests of a replication ahead of an instant, about.
    pub(crate) fn expected(&self, until: Nanos) -> f64 {
        match self {
            Self::Synthetic(spec) => spec.rate_per_s * until as f64 / 1e9,
            Self::Recorded(recorded) => recorded.times.partition_point(|time| *time < until) as f64,
        }
    }

    /// Keys that have a rank, and no others: the first ids.
    pub(crate) fn ranked(&self) -> u32 {
        match self {
            Self::Synthetic(spec) => spec.keys,
            Self::Recorded(recorded) => recorded.known,
        }
    }

    /// Whether keys are written.
    pub(crate) fn update(&self) -> bool {
        match self {
            Self::Synthetic(spec) => spec.updates.is_some(),
            Self::Recorded(recorded) => !recorded.writes.is_empty(),
        }
    }
}

/// Serves a replication to every strategy. The first is the twin that the others are compared with.
///
/// # Errors
/// Where two numbers of a run contradict each other: an error in this program.
pub fn replicate(
    requests: &Requests,
    setups: &[Arc<Setup>],
    seed: u64,
    replication: u32,
) -> Result<Vec<Outcome>, Contradiction> {
    replicate_watched(requests, setups, seed, replication, &|_| ())
}

/// The same; `served` hears how many requests were served since it was called last.
///
/// # Errors
/// As for [`replicate`].
pub(crate) fn replicate_watched(
    requests: &Requests,
    setups: &[Arc<Setup>],
    seed: u64,
    replication: u32,
    served: &dyn Fn(u64),
) -> Result<Vec<Outcome>, Contradiction> {
    let Some(first) = setups.first() else { return Ok(vec![]) };
    let until = first.measure.until;
    let horizon = setups.iter().map(|setup| horizon(setup)).max().unwrap_or(0);
    let mut worlds: Vec<World> =
        setups.iter().map(|setup| World::new(setup, requests, seed, replication)).collect();
    let mut source = Source::new(requests, seed, replication);
    let mut things = Things { requests, seed, replication, objects: Arc::default() };
    let mut chunks: VecDeque<Chunk> = VecDeque::new();
    let mut spare = vec![];
    loop {
        // A job may plan at any instant of the chunk at hand, and looks as far ahead as its horizon.
        while needs_more(&chunks, horizon, until) {
            let mut chunk = spare.pop().unwrap_or_default();
            source.fill(&mut chunk, until);
            chunks.push_back(chunk);
        }
        let known = &*chunks.make_contiguous();
        let objects = things.objects(known);
        worlds.iter_mut().for_each(|world| world.objects = objects.clone());
        if let Some((twin, others)) = worlds.split_first_mut() {
            let served: &[Served] = twin.play(known, None);
            others.iter_mut().for_each(|other| _ = other.play(known, Some(served)));
        }
        served(known.first().map_or(0, |chunk| chunk.keys.len() as u64));
        match chunks.pop_front() {
            Some(chunk) if chunk.until < until => spare.push(chunk),
            _ => break,
        }
    }
    worlds.iter_mut().map(|world| world.finish()).collect()
}

/// How far a strategy looks ahead.
fn horizon(setup: &Setup) -> Nanos {
    let each = setup.jobs.iter().map(|job| match job.selector {
        Selector::Oracle(oracle) => oracle.horizon,
        Selector::Clairvoyant { horizon } => horizon,
        _ => 0,
    });
    each.max().unwrap_or(0)
}

fn needs_more(chunks: &VecDeque<Chunk>, horizon: Nanos, until: Nanos) -> bool {
    match (chunks.front(), chunks.back()) {
        (Some(front), Some(back)) => back.until < front.until.saturating_add(horizon).min(until),
        _ => true,
    }
}

/// What keys are, as far as they are known.
struct Things<'a> {
    requests: &'a Requests,
    seed: u64,
    replication: u32,
    objects: Arc<Objects>,
}

impl Things<'_> {
    /// Those of all keys of some chunks.
    fn objects(&mut self, chunks: &[Chunk]) -> &Arc<Objects> {
        let known = chunks.last().map_or(0, |chunk| chunk.known);
        match self.requests {
            Requests::Recorded(recorded) => self.objects = recorded.objects.clone(),
            Requests::Synthetic(spec) if known > self.objects.known() => {
                // Twice as many as before at least, so that all of them together are not made often.
                let known = known.max(self.objects.known().saturating_mul(2));
                self.objects = Arc::new(Objects::made_up(spec, self.seed, self.replication, known));
            }
            Requests::Synthetic(_) => {}
        }
        &self.objects
    }
}

/// Where chunks come from.
enum Source {
    Synthetic(Box<Workload>),
    Recorded { requests: Arc<Recorded>, at: usize, written: usize },
}

impl Source {
    fn new(requests: &Requests, seed: u64, replication: u32) -> Self {
        match requests {
            Requests::Synthetic(spec) => {
                Self::Synthetic(Box::new(Workload::new(spec.clone(), seed, replication)))
            }
            Requests::Recorded(requests) => Self::Recorded { requests: requests.clone(), at: 0, written: 0 },
        }
    }

    /// The requests that come next, none of them at the end or behind it.
    fn fill(&mut self, chunk: &mut Chunk, end: Nanos) {
        match self {
            Self::Synthetic(workload) => workload.fill(chunk, TOGETHER),
            Self::Recorded { requests, at, written } => {
                chunk.clear();
                let to = (*at + TOGETHER).min(requests.times.len());
                chunk.times.extend_from_slice(&requests.times[*at..to]);
                chunk.keys.extend_from_slice(&requests.keys[*at..to]);
                chunk.known = requests.known;
                let next = requests.times.get(to).copied().unwrap_or(Nanos::MAX);
                let due = &requests.writes[*written..];
                // Writes at the instant of a request stand ahead of it.
                let last = chunk.times.last().copied().unwrap_or(Nanos::MIN);
                let due = &due[..due.partition_point(|(time, _)| *time < next || *time <= last)];
                chunk.writes.extend(due.iter().map(|(time, key)| {
                    let before = chunk.times.partition_point(|other| other < time) as u32;
                    Write { at: *time, before, key: *key }
                }));
                (*at, *written) = (to, *written + due.len());
                let write = requests.writes.get(*written).map_or(Nanos::MAX, |(time, _)| *time);
                chunk.until = next.min(write);
            }
        }
        let within = chunk.times.partition_point(|time| *time < end);
        chunk.times.truncate(within);
        chunk.keys.truncate(within);
        chunk.changes.retain(|change| change.at < end);
        chunk.writes.retain(|write| write.at < end);
    }
}
