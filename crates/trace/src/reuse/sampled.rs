//! The hit ratio of LRU at most capacities, estimated from some of the keys.

use super::classes::Classes;
use super::distances::StackDistances;
use super::sampling::{Draw, GROUPS, Rate};
use crate::trace::Trace;

/// Ways to halve the groups so that any two ways agree on half of them.
const HALVINGS: u8 = GROUPS - 1;

/// Two-sided 95 % point of Student's t with [`HALVINGS`] degrees of freedom.
const STUDENT: f64 = 2.131;

/// Sampled keys that have to fit into a capacity.
const LEAST: f64 = 20.0;

/// What a sample that shows nothing leaves possible at 95 %: as many as would have shown with chance 1 - e^-3 = 0.95.
const UNSEEN: f64 = 3.0;

/// A hit ratio and how far off it may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// Hits over requests.
    pub hit_ratio: f64,
    /// Half the width of a 95 % confidence interval around it, for the sampling alone; 0 where nothing is estimated.
    pub half_width: f64,
}

#[derive(Debug, Clone)]
pub struct Sampled {
    requests: u64,
    first_requests: u64,
    keys: u64,
    sampled_keys: u64,
    sampled_requests: u64,
    whole: Reuses,
    halves: Vec<Reuses>,
}

impl Sampled {
    pub fn of(trace: &Trace, measure_from: usize, rate: Rate, seed: u64) -> Self {
        let from = measure_from.min(trace.len());
        let sample = Sample::draw(trace, from, Draw::new(rate, seed));
        let whole = sample.reuses(|_| true);
        let halvings = if whole.share < 1.0 { 1..=HALVINGS } else { 1..=0 };
        let halves = halvings.map(|halving| sample.reuses(|group| (group & halving).count_ones() % 2 == 0));
        Self {
            requests: (trace.len() - from) as u64,
            first_requests: sample.first_requests,
            keys: trace.keys.len() as u64,
            sampled_keys: sample.groups.len() as u64,
            sampled_requests: (sample.requests.len() - sample.from) as u64,
            whole,
            halves: halves.collect(),
        }
    }

    /// Requests that count.
    pub fn requests(&self) -> u64 {
        self.requests
    }

    /// Keys of all requests.
    pub fn keys(&self) -> u64 {
        self.keys
    }

    /// Compulsory misses, exactly: requests that count and are the first for their key.
    pub fn first_requests(&self) -> u64 {
        self.first_requests
    }

    /// Keys in the sample.
    pub fn sampled_keys(&self) -> u64 {
        self.sampled_keys
    }

    /// Requests for these, of those that count.
    pub fn sampled_requests(&self) -> u64 {
        self.sampled_requests
    }

    /// The least capacity that there is an estimate for.
    pub fn resolution(&self) -> u64 {
        match self.whole.share {
            share if share >= 1.0 => 0,
            share => ((LEAST / share).ceil() as u64).min(self.keys),
        }
    }

    pub fn estimate(&self, capacity: u64) -> Option<Estimate> {
        if self.requests == 0 || capacity < self.resolution() {
            return None;
        }
        let requests = self.requests as f64;
        let first = self.first_requests as f64;
        // What is known of every hit ratio holds for an estimate as well.
        let ratio = |part: &Reuses| (1.0 - (first + part.beyond(capacity)) / requests).max(0.0);
        let hit_ratio = ratio(&self.whole);
        if self.halves.is_empty() || capacity >= self.keys {
            return Some(Estimate { hit_ratio, half_width: 0.0 });
        }
        let share = self.whole.share;
        let squares: f64 = self.halves.iter().map(|half| (ratio(half) - hit_ratio).powi(2)).sum();
        let spread = STUDENT * ((1.0 - share) * squares / self.halves.len() as f64).sqrt();
        let unseen = UNSEEN * (1.0 - share) / share / requests;
        Some(Estimate { hit_ratio, half_width: spread.hypot(unseen).min(1.0) })
    }
}

/// Requests for sampled keys.
struct Sample {
    /// Keys of the trace.
    keys: usize,
    /// Requests of the trace that count and are the first for their key.
    first_requests: u64,
    classes: Classes,
    /// Group and class of each sampled key.
    groups: Vec<(u8, u8)>,
    /// Their places in the sample, request by request.
    requests: Vec<u32>,
    /// The first request that counts.
    from: usize,
}

impl Sample {
    fn draw(trace: &Trace, from: usize, draw: Draw) -> Self {
        const NOT: u32 = u32::MAX;
        let keys = trace.keys.len();
        let (mut sampled, mut groups, mut places) = (vec![], vec![], vec![NOT; keys]);
        for id in 0..keys as u32 {
            if let Some(group) = draw.group(&trace.keys, id) {
                places[id as usize] = sampled.len() as u32;
                sampled.push(id);
                groups.push((group, 0));
            }
        }
        let (before, counted) = trace.requests.split_at(from);
        let mut requests = vec![];
        let place = |id: &u32| Some(places[*id as usize]).filter(|place| *place != NOT);
        requests.extend(before.iter().filter_map(place));
        let from = requests.len();
        let mut reuses = vec![0u32; keys];
        for id in counted {
            reuses[*id as usize] += 1;
            requests.extend(place(id));
        }
        // Ids count up with first appearance, so that those of keys which are new from here on are the highest.
        let known = before.iter().max().map_or(0, |id| *id as usize + 1);
        reuses[known..].iter_mut().for_each(|requests| *requests -= 1);
        let classes = Classes::new(&reuses, &sampled);
        for ((_, class), id) in groups.iter_mut().zip(&sampled) {
            *class = classes.of(reuses[*id as usize]);
        }
        Self { keys, first_requests: (keys - known) as u64, classes, groups, requests, from }
    }

    /// Reuses among the keys of some groups.
    fn reuses(&self, takes: impl Fn(u8) -> bool) -> Reuses {
        let taken = || self.groups.iter().filter(|(group, _)| takes(*group));
        let weights = self.classes.weights(taken().map(|(_, class)| *class));
        let of = |place: &u32| self.groups[*place as usize];
        let pick = |places: &[u32]| -> Vec<u32> {
            places.iter().copied().filter(|place| takes(of(place).0)).collect()
        };
        let mut distances = StackDistances::default();
        distances.reserve(self.groups.len());
        distances.each(&pick(&self.requests[..self.from]), |_, _| ());
        let keys = taken().count();
        let mut beyond = vec![0.0; keys + 1];
        distances.each(&pick(&self.requests[self.from..]), |place, distance| {
            if let Some(distance) = distance {
                beyond[distance.get() as usize - 1] += weights[of(&place).1 as usize];
            }
        });
        // Beyond distance d lies what lies at d + 1 and beyond that.
        for distance in (0..keys).rev() {
            beyond[distance] += beyond[distance + 1];
        }
        Reuses { beyond, share: keys as f64 / self.keys.max(1) as f64 }
    }
}

/// Reuses of a part of the keys, as many as they stand for in the trace.
#[derive(Debug, Clone)]
struct Reuses {
    /// Those whose distance among the keys of the part is longer than the index.
    beyond: Vec<f64>,
    /// Keys of the part over keys of the trace.
    share: f64,
}

impl Reuses {
    /// Those whose distance in the trace is longer than `capacity`.
    fn beyond(&self, capacity: u64) -> f64 {
        let scaled = capacity as f64 * self.share;
        let most = self.beyond.len() - 1;
        let (below, above) = ((scaled as usize).min(most), (scaled as usize).saturating_add(1).min(most));
        self.beyond[below] + (scaled - scaled.floor()) * (self.beyond[above] - self.beyond[below])
    }
}
