//! How much a strategy warms, and how fast.

use scenario::{Scenario, Strategy};

use crate::warming::from_scenario::room::room;
use crate::warming::from_scenario::{millis, nanos};
use crate::warming::setup::{Budget, Rate};

pub(super) fn budget(scenario: &Scenario, strategy: &Strategy) -> Budget {
    let budget = &strategy.budget;
    let small = |count: f64| count.min(f64::from(u32::MAX)) as u32;
    Budget {
        rate: budget.rate.map(|rate| Rate { per_second: rate.get() / 60.0, burst: budget.burst.get() }),
        refuse: budget.refuse,
        workers: budget.workers.map(|workers| small(workers.get())),
        queue: budget.queue.map(|queue| queue.get() as u64),
        batch: budget.batch.map(|batch| (small(batch.get()), millis(budget.batch_delay.get()))),
        skip_fresh: budget.skip_fresh,
        retries: small(budget.retries.get()),
        backoff: millis(budget.backoff.get()),
        backoff_jitter: budget.backoff_jitter.get(),
        deadline: budget.deadline.map(nanos),
        instances: small(budget.instances.get()),
        room: room(scenario, strategy),
        dependencies: budget.dependencies,
        key_match_share: budget.key_match_share.get(),
        value_correct_share: budget.value_correct_share.get(),
    }
}
