//! What waits at the origin behind a cache, and what its users notice of it.
//!
//! ```text
//! Queue ─► how long a fetch waits for a server, where the load leaves one
//!   ▲ │
//!   │ ▼   coupling: their fixed points, and whether there is one to fall into
//! delayed ─► requests that come while their key is being fetched: longer fetches make more of them
//!   └► Mixture ─► the distribution of latency, and its quantiles
//! ```

mod coupling;
mod delayed;
mod latency;
mod queue;

pub use coupling::{Coalescing, Coupling, FixedPoint, Verdict, couple};
pub use delayed::{Delayed, aggregate_delay, delayed};
pub use latency::{Mixture, Part, Shape};
pub use queue::{Queue, Waiting, allen_cunneen, many_servers, one_server, processor_sharing};
