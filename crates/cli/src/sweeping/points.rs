//! The points of a sweep: which values each of them has.

use frames::Values;
use sensitivity::{Design, LatinHypercube, SobolSequence};

use super::axis::{Axis, AxisValues, Span};
use crate::failure::Failure;

/// How points are laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Layout {
    /// Every combination of all values
    Grid,
    /// A Latin hypercube: as many values of each key as there are points
    Lhs,
    /// Sobol's sequence: even in every key and pair of keys; best by powers of two
    Sobol,
}

impl Layout {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Grid => "grid",
            Self::Lhs => "lhs",
            Self::Sobol => "sobol",
        }
    }
}

/// Points, named by their number.
pub(crate) struct Points {
    pub(crate) axes: Vec<Axis>,
    pub(crate) count: usize,
    /// None for a grid.
    design: Option<Box<dyn Design>>,
    /// Of each key the listed values as numbers, where all of them are.
    numbers: Vec<Option<Vec<f64>>>,
}

/// Most points of a sample.
const MOST_SAMPLED: usize = 1 << 28;

/// What an axis has at a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum At {
    /// A row of its list.
    Row(usize),
    /// A value within its span.
    Value(f64),
}

impl Points {
    /// Lays out points; `sampled` is how many, where that is not a grid's own.
    pub(crate) fn of(
        axes: Vec<Axis>,
        layout: Layout,
        sampled: Option<u32>,
        seed: u64,
    ) -> Result<Self, Failure> {
        refuse_twice(&axes)?;
        let count = match (layout, sampled) {
            (Layout::Grid, Some(_)) => {
                let help = "leave --points out, or add --design lhs or --design sobol";
                return Err(Failure::usage("a grid has as many points as its values give", help));
            }
            (Layout::Grid, None) => size_of_grid(&axes)?,
            (_, None) => {
                let message = format!("--design {} needs to know how many points", layout.name());
                return Err(Failure::usage(&message, "add --points 1024"));
            }
            (_, Some(count)) if count == 0 || count as usize > MOST_SAMPLED => {
                let message = format!("{count} points cannot be sampled");
                return Err(Failure::usage(&message, &format!("ask for 1 to {MOST_SAMPLED}")));
            }
            (_, Some(count)) => count as usize,
        };
        let design: Option<Box<dyn Design>> = match layout {
            Layout::Grid => None,
            Layout::Lhs => Some(Box::new(LatinHypercube::new(count as u32, axes.len(), seed))),
            Layout::Sobol => Some(Box::new(SobolSequence::new(axes.len(), seed).map_err(|error| {
                Failure::usage(&error.to_string(), "vary fewer keys, or use --design lhs")
            })?)),
        };
        let keys = axes.iter().flat_map(|axis| (0..axis.keys.len()).map(move |key| axis.numbers(key)));
        let numbers = keys.collect();
        Ok(Self { axes, count, design, numbers })
    }

    /// Points of a design within the spans of axes.
    pub(crate) fn designed(axes: Vec<Axis>, design: Box<dyn Design>, count: usize) -> Self {
        let keys = axes.iter().flat_map(|axis| (0..axis.keys.len()).map(move |key| axis.numbers(key)));
        let numbers = keys.collect();
        Self { axes, count, design: Some(design), numbers }
    }

    /// What each axis has at a point; of a grid the last axis runs fastest.
    pub(crate) fn at(&self, nth: usize) -> Vec<At> {
        match &self.design {
            Some(design) => {
                let each = self.axes.iter().enumerate();
                each.map(|(dimension, axis)| sampled(&axis.values, design.at(nth as u32, dimension)))
                    .collect()
            }
            None => {
                let mut rest = nth;
                let mut at = vec![At::Row(0); self.axes.len()];
                for (at, axis) in at.iter_mut().zip(&self.axes).rev() {
                    let rows = axis.rows();
                    *at = At::Row(rest % rows);
                    rest /= rows;
                }
                at
            }
        }
    }

    /// `key=value` for each key at a point.
    pub(crate) fn assignments(&self, at: &[At]) -> Vec<String> {
        let each = self.axes.iter().zip(at);
        each.flat_map(|(axis, at)| axis.assignments(*at)).collect()
    }

