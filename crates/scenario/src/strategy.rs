//! A warming strategy: selector × schedule × budget × rails, or a preset that names a combination of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::physics::{Budget, Job, Rails, Schedule, Selector};
use crate::quantity::Quantity;
use crate::units::{Items, Millis, PerMinute, Seconds};

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
        Self::Custom,
    ];

    /// Name in scenario files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Demand => "demand",
            Self::Static => "static",
            Self::Predictive => "predictive",
            Self::Hybrid => "hybrid",
            Self::RestartRecent => "restart-recent",
            Self::Popular => "popular",
            Self::Trending => "trending",
            Self::HourOfDay => "hour-of-day",
            Self::Custom => "custom",
        }
    }

    /// What it does, in one sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Demand => {
                "No warming: the cache fills on misses, and this is what warming is judged against."
            }
            Self::Static => "Keeps the hot set warm and refreshes its keys as they change.",
            Self::Predictive => {
                "Static, plus predicted tail keys on the capacity that the hot set leaves free; needs [predictor]."
            }
            Self::Hybrid => {
                "Predictive behind rails: the predicted part is clamped, then switched off, as precision falls or churn rises."
            }
            Self::RestartRecent => {
                "After each start, the 1000 keys of the last 24 hours that were asked for last, in batches of 100 with pauses of 50 ms."
            }
            Self::Popular => {
                "Every 30 minutes, the 100 keys asked for most since the beginning; at most 100 fetches a minute, 10 at a time."
            }
            Self::Trending => {
                "Every hour, the 50 keys asked for most in the last 24 hours; at most 100 fetches a minute, 10 at a time."
            }
            Self::HourOfDay => {
                "Every hour, the 50 keys asked for most in the hour to come on all days so far; at most 100 fetches a minute, 10 at a time."
            }
            Self::Custom => "What its own [[strategy.job]] sections say.",
        }
    }

    /// The preset of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|preset| preset.name() == name)
    }

    /// What it is made of, beyond the hot set and the predictor, which the first four presets keep warm.
    pub(crate) fn jobs(self) -> Vec<Job> {
        let every =
            |seconds: f64| Schedule::Every { period: Seconds::wrap(seconds), first: Seconds::wrap(0.0) };
        let job =
            |selector, keys: f64, schedule| vec![Job { selector, keys: Some(Items::wrap(keys)), schedule }];
        let day = Seconds::wrap(86_400.0);
        match self {
            Self::RestartRecent => job(Selector::Recent { window: day }, 1000.0, Schedule::AtStart),
            Self::Popular => job(Selector::Popular, 100.0, every(1800.0)),
            Self::Trending => job(Selector::Trending { window: day }, 50.0, every(3600.0)),
            Self::HourOfDay => job(Selector::HourOfDay, 50.0, every(3600.0)),
            Self::Demand | Self::Static | Self::Predictive | Self::Hybrid | Self::Custom => vec![],
        }
    }

    /// How much it warms, and how fast, where the scenario does not say.
    pub(crate) fn budget(self) -> Budget {
        let usual = Budget::default();
        match self {
            Self::RestartRecent => {
                Budget { batch: Some(Items::wrap(100.0)), batch_delay: Millis::wrap(50.0), ..usual }
            }
            Self::Popular | Self::Trending | Self::HourOfDay => Budget {
                rate: Some(PerMinute::wrap(100.0)),
                burst: Items::wrap(100.0),
                workers: Some(Items::wrap(10.0)),
                ..usual
            },
            _ => usual,
        }
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
    /// The preset under its own name, with default rails.
    pub fn preset(preset: Preset) -> Self {
        Self {
            name: preset.name().to_owned(),
            preset,
            rails: Rails::default(),
            budget: preset.budget(),
            jobs: preset.jobs(),
        }
    }
}
