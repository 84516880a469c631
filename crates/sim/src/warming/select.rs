//! Which keys a job warms.

use std::sync::Arc;

use rand::seq::SliceRandom;
use trace::synthetic::{Change, Chunk, Nanos};

use crate::warming::aliases::Aliases;
use crate::warming::history::History;
use crate::warming::oracle::Foresight;
use crate::warming::outcome::Predicted;
use crate::warming::setup::{Selector, Setup};
use crate::warming::streams::Luck;

/// Requests from now on, as far as they are known.
#[derive(Clone, Copy)]
pub(crate) struct Ahead<'a> {
    /// The chunk at hand and those that follow.
    pub(crate) chunks: &'a [Chunk],
    /// Index in the chunk at hand of the request that comes next.
    pub(crate) at: usize,
}

impl<'a> Ahead<'a> {
    /// Nothing is known.
    pub(crate) const NOTHING: Ahead<'static> = Ahead { chunks: &[], at: 0 };

    /// Keys asked for before an instant, in order.
    pub(crate) fn keys(&self, until: Nanos) -> impl Iterator<Item = u32> + Clone + 'a {
        let at = self.at;
        let chunks = self.chunks.iter().enumerate();
        chunks.flat_map(move |(nth, chunk)| {
            let from = if nth == 0 { at } else { 0 };
            let to = chunk.times.partition_point(|time| *time < until).max(from);
            chunk.keys[from..to].iter().copied()
        })
    }
}

/// What jobs know of keys.
pub(crate) struct Selectors {
    setup: Arc<Setup>,
    /// Keys that have a rank.
    ranked: u32,
    /// Key of each rank, where there are jobs.
    ranking: Vec<u32>,
    /// Whether a key is in the hot set.
    hot: Vec<bool>,
    history: History,
    foresight: Foresight,
    /// Scratch: keys that are in a list already.
    named: Vec<bool>,
    luck: Luck,
    phantoms: Phantoms,
    pub(crate) aliases: Aliases,
}

/// Ids that nobody asks for; real ids that would lie behind the first of them are moved up.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Phantoms {
    first: u32,
    ids: u32,
    /// Of these, those that a predictor names; the others are the warmer's own names of keys.
    predicted: u32,
    /// The next that a predictor names.
    next: u32,
}

impl Phantoms {
    /// The id of a key in the workload.
    #[inline]
    pub(crate) fn id(&self, key: u32) -> u32 {
        if key >= self.first { key + self.ids } else { key }
    }

    /// The key of the workload that has an id; none where that is a phantom.
    pub(crate) fn key(&self, id: u32) -> Option<u32> {
        match id.checked_sub(self.first) {
            None => Some(id),
            Some(beyond) => beyond.checked_sub(self.ids).map(|beyond| self.first + beyond),
        }
    }

    fn name(&mut self) -> u32 {
        let id = self.first + self.next;
        self.next = (self.next + 1) % self.predicted.max(1);
        id
    }
}

impl Selectors {
    pub(crate) fn new(setup: &Arc<Setup>, ranked: u32, luck: Luck, aliases: Aliases) -> Self {
        Self {
            setup: setup.clone(),
            ranked,
            ranking: vec![],
            hot: vec![],
            history: History::of(setup.jobs.iter().map(|job| &job.selector)),
            foresight: Foresight::default(),
            named: vec![],
            luck,
            phantoms: Phantoms::default(),
            aliases,
        }
    }

    /// Knows of ids below `keys`; how many it needs in all.
    pub(crate) fn reserve(&mut self, keys: usize) -> usize {
        // Nobody asks a world without jobs what is hot.
        if self.setup.jobs.is_empty() {
            return keys;
        }
        if self.hot.is_empty() {
            let (predicted, aliases) = self.phantoms_needed();
            self.phantoms = Phantoms { first: keys as u32, ids: predicted + aliases, predicted, next: 0 };
            self.ranking = (0..self.ranked).collect();
        }
        let from = self.hot.len();
        self.hot.resize(keys, false);
        self.named.resize(keys, false);
        let hot = (self.setup.hot_keys as usize).min(keys);
        if from == 0 {
            self.hot[..hot].fill(true);
        }
        let Phantoms { first, ids, predicted, .. } = self.phantoms;
        let all = keys + ids as usize;
        self.aliases.reserve(all, first + predicted, ids - predicted);
        all
    }

