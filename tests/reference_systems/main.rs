//! Figures that were worked out for five published warming systems, by hand or by others' programs, come out of their
//! scenarios within 3 %, or within the interval that was stated with them.
//!
//! Each test has the arithmetic beside it. Where a figure proves wrong, the test says so and shows why.

#![allow(clippy::disallowed_methods, reason = "the scenarios are files")]

mod market_symbols;
mod memory_aware_warmup;
mod origin_protected_service;
mod session_restart;

use std::path::Path;

use evaluation::{Evaluation, Metric, Window};
use scenario::{Document, Quantity, Scenario, Seconds};
use sim::warming::{Experiment, Moment};
use warmcast::{evaluation, scenario, sim};

/// A scenario of one of the systems, with other values here and there.
struct System<'a> {
    name: &'a str,
    variant: &'a str,
    sets: &'a [&'a str],
    /// Ends after so many seconds, and counts from the beginning; its claims are left out.
    ends: Option<f64>,
    replications: u32,
}

/// What a simulation says of one strategy.
struct Found {
    evaluation: Evaluation,
    series: Vec<Moment>,
    replications: u32,
}

impl System<'_> {
    fn play(&self, strategy: &str) -> Found {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{}.toml", self.name));
        let text = std::fs::read_to_string(path).expect("is there");
        let document = Document::parse(self.name, &text).expect("parses");
        let mut document = document.variant(self.variant).expect("is there");
        self.sets.iter().for_each(|set| document.set(set).expect("can be set"));
        let mut scenario = Scenario::resolve(&document, None).unwrap_or_else(|problems| panic!("{problems}"));
        scenario.strategies.retain(|known| known.name == strategy);
        assert_eq!(scenario.strategies.len(), 1, "there is a strategy {strategy}");
        if let Some(ends) = self.ends {
            scenario.claims.clear();
            scenario.simulation.duration = Seconds::new(ends).expect("is in range");
            scenario.simulation.measure_from = Seconds::new(0.0).expect("is in range");
            scenario.simulation.interval = Seconds::new(ends / 100.0).expect("is in range");
        }
        let experiment =
            Experiment::new(&scenario, 1).unwrap_or_else(|refusal| panic!("{}", refusal.message));
        let mut answer = experiment.run(self.replications, || ()).expect("is sound");
        let (evaluation, series) = (answer.evaluations.remove(0), answer.series.remove(0));
        Found { evaluation, series, replications: answer.replications }
    }
}

impl Found {
    fn get(&self, metric: Metric) -> f64 {
        self.evaluation.get(metric).unwrap_or_else(|| panic!("there is a {metric:?}")).value
    }

    fn within(&self, from_s: f64, until_s: f64, metric: Metric) -> f64 {
        let window = Window { from_s, until_s };
        self.evaluation.within(window, metric).unwrap_or_else(|| panic!("there is a {metric:?}")).value
    }

    /// Operations of a ledger, in a replication.
    fn each(&self, operations: u64) -> f64 {
        operations as f64 / f64::from(self.replications)
    }
}

/// What was found is what was worked out, within 3 %.
#[track_caller]
fn near(found: f64, expected: f64) {
    within(found, 0.97 * expected, 1.03 * expected);
}

#[track_caller]
fn within(found: f64, least: f64, most: f64) {
    assert!(least <= found && found <= most, "found {found}, not {least} to {most}");
}
