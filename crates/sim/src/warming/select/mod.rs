//! Which keys a job warms.
//!
//! A selector is a file with a type that implements [`Choice`], and a line in `choice_of`.

mod ahead;
mod choice;
mod clairvoyant;
mod depth;
mod frequency_recency;
mod hour_of_day;
mod listed;
mod log;
mod memory_score;
mod next_key;
mod oracle;
mod phantoms;
mod popular;
mod popularity;
mod predictions;
mod promoted;
mod recent;
mod resident;
#[cfg(test)]
mod tests;
mod top;
mod trending;
mod value;
mod within;

pub(crate) use ahead::Ahead;
pub(crate) use phantoms::Phantoms;

use std::ops::Range;
use std::sync::Arc;

use rand::seq::SliceRandom;
use trace::synthetic::{Change, Nanos, Objects};

use crate::warming::aliases::Aliases;
use crate::warming::outcome::Predicted;
use crate::warming::select::choice::{Accesses, Choice, Moment, PHANTOM};
use crate::warming::select::within::Admitted;
use crate::warming::setup::{Selector, Setup};
use crate::warming::streams::Luck;

fn choice_of(selector: &Selector, setup: &Setup) -> Box<dyn Choice> {
    match selector {
        Selector::Popularity => Box::new(popularity::Popularity),
        Selector::Popular => Box::new(popular::Popular::default()),
        Selector::Trending { window } => Box::new(trending::Trending::new(*window)),
        Selector::HourOfDay => Box::new(hour_of_day::HourOfDay::new(&setup.clock)),
        Selector::Recent { window } => Box::new(recent::Recent::new(*window)),
        Selector::FrequencyRecency { window, kept, bonuses } => {
            Box::new(frequency_recency::FrequencyRecency::new(*window, *kept, bonuses))
        }
        Selector::NextKey { accesses } => Box::new(next_key::NextKey::new(*accesses as usize)),
        Selector::Clairvoyant { horizon } => Box::new(clairvoyant::Clairvoyant::new(*horizon)),
        Selector::Resident => Box::new(resident::Resident),
        Selector::Depth => Box::new(depth::Depth::default()),
        Selector::Value { window } => Box::new(value::Value::new(*window)),
        Selector::MemoryScore { window, least } => Box::new(memory_score::MemoryScore::new(*window, *least)),
        Selector::Oracle(oracle) => Box::new(oracle::Foresight::new(*oracle)),
        Selector::Promoted => Box::new(promoted::Promoted(setup.crowds.clone())),
        // Its schedule tells which.
        Selector::Written => Box::new(listed::Listed([].into())),
        Selector::Keys(keys) => Box::new(listed::Listed(keys.clone())),
        Selector::Predictions { all, window } => {
            Box::new(predictions::Predictions { all: all.clone(), window: *window })
        }
    }
}

/// What jobs know of keys.
pub(crate) struct Selectors {
    setup: Arc<Setup>,
    /// One for each job.
    choices: Vec<Box<dyn Choice>>,
    /// What each keeps to, where it keeps to a part of the keys.
    admitted: Vec<Option<Admitted>>,
    /// Keys that have a rank.
    ranked: u32,
    /// Key of each rank, where there are jobs.
    ranking: Vec<u32>,
    /// Whether a key is in the hot set.
    hot: Vec<bool>,
    /// Requests of the chunk at hand that the choices have learned of.
    learned: usize,
    /// Warm operations that they have not, where a job learns of these.
    warmed: (Vec<Nanos>, Vec<u32>),
    luck: Luck,
    ties: Luck,
    phantoms: Phantoms,
    pub(crate) aliases: Aliases,
}

impl Selectors {
    /// `luck` is for what a predictor gets right, and for which of two keys alike comes first.
    pub(crate) fn new(setup: &Arc<Setup>, ranked: u32, luck: [Luck; 2], aliases: Aliases) -> Self {
        let [luck, ties] = luck;
        Self {
            setup: setup.clone(),
            choices: setup.jobs.iter().map(|job| choice_of(&job.selector, setup)).collect(),
            admitted: setup.jobs.iter().map(|job| job.within.clone().map(Admitted::new)).collect(),
            ranked,
            ranking: vec![],
            hot: vec![],
            learned: 0,
            warmed: (vec![], vec![]),
            luck,
            ties,
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
            self.phantoms = Phantoms::new(keys as u32, predicted, aliases);
            self.ranking = (0..self.ranked).collect();
        }
        let from = self.hot.len();
        self.hot.resize(keys, false);
        let hot = (self.setup.hot_keys as usize).min(keys);
        if from == 0 {
            match &self.setup.ranking {
                Some(ranking) => ranking.iter().take(hot).for_each(|key| self.hot[*key as usize] = true),
                None => self.hot[..hot].fill(true),
            }
        }
        let all = keys + self.phantoms.ids();
        let (first, aliases) = self.phantoms.aliases();
        self.aliases.reserve(all, first, aliases);
        all
    }

