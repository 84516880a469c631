//! Parameters of a scenario from what was recorded, each with an interval.
//!
//! ```text
//! times ─► rate
//! keys ─► Tally (how many keys were asked for how often) ─► ZipfFit ─┐
//! times, keys ─► windows, each dealt into halves ─────────────────────┴─► Churn
//! ```
//!
//! Every interval is meant to hold the true value in 95 of 100 cases; `tests/coverage.rs` counts how often they do.

mod batches;
mod churn;
mod classes;
mod day;
mod dump;
mod estimate;
mod evidence;
mod finding;
mod frequencies;
mod from_trace;
mod law;
mod local_level;
mod parameter;
mod predictions;
mod rate;
mod ratio;
mod request_log;
mod requests;
mod reuse;
mod scenario_text;
mod series;
mod stretches;
mod tally;
mod times;
mod update;
mod warm_log;
mod workload;
mod zipf_fit;

pub use churn::{Churn, churn};
pub use day::{Day, day};
pub use dump::Dump;
pub use estimate::{Estimate, events};
pub use evidence::{Evidence, Level, shown};
pub use finding::{Finding, FindingSpec, Found};
pub use frequencies::of_snapshot;
pub use from_trace::{Asked, object_bytes};
pub use law::Law;
pub use local_level::mean_ahead;
pub use parameter::Parameter;
pub use predictions::{Against, Point, Prediction, Quality, quality};
pub use rate::rate;
pub use request_log::RequestLog;
pub use requests::{Requests, Sampling, most_first};
pub use reuse::{BLOCKS, Reuse};
pub use scenario_text::{Draft, written};
pub use series::Series;
pub use tally::{Changes, Misfit, Tally};
pub use update::{Changes as Updated, update};
pub use warm_log::WarmLog;
pub use workload::{HOT_SHARE, Workload, workload};
pub use zipf_fit::ZipfFit;
