//! Engines that take time at each point of a sweep: formulas, and simulation.

use std::ops::Range;

use evaluation::{Engine, Evaluation, Flag, Metric, rank};
use frames::{Table, Values};
use model::renewal;
use scenario::Scenario;
use sim::warming::{Experiment, Inputs};

use super::points::At;
use super::question::{Asked, Question, renames};
use super::screening::Screened;
use crate::answer::no_closed_form;
use crate::failure::Failure;
use crate::playing::{settled, unsound};

/// What a simulation is played with at every point.
#[derive(Clone)]
pub(crate) struct Played {
    pub(crate) inputs: Inputs,
    pub(crate) seed: u64,
    /// None takes those of the scenario.
    pub(crate) replications: Option<u32>,
}

/// An engine, asked at points; beside it which strategies are left out, and why.
pub(crate) fn asked<'a>(
    question: Question<'a>,
    engine: Engine,
    played: &Played,
    objective: Metric,
) -> Result<(Box<dyn Asked + 'a>, Option<String>), Failure> {
    let asks = match engine {
        Engine::Screening => {
            let screened = Screened::of(question, objective)?;
            let left_out = screened.left_out();
            return Ok((Box::new(screened), left_out));
        }
        Engine::Renewal => Asks::Renewal,
        Engine::Simulation => Asks::Simulation(played.clone()),
    };
    let (evaluated, left_out) = Evaluated::of(question, asks, objective)?;
    Ok((Box::new(evaluated), left_out))
}

/// Which engine, and what it needs to know.
enum Asks {
    /// Formulas for independent requests.
    Renewal,
    /// Every point with the same random numbers.
    Simulation(Played),
}

impl Asks {
    fn engine(&self) -> Engine {
        match self {
            Self::Renewal => Engine::Renewal,
            Self::Simulation(_) => Engine::Simulation,
        }
    }

    /// Metrics that it may answer with, each a column.
    fn metrics(&self) -> Vec<Metric> {
        match self {
            Self::Renewal => renewal::METRICS.to_vec(),
            Self::Simulation(_) => {
                Metric::ALL.iter().copied().filter(|metric| Experiment::answers(*metric)).collect()
            }
        }
    }

    /// The answers for a scenario, in its order, and why there is none for some.
    fn evaluate(&self, scenario: &Scenario) -> Result<(Vec<Evaluation>, Option<String>), Failure> {
        match self {
            Self::Renewal => {
                let renewal::Answer { evaluations, unanswered } = renewal::evaluate(scenario);
                let reasons: Vec<String> = no_closed_form(&unanswered).collect();
                Ok((evaluations, Some(reasons.join(" ")).filter(|reasons| !reasons.is_empty())))
            }
            Self::Simulation(Played { inputs, seed, replications }) => {
                let experiment = settled(scenario, inputs, *seed, |refusal| {
                    Failure::usage(&refusal.message, &refusal.help)
                })?;
                let count = replications.unwrap_or(scenario.simulation.replications.get() as u32);
                let answer = experiment.run(count, || ()).map_err(|error| unsound(&error))?;
                Ok((answer.evaluations, None))
            }
        }
    }
}

/// An engine that resolves the scenario at every point.
struct Evaluated<'a> {
    question: Question<'a>,
    asks: Asks,
    objective: Metric,
    strategies: Vec<String>,
}

impl<'a> Evaluated<'a> {
    /// Answers at the first value of every axis, and resolves every value of every axis.
    ///
    /// Strategies without an answer there are left out; what comes back beside it says so.
    fn of(question: Question<'a>, asks: Asks, objective: Metric) -> Result<(Self, Option<String>), Failure> {
        if !asks.metrics().contains(&objective) {
            let message = format!("--rank-by {}: {} does not tell it", objective.spec().short, asks.engine());
            let known: Vec<&str> = asks.metrics().iter().map(|metric| metric.spec().short).collect();
            return Err(Failure::usage(&message, &format!("rank by one of {}", known.join(", "))));
        }
        let first = question.first();
        let scenario = question.scenario(&first)?;
        let all = names(&scenario);
        for (nth, axis) in question.points.axes.iter().enumerate() {
            for tried in axis.tried() {
                let mut at = first.clone();
                at[nth] = tried;
                if names(&question.scenario(&at)?) != all {
                    return Err(renames(axis));
                }
            }
        }
        let (mut strategies, mut left_out) = (all, None);
        if let Asks::Renewal = &asks {
            // A scenario that states everything is asked as it is, too: the first point may be out of reach.
            let own = question.resolve(&[]).ok();
            let mut answered = vec![];
            for scenario in own.iter().chain([&scenario]) {
                let (evaluations, why) = asks.evaluate(scenario)?;
                answered.extend(evaluations.into_iter().map(|one| one.strategy));
                left_out = left_out.or(why);
            }
            strategies.retain(|strategy| answered.contains(strategy));
        }
        if strategies.is_empty() {
            let message = format!(
                "neither the scenario nor the first point has an answer. {}",
                left_out.unwrap_or_default()
            );
            return Err(Failure::usage(&message, "`--engine simulation` plays any strategy"));
        }
        Ok((Self { question, asks, objective, strategies }, left_out))
    }

