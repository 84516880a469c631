//! What keys are.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::units::{Bytes, Fraction};

words! {
    /// How important keys are.
    pub Importance {
        /// The first most.
        Rank,
        /// Any.
        Random,
    }
}

/// What keys are, beside how often they are asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Objects {
    /// Bytes of an object on average.
    pub mean_bytes: Option<Bytes>,
    /// Coefficient of variation of these.
    pub size_variation: f64,
    /// Coefficient of variation of the factor by which fetches of a key take longer.
    pub cost_variation: f64,
    /// Levels of each tree of keys.
    pub levels: u32,
    /// Keys right below a key.
    pub children: u32,
    /// How important they are; none where all are alike.
    pub importance: Option<Importance>,
    /// Who has a share of the keys.
    pub tenants: Vec<Tenant>,
}

/// Somebody with a share of the keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Tenant {
    /// Name.
    pub name: String,
    /// Share of the keys.
    pub share: Fraction,
}
