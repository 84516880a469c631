//! Claims: bounds that somebody asserted; and the gate: what a check denies.

use evaluation::{Engine, Flag, Metric};

/// A bound on a metric, or on a flag, that somebody asserted.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Name, unique in the scenario.
    pub id: String,
    /// The source's own wording, in one line.
    pub text: Option<String>,
    /// Strategy it speaks of.
    pub strategy: String,
    /// Engine that judges it; none takes every engine that has an answer.
    pub engine: Option<Engine>,
    /// What is asserted.
    pub assertion: Assertion,
}

/// What a claim asserts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Assertion {
    /// The metric lies between two bounds, either of which may be open.
    Bound {
        /// Metric in question.
        metric: Metric,
        /// Lower bound, inclusive.
        at_least: Option<f64>,
        /// Upper bound, inclusive.
        at_most: Option<f64>,
    },
    /// The metric equals a value within a tolerance.
    Equality {
        /// Metric in question.
        metric: Metric,
        /// Value.
        equals: f64,
        /// Largest distance from the value, inclusive.
        tolerance: f64,
    },
    /// The flag is raised, or is not.
    Raised {
        /// Flag in question.
        flag: Flag,
        /// Whether it is raised.
        raised: bool,
    },
}

/// What a check denies, and for which strategies.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Gate {
    /// Strategies it speaks for; empty means every strategy.
    pub strategies: Vec<String>,
    /// Engine whose flags count; none takes those of every engine that has an answer.
    pub engine: Option<Engine>,
    /// Flags that none of them may raise.
    pub deny: Vec<Flag>,
}

impl Gate {
    /// Whether the gate speaks for an engine's answer for a strategy.
    pub fn speaks_for(&self, strategy: &str, engine: Engine) -> bool {
        let named = self.strategies.is_empty() || self.strategies.iter().any(|name| name == strategy);
        named && self.engine.is_none_or(|own| own == engine)
    }
}
