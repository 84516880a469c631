//! Claims: what somebody asserted; and the gate: what a check denies.

use evaluation::{Engine, Flag, Metric, Window};

use crate::stated::Stated;

/// Something that somebody asserted.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Name, unique in the scenario.
    pub id: String,
    /// The source's own wording, in one line.
    pub text: Option<String>,
    /// Strategy it speaks of; none where it speaks of its own numbers alone.
    pub strategy: Option<String>,
    /// Engine that judges it; none takes every engine that has an answer.
    pub engine: Option<Engine>,
    /// Stretch of time that it speaks of; none for all that is counted.
    pub window: Option<Window>,
    /// What is asserted.
    pub assertion: Assertion,
}

/// What a claim asserts.
#[derive(Debug, Clone, PartialEq)]
pub enum Assertion {
    /// A quantity keeps within a bound.
    Bounded {
        /// Quantity in question.
        subject: Subject,
        /// The bound.
        bound: Bound,
    },
    /// Something that no metric tells.
    Unmeasured,
    /// The flag is raised, or is not.
    Raised {
        /// Flag in question.
        flag: Flag,
        /// Whether it is raised.
        raised: bool,
    },
}

/// A quantity that a claim bounds.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// What an engine finds.
    Metric(Metric),
    /// What follows from the claim's own numbers.
    Stated(Stated),
}

/// Values that a claim allows, both ends included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bound {
    /// Those between two bounds, either of which may be open.
    Between {
        /// Lower bound.
        at_least: Option<f64>,
        /// Upper bound.
        at_most: Option<f64>,
    },
    /// Those about a value.
    Equals {
        /// The value.
        equals: f64,
        /// Largest distance from it.
        tolerance: f64,
    },
}

impl Bound {
    /// The least and the greatest value.
    pub fn ends(self) -> (f64, f64) {
        match self {
            Self::Between { at_least, at_most } => {
                (at_least.unwrap_or(f64::NEG_INFINITY), at_most.unwrap_or(f64::INFINITY))
            }
            Self::Equals { equals, tolerance } => (equals - tolerance, equals + tolerance),
        }
    }
}

impl Claim {
    /// The metric that it bounds, where it does.
    pub fn metric(&self) -> Option<Metric> {
        match &self.assertion {
            Assertion::Bounded { subject: Subject::Metric(metric), .. } => Some(*metric),
            _ => None,
        }
    }

    /// Whether it speaks of an engine's answer for a strategy.
    pub fn speaks_of(&self, strategy: &str, engine: Engine) -> bool {
        self.strategy.as_deref() == Some(strategy) && self.engine.is_none_or(|own| own == engine)
    }
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
    /// Whether the gate speaks for a strategy.
    pub fn names(&self, strategy: &str) -> bool {
        self.strategies.is_empty() || self.strategies.iter().any(|name| name == strategy)
    }

    /// Whether the gate speaks for an engine's answer for a strategy.
    pub fn speaks_for(&self, strategy: &str, engine: Engine) -> bool {
        self.names(strategy) && self.engine.is_none_or(|own| own == engine)
    }
}
