//! Miss counts of libCacheSim on a real trace, out of a scenario with a restart.
//!
//! `data/warm_start_cloudphysics.csv` was made with libCacheSim 0.3.5 (data/README.md). `warm` plays on, `cold` restarts
//! where counting begins, and `static_top` restarts and warms the keys asked for most before, the hottest last, from an
//! origin that answers at once. Many requests of this trace come at one instant, so that the restart, the beginning of
//! counting and the intervals are all given by the numbers of requests.

mod golden_trace;

use std::sync::Arc;

use golden_trace::{cloudphysics, exact_starts};
use scenario::{Document, FileContents, Scenario};
use warmcast_sim::warming::{Experiment, Inputs, Recording};

const SCENARIO: &str = r#"
[workload]
trace = "cloudphysics"
[cache]
hit_latency_ms = 0
[origin]
miss_penalty_ms = 0
warm_cost_ms = 0
[simulation]
interval_requests = 1000
[[strategy]]
name = "static-top"
preset = "custom"
job = [{ selector = "popular", schedule = "at-start", order = "coldest-first" }]
[[strategy]]
preset = "demand"
"#;

#[test]
fn a_restart_in_a_scenario_misses_as_often_as_the_reference() {
    let recording = Arc::new(Recording::of(cloudphysics(), false));
    let facts = Arc::new(recording.facts());
    let inputs = Inputs { recording: Some(recording) };
    let mut exact = 0;
    for (row, policy) in exact_starts() {
        let number = |column: usize| row[column].parse::<u64>().expect("is a number");
        let mut sets = vec![
            format!("cache.policy=\"{policy}\""),
            format!("cache.capacity_items={}", number(5)),
            format!("simulation.measure_from_request={}", number(4)),
        ];
        if &row[3] != "warm" {
            sets.push(format!("cache.restart_at_request=[{}]", number(4)));
        }
        let mut document = Document::parse("golden.toml", SCENARIO).expect("parses");
        sets.iter().for_each(|set| document.set(set).expect("sets"));
        let named = document.files().remove(0);
        document.attach(&named, FileContents::Trace(facts.clone()));
        let scenario = Scenario::resolve(&document, None).unwrap_or_else(|problems| panic!("{problems}"));
        let experiment = Experiment::with(&scenario, &inputs, 1).expect("plays");
        let answer = experiment.run(1, || ()).expect("adds up");
        let series = &answer.series[usize::from(&row[3] != "static_top")];
        let misses = |count: usize| {
            let misses = series.iter().take(count).map(|moment| moment.misses.expect("is counted").value);
            misses.sum::<f64>() as u64
        };
        let requests = series.iter().map(|moment| moment.requests.expect("is counted").value).sum::<f64>();
        let found = [requests as u64, misses(usize::MAX), misses(1), misses(10)];
        assert_eq!(found, [6, 7, 8, 9].map(number), "{policy} {} {}", &row[3], &row[5]);
        exact += 1;
    }
    assert!(exact > 80, "{exact}");
}
