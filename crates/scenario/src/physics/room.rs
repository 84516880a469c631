//! How many bytes a plan may warm, and how they are shared out.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::units::{Bytes, Fraction, Plain};

words! {
    /// Which keys of a plan fit into its bytes.
    pub Fit {
        /// Those ahead of the first that does not.
        Prefix,
        /// All that do when they are tried in order.
        Skip,
    }
}

words! {
    /// Of what a phase has a share.
    pub ShareOf {
        /// Of all bytes of the plan.
        Budget,
        /// Of what the phases before have left.
        Rest,
    }
}

/// How many bytes a plan may warm, and how they are shared out.
#[derive(Debug, Clone, PartialEq)]
pub struct Room {
    /// Bytes of a plan at most; none for any number.
    pub bytes: Option<Bytes>,
    /// A share of the memory that depends on its pressure.
    pub memory: Option<MemoryShare>,
    /// Which keys fit.
    pub fit: Fit,
    /// Parts of a plan, warmed one after the other; none for all keys as they come.
    pub phases: Vec<Phase>,
}

impl Default for Room {
    /// All bytes are allowed.
    fn default() -> Self {
        Self { bytes: None, memory: None, fit: Fit::Prefix, phases: vec![] }
    }
}

/// A share of the memory that depends on its pressure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MemoryShare {
    /// Bytes of memory; none for as many as the cache holds.
    pub available: Option<Bytes>,
    /// Share of it at low, moderate, high and critical pressure.
    pub shares: [Fraction; 4],
    /// Bytes at least, where the share is not 0.
    pub floor: Bytes,
    /// Share of the memory at most, the floor included; above 1 for more than there is.
    pub cap: Plain,
}

/// A part of a plan: keys of some importance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phase {
    /// Least importance, 1 to 10.
    pub least: u8,
    /// Greatest importance.
    pub most: u8,
    /// Share of the bytes.
    pub share: Fraction,
    /// Of which bytes.
    pub of: ShareOf,
    /// It is left out unless more bytes than these are left.
    pub only_above: Bytes,
}
