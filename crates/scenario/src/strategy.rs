//! A warming strategy: selector × schedule × budget × rails, or a preset that names a combination of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::physics::{Budget, Job, Rails};
use crate::presets::{MadeOf, PRESETS};
use crate::scenario::Scenario;

/// A named combination of the four parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// No warming: the cache fills on misses.
    Demand,
    /// Keep the hot set warm, refreshing keys as they change.
    Static,
    /// Static, plus predicted tail keys on the capacity that the hot set leaves free.
    Predictive,
    /// Predictive behind rails: clamped, then off, as precision falls or churn rises.
    Hybrid,
    /// After each start, the keys asked for last.
    RestartRecent,
    /// Again and again, the keys asked for most so far.
    Popular,
    /// Again and again, the keys asked for most lately.
    Trending,
    /// Every hour, the keys asked for most in the hour to come on days before.
    HourOfDay,
    /// At the beginning, the keys of a list, as many as a request may name.
    Selective,
    /// At the beginning, parents before what lies below them.
    Breadth,
    /// Again and again, the most valuable keys.
    Priority,
    /// Again and again, the keys that follow those of the cache.
    NextKey,
    /// After each start, keys by a score, on most of the memory.
    MemoryAggressive,
    /// After each start, important keys by a score, on more than half of the memory.
    MemoryBalanced,
    /// After each start, the most important keys by a score, on a little of the memory.
    MemoryConservative,
    /// After each start, keys by a score, on half of the memory.
    MemoryAdaptive,
    /// After each start, important keys by a score, on less than half of the memory.
    MemoryPriority,
    /// Copies that are asked for late in their lives.
    RefreshAhead,
    /// Again and again, the keys that will be asked for next.
    Clairvoyant,
    /// Its own jobs.
    Custom,
}

impl Preset {
    /// Every preset.
    pub const ALL: &'static [Self] = &[
        Self::Demand,
        Self::Static,
        Self::Predictive,
        Self::Hybrid,
        Self::RestartRecent,
        Self::Popular,
        Self::Trending,
        Self::HourOfDay,
        Self::Selective,
        Self::Breadth,
        Self::Priority,
        Self::NextKey,
        Self::MemoryAggressive,
        Self::MemoryBalanced,
        Self::MemoryConservative,
        Self::MemoryAdaptive,
        Self::MemoryPriority,
        Self::RefreshAhead,
        Self::Clairvoyant,
        Self::Custom,
    ];

    fn made_of(self) -> &'static MadeOf {
        &PRESETS[self as usize]
    }

    /// Name in scenario files.
    pub const fn name(self) -> &'static str {
        PRESETS[self as usize].name
    }

    /// What it does, in one sentence.
    pub const fn meaning(self) -> &'static str {
        PRESETS[self as usize].meaning
    }

    /// The preset of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|preset| preset.name() == name)
    }

    /// What it is made of, beyond the hot set and the predictor, which the first four presets keep warm.
    pub(crate) fn jobs(self) -> Vec<Job> {
        (self.made_of().jobs)()
    }

    /// How much it warms, and how fast, where the scenario does not say.
    pub(crate) fn budget(self) -> Budget {
        (self.made_of().budget)()
    }

    /// When it holds back, where the scenario does not say.
    pub(crate) fn rails(self) -> Rails {
        (self.made_of().rails)()
    }

    /// Whether a closed form knows it.
    pub const fn has_closed_form(self) -> bool {
        matches!(self, Self::Demand | Self::Static | Self::Predictive | Self::Hybrid)
    }

    /// Whether it warms what a predictor names.
    pub const fn predicts(self) -> bool {
        matches!(self, Self::Predictive | Self::Hybrid)
    }
}

/// One strategy to evaluate.
#[derive(Debug, Clone, PartialEq)]
pub struct Strategy {
    /// Name, unique in the scenario.
    pub name: String,
    /// What it is made of.
    pub preset: Preset,
    /// When it holds back.
    pub rails: Rails,
    /// How much it warms, and how fast.
    pub budget: Budget,
    /// Jobs of its own, or of its preset beyond hot set and predictor.
    pub jobs: Vec<Job>,
}

impl Strategy {
    /// The preset under its own name, with its own rails.
    pub fn preset(preset: Preset) -> Self {
        Self {
            name: preset.name().to_owned(),
            preset,
            rails: preset.rails(),
            budget: preset.budget(),
            jobs: preset.jobs(),
        }
    }

    /// Whether it sends warm operations at all.
    pub fn warms(&self) -> bool {
        self.preset != Preset::Demand && (self.preset != Preset::Custom || !self.jobs.is_empty())
    }

    /// Share of the predicted keys that the rails hold back, by what is stated of predictor and churn.
    pub fn held_back(&self, scenario: &Scenario) -> f64 {
        let (rails, Some(predictor)) = (&self.rails, &scenario.predictor) else { return 0.0 };
        let (precision, churn) = (predictor.precision.get(), scenario.workload.churn.get());
        if self.preset != Preset::Hybrid {
            0.0
        } else if precision < rails.stop_below_precision.get() {
            1.0
        } else if precision < rails.clamp_below_precision.get()
            || churn > rails.clamp_above_churn_per_hour.get()
        {
            1.0 - rails.clamp_share.get()
        } else {
            0.0
        }
    }
}
