//! What becomes of a list of keys, and of a cache, as the keys that are asked for change.

mod list_age;
pub mod shot_noise;

pub use list_age::Turnover;
