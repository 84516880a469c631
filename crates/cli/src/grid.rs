//! The points of a sweep, and the closed form's answers at each.

use evaluation::{Engine, Flag, Metric};
use frames::{Table, Values};
use model::screening::{Bounds, Inputs, RANKABLE, Setter, inputs, outcome, setter};
use rayon::prelude::*;
use scenario::{Document, Scenario, Strategy};

use crate::failure::Failure;
use crate::vary::Axis;

/// Sections of a scenario that change an answer.
const READ_BY_ENGINES: [&str; 6] = ["workload", "cache", "origin", "predictor", "strategy", "thresholds"];

/// A grid over one scenario.
pub(crate) struct Grid<'a> {
    document: &'a Document<'a>,
    axes: &'a [Axis],
    pub(crate) strategies: Vec<Strategy>,
    direct: Option<Direct>,
}

/// A grid on which every axis acts on the closed form directly.
struct Direct {
    inputs: Inputs,
    bounds: Bounds,
    /// How each axis acts, and the values that it takes.
    axes: Vec<(Setter, Vec<f64>)>,
}

/// What the closed form reads of a scenario.
#[derive(Clone, PartialEq)]
struct Numbers {
    inputs: Inputs,
    bounds: Bounds,
    strategies: Vec<Strategy>,
}

/// The answers at one point, best first.
pub(crate) struct Point {
    rate: f64,
    pub(crate) rows: Vec<Row>,
}

pub(crate) struct Row {
    pub(crate) strategy: usize,
    outcome: model::screening::Outcome,
}

impl Point {
    fn of(inputs: &Inputs, bounds: &Bounds, strategies: &[Strategy], objective: Metric) -> Self {
        let rate = inputs.request_rate_per_minute;
        let better = objective.spec().better;
        let answers = strategies.iter().enumerate();
        let mut rows: Vec<Row> = answers
            .filter_map(|(strategy, one)| Some(Row { strategy, outcome: outcome(one, inputs, bounds)? }))
            .collect();
        let key = |row: &Row| row.outcome.get(objective, rate).unwrap_or(f64::NAN);
        rows.sort_by(|a, b| better.order(key(a), key(b)));
        Self { rate, rows }
    }
}

impl<'a> Grid<'a> {
    /// Resolves the scenario at the first point, and every value of every axis with it.
    pub(crate) fn of(document: &'a Document<'a>, axes: &'a [Axis]) -> Result<Self, Failure> {
        let first: Vec<&str> = axes.iter().map(|axis| axis.assignments[0].as_str()).collect();
        refuse_unsound_axes(document, axes)?;
        let mut grid = Self { document, axes, strategies: vec![], direct: None };
        let base = grid.numbers(&first)?;
        grid.direct = grid.direct(&base, &first)?;
        grid.strategies = base.strategies;
        Ok(grid)
    }

    /// Takes the direct way where, for every value of every axis, it gives what resolving the scenario gives.
    fn direct(&self, base: &Numbers, first: &[&str]) -> Result<Option<Direct>, Failure> {
        let mut axes = Some(vec![]);
        for (nth, axis) in self.axes.iter().enumerate() {
            let set = setter(&axis.key);
            let values: Option<Vec<f64>> = axis.values.iter().map(|value| value.parse().ok()).collect();
            let way = set.zip(values);
            let checked = axis.assignments.par_iter().enumerate().map(|(at, assignment)| {
                let mut point = first.to_vec();
                point[nth] = assignment;
                let resolved = self.numbers(&point)?;
                if !resolved
                    .strategies
                    .iter()
                    .map(|one| &one.name)
                    .eq(base.strategies.iter().map(|one| &one.name))
                {
                    let message = format!("--vary {} changes the names of the strategies", axis.key);
                    return Err(Failure::usage(&message, "vary what a strategy does, not what it is called"));
                }
                Ok(way.as_ref().is_some_and(|(set, values)| {
                    let mut directly = base.clone();
                    set(&mut directly.inputs, &mut directly.bounds, values[at]);
                    directly == resolved
                }))
            });
            let agrees = checked.try_reduce(|| true, |one, other| Ok(one && other))?;
            axes = axes.zip(way.filter(|_| agrees)).map(|(mut axes, way)| {
                axes.push(way);
                axes
            });
        }
        Ok(axes.map(|axes| Direct { inputs: base.inputs, bounds: base.bounds, axes }))
    }

