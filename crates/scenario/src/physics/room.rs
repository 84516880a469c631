//! How many bytes a plan may warm, and how they are shared out.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::scenario::Cache;
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

impl Room {
    /// The most that a plan may warm, at whatever pressure that is, where objects have so many bytes on average; none for
    /// any number.
    pub(crate) fn most_bytes(&self, cache: &Cache, mean: f64) -> Option<f64> {
        let of_memory = self.memory.map(|memory| {
            let available = memory.available_bytes(cache, mean);
            let share = memory.shares.iter().map(|share| share.get()).fold(0.0, f64::max);
            match share > 0.0 {
                true => (available * share).max(memory.floor.get()).min(available * memory.cap.get()),
                false => 0.0,
            }
        });
        of_memory.into_iter().chain(self.bytes.map(|bytes| bytes.get())).reduce(f64::min)
    }
}

impl Room {
    /// The share of all bytes that each phase has, where those before it have used theirs; one for a plan without phases.
    pub(crate) fn shares(&self) -> Vec<f64> {
        if self.phases.is_empty() {
            return vec![1.0];
        }
        let mut rest = 1.0;
        let each = self.phases.iter().map(|phase| {
            let whole = if phase.of == ShareOf::Rest { rest } else { 1.0 };
            let share = (whole * phase.share.get()).min(rest);
            rest -= share;
            share
        });
        each.collect()
    }
}

impl MemoryShare {
    /// Bytes of memory that there are.
    pub(crate) fn available_bytes(&self, cache: &Cache, mean: f64) -> f64 {
        self.available.map_or_else(|| cache.holds_bytes(mean), |bytes| bytes.get())
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
