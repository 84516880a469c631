//! Parameters of a scenario from what was recorded, each with an interval.
//!
//! ```text
//! times ─► rate
//! keys ─► Tally (how many keys were asked for how often) ─► ZipfFit ─┐
//! times, keys ─► windows, each dealt into halves ─────────────────────┴─► Churn
//! ```
//!
//! Every interval is meant to hold the true value in 95 of 100 cases; `tests/coverage.rs` counts how often they do.

mod churn;
mod classes;
mod estimate;
mod law;
mod rate;
mod stretches;
mod tally;
mod workload;
mod zipf_fit;

pub use churn::{Churn, churn};
pub use estimate::{Estimate, events};
pub use law::Law;
pub use rate::rate;
pub use tally::{Changes, Tally};
pub use workload::{Workload, workload};
pub use zipf_fit::ZipfFit;
