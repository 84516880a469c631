//! Keys that are written at the origin, and copies that go before their time.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::units::{PerMinute, Seconds};

words! {
    /// Which keys are written.
    pub Written {
        /// Each as often as it is asked for, in proportion.
        Popular,
        /// All alike.
        Uniform,
    }
}

words! {
    /// What becomes of the copy of a key that is written.
    pub OnWrite {
        /// Nothing: it is stale.
        Nothing,
        /// It is taken out.
        Invalidate,
    }
}

/// Keys are written at the origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Updates {
    /// How often.
    pub rate: PerMinute,
    /// Which.
    pub written: Written,
}

/// The cache loses contents, and nothing restarts.
#[derive(Debug, Clone, PartialEq)]
pub struct Flush {
    /// When.
    pub at: Seconds,
    /// Whose; none for all.
    pub tenant: Option<String>,
}
