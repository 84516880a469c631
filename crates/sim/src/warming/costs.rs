//! What a run costs.

use evaluation::Metric;
use scenario::Costs;

use crate::warming::outcome::Counts;
use crate::warming::setup::Setup;

/// Cost per hour, and per miss that warming avoids on balance.
///
/// # Formula
/// With a the cost of a fetch and of the bytes that it brings, w that of a warm operation beside its fetch, and m what the
/// cache's room costs an hour: (fetches · a + operations · w) / hours + m, and operations · (a + w) / (avoided − polluted).
pub(crate) fn cost_metrics(costs: &Costs, setup: &Setup, counts: &Counts) -> [(Metric, Option<f64>); 2] {
    let hours = (setup.measure.until - setup.measure.from) as f64 / 3.6e12;
    let object = costs.object.get();
    let room = setup.cache.bytes.map_or(setup.cache.capacity as f64 * object, |bytes| bytes as f64);
    let fetch = costs.fetch + costs.byte * object;
    let operations = counts.warm_fetches as f64 * (fetch + costs.operation);
    let all = counts.demand_fetches as f64 * fetch + operations;
    let saved = counts.avoided as f64 - counts.polluted as f64;
    [
        (Metric::CostPerHour, Some(all / hours + room * costs.byte_hour)),
        (Metric::CostPerAvoidedMiss, (saved > 0.0).then(|| operations / saved)),
    ]
}

#[cfg(test)]
mod tests {
    use scenario::{Bytes, Quantity};

    use super::*;
    use crate::warming::setup::Measure;

    /// By hand: half an hour, 3,000 fetches for misses and 1,000 for warm operations of 1 MB each; 0.40 per thousand
    /// fetches, 0.10 per thousand operations, 0.05 per GB sent, 0.02 per GB and hour of 2 GB.
    #[test]
    fn costs_add_up() {
        let costs = Costs {
            fetch: 0.0004,
            operation: 0.0001,
            byte: 5e-11,
            byte_hour: 2e-11,
            object: Bytes::wrap(1e6),
        };
        let mut setup = crate::warming::setup::tests::plain();
        setup.cache.capacity = 2000;
        setup.measure = Measure { from: 0, until: 1_800_000_000_000, interval: 1 };
        let counts = Counts {
            demand_fetches: 3000,
            warm_fetches: 1000,
            avoided: 600,
            polluted: 100,
            ..Counts::default()
        };
        // 4,000 fetches 1.60, 4 GB 0.20, 1,000 operations 0.10: 1.90 in half an hour, and 0.04 an hour for the room.
        let found = cost_metrics(&costs, &setup, &counts).map(|(_, value)| value.expect("has one"));
        assert!((found[0] - 3.84).abs() < 1e-9, "{found:?}");
        // 0.40 + 0.05 + 0.10 for 500 misses.
        assert!((found[1] - 0.0011).abs() < 1e-12, "{found:?}");
        assert_eq!(cost_metrics(&costs, &setup, &Counts { avoided: 100, ..counts })[1].1, None);
    }
}
