//! Latency as a predictor gets better, by the closed form.

use evaluation::Metric;
use model::screening::{Bounds, Input, Inputs, break_even, inputs, outcome};
use plots::{Chart, Lines, Mark, Series};
use report::Section;
use scenario::Preset;

use super::Named;

const POINTS: usize = 401;

/// Nothing where nothing predicts, or the closed form has no answer.
pub(super) fn latency_against_precision(section: &Section) -> Option<Named> {
    let scenario = &section.scenario;
    scenario.predictor.as_ref()?;
    let own = inputs(scenario).ok()?;
    let known = || scenario.strategies.iter().filter(|strategy| strategy.preset.has_closed_form());
    if !known().any(|strategy| strategy.preset.predicts()) {
        return None;
    }
    let bounds = Bounds::from(&scenario.thresholds);
    let xs: Vec<f64> = (0..POINTS).map(|nth| nth as f64 / (POINTS - 1) as f64).collect();
    let series = known().map(|strategy| {
        let at = |x: &f64| {
            let inputs = Inputs { predictive_precision: *x, ..own };
            Some((*x, outcome(strategy, &inputs, &bounds)?.latency_ms))
        };
        Series { name: strategy.name.clone(), points: xs.iter().filter_map(at).collect() }
    });
    let here = own.predictive_precision;
    let mut marks = vec![Mark { x: here, label: format!("this scenario {here}") }];
    let mut sentences = vec![];
    let compared = known().any(|strategy| strategy.preset == Preset::Predictive);
    for objective in [Metric::ExpectedLatency, Metric::Score].into_iter().filter(|_| compared) {
        let Some(wins) = break_even(&own, &bounds, objective, Input::Precision) else { continue };
        let title = objective.spec().title;
        sentences.push(format!("by {title}, predictive beats static: {wins}"));
        if let Some(x) = wins.threshold().filter(|x| *x > 0.0) {
            marks.push(Mark { x, label: format!("break-even by {title} {x:.3}") });
        }
    }
    let wins = match sentences.is_empty() {
        true => String::new(),
        false => format!(" Break-even in precision: {}.", sentences.join("; ")),
    };
    Some(Named {
        name: "latency-against-precision".to_owned(),
        caption: format!("By screening; all other inputs as they are.{wins}"),
        chart: Chart::Lines(Lines {
            title: "Latency against predictor precision".to_owned(),
            x_label: "predictor precision".to_owned(),
            y_label: "expected latency, ms".to_owned(),
            log_x: false,
            series: series.collect(),
            marks,
            shades: vec![],
        }),
        data: None,
    })
}
