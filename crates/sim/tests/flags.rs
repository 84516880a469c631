//! Every risk flag of the registry has a scenario that raises it, and one near it that does not.

use evaluation::{Evaluation, Flag};
use scenario::{Document, Scenario};
use warmcast_sim::warming::Experiment;

/// Ten requests a second for 1000 keys, a cache of 200, an origin without limits.
const CALM: &str = "
[workload]
request_rate_per_minute = 600
keys = 1000
hot_keys = 100
zipf_exponent = 0.8
churn_per_hour = 0
[cache]
capacity_items = 200
hit_latency_ms = 1
[origin]
miss_penalty_ms = 20
warm_cost_ms = 20
[predictor]
precision = 0.9
recall = 0.9
horizon_s = 120
[simulation]
measure_from_s = 300
duration_s = 900
replications = 2
";

/// A strategy, the assignments that make it raise a flag, and those that leave it just short of that.
struct Case {
    flag: Flag,
    strategy: &'static str,
    loud: &'static [&'static str],
    quiet: &'static [&'static str],
}

const DEMAND: &str = "{ preset = 'demand' }";
const STATIC: &str = "{ preset = 'static' }";
const PREDICTIVE: &str = "{ preset = 'predictive' }";
/// The 100 hottest keys, fetched anew every minute.
const EVERY_MINUTE: &str = "{ preset = 'custom', budget = { skip_fresh = false }, job = [{ selector = 'popularity', keys = 100, schedule = 'every', every_s = 60 }] }";

/// The 100 keys asked for most so far, every minute.
const POPULAR: &str =
    "{ preset = 'custom', job = [{ selector = 'popular', keys = 100, schedule = 'every', every_s = 60 }] }";
/// The 100 hottest keys, up to four tries each, by ten workers.
const RETRYING: &str = "{ preset = 'custom', budget = { workers = 10, retries = 3, backoff_ms = 100 }, job = [{ selector = 'popularity', keys = 100, schedule = 'every', every_s = 60 }] }";
const BETWEEN_PHASES: &str =
    "strategy.0.rails={ stop_at_pressure_percent = 90, pressure_stop_between = 'phases' }";

/// A tenth of the requests in the hour from midnight; a restart in the next.
const DAY: &[&str] = &[
    "workload.request_rate_per_minute=6000",
    "workload.hourly=[1,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10,10]",
    "workload.zipf_exponent=0",
    "cache.capacity_items=1000",
    "cache.restart_at_s=[3700]",
    "origin.servers=1",
    "origin.miss_penalty_ms=50",
    "simulation.measure_from_s=3700",
    "simulation.duration_s=4000",
];

