//! The charts of a report, as data: what the closed form gives around a scenario.

mod over_time;

pub(crate) use over_time::over_time;

use evaluation::{Engine, Evaluation, Metric};
use model::renewal;
use model::screening::{Bounds, Input, Inputs, break_even, inputs, outcome};
use plots::{Bars, Chart, Lines, Map, Mark, Panel, Series};
use report::Section;
use scenario::{PerMinute, Preset, Quantity, Strategy};

/// Points along a line, and columns and rows of a map.
const LINE_POINTS: usize = 401;
const MAP_COLUMNS: usize = 101;
const MAP_ROWS: usize = 61;
/// Points over traffic, of the closed form and of the renewal engine.
const TRAFFIC_POINTS: usize = 201;
const RENEWAL_POINTS: usize = 13;

/// A chart with its file name and what it shows.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) caption: String,
    pub(crate) chart: Chart,
}

/// The charts of one section: strategies; and with a predictor, latency against precision and the winning
/// strategy over precision and churn, by the objective and by the memo's score.
pub(crate) fn charts(section: &Section, objective: Metric) -> Vec<Named> {
    let mut charts = vec![strategies(section)];
    let scenario = &section.scenario;
    let known = scenario.strategies.iter().filter(|strategy| strategy.preset.has_closed_form());
    let known: Vec<Strategy> = known.cloned().collect();
    if let (Some(_), Ok(numbers)) = (&scenario.predictor, inputs(scenario)) {
        let at = At { inputs: numbers, bounds: Bounds::from(&scenario.thresholds), strategies: &known };
        let predicts = known.iter().any(|strategy| strategy.preset.predicts());
        if predicts {
            charts.push(at.latency_against_precision());
            charts.extend(at.break_even_against_traffic(section));
        }
        if predicts && known.len() > 1 {
            charts.push(at.winners(objective));
            if objective != Metric::Score {
                charts.push(at.winners(Metric::Score));
            }
        }
    }
    charts
}

fn strategies(section: &Section) -> Named {
    let panel = |metric: Metric, label: &str| Panel {
        label: label.to_owned(),
        values: section
            .evaluations
            .iter()
            .map(|answer| answer.get(metric).map_or(0.0, |found| found.value))
            .collect(),
        decimals: metric.spec().decimals,
    };
    Named {
        name: "strategies".to_owned(),
        caption: "Best first. Latency is the mean over hits and misses; ops load counts warm operations sent to the origin."
            .to_owned(),
        chart: Chart::Bars(Bars {
            title: "Latency and ops load by strategy".to_owned(),
            categories: section.evaluations.iter().map(|answer| category(section, answer)).collect(),
            panels: vec![
                panel(Metric::ExpectedLatency, "expected latency, ms"),
                panel(Metric::OpsLoad, "ops load, per minute"),
            ],
        }),
    }
}

/// A strategy, with its engine where several have answered.
fn category(section: &Section, answer: &Evaluation) -> String {
    let alone = section.evaluations.iter().all(|other| other.engine == answer.engine);
    if alone { answer.strategy.clone() } else { format!("{}, {}", answer.strategy, answer.engine) }
}

/// A scenario as the closed form sees it.
struct At<'a> {
    inputs: Inputs,
    bounds: Bounds,
    strategies: &'a [Strategy],
}

