//! What answers misses and warm operations.

use scenario::{Scenario, ServiceKind};

use crate::warming::from_scenario::{millis, nanos};
use crate::warming::setup::{OriginSetup, Rate, Service, Shape, Slow};

pub(super) fn origin(scenario: &Scenario) -> OriginSetup {
    let (origin, capacity) = (&scenario.origin, &scenario.origin.capacity);
    let shape = match capacity.service {
        ServiceKind::Constant => Shape::Constant,
        ServiceKind::Exponential => Shape::Exponential,
        ServiceKind::LogNormal => Shape::LogNormal(capacity.variation),
        ServiceKind::Empirical => Shape::Empirical(capacity.variation),
    };
    let slow = capacity.slow.iter().map(|slow| {
        let from = nanos(slow.from);
        Slow { from, until: from.saturating_add(nanos(slow.lasts)), factor: slow.factor }
    });
    let mean = capacity.times.iter().map(|time| time.get()).sum::<f64>() / capacity.times.len() as f64;
    OriginSetup {
        servers: capacity.servers.map(|servers| servers.get().min(f64::from(u32::MAX)) as u32),
        demand: Service { mean: millis(origin.miss_penalty.get()), shape },
        warm: Service { mean: millis(origin.warm_cost.get()), shape },
        times: capacity.times.iter().map(|time| time.get() / mean).collect(),
        cap: capacity.cap.map(|cap| Rate { per_second: cap.get() / 60.0, burst: capacity.cap_burst.get() }),
        failure_share: capacity.failure_share.get(),
        timeout: capacity.timeout.map(|timeout| millis(timeout.get())),
        slow: slow.collect(),
        coalesce: capacity.coalesce,
    }
}