const CASES: &[Case] = &[
    Case {
        flag: Flag::PrefetchPrecisionLow,
        strategy: PREDICTIVE,
        loud: &["predictor.precision=0.6"],
        quiet: &["predictor.precision=0.8"],
    },
    Case {
        flag: Flag::InsufficientRecall,
        strategy: PREDICTIVE,
        loud: &["predictor.recall=0.5"],
        quiet: &["predictor.recall=0.7"],
    },
    // The hot set is twice as large as the cache.
    Case {
        flag: Flag::CapacityShortfall,
        strategy: PREDICTIVE,
        loud: &["workload.hot_keys=400", "predictor.recall=0.7"],
        quiet: &["workload.hot_keys=400", "predictor.recall=0.9"],
    },
    // A predicted key in ten is wrong, and each horizon has new ones.
    Case {
        flag: Flag::PrefetchLoadHeavy,
        strategy: PREDICTIVE,
        loud: &["thresholds.max_prefetch_load_share=0.01"],
        quiet: &["thresholds.max_prefetch_load_share=1"],
    },
    Case {
        flag: Flag::CacheCapacityGap,
        strategy: STATIC,
        loud: &["workload.hot_keys=201"],
        quiet: &["workload.hot_keys=200"],
    },
    Case {
        flag: Flag::ChurnSpikesPrewarmCost,
        strategy: STATIC,
        loud: &["workload.churn_per_hour=0.21"],
        quiet: &["workload.churn_per_hour=0.2"],
    },
    // 20 of 1000 keys receive less than 0.35 of the requests.
    Case { flag: Flag::LowSteadyHitRate, strategy: DEMAND, loud: &["cache.capacity_items=20"], quiet: &[] },
    Case {
        flag: Flag::ChurnColdBursts,
        strategy: DEMAND,
        loud: &["workload.churn_per_hour=0.31"],
        quiet: &["workload.churn_per_hour=0.3"],
    },
    // Half of ten requests a second miss: 180 ms each are 0.9 of one server, 100 ms are 0.5.
    Case {
        flag: Flag::OriginOverload,
        strategy: DEMAND,
        loud: &["origin.servers=1", "origin.miss_penalty_ms=180"],
        quiet: &["origin.servers=1", "origin.miss_penalty_ms=100"],
    },
    // 100 at once, where five a second miss; or five a second.
    Case {
        flag: Flag::WarmStorm,
        strategy: EVERY_MINUTE,
        loud: &[],
        quiet: &["strategy.0.budget.rate_per_minute='5/s'"],
    },
    // All copies of the 100 hottest keys end 300 s after the beginning of the time that counts.
    Case {
        flag: Flag::ExpiryCliff,
        strategy: "{ preset = 'custom', job = [{ selector = 'popularity', keys = 100, schedule = 'at-start' }] }",
        loud: &["cache.ttl_s=500", "cache.fill_on_miss=false", "simulation.interval_s=10"],
        quiet: &["cache.ttl_s=1000", "cache.fill_on_miss=false", "simulation.interval_s=10"],
    },
    Case {
        flag: Flag::TtlScheduleGap,
        strategy: EVERY_MINUTE,
        loud: &["cache.ttl_s=50"],
        quiet: &["cache.ttl_s=60"],
    },
    // 100 operations take 100 s of every 60 s, or 10 s.
    Case {
        flag: Flag::RateLimitSaturated,
        strategy: EVERY_MINUTE,
        loud: &["strategy.0.budget.rate_per_minute='1/s'"],
        quiet: &["strategy.0.budget.rate_per_minute='10/s'"],
    },
    Case {
        flag: Flag::QueueOverflow,
        strategy: EVERY_MINUTE,
        loud: &["strategy.0.budget.rate_per_minute='10/s'", "strategy.0.budget.queue=98"],
        quiet: &["strategy.0.budget.rate_per_minute='10/s'", "strategy.0.budget.queue=99"],
    },
    // The last of 100 operations begins 9.9 s behind the first.
    Case {
        flag: Flag::WarmDeadlineMissed,
        strategy: EVERY_MINUTE,
        loud: &["strategy.0.budget.rate_per_minute='10/s'", "strategy.0.budget.deadline_s=9"],
        quiet: &["strategy.0.budget.rate_per_minute='10/s'", "strategy.0.budget.deadline_s=11"],
    },
    Case {
        flag: Flag::EmergencyStopLatched,
        strategy: EVERY_MINUTE,
        loud: &["strategy.0.rails={ stop_above_origin_latency_ms = 19, stop_latches = true }"],
        quiet: &["strategy.0.rails={ stop_above_origin_latency_ms = 21, stop_latches = true }"],
    },
    Case {
        flag: Flag::WarmFailureRateHigh,
        strategy: EVERY_MINUTE,
        loud: &["origin.failure_share=0.2"],
        quiet: &["origin.failure_share=0.05"],
    },
    // Copies that are fetched anew before anybody has asked for them.
    Case {
        flag: Flag::WarmingEfficiencyLow,
        strategy: EVERY_MINUTE,
        loud: &["strategy.0.job.0.every_s=2"],
        quiet: &["strategy.0.job.0.every_s=300"],
    },
    // 200 of 1000 keys receive 0.6 of the requests at most.
    Case {
        flag: Flag::TargetHitRatioMissed,
        strategy: DEMAND,
        loud: &["simulation.target_hit_ratio=0.7", "simulation.tolerance=0.05"],
        quiet: &["simulation.target_hit_ratio=0.3", "simulation.tolerance=0.05"],
    },
    Case {
        flag: Flag::MemoryBudgetExceeded,
        strategy: EVERY_MINUTE,
        loud: &["strategy.0.job.0.keys=201"],
        quiet: &["strategy.0.job.0.keys=200"],
    },
    // 40 s and 60 s meet every 120 s, unless one is half a step behind.
    Case {
        flag: Flag::DuplicateSchedules,
        strategy: "{ preset = 'custom', job = [{ selector = 'popularity', keys = 100, schedule = 'every', every_s = 60 }, { selector = 'popularity', keys = 50, schedule = 'every', every_s = 40 }] }",
        loud: &["strategy.0.job.1.first_s=20"],
        quiet: &["strategy.0.job.1.first_s=10"],
    },
    // All keys again and again, five times what the cache holds.
    Case {
        flag: Flag::CachePollution,
        strategy: EVERY_MINUTE,
        loud: &["strategy.0.job.0.keys=1000"],
        quiet: &[],
    },
    Case {
        flag: Flag::WarmedKeyNeverMatches,
        strategy: EVERY_MINUTE,
        loud: &["strategy.0.budget.key_match_share=0.9"],
        quiet: &[],
    },
    // Ten requests a second, and an origin that answers one in 101 ms or in 99 ms.
    Case {
        flag: Flag::CapacityCache,
        strategy: DEMAND,
        loud: &["origin.servers=1", "origin.miss_penalty_ms=101"],
        quiet: &["origin.servers=1", "origin.miss_penalty_ms=99"],
    },
    // The night fills the cache with time enough. A restart in the day has 104 requests a second miss where the origin
    // answers 20; whoever gives up after a second has it work for nothing, and nothing is ever filled. Who is patient
    // has 1000 keys after 50 s.
    Case {
        flag: Flag::HerdCollapse,
        strategy: DEMAND,
        loud: &[
            DAY[0],
            DAY[1],
            DAY[2],
            DAY[3],
            DAY[4],
            DAY[5],
            DAY[6],
            DAY[7],
            DAY[8],
            "origin.timeout_ms=1000",
        ],
        quiet: DAY,
    },
    // Needed until 160 s behind the start.
    Case {
        flag: Flag::WarmedTooEarly,
        strategy: "{ preset = 'custom', job = [{ selector = 'popularity', keys = 100, schedule = 'at-start', needed_from_s = 60, needed_for_s = 100 }] }",
        loud: &["cache.ttl_s=150"],
        quiet: &["cache.ttl_s=160"],
    },
    Case {
        flag: Flag::SelectionFeedsItself,
        strategy: POPULAR,
        loud: &["strategy.0.job.0.learns_from_warming=true", "cache.ttl_s=300"],
        quiet: &["strategy.0.job.0.learns_from_warming=true"],
    },
    // Of 600 requests a minute the key of rank i receives 600 i^-0.8 / 15.5: 2 and more up to rank 40, 10 up to rank 5.
    Case {
        flag: Flag::ScoreSaturated,
        strategy: "{ preset = 'custom', job = [{ selector = 'frequency-recency', window_s = 60, keys = 10, schedule = 'every', every_s = 60 }] }",
        loud: &["strategy.0.job.0.accesses=2"],
        quiet: &["strategy.0.job.0.accesses=10"],
    },
    Case {
        flag: Flag::SelectorSeesNothing,
        strategy: POPULAR,
        loud: &["strategy.0.job.0.sees_requests=false"],
        quiet: &[],
    },
    Case {
        flag: Flag::PriorityIgnored,
        strategy: POPULAR,
        loud: &["strategy.0.job.0.priority=50"],
        quiet: &["strategy.0.job.0.priority=50", "strategy.0.budget.queue_order='priority'"],
    },
    // Works 37.5 ms and waits 150 ms, or 21 ms and 6 ms.
    Case {
        flag: Flag::RetriesHoldWorkers,
        strategy: RETRYING,
        loud: &["origin.failure_share=0.5"],
        quiet: &["origin.failure_share=0.05"],
    },
    Case {
        flag: Flag::LatchWithoutRecovery,
        strategy: EVERY_MINUTE,
        loud: &[
            "strategy.0.rails={ stop_above_origin_latency_ms = 50, origin_latency_over = 4, stop_latches = true }",
        ],
        quiet: &[
            "strategy.0.rails={ stop_above_origin_latency_ms = 50, origin_latency_over = 5, stop_latches = true }",
        ],
    },
    // 100 bytes of 1,000 are left on average, or of 10,000.
    Case {
        flag: Flag::PrefixFillBlocks,
        strategy: EVERY_MINUTE,
        loud: &[
            "workload.mean_object_bytes=100",
            "workload.objects.size_variation=1",
            "strategy.0.budget.bytes=1000",
        ],
        quiet: &[
            "workload.mean_object_bytes=100",
            "workload.objects.size_variation=1",
            "strategy.0.budget.bytes=10000",
        ],
    },
    // 100 keys in 100 s, or in 10 s.
    Case {
        flag: Flag::PressureLookedAtLate,
        strategy: EVERY_MINUTE,
        loud: &[
            "pressure=[{ from_s = 0, percent = 50 }]",
            BETWEEN_PHASES,
            "strategy.0.budget.rate_per_minute='1/s'",
        ],
        quiet: &[
            "pressure=[{ from_s = 0, percent = 50 }]",
            BETWEEN_PHASES,
            "strategy.0.budget.rate_per_minute='10/s'",
        ],
    },
    Case {
        flag: Flag::InstancesWarmAlike,
        strategy: EVERY_MINUTE,
        loud: &["strategy.0.budget.instances=2"],
        quiet: &[],
    },
    // The first key receives 0.0645 of the writes, 20 ms of one a second: 0.0013; or of one in two.
    Case {
        flag: Flag::WarmOverwritesNewer,
        strategy: EVERY_MINUTE,
        loud: &["workload.updates_per_minute=60"],
        quiet: &["workload.updates_per_minute=30"],
    },
];

