//! The question: what a scenario file asks, with its units, ranges and defaults.
//!
//! A text becomes a [`Document`] (a tree that knows where everything was written, with overrides and variants
//! laid over it), then typed keys (each in range), then a [`Scenario`] (what is true: keys
//! that hang together, shares derived from physical keys or the other way round, and what was assumed).
//!
//! ```
//! use warmcast_scenario::{MEMO, Problems, Scenario};
//!
//! let scenario = Scenario::from_toml("memo", MEMO)?;
//! assert_eq!(scenario.workload.request_rate.get(), 210.0);
//! # Ok::<(), Problems>(())
//! ```

mod advice;
mod check;
mod claim;
mod decode;
mod document;
mod file;
mod files;
mod key_list;
mod lints;
mod manual;
mod measured;
mod physics;
mod popularity;
mod presets;
mod problem;
mod quantity;
mod recorded;
mod resolve;
mod resolve_claims;
mod resolve_lists;
mod resolve_physics;
mod resolve_trace;
pub mod rules;
mod scenario;
mod stated;
mod strategy;
mod thresholds;
mod tree;
mod units;

pub use advice::AdviceRules;
pub use claim::{Assertion, Bound, Claim, Gate, Subject};
pub use document::Document;
pub use files::{FileContents, FileKind, NamedFile};
pub use key_list::{KeyList, KeyRow};
pub use lints::{lasts, lints};
pub use manual::{KeyManual, MANUAL, json_schema, key_manual, keys};
pub use measured::Measured;
pub use physics::{
    Arrivals, ArrivalsKind, Between, Breakdowns, Breaker, Budget, Calendar, Capacity, Contents, Costs, Cron,
    Crowd, Extras, Fit, Flush, FromRequest, Importance, Job, JobOrder, LatencyIs, LatencyOf, LatencyStop,
    Memory, MemoryShare, Objects, OnWrite, Order, Part, Phase, PressureStop, QueueOrder, Rails, RefreshWhen,
    Room, SCHEDULES, SELECTORS, Scan, Schedule, Selector, ServiceKind, ShareOf, Simulation, Slow, Tenant,
    Updates, Weighting, WhenExhausted, Written,
};
pub use popularity::{Popularity, Ranked};
pub use problem::{Place, Problem, Problems, closest};
pub use quantity::Quantity;
pub use recorded::Recorded;
pub use scenario::{Assumption, Cache, Confidence, Origin, Predictor, Scenario, Workload};
pub use stated::Stated;
pub use strategy::{Preset, Strategy};
pub use thresholds::Thresholds;
pub use units::{Bytes, Exponent, Fraction, Items, Millis, PerHour, PerMinute, Percent, Plain, Seconds};

/// The scenario of the published memo that warmcast answers when asked nothing else.
pub const MEMO: &str = include_str!("../../../scenarios/weatherops_product.toml");
