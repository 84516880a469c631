//! How much is warmed, and how fast.

use trace::synthetic::Nanos;

use crate::warming::setup::{Rate, Room};

/// How much is warmed, and how fast.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// Operations sent to the origin.
    pub rate: Option<Rate>,
    /// Length of a window that slides along, within which no more begin than the rate gives for its length; none for a
    /// bucket of tokens.
    pub rate_window: Option<Nanos>,
    /// Whether an operation that the rate does not allow is given up instead of waiting.
    pub refuse: bool,
    /// How long such an operation keeps its place in its batch; 0 where it takes none.
    pub refusal_pause: Nanos,
    /// Operations at a time; none for any number.
    pub workers: Option<u32>,
    /// Operations that may wait; more are dropped. None for any number.
    pub queue: Option<u64>,
    /// Whether the operation of the highest priority begins first; otherwise the one that was planned first.
    pub by_priority: bool,
    /// Whether a key is not planned again while it has an operation without a fate.
    pub deduplicate: bool,
    /// Operations in a batch, all of which end before the next begins, and the pause between.
    pub batch: Option<(u32, Nanos)>,
    /// Whether keys that are in the cache are left alone.
    pub skip_fresh: bool,
    /// Whether a copy that came in while an operation was under way is kept: the operation has then failed.
    pub only_if_absent: bool,
    /// Times that an operation that fails is tried again.
    pub retries: u32,
    /// Pause ahead of the first of these, which doubles each time.
    pub backoff: Nanos,
    /// Share of a pause that is added to it at most, uniformly.
    pub backoff_jitter: f64,
    /// Whether a worker waits out these pauses.
    pub retry_holds_worker: bool,
    /// Time from a plan within which its operations may begin; what has not is held back.
    pub deadline: Option<Nanos>,
    /// Instances that warm at once, 1 or more: every warm fetch is sent so often, the fetch of this cache ahead of the
    /// others, whose copies go elsewhere.
    pub instances: u32,
    /// Bytes of a plan.
    pub room: Room,
    /// Whether a key is not warmed before the key above it: its operation does not begin while that one's has no fate.
    pub dependencies: bool,
    /// Share of the keys that the warmer calls as readers do; a copy of another takes room under a name that nobody asks
    /// for.
    pub key_match_share: f64,
    /// Share of the warm operations that put the right value into the cache.
    pub value_correct_share: f64,
}

impl Default for Budget {
    /// No limits, no second tries; keys that are in the cache are left alone.
    fn default() -> Self {
        Self {
            rate: None,
            rate_window: None,
            refuse: false,
            refusal_pause: 0,
            workers: None,
            queue: None,
            by_priority: false,
            deduplicate: true,
            batch: None,
            skip_fresh: true,
            only_if_absent: false,
            retries: 0,
            backoff: 0,
            backoff_jitter: 0.0,
            retry_holds_worker: true,
            deadline: None,
            instances: 1,
            room: Room::default(),
            dependencies: false,
            key_match_share: 1.0,
            value_correct_share: 1.0,
        }
    }
}
