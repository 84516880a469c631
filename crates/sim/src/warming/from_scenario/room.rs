//! How many bytes a plan may warm.

use scenario::{Bytes, Fit, Quantity, Scenario, ShareOf, Strategy};

use crate::warming::setup::{MemoryShare, Phase, Room};

pub(super) fn room(scenario: &Scenario, strategy: &Strategy) -> Room {
    let room = &strategy.budget.room;
    let mean = scenario.workload.objects.mean_bytes.map_or(1.0, |size| size.get());
    let held = Bytes::wrap((scenario.cache.capacity.get() * mean).round());
    Room {
        bytes: room.bytes.map(|bytes| bytes.get() as u64),
        memory: room.memory.map(|memory| MemoryShare {
            available: memory.available.unwrap_or(held).get() as u64,
            shares: memory.shares.map(|share| share.get()),
            levels: scenario.memory.levels.map(|level| level.get()),
            floor: memory.floor.get() as u64,
            cap: memory.cap.get(),
        }),
        skips: room.fit == Fit::Skip,
        phases: room
            .phases
            .iter()
            .map(|phase| Phase {
                least: phase.least,
                most: phase.most,
                share: phase.share.get(),
                of_rest: phase.of == ShareOf::Rest,
                only_above: phase.only_above.get() as u64,
            })
            .collect(),
    }
}