    /// The closed form's numbers at a point, by resolving the scenario.
    fn numbers(&self, assignments: &[&str]) -> Result<Numbers, Failure> {
        let scenario = resolve(self.document, assignments)?;
        let point = || format!("at {}", assignments.join(", "));
        let inputs = inputs(&scenario)
            .map_err(|refusal| Failure::usage(&format!("{}: {}", point(), refusal.message), refusal.help))?;
        let mut strategies = scenario.strategies;
        strategies.retain(|strategy| strategy.preset.has_closed_form());
        Ok(Numbers { inputs, bounds: Bounds::from(&scenario.thresholds), strategies })
    }

    /// Position of the point on each axis; the last axis runs fastest.
    fn position(&self, mut nth: usize) -> Vec<usize> {
        let mut position = vec![0; self.axes.len()];
        for (at, axis) in position.iter_mut().zip(self.axes).rev() {
            *at = nth % axis.values.len();
            nth /= axis.values.len();
        }
        position
    }

    /// The answers at a point.
    pub(crate) fn point(&self, nth: usize, objective: Metric) -> Result<Point, Failure> {
        let position = self.position(nth);
        match &self.direct {
            Some(direct) => {
                let (mut inputs, mut bounds) = (direct.inputs, direct.bounds);
                for ((set, values), at) in direct.axes.iter().zip(&position) {
                    set(&mut inputs, &mut bounds, values[*at]);
                }
                Ok(Point::of(&inputs, &bounds, &self.strategies, objective))
            }
            None => {
                let at = self.axes.iter().zip(&position).map(|(axis, at)| axis.assignments[*at].as_str());
                let Numbers { inputs, bounds, strategies } = self.numbers(&at.collect::<Vec<_>>())?;
                Ok(Point::of(&inputs, &bounds, &strategies, objective))
            }
        }
    }

    /// Tidy rows of consecutive points, the first of which is `start`.
    pub(crate) fn table(&self, start: usize, points: &[Point], engine: Engine) -> Table {
        let per_point = self.strategies.len();
        let rows = || points.iter().flat_map(|point| point.rows.iter().map(move |row| (point, row)));
        let mut table = Table::new();
        let positions: Vec<_> = (start..start + points.len()).map(|nth| self.position(nth)).collect();
        for (nth, axis) in self.axes.iter().enumerate() {
            let at = || positions.iter().flat_map(|position| std::iter::repeat_n(position[nth], per_point));
            let numbers: Option<Vec<f64>> = axis.values.iter().map(|value| value.parse().ok()).collect();
            let values = match numbers {
                Some(numbers) => Values::Number(at().map(|at| Some(numbers[at])).collect()),
                None => Values::Text(at().map(|at| axis.values[at].clone()).collect()),
            };
            table = table.with(&axis.key, values);
        }
        let ranks = points.iter().flat_map(|point| 1..=point.rows.len() as u64);
        table = table
            .with(
                "strategy",
                Values::Text(rows().map(|(_, row)| self.strategies[row.strategy].name.clone()).collect()),
            )
            .with("engine", Values::Text(rows().map(|_| engine.name().to_owned()).collect()))
            .with("rank", Values::Count(ranks.collect()));
        for metric in RANKABLE {
            let values = rows().map(|(point, row)| row.outcome.get(metric, point.rate)).collect();
            table = table.with(metric.name(), Values::Number(values));
        }
        table.with(
            "risk_flags",
            Values::Text(rows().map(|(_, row)| Flag::join(row.outcome.flags.iter())).collect()),
        )
    }
}

/// An axis varies one value, and no two axes vary the same one.
fn refuse_unsound_axes(document: &Document<'_>, axes: &[Axis]) -> Result<(), Failure> {
    let mut all = document.clone();
    for assignment in axes.iter().flat_map(|axis| &axis.assignments[..1]) {
        all.set(assignment)?;
    }
    for axis in axes {
        let section = axis.key.split('.').next().unwrap_or_default();
        if !READ_BY_ENGINES.contains(&section) && document.clone().set(&axis.assignments[0]).is_ok() {
            let message = format!("--vary {} varies what no engine reads", axis.key);
            return Err(Failure::usage(&message, &format!("vary a key of {}", READ_BY_ENGINES.join(", "))));
        }
        if axis.values.iter().any(|value| value.starts_with(['[', '{'])) {
            let message = format!("--vary {} varies a whole section or list", axis.key);
            return Err(Failure::usage(&message, "vary one of its keys"));
        }
        if all.locate(&axis.key).is_some_and(|place| *place.text != *axis.assignments[0]) {
            let message = format!("--vary {} varies what another --vary does", axis.key);
            return Err(Failure::usage(&message, "write all values of a key in one --vary"));
        }
    }
    Ok(())
}

fn resolve(document: &Document<'_>, assignments: &[&str]) -> Result<Scenario, Failure> {
    let mut document = document.clone();
    for assignment in assignments {
        document.set(assignment)?;
    }
    Ok(Scenario::resolve(&document, None)?)
}
