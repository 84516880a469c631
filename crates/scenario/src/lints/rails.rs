//! Stops that do not let go.

use evaluation::{Flag, RiskFlag};

use crate::physics::LatencyIs;
use crate::scenario::Scenario;
use crate::strategy::Strategy;

/// A stop that takes the timeout for the time of a fetch stops at its first fetches, and for good where it does not
/// recover.
pub(super) fn emergency_stop(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let stop = strategy.rails.latency?;
    let timeout = scenario.origin.capacity.timeout?;
    let latches = stop.resume_below.is_none() && stop.resume_after.is_none();
    let message = format!(
        "the stop compares {} ms, the timeout, with {} ms: it lasts for good, from fetch {} on",
        timeout.get(),
        stop.above.get(),
        stop.over.get()
    );
    let most = scenario.thresholds.max_latched_share.get();
    (strategy.warms() && latches && stop.is == LatencyIs::Timeout && timeout.get() > stop.above.get())
        .then(|| Flag::EmergencyStopLatched.raise(1.0, most, message))
}

/// A stop that does not recover, after few fetches.
pub(super) fn latch_without_recovery(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let stop = strategy.rails.latency?;
    let (over, least) = (stop.over.get(), scenario.thresholds.min_fetches_to_latch.get());
    let latches = stop.resume_below.is_none() && stop.resume_after.is_none();
    let fetches = if over == 1.0 {
        "the time of one fetch".to_owned()
    } else {
        format!("the mean time of {over} fetches")
    };
    let message = format!("{fetches} above {} ms ends warming for good", stop.above.get());
    (strategy.warms() && latches && over < least)
        .then(|| Flag::LatchWithoutRecovery.raise(over, least, message))
}
