//! What is warmed, and when.

use std::sync::Arc;

use trace::synthetic::Nanos;

/// Keys to warm at certain times.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Which keys.
    pub selector: Selector,
    /// When.
    pub schedule: Schedule,
    /// How many at most.
    pub keys: u64,
    /// In which order.
    pub order: JobOrder,
    /// How urgent each of them is; none for less and less from 100 on.
    pub priority: Option<u8>,
    /// Share of them that a rail holds back.
    pub held_back: f64,
    /// Whether its selector takes warm operations for accesses, and so learns from its own work.
    pub learns_from_warming: bool,
    /// Whether its selector is told of requests.
    pub sees_requests: bool,
    /// Which part of the keys it keeps to; none for all of them.
    pub within: Option<Within>,
}

/// In which order the keys of a job are warmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobOrder {
    /// The best first.
    HottestFirst,
    /// The best last.
    ColdestFirst,
    /// By chance.
    Any,
}

/// A part of the keys: those that meet everything that is set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Within {
    /// How their names begin.
    pub prefix: Option<String>,
    /// Whose they are.
    pub tenant: Option<String>,
}

impl Job {
    /// A job for all keys that is never held back, and learns from requests alone.
    pub fn new(selector: Selector, schedule: Schedule, keys: u64) -> Self {
        Self {
            selector,
            schedule,
            keys,
            order: JobOrder::HottestFirst,
            priority: None,
            held_back: 0.0,
            learns_from_warming: false,
            sees_requests: true,
            within: None,
        }
    }
}

/// Which keys, the first first.
#[derive(Debug, Clone, PartialEq)]
pub enum Selector {
    /// The hottest by the law in force, which nobody knows better.
    Popularity,
    /// Those asked for most since the beginning.
    Popular,
    /// Those asked for most.
    Trending {
        /// Within so much time.
        window: Nanos,
    },
    /// Those asked for most in the hour of the day to come, since the beginning.
    HourOfDay,
    /// Those asked for last.
    Recent {
        /// Within so much time.
        window: Nanos,
    },
    /// Those asked for often and just now: by their number of accesses times a bonus.
    FrequencyRecency {
        /// Within so much time.
        window: Nanos,
        /// Accesses of a key that are kept; more count as so many.
        kept: u32,
        /// What the last access adds, the shortest time first.
        bonuses: Arc<[Bonus]>,
    },
    /// Those that followed keys of the cache and are not in it themselves, by how often they did.
    NextKey {
        /// Among so many accesses.
        accesses: u64,
    },
    /// Those that are in the cache.
    Resident,
    /// Parents before what lies below them, those of one depth by name.
    Depth,
    /// By importance and requests for what they cost.
    Value {
        /// Requests within so much time.
        window: Nanos,
    },
    /// By importance, frequency up to once an hour, cost, and age.
    MemoryScore {
        /// Requests within so much time.
        window: Nanos,
        /// Requests an hour at least.
        least: f64,
    },
    /// Those that are not in the cache and will be asked for next, the soonest first: what no warmer can know.
    Clairvoyant {
        /// How far it looks ahead.
        horizon: Nanos,
    },
    /// A predictor of stated quality, for keys beyond the hot set.
    Oracle(Oracle),
    /// Those of crowds that are known and not over.
    Promoted,
    /// The one that is written, of which its schedule tells.
    Written,
    /// These.
    Keys(Arc<[u32]>),
    /// Those that somebody predicted, the highest score first.
    Predictions {
        /// In order of time.
        all: Arc<[Prediction]>,
        /// Within so much time.
        window: Nanos,
    },
}

/// A key that somebody predicted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prediction {
    /// When.
    pub at: Nanos,
    /// The key; that of nobody where nobody asks for it.
    pub key: u32,
    /// How sure it is.
    pub score: f64,
}

/// A key that nobody asks for, which a list may name.
pub const NOBODYS: u32 = u32::MAX;

impl Selector {
    /// Whether it may name keys that nobody asks for.
    pub(crate) fn names_phantoms(&self) -> bool {
        match self {
            Self::Oracle(_) => true,
            Self::Keys(keys) => keys.contains(&NOBODYS),
            Self::Predictions { all, .. } => all.iter().any(|one| one.key == NOBODYS),
            _ => false,
        }
    }

    /// Whether it names what it names, however many keys the job may warm.
    pub(crate) fn is_list(&self) -> bool {
        matches!(self, Self::Oracle(_) | Self::Keys(_))
    }
}

/// What an access adds to the score of its key for a while.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bonus {
    /// While the access is younger than this.
    pub within: Nanos,
    /// How many times as high the score is.
    pub factor: f64,
}

/// A predictor that is made to have a stated quality.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Oracle {
    /// Share of the predicted keys that is asked for within the horizon.
    pub precision: f64,
    /// Share of the requests, or of the keys, beyond the hot set that had been predicted.
    pub recall: f64,
    /// Whether recall counts keys rather than requests.
    pub by_keys: bool,
    /// How far it looks ahead.
    pub horizon: Nanos,
    /// Whether the keys that it is right about are warmed first.
    pub right_first: bool,
}

/// When a job plans.
#[derive(Debug, Clone, PartialEq)]
pub enum Schedule {
    /// At the beginning, and after each restart.
    AtStart,
    /// Again and again.
    Every {
        /// How often.
        period: Nanos,
        /// When first.
        first: Nanos,
    },
    /// At these instants, in order.
    At(Arc<[Nanos]>),
    /// Each copy in the cache on its own, before its life ends; the selector is not asked.
    Refresh(Refresh),
    /// When a key is written: that key.
    OnWrite,
    /// At the beginning, after each restart, and a key whenever it enters the hot set; the key that leaves is dropped
    /// where misses are not filled.
    OnChange,
}

impl Schedule {
    /// When a job plans first that keeps to the clock.
    pub(crate) fn first(&self) -> Option<Nanos> {
        match self {
            Self::Every { first, .. } => Some(*first),
            Self::At(instants) => instants.first().copied(),
            Self::AtStart | Self::OnChange | Self::OnWrite | Self::Refresh(_) => None,
        }
    }

    /// When it plans next.
    pub(crate) fn next(&self, now: Nanos) -> Option<Nanos> {
        match self {
            Self::Every { period, .. } => Some(now.saturating_add((*period).max(1))),
            Self::At(instants) => instants.get(instants.partition_point(|at| *at <= now)).copied(),
            Self::AtStart | Self::OnChange | Self::OnWrite | Self::Refresh(_) => None,
        }
    }
}

/// Which copies are fetched anew before their lives end, and when.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Refresh {
    /// From which share of a copy's life on; above 0 and below 1.
    pub from: f64,
    /// When.
    pub when: RefreshWhen,
    /// Whether only copies that a warm operation brought are.
    pub warmed_only: bool,
}

/// When a copy is fetched anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefreshWhen {
    /// At that share of its life, whatever happened.
    Always,
    /// When it is asked for from then on.
    OnHit,
    /// At that share of its life, where it was asked for since it was fetched.
    IfUsed,
}
