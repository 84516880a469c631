//! How much a strategy warms, and how fast.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::physics::Room;
use crate::quantity::Quantity;
use crate::units::{Fraction, Items, Millis, PerMinute, Seconds};

words! {
    /// What becomes of an operation that the rate does not allow.
    pub WhenExhausted {
        /// It waits.
        Wait,
        /// It is given up.
        Refuse,
    }
}

words! {
    /// Which of the operations that wait begins first.
    pub QueueOrder {
        /// The one that was planned first.
        Fifo,
        /// The one of the highest priority.
        Priority,
    }
}

/// How much a strategy warms, and how fast.
#[derive(Debug, Clone, PartialEq)]
pub struct Budget {
    /// Keys of the hot set that are kept warm; none for as many as there are.
    pub keys: Option<Items>,
    /// Operations sent to the origin; none for any number.
    pub rate: Option<PerMinute>,
    /// Operations at once under that rate.
    pub burst: Items,
    /// Length of the window that slides along, within which the rate is kept; none for a bucket of tokens.
    pub rate_window: Option<Seconds>,
    /// Whether an operation that the rate does not allow is given up.
    pub refuse: bool,
    /// How long such an operation keeps its place in its batch.
    pub refusal_pause: Millis,
    /// Operations at a time; none for any number.
    pub workers: Option<Items>,
    /// Operations that may wait; none for any number.
    pub queue: Option<Items>,
    /// Which of those begins first.
    pub queue_order: QueueOrder,
    /// Whether a key is not planned again while it waits or is fetched.
    pub deduplicate: bool,
    /// Operations in a batch; none for no batches.
    pub batch: Option<Items>,
    /// Pause between batches.
    pub batch_delay: Millis,
    /// Whether keys that are in the cache are left alone.
    pub skip_fresh: bool,
    /// Whether a copy that has come in the meantime is kept, and what was fetched thrown away.
    pub only_if_absent: bool,
    /// Times that an operation that fails is tried again.
    pub retries: Items,
    /// Pause ahead of the first of these; it doubles.
    pub backoff: Millis,
    /// Share of a pause that is added to it at most.
    pub backoff_jitter: Fraction,
    /// Whether a worker waits out these pauses.
    pub retry_holds_worker: bool,
    /// Time from a plan within which its operations may begin; none for any time.
    pub deadline: Option<Seconds>,
    /// Instances that warm at once.
    pub instances: Items,
    /// Bytes of a plan.
    pub room: Room,
    /// Whether a key is not warmed before the key above it.
    pub dependencies: bool,
    /// Share of the keys that the warmer calls as readers do.
    pub key_match_share: Fraction,
    /// Share of the warm operations that bring the right value.
    pub value_correct_share: Fraction,
}

impl Budget {
    /// Operations that its rate lets begin at one instant: the burst, or all of a window.
    pub(crate) fn at_once(&self) -> f64 {
        match (self.rate, self.rate_window) {
            (Some(rate), Some(window)) => (window.get() * rate.get() / 60.0 + 1e-6).floor(),
            _ => self.burst.get(),
        }
    }
}

impl Default for Budget {
    /// No limits, nothing fetched that is there already, no second tries.
    fn default() -> Self {
        Self {
            keys: None,
            rate: None,
            burst: Items::wrap(1.0),
            rate_window: None,
            refuse: false,
            refusal_pause: Millis::wrap(0.0),
            workers: None,
            queue: None,
            queue_order: QueueOrder::Fifo,
            deduplicate: true,
            batch: None,
            batch_delay: Millis::wrap(0.0),
            skip_fresh: true,
            only_if_absent: false,
            retries: Items::wrap(0.0),
            backoff: Millis::wrap(100.0),
            backoff_jitter: Fraction::ZERO,
            retry_holds_worker: true,
            deadline: None,
            instances: Items::wrap(1.0),
            room: Room::default(),
            dependencies: false,
            key_match_share: Fraction::ONE,
            value_correct_share: Fraction::ONE,
        }
    }
}
