//! What replications, long runs and latencies say, and how surely.
//!
//! ```text
//! replications ─► Summary  (one strategy)      ─┐
//!              ─► Paired   (two, same streams)  ├─► value ± half-width
//! one long run ─► mser5 ─► batch_means         ─┘
//! latencies    ─► LatencyHistogram ─► quantiles
//! ```
//!
//! Every half-width belongs to an interval of 95 %. Floats are added in the order of the replications and never merged
//! from parts, because float addition is not associative: the same bytes must come out on 1 thread and on 16. Where
//! parts do have to be merged, in [`LatencyHistogram`], they are whole numbers.

mod batches;
mod latency;
mod paired;
mod stopping;
mod student;
mod summary;
mod warmup;

pub use batches::batch_means;
pub use latency::LatencyHistogram;
pub use paired::Paired;
pub use stopping::{BadTarget, Progress, Stopping, Target};
pub use student::student_t;
pub use summary::Summary;
pub use warmup::mser5;
