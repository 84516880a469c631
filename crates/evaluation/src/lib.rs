//! The answer: what every engine returns and every renderer reads.
//!
//! An [`Evaluation`] is one engine's answer for one strategy: [`Metric`]s with their uncertainty, the raised
//! [`RiskFlag`]s, the [`Ledger`] of warm operations where an engine counts them, and the [`Note`]s that say
//! how far the answer may be trusted. The registries of metrics and flags are also the vocabulary in which a
//! scenario states its claims, so this crate depends on none of the others.

mod break_even;
mod difference;
mod flag;
mod ledger;
mod metric;

pub use break_even::{BreakEven, WinSet};
pub use difference::Difference;
pub use flag::{Flag, FlagSpec, RiskFlag, Severity, Told};
pub use ledger::{Identity, Ledger};
pub use metric::{Better, Metric, MetricSpec};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// The memo's nine-number closed form.
    Screening,
    /// Formulas for independent requests.
    Renewal,
    /// Monte Carlo in virtual time.
    Simulation,
}

impl Engine {
    /// Every engine.
    pub const ALL: &'static [Self] = &[Self::Screening, Self::Renewal, Self::Simulation];

    /// Those that answer by a formula, without random numbers.
    pub const CLOSED_FORMS: &'static [Self] = &[Self::Screening, Self::Renewal];

    /// What it is, in a few sentences.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Screening => {
                "A closed form of nine numbers, from a published memo: for a first look, and for millions of points. \
                 Steady state only; `warmcast predict` prints its weaknesses where they apply."
            }
            Self::Renewal => {
                "Formulas for independent requests to a cache that forgets what is not asked for: hot sets that change, times \
                 to live, prediction, copies fetched anew, the time behind a restart. It says where it has no closed form."
            }
            Self::Simulation => {
                "A workload is played in virtual time against a cache and an origin while the strategy warms, again and \
                 again with other random numbers: means with 95 % intervals, and a ledger of every warm operation."
            }
        }
    }

    /// The engine of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|engine| engine.name() == name)
    }

    /// Name in JSON, CSV and scenario files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Screening => "screening",
            Self::Renewal => "renewal",
            Self::Simulation => "simulation",
        }
    }
}

impl std::fmt::Display for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A value and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// The value, in the metric's unit.
    pub value: f64,
    /// Half of the 95 % confidence interval; none where the value is exact for its model.
    pub half_width: Option<f64>,
}

impl Estimate {
    /// A value without sampling error.
    pub const fn exact(value: f64) -> Self {
        Self { value, half_width: None }
    }
}

/// A numbered remark on how far an answer may be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// Number in the engine's list of known weaknesses; 0 for a remark outside that list.
    pub number: u8,
    /// The remark, with the scenario's own numbers.
    pub text: String,
}

/// A rail of a strategy that held it back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RailAction {
    /// Scenario key of the rail, below `strategy.rails`.
    pub rail: &'static str,
    /// The value found.
    pub observed: f64,
    /// The bound it passed.
    pub threshold: f64,
    /// What the rail did.
    pub message: String,
}

/// A stretch of time, in seconds from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Window {
    /// When it begins.
    pub from_s: f64,
    /// When it ends.
    pub until_s: f64,
}

/// One engine's answer for one strategy.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluation {
    /// Scenario name.
    pub scenario: String,
    /// Variant of the scenario, where it has any.
    pub variant: Option<String>,
    /// Strategy name.
    pub strategy: String,
    /// What answered.
    pub engine: Engine,
    /// Metrics, in registry order.
    pub metrics: Vec<(Metric, Estimate)>,
    /// Metrics within the stretches of time that claims speak of.
    pub windows: Vec<(Window, Vec<(Metric, Estimate)>)>,
    /// Fate of every warm operation, where the engine counts them.
    pub ledger: Option<Ledger>,
    /// Findings, in registry order.
    pub risk_flags: Vec<RiskFlag>,
    /// Rails that acted.
    pub rails: Vec<RailAction>,
}

impl Evaluation {
    /// The value of one metric, where the engine has it.
    pub fn get(&self, metric: Metric) -> Option<Estimate> {
        value_of(&self.metrics, metric)
    }

    /// The value of one metric within a stretch of time, where the engine has it.
    pub fn within(&self, window: Window, metric: Metric) -> Option<Estimate> {
        let (_, metrics) = self.windows.iter().find(|(known, _)| *known == window)?;
        value_of(metrics, metric)
    }

    /// Whether a flag was raised.
    pub fn raises(&self, flag: Flag) -> bool {
        self.risk_flags.iter().any(|raised| raised.code == flag)
    }
}

fn value_of(metrics: &[(Metric, Estimate)], metric: Metric) -> Option<Estimate> {
    metrics.iter().find(|(name, _)| *name == metric).map(|(_, estimate)| *estimate)
}

/// Orders evaluations by a metric, best first; ties keep their order, and those without the metric go last.
pub fn rank(evaluations: &mut [Evaluation], objective: Metric) {
    let better = objective.spec().better;
    evaluations.sort_by(|a, b| match (a.get(objective), b.get(objective)) {
        (Some(a), Some(b)) => better.order(a.value, b.value),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
}

/// Where an answer comes from: enough to get the same bytes again. There is no clock in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// Version of warmcast.
    pub version: &'static str,
    /// Master seed.
    pub seed: u64,
    /// SHA-256 of the scenario texts.
    pub scenario_digest: Option<String>,
    /// SHA-256 of the trace.
    pub trace_digest: Option<String>,
    /// The command in canonical form: only what changes the answer.
    pub command: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn evaluation(strategy: &str, latency: Option<f64>) -> Evaluation {
        Evaluation {
            scenario: "s".into(),
            variant: None,
            strategy: strategy.into(),
            engine: Engine::Screening,
            metrics: latency.map(|v| (Metric::ExpectedLatency, Estimate::exact(v))).into_iter().collect(),
            windows: vec![],
            ledger: None,
            risk_flags: vec![],
            rails: vec![],
        }
    }

    #[test]
    fn ranking_is_stable_and_puts_the_unanswered_last() {
        let mut all = [
            evaluation("none", None),
            evaluation("slow", Some(80.0)),
            evaluation("tie-1", Some(60.0)),
            evaluation("tie-2", Some(60.0)),
        ];
        rank(&mut all, Metric::ExpectedLatency);
        let order: Vec<_> = all.iter().map(|e| e.strategy.as_str()).collect();
        assert_eq!(order, ["tie-1", "tie-2", "slow", "none"]);
    }
}
