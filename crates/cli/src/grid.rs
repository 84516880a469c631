//! The points of a sweep, and the closed form's answers at each.

use evaluation::{Engine, Flag, Metric};
use frames::{Table, Values};
use model::screening::{Bounds, FlagSet, Inputs, RANKABLE, inputs, outcome, setter};
use scenario::{Document, Scenario, Strategy};

use crate::failure::Failure;
use crate::vary::Axis;

/// A grid over one scenario.
pub(crate) struct Grid<'a> {
    document: &'a Document<'a>,
    axes: &'a [Axis],
    pub(crate) strategies: Vec<Strategy>,
    /// Where every axis acts on the closed form directly: its base numbers, and each axis' values.
    direct: Option<(Inputs, Bounds, Vec<Vec<f64>>)>,
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

impl<'a> Grid<'a> {
    /// Resolves the scenario at the first point, and every value of every axis with it.
    pub(crate) fn of(document: &'a Document<'a>, axes: &'a [Axis]) -> Result<Self, Failure> {
        let first: Vec<&str> = axes.iter().map(|axis| axis.assignments[0].as_str()).collect();
        let scenario = resolve(document, &first)?;
        let mut grid = Self { document, axes, strategies: scenario.strategies, direct: None };
        grid.direct = grid.direct(&first)?;
        Ok(grid)
    }

    /// Takes the direct way where, for every value of every axis, it gives what resolving the scenario gives.
    fn direct(&self, first: &[&str]) -> Result<Option<(Inputs, Bounds, Vec<Vec<f64>>)>, Failure> {
        let (base, base_bounds) = self.numbers(first)?;
        let mut values = vec![];
        let mut possible = true;
        for (nth, axis) in self.axes.iter().enumerate() {
            let set = setter(&axis.key);
            let mut numbers = vec![];
            for (value, assignment) in axis.values.iter().zip(&axis.assignments) {
                let mut point = first.to_vec();
                point[nth] = assignment;
                let resolved = self.numbers(&point)?;
                let (Some(set), Ok(number)) = (set, value.parse::<f64>()) else {
                    possible = false;
                    continue;
                };
                let mut directly = (base, base_bounds);
                set(&mut directly.0, &mut directly.1, number);
                possible &= directly == resolved;
                numbers.push(number);
            }
            values.push(numbers);
        }
        Ok(possible.then_some((base, base_bounds, values)))
    }

    /// The closed form's numbers at a point, by resolving the scenario.
    fn numbers(&self, assignments: &[&str]) -> Result<(Inputs, Bounds), Failure> {
        let scenario = resolve(self.document, assignments)?;
        let point = || format!("at {}", assignments.join(", "));
        let numbers = inputs(&scenario)
            .map_err(|refusal| Failure::usage(&format!("{}: {}", point(), refusal.message), refusal.help))?;
        Ok((numbers, Bounds::from(&scenario.thresholds)))
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
        let (numbers, bounds) = match &self.direct {
            Some((base, bounds, values)) => {
                let mut point = (*base, *bounds);
                for ((axis, values), at) in self.axes.iter().zip(values).zip(&position) {
                    if let Some(set) = setter(&axis.key) {
                        set(&mut point.0, &mut point.1, values[*at]);
                    }
                }
                point
            }
            None => {
                let at = self.axes.iter().zip(&position).map(|(axis, at)| axis.assignments[*at].as_str());
                self.numbers(&at.collect::<Vec<_>>())?
            }
        };
        let rate = numbers.request_rate_per_minute;
        let better = objective.spec().better;
        let answers = self.strategies.iter().enumerate();
        let mut rows: Vec<Row> =
            answers.map(|(strategy, one)| Row { strategy, outcome: outcome(one, &numbers, &bounds) }).collect();
        let key = |row: &Row| row.outcome.get(objective, rate).unwrap_or(f64::NAN);
        rows.sort_by(|a, b| better.order(key(a), key(b)));
        Ok(Point { rate, rows })
    }

    /// Tidy rows of consecutive points, the first of which is `start`.
    pub(crate) fn table(&self, start: usize, points: &[Point]) -> Table {
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
            .with("strategy", Values::Text(rows().map(|(_, row)| self.strategies[row.strategy].name.clone()).collect()))
            .with("engine", Values::Text(rows().map(|_| Engine::Screening.name().to_owned()).collect()))
            .with("rank", Values::Count(ranks.collect()));
        for metric in RANKABLE {
            let values = rows().map(|(point, row)| row.outcome.get(metric, point.rate)).collect();
            table = table.with(metric.name(), Values::Number(values));
        }
        table.with("risk_flags", Values::Text(rows().map(|(_, row)| joined(row.outcome.flags)).collect()))
    }
}

fn joined(flags: FlagSet) -> String {
    flags.iter().map(Flag::code).collect::<Vec<_>>().join(";")
}

fn resolve(document: &Document<'_>, assignments: &[&str]) -> Result<Scenario, Failure> {
    let mut document = document.clone();
    for assignment in assignments {
        document.set(assignment)?;
    }
    Ok(Scenario::resolve(&document, None)?)
}
