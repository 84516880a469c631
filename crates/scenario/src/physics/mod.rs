//! What a simulation has to know beyond the closed forms: how requests arrive, how the origin works, how fast a strategy
//! may warm, and how long to look.

macro_rules! words {
    ($(#[$doc:meta])* $vis:vis $name:ident { $($(#[$word:meta])* $variant:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        $vis enum $name {
            $($(#[$word])* $variant,)*
        }
    };
}

mod arrivals;
mod budget;
mod calendar;
mod costs;
mod cron;
mod extras;
mod job;
mod memory;
mod objects;
mod origin;
mod parts;
mod predictor;
mod rails;
mod room;
mod simulation;
mod updates;

pub use arrivals::{Arrivals, ArrivalsKind};
pub use budget::{Budget, QueueOrder, WhenExhausted};
pub use calendar::Calendar;
pub(crate) use calendar::{nanos, time_zone};
pub use costs::Costs;
pub use cron::Cron;
pub use extras::{Contents, Crowd, Extras, Scan};
pub use job::{Job, JobOrder, RefreshWhen, Schedule, Selector};
pub(crate) use job::{ScheduleKind, SelectorKind};
pub use memory::Memory;
pub use objects::{Importance, Objects, Tenant};
pub use origin::{Capacity, ServiceKind, Slow};
pub use parts::{Part, SCHEDULES, SELECTORS};
pub use predictor::{Order, Weighting};
pub use rails::{Between, Breakdowns, Breaker, LatencyIs, LatencyOf, LatencyStop, PressureStop, Rails};
pub use room::{Fit, MemoryShare, Phase, Room, ShareOf};
pub use simulation::{FromRequest, Simulation};
pub use updates::{Flush, OnWrite, Updates, Written};
