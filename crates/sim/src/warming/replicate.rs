//! A replication: one workload, served to every strategy side by side.

use std::collections::VecDeque;
use std::sync::Arc;

use trace::synthetic::{Chunk, Nanos, Spec, Workload};

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
    let Some(first) = setups.first() else { return Ok(vec![]) };
    let until = first.measure.until;
    let horizon = setups.iter().map(|setup| horizon(setup)).max().unwrap_or(0);
    let mut worlds: Vec<World> = setups.iter().map(|setup| World::new(setup, seed, replication)).collect();
    let mut source = Source::new(requests, seed, replication);
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
        if let Some((twin, others)) = worlds.split_first_mut() {
            let served: &[Served] = twin.play(known, None);
            others.iter_mut().for_each(|other| _ = other.play(known, Some(served)));
        }
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

/// Where chunks come from.
enum Source {
    Synthetic(Box<Workload>),
    Recorded { requests: Arc<Recorded>, at: usize },
}

impl Source {
    fn new(requests: &Requests, seed: u64, replication: u32) -> Self {
        match requests {
            Requests::Synthetic(spec) => {
                Self::Synthetic(Box::new(Workload::new(spec.clone(), seed, replication)))
            }
            Requests::Recorded(requests) => Self::Recorded { requests: requests.clone(), at: 0 },
        }
    }

    /// The requests that come next, none of them at the end or behind it.
    fn fill(&mut self, chunk: &mut Chunk, end: Nanos) {
        match self {
            Self::Synthetic(workload) => workload.fill(chunk, TOGETHER),
            Self::Recorded { requests, at } => {
                *chunk = Chunk::default();
                let to = (*at + TOGETHER).min(requests.times.len());
                chunk.times.extend_from_slice(&requests.times[*at..to]);
                chunk.keys.extend_from_slice(&requests.keys[*at..to]);
                chunk.known = requests.known;
                *at = to;
                chunk.until = requests.times.get(to).copied().unwrap_or(Nanos::MAX);
            }
        }
        let within = chunk.times.partition_point(|time| *time < end);
        chunk.times.truncate(within);
        chunk.keys.truncate(within);
        chunk.changes.retain(|change| change.at < end);
    }
}
