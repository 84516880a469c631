//! What must hold for every input of the closed form.

use evaluation::Flag;
use proptest::prelude::*;
use scenario::{Rails, Scenario};
use warmcast_model::screening::{
    Bounds, Inputs, Outcome, demand, hybrid, inputs as inputs_of, predictive, static_warming,
};

fn any_inputs() -> impl Strategy<Value = Inputs> {
    let share = || 0.0..=1.0f64;
    let place = (0.0..10_000.0f64, share(), share(), share());
    let cost = (0.0..100.0f64, 0.0..1_000.0f64, 0.0..1_000.0f64, share(), share());
    (place, cost).prop_map(|((rate, hotset, capacity, churn), (hit, miss, warm, recall, precision))| Inputs {
        request_rate_per_minute: rate,
        hotset_fraction: hotset,
        cache_capacity_fraction: capacity,
        churn_per_hour: churn,
        hit_latency_ms: hit,
        miss_penalty_ms: miss,
        warm_cost_ms: warm,
        predictive_recall: recall,
        predictive_precision: precision,
    })
}

fn all(inputs: &Inputs) -> [Outcome; 4] {
    let bounds = Bounds::default();
    [
        static_warming(inputs, &bounds),
        predictive(inputs, &bounds),
        demand(inputs, &bounds),
        hybrid(inputs, &bounds, &Rails::default()),
    ]
}

/// Equal but for the last bits of rounding.
fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * a.abs().max(b.abs()).max(1.0)
}

proptest! {
    #[test]
    fn coverage_is_a_share_that_fits_into_the_cache(inputs in any_inputs()) {
        for outcome in all(&inputs) {
            prop_assert!((0.0..=1.0).contains(&outcome.coverage));
            prop_assert!(outcome.coverage <= inputs.cache_capacity_fraction + 1e-12);
        }
    }

    #[test]
    fn latency_lies_between_a_hit_and_a_miss_with_its_warm_cost(inputs in any_inputs()) {
        let cold = inputs.hit_latency_ms + inputs.miss_penalty_ms;
        for outcome in all(&inputs) {
            prop_assert!(outcome.latency_ms >= inputs.hit_latency_ms - 1e-9);
            prop_assert!(outcome.latency_ms <= cold + inputs.warm_cost_ms + 1e-9);
            prop_assert!(outcome.ops_per_minute >= 0.0);
        }
    }

    #[test]
    fn zero_recall_makes_predictive_equal_static(inputs in any_inputs()) {
        let [fixed, predicted, ..] = all(&Inputs { predictive_recall: 0.0, ..inputs });
        prop_assert_eq!(fixed.latency_ms, predicted.latency_ms);
        prop_assert_eq!(fixed.ops_per_minute, predicted.ops_per_minute);
        prop_assert_eq!(fixed.coverage, predicted.coverage);
    }

    #[test]
    fn zero_churn_makes_demand_cover_what_static_covers(inputs in any_inputs()) {
        let [fixed, _, demanded, _] = all(&Inputs { churn_per_hour: 0.0, ..inputs });
        prop_assert_eq!(fixed.coverage, demanded.coverage);
    }

    #[test]
    fn more_capacity_and_more_recall_never_lower_coverage(inputs in any_inputs(), more in 0.0..=1.0f64) {
        let capacity = inputs.cache_capacity_fraction + more * (1.0 - inputs.cache_capacity_fraction);
        let recall = inputs.predictive_recall + more * (1.0 - inputs.predictive_recall);
        let base = all(&inputs);
        for other in [
            Inputs { cache_capacity_fraction: capacity, ..inputs },
            Inputs { predictive_recall: recall, ..inputs },
        ] {
            for (less, more) in base.iter().zip(all(&other)) {
                prop_assert!(more.coverage >= less.coverage - 1e-12);
            }
        }
    }

    #[test]
    fn hybrid_lies_between_static_and_predictive(inputs in any_inputs()) {
        let [fixed, predicted, _, mixed] = all(&inputs);
        prop_assert!(mixed.coverage >= fixed.coverage - 1e-12 && mixed.coverage <= predicted.coverage + 1e-12);
    }

    #[test]
    fn latencies_scale_with_the_unit_of_time(inputs in any_inputs(), factor in 0.001..1000.0f64) {
        let scaled = Inputs {
            hit_latency_ms: inputs.hit_latency_ms * factor,
            miss_penalty_ms: inputs.miss_penalty_ms * factor,
            warm_cost_ms: inputs.warm_cost_ms * factor,
            ..inputs
        };
        for (one, other) in all(&inputs).iter().zip(all(&scaled)) {
            prop_assert!(near(one.latency_ms * factor, other.latency_ms));
            prop_assert_eq!(one.ops_per_minute, other.ops_per_minute);
        }
    }

    #[test]
    fn the_same_scenario_in_other_units_gives_the_same_numbers(rate in 0u32..1000, hit in 0u32..1000, share in 0u32..=100) {
        let text = |rate: String, hit: String, share: String| {
            format!(
                "[workload]\nrequest_rate_per_minute = {rate}\nhotset_fraction = {share}\nchurn_per_hour = 0.5\n\
                 [cache]\ncapacity_fraction = {share}\nhit_latency_ms = {hit}\n\
                 [origin]\nmiss_penalty_ms = 1\nwarm_cost_ms = 1\n"
            )
        };
        let plain = text(format!("{}", rate * 60), format!("{hit}"), format!("{}", f64::from(share) / 100.0));
        let united = text(
            format!("\"{rate}/s\""),
            format!("\"{}s\"", f64::from(hit) / 1000.0),
            format!("\"{share}%\""),
        );
        let numbers = |text: &str| inputs_of(&Scenario::from_toml("units", text).expect("resolves")).expect("in range");
        prop_assert_eq!(numbers(&plain), numbers(&united));
    }
}

