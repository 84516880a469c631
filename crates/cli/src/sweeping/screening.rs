//! The closed form of nine numbers at the points of a sweep, by millions.

use std::ops::Range;

use evaluation::{Engine, Flag, Metric};
use frames::{Table, Values};
use model::screening::{Bounds, FlagSet, Inputs, Outcome, RANKABLE, Setter, inputs, outcome, setter};
use rayon::prelude::*;
use scenario::{Scenario, Strategy};

use super::points::{At, Points};
use super::question::{Asked, Question, renames};
use crate::failure::Failure;

/// The screening engine, asked at many points.
pub(crate) struct Screened<'a> {
    question: Question<'a>,
    objective: Metric,
    strategies: Vec<Strategy>,
    names: Vec<String>,
    /// Strategies without a closed form.
    without: Vec<String>,
    direct: Option<Direct>,
}

/// Axes that act on the closed form directly.
struct Direct {
    numbers: Numbers,
    /// How each key acts, on which axis it is, and the values that are listed for it.
    keys: Vec<(Setter, usize, Vec<f64>)>,
}

/// What the closed form reads of a scenario.
#[derive(Clone, PartialEq)]
struct Numbers {
    inputs: Inputs,
    bounds: Bounds,
    strategies: Vec<Strategy>,
}

/// The answers at one point, best first.
struct Point {
    rate: f64,
    rows: Vec<(usize, Outcome)>,
}

impl Point {
    fn of(inputs: &Inputs, bounds: &Bounds, strategies: &[Strategy], objective: Metric) -> Self {
        let rate = inputs.request_rate_per_minute;
        let better = objective.spec().better;
        let answers = strategies.iter().enumerate();
        let mut rows: Vec<(usize, Outcome)> =
            answers.filter_map(|(nth, one)| Some((nth, outcome(one, inputs, bounds)?))).collect();
        let key = |outcome: &Outcome| outcome.get(objective, rate).unwrap_or(f64::NAN);
        rows.sort_by(|(_, a), (_, b)| better.order(key(a), key(b)));
        Self { rate, rows }
    }
}

impl<'a> Screened<'a> {
    /// Resolves the scenario at the first value of every axis, and every value of every axis with it.
    pub(crate) fn of(question: Question<'a>, objective: Metric) -> Result<Self, Failure> {
        let first = question.first();
        let scenario = question.scenario(&first)?;
        let all: Vec<String> = scenario.strategies.iter().map(|one| one.name.clone()).collect();
        let base = numbers_of(scenario, &question, &first)?;
        let direct = direct(&question, &base)?;
        let names: Vec<String> = base.strategies.iter().map(|one| one.name.clone()).collect();
        let without = all.into_iter().filter(|name| !names.contains(name)).collect();
        Ok(Self { question, objective, strategies: base.strategies, names, without, direct })
    }

    /// Which strategies have no closed form, in a sentence.
    pub(crate) fn left_out(&self) -> Option<String> {
        (!self.without.is_empty())
            .then(|| format!("No closed form for {}; use --engine simulation.", self.without.join(", ")))
    }

    fn point(&self, at: &[At]) -> Result<Point, Failure> {
        match &self.direct {
            Some(Direct { numbers, keys }) => {
                let (mut inputs, mut bounds) = (numbers.inputs, numbers.bounds);
                for (set, axis, values) in keys {
                    let value = match at[*axis] {
                        At::Row(nth) => values[nth],
                        At::Value(value) => value,
                    };
                    set(&mut inputs, &mut bounds, value);
                }
                Ok(Point::of(&inputs, &bounds, &self.strategies, self.objective))
            }
            None => {
                let Numbers { inputs, bounds, strategies } = numbers(&self.question, at)?;
                Ok(Point::of(&inputs, &bounds, &strategies, self.objective))
            }
        }
    }
}

