//! What a trace is like.

mod churn;
mod rate;
mod zipf;

pub use churn::{Churn, Window};
pub use rate::Hourly;
pub use zipf::Zipf;

use crate::trace::Trace;

/// How requests spread over keys.
#[derive(Debug, Clone, PartialEq)]
pub struct Popularity {
    /// Requests of each key, most asked for first.
    pub counts: Vec<u64>,
    /// Keys asked for once, over all keys.
    pub one_hit_share: f64,
    /// Requests for the top 1 % of keys, at least one key, over all requests.
    pub top_share: f64,
    /// The law of the most popular keys; none where there are too few of them.
    pub zipf: Option<Zipf>,
}

impl Popularity {
    /// Counts the requests of a trace; none where it is empty.
    pub fn of(trace: &Trace) -> Option<Self> {
        let mut counts = vec![0u64; trace.keys.len()];
        trace.requests.iter().for_each(|key| counts[*key as usize] += 1);
        counts.sort_unstable_by(|a, b| b.cmp(a));
        let keys = counts.len();
        if keys == 0 {
            return None;
        }
        let top = keys.div_ceil(100);
        let once = counts.iter().rev().take_while(|count| **count == 1).count();
        Some(Self {
            one_hit_share: once as f64 / keys as f64,
            top_share: counts[..top].iter().sum::<u64>() as f64 / trace.len() as f64,
            zipf: Zipf::fit(&counts),
            counts,
        })
    }
}