/// For each flag, inputs that raise it and inputs one step away that do not, worked by hand from its threshold.
#[test]
fn every_flag_is_raised_beyond_its_threshold_and_not_at_it() {
    let calm = Inputs {
        request_rate_per_minute: 200.0,
        hotset_fraction: 0.4,
        cache_capacity_fraction: 0.6,
        churn_per_hour: 0.1,
        hit_latency_ms: 10.0,
        miss_penalty_ms: 100.0,
        warm_cost_ms: 5.0,
        predictive_recall: 0.8,
        predictive_precision: 0.75,
    };
    let short = Inputs { cache_capacity_fraction: 0.3, ..calm };
    let wide = Inputs { hotset_fraction: 0.0, cache_capacity_fraction: 1.0, predictive_recall: 1.0, ..calm };
    let cases = [
        (Flag::PrefetchPrecisionLow, calm, Inputs { predictive_precision: 0.7499, ..calm }),
        (
            Flag::InsufficientRecall,
            Inputs { predictive_recall: 0.6, ..calm },
            Inputs { predictive_recall: 0.5999, ..calm },
        ),
        (Flag::CapacityShortfall, short, Inputs { predictive_recall: 0.7999, ..short }),
        // A = 1, churn 0: ops = R·(1 − p), which passes 0.4·R below p = 0.6
        (
            Flag::PrefetchLoadHeavy,
            Inputs { churn_per_hour: 0.0, predictive_precision: 0.61, ..wide },
            Inputs { churn_per_hour: 0.0, predictive_precision: 0.59, ..wide },
        ),
        (
            Flag::CacheCapacityGap,
            Inputs { cache_capacity_fraction: 0.4, ..calm },
            Inputs { cache_capacity_fraction: 0.3999, ..calm },
        ),
        (
            Flag::ChurnSpikesPrewarmCost,
            Inputs { churn_per_hour: 0.2, ..calm },
            Inputs { churn_per_hour: 0.2001, ..calm },
        ),
        // demand: K = 0.4·(1 − χ) falls below 0.35 at χ = 0.125
        (
            Flag::LowSteadyHitRate,
            Inputs { churn_per_hour: 0.124, ..calm },
            Inputs { churn_per_hour: 0.126, ..calm },
        ),
        (
            Flag::ChurnColdBursts,
            Inputs { churn_per_hour: 0.3, ..calm },
            Inputs { churn_per_hour: 0.3001, ..calm },
        ),
    ];
    // The closed form's flags are the first of the registry; the others are the simulation's.
    assert!(cases.iter().map(|(flag, ..)| flag).eq(&Flag::ALL[..8]));
    let raised = |inputs: &Inputs, flag| all(inputs).iter().any(|outcome| outcome.flags.contains(flag));
    for (flag, quiet, loud) in cases {
        assert!(!raised(&quiet, flag), "{flag} at its threshold");
        assert!(raised(&loud, flag), "{flag} beyond its threshold");
    }
}