impl Asked for Screened<'_> {
    fn strategies(&self) -> &[String] {
        &self.names
    }

    fn engine(&self) -> Engine {
        Engine::Screening
    }

    fn points(&self) -> &Points {
        &self.question.points
    }

    fn table(&self, points: Range<usize>) -> Result<Table, Failure> {
        let at: Vec<Vec<At>> = points.clone().map(|nth| self.question.points.at(nth)).collect();
        let answers: Vec<Point> = at.iter().map(|at| self.point(at)).collect::<Result<_, _>>()?;
        let rows = || answers.iter().flat_map(|point| point.rows.iter().map(move |row| (point, row)));
        let codes = rows().map(|(_, (nth, _))| *nth as u32).collect();
        let ranks = answers.iter().flat_map(|point| 1..=point.rows.len() as u64);
        let mut table = self.head(points, &at, codes).with("rank", Values::Count(ranks.collect()));
        for metric in RANKABLE {
            let values = rows().map(|(point, (_, outcome))| outcome.get(metric, point.rate)).collect();
            table = table.with(metric.name(), Values::Number(values));
        }
        Ok(table.with("risk_flags", flags(rows().map(|(_, (_, outcome))| outcome.flags))))
    }
}

/// The names of flags in each row; few combinations occur.
fn flags(rows: impl Iterator<Item = FlagSet>) -> Values {
    let (mut sets, mut codes): (Vec<FlagSet>, Vec<u32>) = (vec![], vec![]);
    for set in rows {
        let known = sets.iter().position(|known| *known == set);
        codes.push(known.unwrap_or(sets.len()) as u32);
        if known.is_none() {
            sets.push(set);
        }
    }
    Values::Label { names: sets.iter().map(|set| Flag::join(set.iter())).collect(), codes }
}

/// The closed form's numbers at a point, by resolving the scenario.
fn numbers(question: &Question<'_>, at: &[At]) -> Result<Numbers, Failure> {
    numbers_of(question.scenario(at)?, question, at)
}

fn numbers_of(scenario: Scenario, question: &Question<'_>, at: &[At]) -> Result<Numbers, Failure> {
    let told = |refusal: model::screening::Refusal| {
        let message = format!("at {}: {}", question.points.assignments(at).join(", "), refusal.message);
        Failure::usage(&message, refusal.help)
    };
    let inputs = inputs(&scenario).map_err(told)?;
    let mut strategies = scenario.strategies;
    strategies.retain(|strategy| strategy.preset.has_closed_form());
    Ok(Numbers { inputs, bounds: Bounds::from(&scenario.thresholds), strategies })
}

/// The direct way, where for every listed value of every axis, and for some of a span, it gives what resolving gives.
fn direct(question: &Question<'_>, base: &Numbers) -> Result<Option<Direct>, Failure> {
    let mut keys = Some(vec![]);
    for (nth, axis) in question.points.axes.iter().enumerate() {
        let each = axis.keys.iter().enumerate();
        let ways: Option<Vec<(Setter, usize, Vec<f64>)>> =
            each.map(|(key, name)| Some((setter(name)?, nth, axis.numbers(key)?))).collect();
        let checked = axis.tried().into_par_iter().map(|tried| {
            let mut at = question.first();
            at[nth] = tried;
            let resolved = numbers(question, &at)?;
            let names = |numbers: &Numbers| -> Vec<String> {
                numbers.strategies.iter().map(|one| one.name.clone()).collect()
            };
            if names(&resolved) != names(base) {
                return Err(renames(axis));
            }
            Ok(ways.as_ref().is_some_and(|ways| {
                let mut directly = base.clone();
                for (set, _, values) in ways {
                    let value = match tried {
                        At::Row(row) => values[row],
                        At::Value(value) => value,
                    };
                    set(&mut directly.inputs, &mut directly.bounds, value);
                }
                directly == resolved
            }))
        });
        let agrees = checked.try_reduce(|| true, |one, other| Ok(one && other))?;
        keys = keys.zip(ways.filter(|_| agrees)).map(|(mut keys, ways)| {
            keys.extend(ways);
            keys
        });
    }
    Ok(keys.map(|keys| Direct { numbers: base.clone(), keys }))
}