fn evaluation(case: &Case, sets: &[&str]) -> Evaluation {
    let text = format!("strategy = [{}]\n{CALM}", case.strategy);
    let mut document = Document::parse("calm.toml", &text).expect("is TOML");
    for set in sets {
        document.set(set).unwrap_or_else(|problems| panic!("{}: {problems}", case.flag));
    }
    let scenario =
        Scenario::resolve(&document, None).unwrap_or_else(|problems| panic!("{}: {problems}", case.flag));
    let experiment = Experiment::new(&scenario, 1).expect("can be played");
    let answer = experiment.run(2, || {}).expect("no contradiction");
    answer.evaluations.into_iter().next().expect("one strategy")
}

#[test]
fn every_flag_has_a_scenario_that_raises_it_and_one_near_it_that_does_not() {
    assert!(
        CASES.iter().map(|case| &case.flag).eq(Flag::ALL
            .iter()
            .filter(|flag| !matches!(flag, Flag::EnginesDisagree | Flag::DecisionNearFlip))),
        "one case a flag, in the order of the registry, but for what several engines say together"
    );
    let mut wrong = vec![];
    for case in CASES {
        let (loud, quiet) = (evaluation(case, case.loud), evaluation(case, case.quiet));
        if !loud.raises(case.flag) || quiet.raises(case.flag) {
            wrong.push(format!(
                "{}:\n  loud {:?}\n  quiet {:?}",
                case.flag, loud.risk_flags, quiet.risk_flags
            ));
        }
        for flag in loud.risk_flags.iter().filter(|flag| flag.code == case.flag) {
            let beyond =
                flag.observed != flag.threshold && flag.observed.is_finite() && !flag.message.is_empty();
            assert!(beyond, "{flag:?}");
        }
        let codes: Vec<Flag> = loud.risk_flags.iter().map(|flag| flag.code).collect();
        assert!(codes.is_sorted(), "{codes:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
