//! What of a predictor only the simulation has to know.

use schemars::JsonSchema;
use serde::Deserialize;

words! {
    /// What recall counts.
    pub Weighting {
        /// Requests.
        Requests,
        /// Keys.
        Keys,
    }
}

words! {
    /// In which order predicted keys are warmed.
    pub Order {
        /// Any.
        Random,
        /// Those that will be asked for first.
        RightFirst,
    }
}
