//! How a cache fills, and what its origin has to bear meanwhile.
//!
//! ```text
//! ColdStart ─► every miss is fetched (hit ratio by time, misses in excess, time to warm)
//!     ├─► LimitedStart: the origin fetches no more than its budget (misses are shed, traffic is ramped)
//!     ├─► Rollout: a part of the caches is cold, one part after another
//!     └─► Backlog: what the origin cannot take at once waits for it
//! ```
//!
//! # Notation
//! Key i is asked for λᵢ times a second, independently (Poisson), Λ = Σ λᵢ. C is the room of an LRU cache, T its
//! characteristic time ([`Population::time_to_fill`](crate::residency::Population::time_to_fill)), h(u) its hit ratio u
//! seconds after it was empty, H the one that demand keeps up in the end.
//!
//! Where the load varies, u is the time in which the traffic at the rates of the population would have brought as many
//! requests: `u(t) = ∫ Λ(s) ds / Λ`.

mod backlog;
mod cold_start;
mod deploy;
mod limited;
mod ramp;

pub use backlog::{Backlog, ColdBacklog, Load, after_cold_start, backlog};
pub use cold_start::ColdStart;
pub use deploy::{Dependence, Rollout, dependence, freshness, time_to_warm};
pub use limited::{LimitedStart, Shedding, fetches_of_single_tokens};
pub use ramp::{Ramp, ramp};
