//! Which strategy is best over precision and churn, as a sweep around the scenario finds it.

use evaluation::{Engine, Metric};
use plots::{Chart, Map};
use report::Section;
use scenario::Document;

use super::Named;
use crate::failure::Failure;
use crate::sweeping::{Axis, Layout, Played, Points, Question, asked, winner_map};

/// What is asked, and how it is played.
pub(crate) struct Mapped<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) played: &'a Played,
    pub(crate) objective: Metric,
}

/// Steps of precision and of churn, by engine: formulas that take time are asked at fewer points.
const STEPS: [(Engine, f64, f64); 2] = [(Engine::Screening, 100.0, 50.0), (Engine::Renewal, 25.0, 10.0)];

/// A map for each engine that has answers for two strategies and more, of which one predicts; by the memo's score too.
pub(crate) fn winner_maps(section: &Section, mapped: &Mapped<'_>) -> Vec<Named> {
    let scenario = &section.scenario;
    if scenario.predictor.is_none() || !scenario.strategies.iter().any(|one| one.preset.predicts()) {
        return vec![];
    }
    let answered =
        |engine: Engine| section.evaluations.iter().filter(|answer| answer.engine == engine).count() > 1;
    let mut maps = vec![];
    for (engine, precisions, churns) in STEPS.into_iter().filter(|(engine, ..)| answered(*engine)) {
        let by_score =
            (engine == Engine::Screening && mapped.objective != Metric::Score).then_some(Metric::Score);
        for objective in [mapped.objective].into_iter().chain(by_score) {
            let map = mapped.map(section, engine, objective, [precisions, churns]);
            maps.extend(map.ok().flatten());
        }
    }
    maps
}

impl Mapped<'_> {
    /// None where the values make up no map; fails where the scenario cannot be asked so, as where its predictor has a curve.
    fn map(
        &self,
        section: &Section,
        engine: Engine,
        objective: Metric,
        [precisions, churns]: [f64; 2],
    ) -> Result<Option<Named>, Failure> {
        let scenario = &section.scenario;
        let own = scenario.workload.churn.get();
        let most = round_above(own.max(1.0));
        let axes = vec![
            Axis::parse(&format!("predictor.precision=0:1:{}", 1.0 / precisions))?,
            Axis::parse(&format!("workload.churn_per_hour=0:{most}:{}", most / churns))?,
        ];
        let points = Points::of(axes, Layout::Grid, None, self.played.seed)?;
        let question = Question::of(self.document, points)?;
        let (asked, _) = asked(question, engine, self.played, objective)?;
        let Some(map) = winner_map(&*asked, objective)? else { return Ok(None) };
        let spec = objective.spec();
        let of = if engine == Engine::Screening { String::new() } else { format!("-{engine}") };
        let here = scenario.predictor.as_ref().map(|one| one.precision.get());
        Ok(Some(Named {
            name: format!("winner-by-{}{of}", spec.short),
            caption: format!(
                "The best strategy by {} at each precision and churn, says {engine}; of equals the one named first in the scenario.",
                spec.title
            ),
            chart: Chart::Map(Map {
                title: format!("Winning strategy by {}, says {engine}", spec.title),
                x_label: "predictor precision".to_owned(),
                y_label: "churn, per hour".to_owned(),
                point: here.map(|precision| (precision, own, "this scenario".to_owned())),
                ..map
            }),
            data: None,
        }))
    }
}

/// The least of 1, 2 or 5 times a power of ten that is not below a number of at least 1.
fn round_above(least: f64) -> f64 {
    let power = 10f64.powi(least.log10().floor() as i32);
    let round = [1.0, 2.0, 5.0].map(|mantissa| mantissa * power);
    round.into_iter().find(|round| *round >= least).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_churn_of_a_map_ends_at_a_round_number() {
        for (least, round) in [(1.0, 1.0), (1.01, 2.0), (2.0, 2.0), (4.9, 5.0), (5.1, 10.0), (60.0, 100.0)] {
            assert_eq!(round_above(least), round);
        }
    }
}
