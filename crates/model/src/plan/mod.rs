//! What to warm: which keys first, how many, how fast.
//!
//! The cache that is warmed is empty and takes no traffic before the warm-up is over. What a copy is worth is counted from
//! then on, against the same cache filled by its misses.
//!
//! ```text
//! Candidate ─► rank (value per fetch) ─► Ranking ─► knee (how many)
//!                                            └─► Pace (when each) ─► worth (what is left of its value by then)
//! ```

mod knee;
mod pace;
mod ranking;
mod worth;

pub use knee::{FLAT, knee};
pub use pace::{Headroom, Pace};
pub use ranking::{Candidate, CopyLife, Endless, Ranking, rank};
pub use worth::{Worth, worth};
