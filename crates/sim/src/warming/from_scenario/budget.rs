//! How much a strategy warms, and how fast.

use scenario::{QueueOrder, Scenario, Strategy};

use crate::warming::from_scenario::room::room;
use crate::warming::from_scenario::{millis, nanos};
use crate::warming::setup::{Budget, Rate};

pub(super) fn budget(scenario: &Scenario, strategy: &Strategy) -> Budget {
    let budget = &strategy.budget;
    let small = |count: f64| count.min(f64::from(u32::MAX)) as u32;
    Budget {
        rate: budget.rate.map(|rate| Rate { per_second: rate.get() / 60.0, burst: budget.burst.get() }),
        rate_window: budget.rate_window.map(nanos),
        refuse: budget.refuse,
        refusal_pause: millis(budget.refusal_pause.get()),
        workers: budget.workers.map(|workers| small(workers.get())),
        queue: budget.queue.map(|queue| queue.get() as u64),
        by_priority: budget.queue_order == QueueOrder::Priority,
        deduplicate: budget.deduplicate,
        batch: budget.batch.map(|batch| (small(batch.get()), millis(budget.batch_delay.get()))),
        skip_fresh: budget.skip_fresh,
        only_if_absent: budget.only_if_absent,
        retries: small(budget.retries.get()),
        backoff: millis(budget.backoff.get()),
        backoff_jitter: budget.backoff_jitter.get(),
        retry_holds_worker: budget.retry_holds_worker,
        deadline: budget.deadline.map(nanos),
        instances: small(budget.instances.get()),
        room: room(scenario, strategy),
        dependencies: budget.dependencies,
        key_match_share: budget.key_match_share.get(),
        value_correct_share: budget.value_correct_share.get(),
    }
}
