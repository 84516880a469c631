//! A warming strategy: selector × schedule × budget × rails, or a preset that names a combination of them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::physics::Budget;
use crate::units::{Fraction, PerHour};

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
}

impl Preset {
    /// Every preset.
    pub const ALL: &'static [Self] = &[Self::Demand, Self::Static, Self::Predictive, Self::Hybrid];

    /// Name in scenario files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Demand => "demand",
            Self::Static => "static",
            Self::Predictive => "predictive",
            Self::Hybrid => "hybrid",
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
        }
    }

    /// The preset of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|preset| preset.name() == name)
    }

    /// Whether it warms what a predictor names.
    pub const fn predicts(self) -> bool {
        matches!(self, Self::Predictive | Self::Hybrid)
    }
}

/// When a strategy holds back. Only `hybrid` reads them so far.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Rails {
    /// Below this precision only `clamp_share` of the predicted part is warmed.
    pub clamp_below_precision: Fraction,
    /// Above this churn only `clamp_share` of the predicted part is warmed.
    pub clamp_above_churn_per_hour: PerHour,
    /// What a clamp leaves of the predicted part.
    pub clamp_share: Fraction,
    /// Below this precision nothing predicted is warmed.
    pub stop_below_precision: Fraction,
}

impl Default for Rails {
    fn default() -> Self {
        use crate::Quantity;
        Self {
            clamp_below_precision: Fraction::wrap(0.78),
            clamp_above_churn_per_hour: PerHour::wrap(0.30),
            clamp_share: Fraction::wrap(0.5),
            stop_below_precision: Fraction::wrap(0.75),
        }
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
}

impl Strategy {
    /// The preset under its own name, with default rails.
    pub fn preset(preset: Preset) -> Self {
        Self { name: preset.name().to_owned(), preset, rails: Rails::default(), budget: Budget::default() }
    }
}