    /// Those for a predictor, and those for the warmer's own names: more than a cache holds, so that a phantom that is
    /// named again is long gone.
    fn phantoms_needed(&self) -> (u32, u32) {
        let predicts = self.setup.jobs.iter().any(|job| job.selector.names_phantoms());
        let room = u32::try_from(self.setup.cache.capacity).unwrap_or(u32::MAX / 4).min(u32::MAX / 4);
        let needed = |any: bool| if any { room + 65_536 } else { 0 };
        (needed(predicts), needed(self.aliases.any()))
    }

    pub(crate) fn phantoms(&self) -> Phantoms {
        self.phantoms
    }

    /// The key of the workload that an id stands for, under whatever name; none for one that is predicted in vain.
    pub(crate) fn key(&self, id: u32) -> Option<u32> {
        self.phantoms.key(self.aliases.behind(id))
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

    /// A warm operation has brought a key.
    pub(crate) fn warmed(&mut self, id: u32, now: Nanos) {
        if self.setup.jobs.iter().any(|job| job.learns_from_warming)
            && let Some(key) = self.phantoms.key(id)
        {
            self.warmed.0.push(now);
            self.warmed.1.push(key);
        }
    }

    /// The chunk at hand is over.
    pub(crate) fn pass(&mut self, ahead: &Ahead) {
        self.learn(ahead);
        self.learned = 0;
    }

    /// Learns of everything up to now.
    fn learn(&mut self, ahead: &Ahead) {
        let Some(chunk) = ahead.chunks.first() else { return };
        let passed: Range<usize> = self.learned..ahead.at;
        self.learned = ahead.at;
        // Warmed keys may be those of later chunks.
        let known = self.hot.len();
        let asked = Accesses { times: &chunk.times[passed.clone()], keys: &chunk.keys[passed], known };
        let warmed = Accesses { times: &self.warmed.0, keys: &self.warmed.1, known };
        let (times, keys) = if warmed.keys.is_empty() { (vec![], vec![]) } else { merged(&asked, &warmed) };
        for (job, choice) in self.setup.jobs.iter().zip(&mut self.choices) {
            match (job.sees_requests, job.learns_from_warming && !keys.is_empty()) {
                (true, true) => choice.learn(&Accesses { times: &times, keys: &keys, known }),
                (true, false) => choice.learn(&asked),
                (false, true) => choice.learn(&warmed),
                (false, false) => choice.learn(&Accesses { times: &[], keys: &[], known }),
            }
        }
        self.warmed.0.clear();
        self.warmed.1.clear();
    }

    /// The ids that a job warms now, the first first; it may be more than the job is to warm. `held` says whether an id is
    /// in the cache.
    pub(crate) fn select(
        &mut self,
        job: usize,
        now: Nanos,
        ahead: &Ahead,
        objects: &Arc<Objects>,
        held: impl Fn(u32) -> bool,
    ) -> Vec<u32> {
        self.learn(ahead);
        let Self { setup, choices, admitted, ranking, hot, luck, ties, phantoms, .. } = self;
        let (known, job, of) = (*phantoms, &setup.jobs[job], job);
        let most = usize::try_from(job.keys).unwrap_or(usize::MAX);
        let mut moment = Moment {
            now,
            end: setup.measure.until,
            // Who keeps to a part of the keys has to see all of them.
            most: if job.within.is_some() { usize::MAX } else { most },
            ahead,
            ranking,
            hot,
            objects,
            held: &|key| held(known.id(key)),
            luck,
            ties,
        };
        let mut ids = choices[of].choose(&mut moment);
        if let Some(admitted) = &mut admitted[of] {
            ids.retain(|key| *key != PHANTOM && admitted.admits(*key, objects));
            ids.truncate(if job.selector.is_list() { usize::MAX } else { most });
        }
        for id in &mut ids {
            *id = if *id == PHANTOM { phantoms.name() } else { phantoms.id(*id) };
        }
        ids
    }

    /// Puts keys in any order.
    pub(crate) fn shuffle(&mut self, keys: &mut [u32]) {
        keys.shuffle(&mut self.ties);
    }

    /// Whether a job keeps to a part of the keys to which an id does not belong.
    pub(crate) fn excludes(&mut self, job: usize, id: u32, objects: &Objects) -> bool {
        let Some(admitted) = &mut self.admitted[job] else { return false };
        let key = self.aliases.key(id).or_else(|| self.phantoms.key(id));
        !key.is_some_and(|key| admitted.admits(key, objects))
    }

    /// What the predictors delivered.
    pub(crate) fn predicted(&self) -> Predicted {
        self.choices.iter().map(|choice| choice.delivered()).sum()
    }
}

/// Both in order of time; at one instant warm operations come first, as they do in a world.
fn merged(asked: &Accesses, warmed: &Accesses) -> (Vec<Nanos>, Vec<u32>) {
    let mut asked = asked.each().peekable();
    let (mut times, mut keys) = (vec![], vec![]);
    let mut push = |(time, key): (Nanos, u32)| {
        times.push(time);
        keys.push(key);
    };
    for warm in warmed.each() {
        while let Some(before) = asked.next_if(|(time, _)| *time < warm.0) {
            push(before);
        }
        push(warm);
    }
    asked.for_each(&mut push);
    (times, keys)
}
