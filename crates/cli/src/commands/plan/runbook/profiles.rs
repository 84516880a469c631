//! Which profile goes with what is measured of the predictor.

use evaluation::Metric;
use report::render::runbook::{ProfileRow, Profiles};
use scenario::{Preset, Rails};

use super::Known;

pub(super) fn profiles(known: &Known<'_>) -> Profiles {
    let scenario = &known.section.scenario;
    let Some(predictor) = &scenario.predictor else {
        return Profiles {
            texts: vec![
                "Unknown: the scenario describes no predictor. Static warming and demand need none."
                    .to_owned(),
            ],
            rows: vec![],
        };
    };
    let hybrid = scenario.strategies.iter().find(|one| one.preset == Preset::Hybrid);
    let rails = hybrid.map_or_else(Rails::default, |hybrid| hybrid.rails.clone());
    let (precision, recall) = (predictor.precision.get(), predictor.recall.get());
    let churn = scenario.workload.churn.get();
    let row =
        |when: String, now: f64, most: &str| ProfileRow { when, now: now.to_string(), most: most.to_owned() };
    let clamp = format!("hybrid, with {} % of what is predicted", rails.clamp_share.get() * 100.0);
    let rows = vec![
        row(format!("precision below {}", rails.stop_below_precision.get()), precision, "static"),
        row(format!("precision below {}", rails.clamp_below_precision.get()), precision, &clamp),
        row(format!("recall below {}", scenario.thresholds.min_recall.get()), recall, "static"),
        row(format!("churn above {} per hour", rails.clamp_above_churn_per_hour.get()), churn, &clamp),
    ];
    let rules = &scenario.advice;
    let mut texts = vec![format!(
        "`warmcast advise` decides by these limits, by {} predictions or more; with fewer it says static. Below them nothing stands against predictive, and what is faster by the closed form is taken. A limit that is passed counts at once. Back again it takes a value better by {}, {} readings in a row, and an advantage of {} %.",
        rules.min_samples.get(),
        rules.hysteresis.get(),
        rules.readings.get(),
        rules.margin.get() * 100.0
    )];
    let by_latency = known
        .section
        .break_evens
        .iter()
        .filter(|one| one.objective == Metric::ExpectedLatency && one.input == "predictor.precision");
    let each: Vec<String> = by_latency.map(|one| format!("{} by {}", one.wins, one.engine)).collect();
    if !each.is_empty() {
        texts.push(format!(
            "Predictive answers faster than static at a precision {}, all else as stated ({precision} now).",
            each.join(", and ")
        ));
    }
    let assumed = scenario.assumptions.iter().filter(|one| one.key.starts_with("predictor."));
    let names: Vec<String> = assumed.map(|one| format!("`{}`", one.key)).collect();
    if !names.is_empty() {
        texts.push(format!("Not measured: {}.", names.join(", ")));
    }
    Profiles { texts, rows }
}
