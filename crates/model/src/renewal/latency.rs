//! What requests wait, as a distribution.

use scenario::{Scenario, ServiceKind};

use crate::origin::{Mixture, Part, Shape};

/// Fetches of constant length that stand for those of log-normal length under way, as many of each.
const LENGTHS: usize = 16;

/// What requests wait: hits, requests that wait for a fetch under way, and misses, in milliseconds.
///
/// # Formula
/// A hit takes the hit latency. A miss takes the time Z of a fetch beyond that. A request that comes while a fetch is under
/// way waits for what is left of it: uniform up to Z where Z is constant, exponential where it is. Longer fetches are more
/// likely to be met, in proportion to their length.
///
/// # Assumptions
/// Requests come at any time of a fetch alike, and no fetch waits at the origin.
pub(super) fn latencies(scenario: &Scenario, shares: [f64; 3]) -> Option<Mixture> {
    let hit = scenario.cache.hit_latency.get();
    let [hits, delayed, misses] = shares;
    let part = |share: f64, (weight, shift, shape): (f64, f64, Shape)| Part {
        share: share * weight,
        shift: hit + shift,
        shape,
    };
    let fetches = fetches(scenario).into_iter().map(|one| part(misses, one));
    let rests = rests(scenario).into_iter().map(|one| part(delayed, one));
    let parts: Vec<Part> = fetches.chain(rests).chain([part(hits, (1.0, 0.0, Shape::Constant))]).collect();
    // Rounding aside, shares are 1 together.
    let whole: f64 = parts.iter().map(|part| part.share).sum();
    Mixture::new(parts.into_iter().map(|part| Part { share: part.share / whole, ..part }))
}

/// Times of fetches: weight, shift and shape.
fn fetches(scenario: &Scenario) -> Vec<(f64, f64, Shape)> {
    let mean = scenario.origin.miss_penalty.get();
    let capacity = &scenario.origin.capacity;
    match capacity.service {
        ServiceKind::Constant => vec![(1.0, mean, Shape::Constant)],
        ServiceKind::Exponential => vec![(1.0, 0.0, Shape::Exponential { mean })],
        ServiceKind::LogNormal => vec![(1.0, 0.0, log_normal(mean, capacity.variation))],
        ServiceKind::Empirical => {
            let share = 1.0 / capacity.times.len() as f64;
            let times = capacity.times.iter().map(|time| time.get());
            times.map(|time| (share, 0.0, log_normal(time, capacity.variation))).collect()
        }
    }
}

/// What is left of a fetch under way.
fn rests(scenario: &Scenario) -> Vec<(f64, f64, Shape)> {
    let mean = scenario.origin.miss_penalty.get();
    let capacity = &scenario.origin.capacity;
    let of_length = |weight: f64, length: f64| (weight, 0.0, Shape::Uniform { length });
    let of_log_normal = |weight: f64, mean: f64| -> Vec<(f64, f64, Shape)> {
        let Shape::LogNormal { median, sigma } = log_normal(mean, capacity.variation) else {
            unreachable!("it is log-normal")
        };
        // What is met in proportion to its length is log-normal again.
        let met = Mixture::of(0.0, Shape::LogNormal { median: median * (sigma * sigma).exp(), sigma });
        let quantile = |nth: usize| met.quantile((nth as f64 + 0.5) / LENGTHS as f64);
        (0..LENGTHS).map(|nth| of_length(weight / LENGTHS as f64, quantile(nth))).collect()
    };
    match capacity.service {
        ServiceKind::Constant => vec![of_length(1.0, mean)],
        ServiceKind::Exponential => vec![(1.0, 0.0, Shape::Exponential { mean })],
        ServiceKind::LogNormal => of_log_normal(1.0, mean),
        ServiceKind::Empirical => {
            let all: f64 = capacity.times.iter().map(|time| time.get()).sum();
            let times = capacity.times.iter().map(|time| time.get()).filter(|time| *time > 0.0);
            times.flat_map(|time| of_log_normal(time / all, time)).collect()
        }
    }
}

/// A log-normal time by its mean and its coefficient of variation.
fn log_normal(mean: f64, variation: f64) -> Shape {
    let square = 1.0 + variation * variation;
    Shape::LogNormal { median: mean / square.sqrt(), sigma: square.ln().sqrt() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(origin: &str) -> Scenario {
        let text = format!(
            "[workload]\nrequest_rate_per_minute = 60\nkeys = 100\nzipf_exponent = 1\nchurn_per_hour = 0\n\
             [cache]\ncapacity_items = 10\nhit_latency_ms = 2\n[origin]\nmiss_penalty_ms = 100\nwarm_cost_ms = 1\n{origin}"
        );
        Scenario::from_toml("waits", &text).expect("is a scenario")
    }

    /// By hand: hits 2 ms, misses 102 ms, and half of those that wait do so for less than 50 ms.
    #[test]
    fn hits_misses_and_those_who_wait_are_told_apart() {
        let found = latencies(&scenario(""), [0.5, 0.3, 0.2]).expect("is whole");
        let quantiles = [0.4, 0.65, 0.81, 0.99].map(|share| found.quantile(share));
        for (found, by_hand) in quantiles.into_iter().zip([2.0, 52.0, 102.0, 102.0]) {
            assert!((found - by_hand).abs() < 1e-9, "{found} {by_hand}");
        }
    }

    /// E[Z²] / (2 E[Z]) is what is left of a fetch on average: (1 + v²) · 50 ms.
    #[test]
    fn what_is_left_of_a_fetch_has_its_mean() {
        for (origin, square) in [
            ("", 1.0),
            ("service = \"exponential\"\n", 2.0),
            ("service = \"log-normal\"\nservice_variation = 0.5\n", 1.25),
            ("service = \"empirical\"\nservice_times_ms = [50, 150]\n", 1.25),
        ] {
            let found = latencies(&scenario(origin), [0.0, 1.0, 0.0]).expect("is whole").mean() - 2.0;
            // Sixteen lengths stand for a log-normal tail.
            assert!((found / (50.0 * square) - 1.0).abs() < 0.02, "{origin}: {found}");
        }
    }
}
