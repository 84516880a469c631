//! By what `warmcast advise` changes its mind.

use crate::check::Check;
use crate::file::AdviceKeys;
use crate::quantity::Quantity;
use crate::units::{Fraction, Items};

/// By what advice is given, and changed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdviceRules {
    /// Predictions of which precision and recall have to be known.
    pub min_samples: Items,
    /// By how much a value has to be better than its threshold before a profile is trusted again.
    pub hysteresis: Fraction,
    /// Readings in a row that have to call for a change.
    pub readings: Items,
    /// By which share another profile has to be better.
    pub margin: Fraction,
}

impl Default for AdviceRules {
    fn default() -> Self {
        Self {
            min_samples: Items::wrap(200.0),
            hysteresis: Fraction::wrap(0.02),
            readings: Items::wrap(3.0),
            margin: Fraction::wrap(0.05),
        }
    }
}

impl Check<'_> {
    /// The rules of a file.
    pub(crate) fn advice(&mut self, keys: &AdviceKeys) -> AdviceRules {
        let usual = AdviceRules::default();
        self.passes("advice.readings", keys.readings, "write 1 for a change at once");
        AdviceRules {
            min_samples: keys.min_samples.unwrap_or(usual.min_samples),
            hysteresis: keys.hysteresis.unwrap_or(usual.hysteresis),
            readings: keys.readings.unwrap_or(usual.readings),
            margin: keys.margin.unwrap_or(usual.margin),
        }
    }
}