    /// Those for a predictor, and those for the warmer's own names: more than a cache holds, so that a phantom that is
    /// named again is long gone.
    fn phantoms_needed(&self) -> (u32, u32) {
        let predicts = self.setup.jobs.iter().any(|job| matches!(job.selector, Selector::Oracle(_)));
        let room = u32::try_from(self.setup.cache.capacity).unwrap_or(u32::MAX / 4).min(u32::MAX / 4);
        let needed = |any: bool| if any { room + 65_536 } else { 0 };
        (needed(predicts), needed(self.aliases.any()))
    }

    pub(crate) fn phantoms(&self) -> Phantoms {
        self.phantoms
    }

    /// A key has taken another's place.
    pub(crate) fn change(&mut self, change: &Change) {
        if self.setup.jobs.is_empty() {
            return;
        }
        self.ranking[change.rank as usize] = change.promoted;
        self.ranking[change.with as usize] = change.demoted;
        self.hot[change.promoted as usize] = true;
        self.hot[change.demoted as usize] = false;
    }

    /// The chunk at hand is over.
    pub(crate) fn pass(&mut self, ahead: &Ahead) {
        self.history.feed(ahead);
        self.history.turn();
    }

    /// The ids that a job warms now, the first first; it may be more than the job is to warm. `held` says whether an id is
    /// in the cache.
    pub(crate) fn select(
        &mut self,
        job: usize,
        now: Nanos,
        ahead: &Ahead,
        held: impl Fn(u32) -> bool,
    ) -> Vec<u32> {
        let setup = self.setup.clone();
        let job = &setup.jobs[job];
        let most = usize::try_from(job.keys).unwrap_or(usize::MAX);
        let mut keys = match &job.selector {
            Selector::Popularity => self.ranking[..most.min(self.ranking.len())].to_vec(),
            Selector::Recent { window } => self.past(ahead).latest(now.saturating_sub(*window), most),
            Selector::Popular => self.past(ahead).most(most),
            Selector::Trending { window } => self.past(ahead).most_since(now.saturating_sub(*window), most),
            Selector::HourOfDay => self.past(ahead).most_next_hour(now, most),
            Selector::Clairvoyant { horizon } => {
                let until = now.saturating_add(*horizon).min(setup.measure.until);
                let absent = ahead.keys(until).filter(|key| !held(self.phantoms.id(*key)));
                first_ones(absent, &mut self.named, most)
            }
            Selector::Keys(keys) => keys.to_vec(),
            Selector::Oracle(oracle) => {
                let until = now.saturating_add(oracle.horizon).min(setup.measure.until);
                let forecast = self.foresight.forecast(oracle, ahead.keys(until), &self.hot, &mut self.luck);
                let mut right = forecast.right;
                right.shuffle(&mut self.luck);
                let mut ids: Vec<u32> =
                    right.into_iter().chain(forecast.wrong).map(|key| self.phantoms.id(key)).collect();
                ids.extend((0..forecast.phantoms).map(|_| self.phantoms.name()));
                if !oracle.right_first {
                    ids.shuffle(&mut self.luck);
                }
                return ids;
            }
        };
        keys.iter_mut().for_each(|key| *key = self.phantoms.id(*key));
        keys
    }

    /// What was asked for up to now.
    fn past(&mut self, ahead: &Ahead) -> &History {
        self.history.feed(ahead);
        &self.history
    }

    /// What the predictor delivered.
    pub(crate) fn predicted(&self) -> Predicted {
        self.foresight.delivered
    }
}

/// The first keys of a list, each once.
fn first_ones(keys: impl Iterator<Item = u32>, named: &mut [bool], most: usize) -> Vec<u32> {
    let new = |key: &u32| !std::mem::replace(&mut named[*key as usize], true);
    let found: Vec<u32> = keys.filter(new).take(most).collect();
    found.iter().for_each(|key| named[*key as usize] = false);
    found
}