impl At<'_> {
    fn latency_against_precision(&self) -> Named {
        let xs: Vec<f64> = (0..LINE_POINTS).map(|nth| nth as f64 / (LINE_POINTS - 1) as f64).collect();
        let series = self.strategies.iter().map(|strategy| Series {
            name: strategy.name.clone(),
            points: xs
                .iter()
                .filter_map(|x| {
                    Some((*x, outcome(strategy, &self.at_precision(*x), &self.bounds)?.latency_ms))
                })
                .collect(),
        });
        let here = self.inputs.predictive_precision;
        let mut marks = vec![Mark { x: here, label: format!("this scenario {here}") }];
        let mut sentences = vec![];
        let compared = self.strategies.iter().any(|strategy| strategy.preset == Preset::Predictive);
        for objective in [Metric::ExpectedLatency, Metric::Score].into_iter().filter(|_| compared) {
            let Some(wins) = break_even(&self.inputs, &self.bounds, objective, Input::Precision) else {
                continue;
            };
            let title = objective.spec().title;
            sentences.push(format!("by {title}, predictive beats static: {wins}"));
            if let Some(x) = wins.threshold().filter(|x| *x > 0.0) {
                marks.push(Mark { x, label: format!("break-even by {title} {x:.3}") });
            }
        }
        Named {
            name: "latency-against-precision".to_owned(),
            caption: match sentences.is_empty() {
                true => "All other inputs as they are.".to_owned(),
                false => format!(
                    "All other inputs as they are. Break-even in precision: {}.",
                    sentences.join("; ")
                ),
            },
            chart: Chart::Lines(Lines {
                title: "Latency against predictor precision".to_owned(),
                x_label: "predictor precision".to_owned(),
                y_label: "expected latency, ms".to_owned(),
                log_x: false,
                series: series.collect(),
                marks,
                shades: vec![],
            }),
        }
    }

    /// Where predictive begins to beat static, from a tenth of this traffic to fifty times as much.
    fn break_even_against_traffic(&self, section: &Section) -> Option<Named> {
        let has = |preset: Preset| self.strategies.iter().any(|strategy| strategy.preset == preset);
        if !has(Preset::Predictive) || !has(Preset::Static) {
            return None;
        }
        let own = self.inputs.request_rate_per_minute;
        let rates = |count: usize| {
            let share = move |nth: usize| nth as f64 / (count - 1) as f64;
            (0..count).map(move |nth| own * 0.1 * 500f64.powf(share(nth))).collect::<Vec<_>>()
        };
        let screened = |objective: Metric| {
            let of = |rate: &f64| {
                let inputs = Inputs { request_rate_per_minute: *rate, ..self.inputs };
                let wins = break_even(&inputs, &self.bounds, objective, Input::Precision)?;
                Some((*rate, wins.threshold()?))
            };
            rates(TRAFFIC_POINTS).iter().filter_map(of).collect::<Vec<_>>()
        };
        let asked = section.evaluations.iter().any(|answer| answer.engine == Engine::Renewal);
        let renewed = |rate: &f64| {
            let mut scenario = section.scenario.clone();
            scenario.workload.request_rate = PerMinute::new(*rate).ok()?;
            let found = renewal::break_evens(&scenario).into_iter();
            let mut found = found.filter(|one| one.objective == Metric::ExpectedLatency);
            Some((*rate, found.find(|one| one.input == "predictor.precision")?.wins.threshold()?))
        };
        let by_renewal =
            if asked { rates(RENEWAL_POINTS).iter().filter_map(renewed).collect() } else { vec![] };
        let lines = [
            ("score", screened(Metric::Score)),
            ("latency", screened(Metric::ExpectedLatency)),
            ("latency, renewal", by_renewal),
        ];
        let series: Vec<Series> = lines
            .into_iter()
            .filter(|(_, points)| points.len() > 1)
            .map(|(name, points)| Series { name: name.to_owned(), points })
            .collect();
        let from = |rate: f64| {
            let inputs = Inputs { request_rate_per_minute: rate, ..self.inputs };
            let wins = break_even(&inputs, &self.bounds, Metric::Score, Input::Precision)?;
            Some(format!("{wins} at {rate}"))
        };
        let told: Vec<String> = [own, 5.0 * own, 50.0 * own].into_iter().filter_map(from).collect();
        (!series.is_empty()).then(|| Named {
            name: "break-even-against-traffic".to_owned(),
            caption: format!(
                "The predictor precision from which on predictive beats static, all other inputs as they are: what it needs depends \
                 on how it is judged, and by the memo's score on traffic alone. By score it beats static {} requests per minute.",
                told.join(", ")
            ),
            chart: Chart::Lines(Lines {
                title: "Break-even precision against traffic".to_owned(),
                x_label: "requests per minute".to_owned(),
                y_label: "predictor precision from which on predictive beats static".to_owned(),
                log_x: true,
                series,
                marks: vec![Mark { x: own, label: format!("this scenario {own}") }], shades: vec![] }),
        })
    }

    fn winners(&self, objective: Metric) -> Named {
        let along = |n: usize| (0..n).map(|nth| nth as f64 / (n - 1) as f64).collect::<Vec<_>>();
        let (xs, ys) = (along(MAP_COLUMNS), along(MAP_ROWS));
        let cells =
            ys.iter().flat_map(|churn| xs.iter().map(|precision| self.winner(*precision, *churn, objective)));
        let title = objective.spec().title;
        Named {
            name: format!("winner-by-{}", objective.spec().short),
            caption: format!(
                "The best strategy by {title} at each precision and churn; of equals the one named first in the scenario."
            ),
            chart: Chart::Map(Map {
                title: format!("Winning strategy by {title}"),
                x_label: "predictor precision".to_owned(),
                y_label: "churn, per hour".to_owned(),
                cells: cells.collect(),
                categories: self.strategies.iter().map(|strategy| strategy.name.clone()).collect(),
                point: Some((
                    self.inputs.predictive_precision,
                    self.inputs.churn_per_hour,
                    "this scenario".to_owned(),
                )),
                xs,
                ys,
            }),
        }
    }

    fn winner(&self, precision: f64, churn: f64, objective: Metric) -> usize {
        let inputs = Inputs { churn_per_hour: churn, ..self.at_precision(precision) };
        let rate = inputs.request_rate_per_minute;
        let value = |strategy: &Strategy| {
            let found = outcome(strategy, &inputs, &self.bounds);
            found.and_then(|found| found.get(objective, rate)).unwrap_or(f64::NAN)
        };
        let better = objective.spec().better;
        let ranked = self.strategies.iter().map(value).enumerate();
        // min_by keeps the first of equals, as the ranking does.
        ranked.min_by(|a, b| better.order(a.1, b.1)).map_or(0, |(nth, _)| nth)
    }

    fn at_precision(&self, precision: f64) -> Inputs {
        Inputs { predictive_precision: precision, ..self.inputs }
    }
}
