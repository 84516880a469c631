//! The precision from which on predictive beats static, as traffic, recall and churn vary.

use evaluation::{Engine, Metric, WinSet};
use model::renewal;
use model::screening::{Bounds, Input, break_even, inputs};
use plots::{Chart, Lines, Mark, Series};
use report::Section;
use scenario::{Fraction, PerHour, PerMinute, Preset, Quantity, Scenario};

use super::Named;
use crate::sensing::significant;

/// Who judges, and by what.
struct Judge {
    name: &'static str,
    engine: Engine,
    objective: Metric,
    /// Points along a line.
    points: usize,
}

const JUDGES: [Judge; 3] = [
    Judge { name: "score", engine: Engine::Screening, objective: Metric::Score, points: 201 },
    Judge { name: "latency", engine: Engine::Screening, objective: Metric::ExpectedLatency, points: 201 },
    Judge {
        name: "latency, renewal",
        engine: Engine::Renewal,
        objective: Metric::ExpectedLatency,
        points: 13,
    },
];

/// Shares of the scenario's own churn.
const CHURNS: [f64; 3] = [0.0, 1.0, 4.0];

impl Judge {
    /// Where predictive wins in a scenario.
    fn wins(&self, scenario: &Scenario) -> Option<WinSet> {
        match self.engine {
            Engine::Renewal => {
                let found = renewal::break_evens(scenario).into_iter();
                let mut found = found.filter(|one| one.objective == self.objective);
                Some(found.find(|one| one.input == Input::Precision.key())?.wins)
            }
            _ => {
                let bounds = Bounds::from(&scenario.thresholds);
                break_even(&inputs(scenario).ok()?, &bounds, self.objective, Input::Precision)
            }
        }
    }

    /// Those that have answered.
    fn of(section: &Section) -> impl Iterator<Item = &'static Self> {
        let answered = |judge: &&Self| section.evaluations.iter().any(|answer| answer.engine == judge.engine);
        JUDGES.iter().filter(answered)
    }
}

/// Whether predictive is held against static.
fn compares(section: &Section) -> bool {
    let has = |preset: Preset| section.scenario.strategies.iter().any(|one| one.preset == preset);
    section.scenario.predictor.is_some() && has(Preset::Predictive) && has(Preset::Static)
}

/// From a tenth of this traffic to fifty times as much.
pub(super) fn against_traffic(section: &Section) -> Option<Named> {
    let scenario = &section.scenario;
    if !compares(section) {
        return None;
    }
    let own = scenario.workload.request_rate.get();
    let at = |rate: f64| {
        let mut other = scenario.clone();
        other.workload.request_rate = PerMinute::new(rate).ok()?;
        Some(other)
    };
    let line = |judge: &Judge| {
        let rates =
            (0..judge.points).map(|nth| own * 0.1 * 500f64.powf(nth as f64 / (judge.points - 1) as f64));
        let points = rates.filter_map(|rate| Some((rate, judge.wins(&at(rate)?)?.threshold()?)));
        Series { name: judge.name.to_owned(), points: points.collect() }
    };
    let lines = Judge::of(section).map(line).filter(|series| series.points.len() > 1);
    let series: Vec<Series> = lines.collect();
    let told = |rate: f64| Some(format!("{} at {rate}", JUDGES[0].wins(&at(rate)?)?));
    let told: Vec<String> = [own, 5.0 * own, 50.0 * own].into_iter().filter_map(told).collect();
    let by_score = match told.is_empty() {
        true => String::new(),
        false => format!(
            ", and by the memo's score on traffic alone. By score it beats static {} requests per minute",
            told.join(", ")
        ),
    };
    (!series.is_empty()).then(|| Named {
        name: "break-even-against-traffic".to_owned(),
        caption: format!(
            "The predictor precision from which on predictive beats static, all other inputs as they are: what it needs \
             depends on how it is judged{by_score}."
        ),
        chart: Chart::Lines(Lines {
            title: "Break-even precision against traffic".to_owned(),
            x_label: "requests per minute".to_owned(),
            y_label: "predictor precision from which on predictive beats static".to_owned(),
            log_x: true,
            series,
            marks: vec![Mark { x: own, label: format!("this scenario {own}") }],
            shades: vec![],
        }),
        data: None,
    })
}

/// As recall and churn vary, by each judge who does not always say the same.
pub(super) fn over_recall(section: &Section) -> Vec<Named> {
    if !compares(section) {
        return vec![];
    }
    Judge::of(section).filter_map(|judge| surface(&section.scenario, judge)).collect()
}

fn surface(scenario: &Scenario, judge: &Judge) -> Option<Named> {
    let own = scenario.workload.churn.get();
    let churns = if own > 0.0 { CHURNS.map(|share| share * own).to_vec() } else { vec![0.0] };
    let at = |recall: f64, churn: f64| {
        let mut other = scenario.clone();
        other.predictor.as_mut()?.recall = Fraction::new(recall).ok()?;
        other.workload.churn = PerHour::new(churn).ok()?;
        judge.wins(&other)
    };
    let recalls = || (1..judge.points).map(|nth| nth as f64 / (judge.points - 1) as f64);
    let line = |churn: &f64| {
        let points = recalls().filter_map(|recall| Some((recall, at(recall, *churn)?.threshold()?)));
        Series { name: format!("churn {}/h", significant(*churn)), points: points.collect() }
    };
    let series: Vec<Series> = churns.iter().map(line).filter(|series| series.points.len() > 1).collect();
    let found: Vec<f64> = series.iter().flat_map(|one| &one.points).map(|point| point.1).collect();
    let (low, high) =
        found.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), at| (low.min(*at), high.max(*at)));
    // Where predictive always wins there is no line to draw.
    if found.is_empty() || high == 0.0 {
        return None;
    }
    let missing = if found.len() < churns.len() * recalls().count() {
        " Where a line is missing there is no precision from which on it stays ahead."
    } else {
        ""
    };
    let (title, engine) = (judge.objective.spec().title, judge.engine);
    let here = scenario.predictor.as_ref()?.recall.get();
    Some(Named {
        name: format!("break-even-over-recall-{engine}"),
        caption: format!(
            "The predictor precision from which on predictive beats static by {title}, says {engine}, for every recall and for \
             none, this scenario's and four times its churn: from {low:.3} to {high:.3}.{missing}"
        ),
        chart: Chart::Lines(Lines {
            title: format!("Break-even precision by {title} over recall and churn"),
            x_label: "predictor recall".to_owned(),
            y_label: "predictor precision from which on predictive beats static".to_owned(),
            log_x: false,
            series,
            marks: vec![Mark { x: here, label: format!("this scenario {here}") }],
            shades: vec![],
        }),
        data: None,
    })
}
