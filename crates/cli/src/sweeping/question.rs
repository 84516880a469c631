//! A scenario that is asked again and again with other values.

use std::ops::Range;

use evaluation::Engine;
use frames::{Table, Values};
use scenario::{Document, Scenario};

use super::axis::{Axis, AxisValues};
use super::points::{At, Points};
use crate::failure::Failure;

/// Sections of a scenario that change an answer.
const READ_BY_ENGINES: [&str; 8] =
    ["workload", "cache", "origin", "predictor", "strategy", "thresholds", "simulation", "costs"];

/// What answers at the points of a sweep.
pub(crate) trait Asked: Sync {
    /// Strategies that have a row at every point.
    fn strategies(&self) -> &[String];

    /// What answers.
    fn engine(&self) -> Engine;

    /// Where it is asked.
    fn points(&self) -> &Points;

    /// Tidy rows of consecutive points: a row for each strategy, best first.
    fn table(&self, points: Range<usize>) -> Result<Table, Failure>;

    /// The columns that every engine has: point, keys, and of each row which strategy it is, and the engine.
    fn head(&self, points: Range<usize>, at: &[Vec<At>], strategies: Vec<u32>) -> Table {
        let each = self.strategies().len();
        let rows = strategies.len();
        let numbered = points.flat_map(|nth| std::iter::repeat_n(nth as u64, each));
        let mut table = Table::new().with("point", Values::Count(numbered.collect()));
        for (key, values) in self.points().columns(at, each) {
            table = table.with(key, values);
        }
        let engine = vec![self.engine().name().to_owned()];
        table
            .with("strategy", Values::Label { names: self.strategies().to_vec(), codes: strategies })
            .with("engine", Values::Label { names: engine, codes: vec![0; rows] })
    }
}

/// An axis that changes what strategies are called, by which rows are told apart.
pub(super) fn renames(axis: &Axis) -> Failure {
    let message = format!("{} changes the names of the strategies", axis.typed);
    Failure::usage(&message, "vary what a strategy does, not what it is called")
}

/// A scenario and where to ask it.
pub(crate) struct Question<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) points: Points,
}

impl<'a> Question<'a> {
    /// Refuses axes that vary nothing, or the same.
    pub(crate) fn of(document: &'a Document<'a>, points: Points) -> Result<Self, Failure> {
        let question = Self { document, points };
        question.refuse_unsound_axes()?;
        Ok(question.with_whole_numbers())
    }

    /// The scenario at a point.
    pub(crate) fn scenario(&self, at: &[At]) -> Result<Scenario, Failure> {
        self.resolve(&self.points.assignments(at))
    }

    /// The scenario with these keys set.
    pub(crate) fn resolve(&self, assignments: &[String]) -> Result<Scenario, Failure> {
        let mut document = self.document.clone();
        for assignment in assignments {
            document.set_by("--vary", assignment)?;
        }
        Ok(Scenario::resolve(&document, None)?)
    }

    /// What each axis has first.
    pub(crate) fn first(&self) -> Vec<At> {
        vec![At::Row(0); self.points.axes.len()]
    }

    /// Where a key takes no fraction, its span has whole numbers only.
    fn with_whole_numbers(mut self) -> Self {
        for nth in 0..self.points.axes.len() {
            let AxisValues::Between(span) = self.points.axes[nth].values else { continue };
            let resolves = |value: f64| {
                let mut at = self.first();
                at[nth] = At::Value(value);
                self.scenario(&at).is_ok()
            };
            let middle = (span.low + span.high) / 2.0;
            let whole = span.low.fract() == 0.0
                && span.high.fract() == 0.0
                && !resolves(middle.floor() + 0.5)
                && resolves(middle.floor());
            if let AxisValues::Between(span) = &mut self.points.axes[nth].values {
                span.whole = whole;
            }
        }
        self
    }

    /// An axis varies one value, and no two axes vary the same one.
    fn refuse_unsound_axes(&self) -> Result<(), Failure> {
        let first = self.points.assignments(&self.first());
        let mut all = self.document.clone();
        for assignment in &first {
            all.set_by("--vary", assignment)?;
        }
        for axis in &self.points.axes {
            for (key, assignment) in axis.keys.iter().zip(axis.assignments(At::Row(0))) {
                let section = key.split('.').next().unwrap_or_default();
                if !READ_BY_ENGINES.contains(&section) && self.document.clone().set(&assignment).is_ok() {
                    let message = format!("{} varies what no engine reads", axis.typed);
                    let help = format!("vary a key of {}", READ_BY_ENGINES.join(", "));
                    return Err(Failure::usage(&message, &help));
                }
                if assignment
                    .strip_prefix(&format!("{key}="))
                    .is_some_and(|value| value.starts_with(['[', '{']))
                {
                    let message = format!("{} varies a whole section or list", axis.typed);
                    return Err(Failure::usage(&message, "vary one of its keys"));
                }
                if all.locate(key).is_some_and(|place| *place.text != *assignment) {
                    let message = format!("{} varies what another --vary does", axis.typed);
                    return Err(Failure::usage(&message, "write all values of a key in one --vary"));
                }
            }
        }
        Ok(())
    }
}
