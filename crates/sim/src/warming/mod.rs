//! Warming in virtual time: a workload against a cache and an origin, while a strategy warms.
//!
//! ```text
//! Workload ─► Chunk ─► World (Contents, Origin, Warmer, Selectors) ─► Outcome ─► Replications
//!            (shared by all strategies of a replication)   (one a strategy)
//! ```
//!
//! All strategies of a replication are served the same chunks in turn, the one without warming first: the others are
//! compared with it request by request.

mod acting;
mod aliases;
mod answer;
mod bucket;
mod contents;
mod costs;
mod curve;
mod dependencies;
mod events;
mod experiment;
mod fetches;
mod flags;
mod from_scenario;
mod inputs;
mod limiter;
mod load;
mod metrics;
mod origin;
mod outcome;
mod planning;
mod queue;
mod rails;
mod refresh;
mod remarks;
mod replicate;
mod select;
mod series;
mod serving;
mod setup;
mod steady;
mod streams;
mod stretch;
mod tries;
mod updates;
mod warmer;
mod watch;
mod windows;
mod world;

pub use answer::Answer;
pub(crate) use contents::{Contents, contents};
pub use experiment::Experiment;
pub use from_scenario::{Unplayable, setups, workload};
pub use inputs::{Inputs, Names, Recording};
pub use load::Load;
pub use outcome::{Contradiction, Counts, Outcome, Predicted, Served, share};
pub use rails::{Acted, Rail};
pub use replicate::{Recorded, Requests, replicate};
pub use series::Moment;
pub use setup::{
    Between, Bonus, Breakdowns, Breaker, Budget, CacheSetup, Crowd, Flush, Job, JobOrder, LatencyStop, Lives,
    Measure, MemoryShare, NOBODYS, OnWrite, Oracle, OriginSetup, Phase, Prediction, Pressure, PressureStop,
    Rails, Rate, Refresh, RefreshWhen, Room, Schedule, Selector, Service, Setup, Shape, Slow, Within,
};
pub use steady::Unsettled;
pub(crate) use streams::Luck;
pub use stretch::Work;
pub use watch::Watch;