    /// The columns of all keys at some points, each as often as it has rows.
    pub(crate) fn columns(&self, points: &[Vec<At>], each: usize) -> Vec<(&str, Values)> {
        let mut numbers = self.numbers.iter().map(Option::as_deref);
        let mut columns = vec![];
        for (nth, axis) in self.axes.iter().enumerate() {
            for (key, name) in axis.keys.iter().enumerate() {
                let at = points.iter().flat_map(|at| std::iter::repeat_n(at[nth], each));
                columns.push((name.as_str(), column(axis, key, numbers.next().flatten(), at)));
            }
        }
        columns
    }
}

impl Axis {
    /// How many rows are listed.
    fn rows(&self) -> usize {
        match &self.values {
            AxisValues::Listed(rows) => rows.len(),
            AxisValues::Between(_) => 0,
        }
    }

    /// Every listed value, and of a span the ends and some between.
    pub(crate) fn tried(&self) -> Vec<At> {
        match &self.values {
            AxisValues::Listed(rows) => (0..rows.len()).map(At::Row).collect(),
            AxisValues::Between(span) => {
                [0.0, 0.1, 0.5, 0.7, 1.0].map(|share| At::Value(span.at(share))).to_vec()
            }
        }
    }

    /// `key=value` for each of its keys.
    pub(crate) fn assignments(&self, at: At) -> Vec<String> {
        match (&self.values, at) {
            (AxisValues::Listed(rows), At::Row(nth)) => {
                self.keys.iter().zip(&rows[nth]).map(|(key, value)| format!("{key}={value}")).collect()
            }
            (_, At::Value(value)) => vec![format!("{}={}", self.keys[0], self.written(value))],
            (AxisValues::Between(span), At::Row(_)) => {
                vec![format!("{}={}", self.keys[0], self.written(span.low))]
            }
        }
    }

    /// A value of a span as one would write it.
    fn written(&self, value: f64) -> String {
        format!("{value}{}", self.unit)
    }

    /// The values of a key as numbers, where all of them are.
    pub(crate) fn numbers(&self, key: usize) -> Option<Vec<f64>> {
        match &self.values {
            AxisValues::Listed(rows) => rows.iter().map(|row| row[key].parse().ok()).collect(),
            AxisValues::Between(_) => self.unit.is_empty().then(Vec::new),
        }
    }
}

fn column(axis: &Axis, key: usize, numbers: Option<&[f64]>, at: impl Iterator<Item = At>) -> Values {
    match (&axis.values, numbers) {
        (_, None) => {
            let text = |at| match (&axis.values, at) {
                (AxisValues::Listed(rows), At::Row(nth)) => rows[nth][key].clone(),
                (AxisValues::Between(span), At::Row(_)) => axis.written(span.low),
                (_, At::Value(value)) => axis.written(value),
            };
            Values::Text(at.map(text).collect())
        }
        (_, Some(numbers)) => {
            let number = |at| match at {
                At::Row(nth) => numbers.get(nth).copied(),
                At::Value(value) => Some(value),
            };
            Values::Number(at.map(number).collect())
        }
    }
}

/// What an axis has at a share of the way.
fn sampled(values: &AxisValues, share: f64) -> At {
    match values {
        AxisValues::Listed(rows) => At::Row(((share * rows.len() as f64) as usize).min(rows.len() - 1)),
        AxisValues::Between(span) => At::Value(Span::at(span, share)),
    }
}

fn size_of_grid(axes: &[Axis]) -> Result<usize, Failure> {
    if let Some(axis) = axes.iter().find(|axis| matches!(axis.values, AxisValues::Between(_))) {
        let help = "write KEY=A:B:STEP or KEY=A:B:xFACTOR, or sample with --design sobol --points 1024";
        return Err(Failure::usage(&format!("{}: a grid needs a step", axis.typed), help));
    }
    let count = axes.iter().try_fold(1usize, |count, axis| count.checked_mul(axis.rows()));
    count.ok_or_else(|| Failure::usage("the grid has more points than can be counted", "vary fewer keys"))
}

fn refuse_twice(axes: &[Axis]) -> Result<(), Failure> {
    let keys: Vec<(&str, &Axis)> =
        axes.iter().flat_map(|axis| axis.keys.iter().map(move |key| (key.as_str(), axis))).collect();
    for (nth, (key, axis)) in keys.iter().enumerate() {
        if keys[..nth].iter().any(|(known, _)| known == key) {
            let message = format!("{}: {key} is varied twice", axis.typed);
            return Err(Failure::usage(&message, "write all its values in one --vary or --curve"));
        }
    }
    Ok(())
}
