//! Requests for sampled keys, and how far back they reach.

use super::classes::Classes;
use super::distances::StackDistances;
use super::draw::Draw;
use crate::trace::Trace;

/// A key that is not sampled.
const NOT: u32 = u32::MAX;

/// A sampled key.
#[derive(Debug, Clone, Copy)]
struct Sampled {
    group: u8,
    class: u8,
}

/// Requests for sampled keys.
pub(super) struct Sample {
    /// Keys of the trace.
    all: usize,
    /// Requests of the trace that count and are the first for their key.
    pub(super) first_requests: u64,
    classes: Classes,
    keys: Vec<Sampled>,
    /// Request by request, the place of its key in `keys`.
    requests: Vec<u32>,
    /// The first of these that counts.
    from: usize,
}

impl Sample {
    /// Takes the requests for the keys that are drawn; those from `measure_from` on count.
    pub(super) fn of(trace: &Trace, measure_from: usize, draw: Draw) -> Self {
        let all = trace.keys.len();
        let (mut ids, mut groups, mut places) = (vec![], vec![], vec![NOT; all]);
        for id in 0..all as u32 {
            if let Some(group) = draw.group(&trace.keys, id) {
                places[id as usize] = ids.len() as u32;
                ids.push(id);
                groups.push(group);
            }
        }
        let (before, counted) = trace.requests.split_at(measure_from);
        let place = |id: &u32| Some(places[*id as usize]).filter(|place| *place != NOT);
        let mut requests: Vec<u32> = before.iter().filter_map(place).collect();
        let from = requests.len();
        let mut reuses = vec![0u32; all];
        for id in counted {
            reuses[*id as usize] += 1;
            requests.extend(place(id));
        }
        // Ids count up with first appearance, so that keys which are new among the requests that count have the last.
        let known = before.iter().max().map_or(0, |id| *id as usize + 1);
        reuses[known..].iter_mut().for_each(|requests| *requests -= 1);
        let classes = Classes::new(&reuses, &ids);
        let key = |(group, id): (u8, &u32)| Sampled { group, class: classes.of(reuses[*id as usize]) };
        let keys = groups.into_iter().zip(&ids).map(key).collect();
        Self { all, first_requests: (all - known) as u64, classes, keys, requests, from }
    }

    /// Sampled keys.
    pub(super) fn keys(&self) -> u64 {
        self.keys.len() as u64
    }

    /// Requests for these that count.
    pub(super) fn requests(&self) -> u64 {
        (self.requests.len() - self.from) as u64
    }

    /// How far back requests reach among the keys of some groups alone.
    pub(super) fn reuses(&self, takes: impl Fn(u8) -> bool) -> Reuses {
        let taken = || self.keys.iter().filter(|key| takes(key.group));
        let keys = taken().count();
        let weights = self.classes.weights(taken().map(|key| key.class));
        let key = |place: u32| self.keys[place as usize];
        let pick = |places: &[u32]| -> Vec<u32> {
            places.iter().copied().filter(|place| takes(key(*place).group)).collect()
        };
        let (before, counted) = self.requests.split_at(self.from);
        let mut distances = StackDistances::default();
        distances.reserve(self.keys.len());
        distances.each(&pick(before), |_, _| ());
        let mut beyond = vec![0.0; keys + 1];
        distances.each(&pick(counted), |place, distance| {
            if let Some(distance) = distance {
                beyond[distance.get() as usize - 1] += weights[key(place).class as usize];
            }
        });
        // From the far end, so that beyond every key there is nothing, without a trace of rounding.
        for distance in (0..keys).rev() {
            beyond[distance] += beyond[distance + 1];
        }
        Reuses { beyond, share: keys as f64 / self.all.max(1) as f64 }
    }
}

/// Requests of part of the keys that are not the first for theirs, counted as many as they stand for in the trace.
#[derive(Debug, Clone)]
pub(super) struct Reuses {
    /// Those whose distance among the keys of the part is longer than the index.
    beyond: Vec<f64>,
    /// Keys of the part over keys of the trace.
    pub(super) share: f64,
}

impl Reuses {
    /// Those that a cache of `capacity` items of the whole trace would miss.
    pub(super) fn beyond(&self, capacity: u64) -> f64 {
        let scaled = capacity as f64 * self.share;
        let most = self.beyond.len() - 1;
        let below = (scaled as usize).min(most);
        let above = (below + 1).min(most);
        self.beyond[below] + (scaled - scaled.floor()) * (self.beyond[above] - self.beyond[below])
    }
}
