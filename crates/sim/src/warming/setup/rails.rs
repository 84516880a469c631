//! What holds a warmer back.

use trace::synthetic::Nanos;

/// What holds a warmer back; by default nothing does.
///
/// While a stop lasts from which the warmer recovers, operations wait: those in the queue and those to be tried anew. A
/// stop that latches holds back from then on whatever has not begun, what is planned later included; operations that
/// have begun have their fetches brought home, and no more tries.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rails {
    /// A stop when the origin is slow.
    pub latency: Option<LatencyStop>,
    /// A stop when fetches fail.
    pub breaker: Option<Breaker>,
    /// A stop when memory is short.
    pub pressure: Option<PressureStop>,
    /// When the warmer breaks down.
    pub breakdowns: Breakdowns,
}

/// A stop when the origin is slow.
///
/// Measured are fetches of warm operations that succeed, from being sent to their end; one that fails or times out says
/// nothing. The mean is that of the last `over` of them, and begins anew whenever the warmer stops or goes on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LatencyStop {
    /// It stops when the mean is longer than this.
    pub above: Nanos,
    /// Fetches of which the mean is taken, 1 or more.
    pub over: u32,
    /// Whether fetches for misses are measured, too.
    pub of_demand: bool,
    /// What a fetch is taken to have lasted; none for as long as it did.
    pub taken_for: Option<Nanos>,
    /// Whether a fetch that makes the mean too long, during a stop as well, is put into the cache; otherwise its try
    /// has failed.
    pub fills: bool,
    /// The warmer goes on when the mean is shorter than this.
    pub resume_below: Option<Nanos>,
    /// It goes on after so much time. With neither of these it does not.
    pub resume_after: Option<Nanos>,
}

impl LatencyStop {
    /// Whether the warmer never goes on.
    pub fn latches(&self) -> bool {
        self.resume_below.is_none() && self.resume_after.is_none()
    }
}

/// A circuit breaker: after so many tries in a row that failed the warmer waits, then sends one as a probe. While it waits,
/// and while the probe is under way, nothing else is sent and what becomes of other fetches does not count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Breaker {
    /// Tries of warm operations in a row that failed, 1 or more.
    pub failures: u32,
    /// How long it waits ahead of a probe.
    pub pause: Nanos,
}

/// A stop when memory is short.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PressureStop {
    /// It stops at this pressure, in percent, and above.
    pub at: f64,
    /// It goes on below this pressure.
    pub below: f64,
    /// Whether it never goes on.
    pub latches: bool,
    /// Where it stops.
    pub between: Between,
}

/// Where a stop is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Between {
    /// At any time.
    Operations,
    /// When a batch would begin.
    Batches,
    /// When a phase of a plan would begin; a plan without phases is one.
    Phases,
}

/// When the warmer breaks down. Its fetches are at the origin, and end as they would.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Breakdowns {
    /// At these instants.
    pub at: Vec<Nanos>,
    /// For how long.
    pub lasts: Nanos,
    /// Whether it then goes on where it was; otherwise what waits in the queue at that instant is held back, and what
    /// begins with the cache begins anew when it is back.
    pub resumes: bool,
}

/// Memory pressure from an instant on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pressure {
    /// From when on.
    pub from: Nanos,
    /// In percent.
    pub percent: f64,
}
