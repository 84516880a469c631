//! What was in the files that a scenario names, as far as it is played.

use std::collections::BTreeMap;
use std::sync::Arc;

use scenario::{Bytes, KeyList, Quantity, Ranked, Scenario, Seconds};
use trace::synthetic::Objects;
use trace::{Keys, Micros, Op, Sizes, Trace, Widths};

/// What a scenario is played with, beside itself.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The requests of its trace, where it names one.
    pub recording: Option<Arc<Recording>>,
}

/// Requests of a trace, the ids of their keys in the order of the keys: as numbers where all are, else by their bytes.
#[derive(Debug, Clone)]
pub struct Recording {
    /// What the keys are called.
    pub(crate) names: Keys,
    /// What the keys are.
    pub(crate) objects: Arc<Objects>,
    /// The id of the key of each request.
    pub(crate) keys: Vec<u32>,
    /// When, since the first; empty where the trace has no times.
    pub(crate) times: Vec<Micros>,
    /// Keys that are written or deleted, in order.
    pub(crate) writes: Vec<Written>,
    /// How often each key is asked for.
    counts: Vec<u64>,
    /// Bytes of all keys together.
    bytes: Option<u64>,
}

/// A key that is written or deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    /// The request that comes next.
    pub(crate) before: usize,
    /// When, since the first; 0 where the trace has no times.
    pub(crate) at: Micros,
    /// The key.
    pub(crate) key: u32,
}

impl Recording {
    /// Takes a trace that was loaded with its times and with what its requests do. Those that read are requests; those
    /// that write or delete their key are updates of it, and where `accesses` is set all that do not delete are requests
    /// too.
    pub fn of(mut trace: Trace, accesses: bool) -> Self {
        let bytes = trace.working_set_bytes();
        let (names, places) = trace.keys.in_order();
        let sizes = first_sizes(&trace, &places);
        trace.requests.iter_mut().for_each(|key| *key = places[*key as usize]);
        let first = trace.times.first().copied().unwrap_or(0);
        trace.times.iter_mut().for_each(|time| *time = time.saturating_sub(first));
        let (keys, times, writes) = dealt(trace, accesses);
        let mut counts = vec![0; names.len()];
        keys.iter().for_each(|key| counts[*key as usize] += 1);
        let objects = Arc::new(Objects::recorded(&names, &sizes, &[]));
        Self { names, objects, keys, times, writes, counts, bytes }
    }

    /// Number of updates.
    pub fn updates(&self) -> usize {
        self.writes.len()
    }

    /// Number of requests.
    pub fn requests(&self) -> usize {
        self.keys.len()
    }

    /// What a scenario has to know of it.
    pub fn facts(&self) -> scenario::Recorded {
        let mean = self.bytes.map(|bytes| (bytes as f64 / self.names.len().max(1) as f64).round().max(1.0));
        scenario::Recorded {
            requests: self.keys.len() as u64,
            span: self.times.last().map(|last| Seconds::wrap(*last as f64 / 1e6)),
            counts: Arc::new(Ranked::of(self.counts.iter().map(|count| *count as f64))),
            mean_object: mean.map(Bytes::wrap),
        }
    }

    /// The ids of the keys asked for most, of equals the first in order.
    pub(crate) fn by_count(&self) -> Vec<u32> {
        let mut ids: Vec<u32> = (0..self.names.len() as u32).collect();
        ids.sort_by_key(|id| std::cmp::Reverse(self.counts[*id as usize]));
        ids
    }
}

/// Requests, their times, and updates.
fn dealt(trace: Trace, accesses: bool) -> (Vec<u32>, Vec<Micros>, Vec<Written>) {
    if trace.ops.is_empty() {
        return (trace.requests, trace.times, vec![]);
    }
    let (mut keys, mut times, mut writes) = (vec![], vec![], vec![]);
    for (nth, (key, op)) in trace.requests.iter().zip(&trace.ops).enumerate() {
        let at = trace.times.get(nth).copied();
        if matches!(op, Op::Write | Op::Delete) {
            writes.push(Written { before: keys.len(), at: at.unwrap_or(0), key: *key });
        }
        if *op == Op::Read || accesses && *op != Op::Delete {
            keys.push(*key);
            times.extend(at);
        }
    }
    (keys, times, writes)
}

/// The size of each key when it was first asked for, at the place of the key.
fn first_sizes(trace: &Trace, places: &[u32]) -> Sizes {
    let mut first = vec![None; places.len()];
    for (nth, id) in trace.requests.iter().enumerate() {
        let place = &mut first[places[*id as usize] as usize];
        *place = place.or_else(|| trace.sizes.of(nth, *id));
    }
    let mut sizes = Widths::default();
    first.into_iter().flatten().for_each(|size| sizes.push(size));
    if sizes.is_empty() { Sizes::None } else { Sizes::OfKeys(sizes) }
}

/// What keys are called in files.
#[derive(Debug, Clone)]
pub enum Names {
    /// By their rank at the beginning, from 1 on, of so many.
    Ranks(u32),
    /// As in a file that says how often each is asked for: their ranks at the beginning, from 0 on.
    Listed(Arc<BTreeMap<Box<str>, u32>>),
    /// As in a trace.
    Recorded(Arc<Recording>),
}

impl Names {
    /// What the keys of a scenario are called.
    pub fn of(scenario: &Scenario, inputs: &Inputs) -> Self {
        match &inputs.recording {
            Some(recording) => Self::Recorded(recording.clone()),
            None if let Some(names) = &scenario.workload.names => {
                Self::Listed(Arc::new(names.iter().cloned().zip(0..).collect()))
            }
            None => Self::Ranks(scenario.workload.popularity.keys() as u32),
        }
    }

    /// The id of a key; none where nobody asks for it.
    pub fn id(&self, name: &str) -> Option<u32> {
        match self {
            Self::Ranks(keys) => {
                name.parse().ok().filter(|rank| (1..=*keys).contains(rank)).map(|rank| rank - 1)
            }
            Self::Listed(ranks) => ranks.get(name).copied(),
            Self::Recorded(recording) => recording.names.find_in_order(name.as_bytes()),
        }
    }

    /// The ids of a list's rows, in its order, and how many of its rows name a key that nobody asks for.
    pub fn ids(&self, list: &KeyList) -> (Vec<Option<u32>>, usize) {
        let ids: Vec<Option<u32>> = list.rows.iter().map(|row| self.id(&row.key)).collect();
        let unknown = ids.iter().filter(|id| id.is_none()).count();
        (ids, unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synthetic_workload_calls_its_keys_by_their_rank_from_1_on() {
        let list = KeyList::parse("keys.csv", "key\n1\n10\n11\n0\nx\n").expect("reads");
        assert_eq!(Names::Ranks(10).ids(&list), (vec![Some(0), Some(9), None, None, None], 3));
    }
}