    /// The answers at a point, best first; strategies without one go last.
    fn point(&self, at: &[At]) -> Result<Vec<Row>, Failure> {
        let mut scenario = self.question.scenario(at)?;
        scenario.strategies.retain(|strategy| self.strategies.contains(&strategy.name));
        let (mut evaluations, _) =
            self.asks.evaluate(&scenario).map_err(|failure| self.located(failure, at))?;
        rank(&mut evaluations, self.objective);
        let place = |name: &str| self.strategies.iter().position(|known| known == name);
        let mut rows: Vec<Row> = vec![];
        for (nth, evaluation) in evaluations.into_iter().enumerate() {
            let ranked = evaluation.get(self.objective).is_some().then_some(nth as u64 + 1);
            rows.extend(place(&evaluation.strategy).map(|strategy| Row {
                strategy,
                ranked,
                found: Some(evaluation),
            }));
        }
        let open = (0..self.strategies.len()).filter(|nth| rows.iter().all(|row| row.strategy != *nth));
        let open: Vec<Row> = open.map(|strategy| Row { strategy, ranked: None, found: None }).collect();
        rows.extend(open);
        Ok(rows)
    }

    /// What went wrong, and at which point.
    fn located(&self, failure: Failure, at: &[At]) -> Failure {
        match failure {
            Failure::Input(mut problems) => {
                let point = self.question.points.assignments(at).join(", ");
                problems
                    .0
                    .iter_mut()
                    .for_each(|problem| problem.message = format!("at {point}: {}", problem.message));
                Failure::Input(problems)
            }
            other => other,
        }
    }
}

/// An answer of a strategy at a point.
struct Row {
    strategy: usize,
    ranked: Option<u64>,
    found: Option<Evaluation>,
}

impl Asked for Evaluated<'_> {
    fn strategies(&self) -> &[String] {
        &self.strategies
    }

    fn engine(&self) -> Engine {
        self.asks.engine()
    }

    fn points(&self) -> &super::Points {
        &self.question.points
    }

    fn table(&self, points: Range<usize>) -> Result<Table, Failure> {
        let at: Vec<Vec<At>> = points.clone().map(|nth| self.question.points.at(nth)).collect();
        let answers: Vec<Vec<Row>> = at.iter().map(|at| self.point(at)).collect::<Result<_, _>>()?;
        let rows: Vec<&Row> = answers.iter().flatten().collect();
        let codes = rows.iter().map(|row| row.strategy as u32).collect();
        let ranks = Values::CountOrNone(rows.iter().map(|row| row.ranked).collect());
        let mut table = self.head(points, &at, codes).with("rank", ranks);
        for metric in self.asks.metrics() {
            let found: Vec<_> =
                rows.iter().map(|row| row.found.as_ref().and_then(|found| found.get(metric))).collect();
            let values = found.iter().map(|found| found.map(|found| found.value)).collect();
            table = table.with(metric.name(), Values::Number(values));
            if matches!(self.asks, Asks::Simulation(_)) {
                let widths = found.iter().map(|found| found.and_then(|found| found.half_width)).collect();
                table = table.with(format!("{}_half_width", metric.name()), Values::Number(widths));
            }
        }
        let flags = |row: &&Row| {
            let raised = row.found.iter().flat_map(|found| &found.risk_flags);
            Flag::join(raised.map(|flag| flag.code))
        };
        Ok(table.with("risk_flags", Values::Text(rows.iter().map(flags).collect())))
    }
}

fn names(scenario: &Scenario) -> Vec<String> {
    scenario.strategies.iter().map(|one| one.name.clone()).collect()
}
