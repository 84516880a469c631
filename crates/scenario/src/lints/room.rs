//! Keys and bytes of a plan, against those that there are.

use evaluation::{Flag, RiskFlag};

use crate::physics::Fit;
use crate::scenario::Scenario;
use crate::strategy::Strategy;

/// Keys of a job against the cache, and bytes of a plan against the memory.
pub(super) fn memory_budget(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let most = scenario.thresholds.max_memory_share.get();
    let of_keys = keys_of_a_job(scenario, strategy);
    let of_bytes = bytes_of_a_plan(scenario, strategy);
    let (share, message) = of_keys.into_iter().chain(of_bytes).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (share > most).then(|| Flag::MemoryBudgetExceeded.raise(share, most, message))
}

fn keys_of_a_job(scenario: &Scenario, strategy: &Strategy) -> Option<(f64, String)> {
    let room = scenario.cache.capacity.get();
    let known = scenario.workload.popularity.keys();
    let keys = strategy.jobs.iter().filter_map(|job| job.keys).map(|keys| keys.get().min(known));
    let keys = keys.max_by(f64::total_cmp)?;
    let message = format!("a job is to warm {keys} keys, and {room} fit into the cache");
    Some((if keys > 0.0 { keys / room } else { 0.0 }, message))
}

fn bytes_of_a_plan(scenario: &Scenario, strategy: &Strategy) -> Option<(f64, String)> {
    let room = &strategy.budget.room;
    let mean = scenario.workload.objects.mean_bytes?.get();
    let there_is = match room.memory {
        Some(memory) => memory.available_bytes(&scenario.cache, mean),
        None => scenario.cache.holds_bytes(mean),
    };
    let bytes = room.most_bytes(&scenario.cache, mean)?;
    let message = format!("a plan may warm {bytes} bytes, and there are {there_is}");
    Some((if bytes > 0.0 { bytes / there_is } else { 0.0 }, message))
}

/// The first key that does not fit is larger than others, as a long interval is that one looks into: of a phase
/// E[S²] / 2 E[S] = E[S] (1 + c²) / 2 is left on average, with the coefficient of variation c of sizes.
pub(super) fn prefix_fill_blocks(scenario: &Scenario, strategy: &Strategy) -> Option<RiskFlag> {
    let (room, objects) = (&strategy.budget.room, &scenario.workload.objects);
    let mean = objects.mean_bytes?.get();
    if room.fit != Fit::Prefix || objects.size_variation <= 0.0 {
        return None;
    }
    let bytes = room.most_bytes(&scenario.cache, mean)?;
    let share = room.shares().into_iter().filter(|share| *share > 0.0).fold(1.0, f64::min);
    let phase = bytes * share;
    let most = scenario.thresholds.max_unfilled_share.get();
    let left = mean * (1.0 + objects.size_variation.powi(2)) / 2.0;
    let unfilled = (left / phase).min(1.0);
    let message = format!(
        "of a phase of {phase:.0} bytes {left:.0} are left on average behind the first key that does not fit"
    );
    (phase > 0.0 && unfilled > most).then(|| Flag::PrefixFillBlocks.raise(unfilled, most, message))
}
