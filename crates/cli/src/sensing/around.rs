//! A scenario asked around its own values.

use std::cmp::Ordering;

use evaluation::{Engine, Metric, RiskFlag};
use frames::Table;
use report::near_flip;
use scenario::Document;
use sensitivity::{Design, Effects, Indices, Morris, NoIndices, Saltelli};

use super::decision::Decision;
use super::inputs::Input;
use crate::args::Common;
use crate::failure::Failure;
use crate::progress::Progress;
use crate::sweeping::{Axis, Blocks, Layout, Played, Points, Question, answer_in_order, asked};

/// Parts into which a range is cut while a flip is looked for, and how often.
const CUTS: usize = 16;
const ROUNDS: usize = 3;

/// How many points are asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sampling {
    /// Rows for the indices, each of as many points as there are inputs, and two.
    pub(crate) rows: u32,
    /// Ways of the screening, each of as many points as there are inputs, and one.
    pub(crate) ways: u32,
}

/// What is asked.
pub(crate) struct Around<'a> {
    pub(crate) document: &'a Document<'a>,
    pub(crate) engine: Engine,
    pub(crate) metric: Metric,
    pub(crate) played: Played,
    pub(crate) common: &'a Common,
    /// A flip that is nearer than this share of an input is flagged.
    pub(crate) least_distance: f64,
}

/// What was found around a scenario.
pub(crate) struct Found {
    pub(crate) engine: Engine,
    pub(crate) decision: Decision,
    /// What the decision is held against in the scenario itself.
    pub(crate) rival: Option<String>,
    /// The lead, or the metric, in the scenario itself.
    pub(crate) own: f64,
    /// Points of the sample that have an answer, and at how many of them the strategy is not behind.
    pub(crate) sampled: usize,
    pub(crate) kept: usize,
    /// All points at which it was asked, and how many of them have no answer.
    pub(crate) points: usize,
    pub(crate) open: usize,
    /// Of each input, in the order in which they matter.
    pub(crate) inputs: Vec<Of>,
    /// Raised where a flip is near.
    pub(crate) flag: Option<RiskFlag>,
    /// Why some strategies have no answer.
    pub(crate) left_out: Option<String>,
}

impl Found {
    /// The flip that is nearest to the scenario's own value, by its share of it.
    pub(crate) fn nearest(&self) -> Option<(&Of, f64)> {
        let flips = self.inputs.iter().filter_map(|of| Some((of, of.flip?)));
        flips.min_by(|a, b| a.0.distance(a.1).total_cmp(&b.0.distance(b.1)))
    }

    fn raised(&self, least: f64) -> Option<RiskFlag> {
        let (of, flip) = self.nearest()?;
        let (own, flips) = (of.input.own?, of.input.show(flip));
        near_flip(
            of.distance(flip),
            least,
            self.decision.strategy(),
            &of.input.key,
            &of.input.show(own),
            &flips,
        )
    }
}

/// The scenario itself: the value of every strategy, and why some have none.
struct Base {
    strategies: Vec<String>,
    own: Vec<Option<f64>>,
    left_out: Option<String>,
}

/// What was found of an input.
pub(crate) struct Of {
    pub(crate) input: Input,
    /// The lead, or the metric, at both ends of its range, all others as they are; none where there is no answer.
    pub(crate) ends: [Option<f64>; 2],
    /// Where the decision flips, nearest to its own value.
    pub(crate) flip: Option<f64>,
    /// None where a point of its ways has no answer.
    pub(crate) effects: Option<Effects>,
    /// None where nothing varies, or a point has no answer.
    pub(crate) indices: Option<Indices>,
}

impl Of {
    /// The ends at which there is no answer, as they are written.
    pub(crate) fn silent_ends(&self) -> impl Iterator<Item = String> {
        let span = self.input.span();
        let ends = [span.low, span.high].into_iter().zip(self.ends);
        ends.filter(|(_, answer)| answer.is_none()).map(|(end, _)| self.input.show(end))
    }

    /// By how much it moves the lead, or the metric, by itself.
    pub(crate) fn swing(&self, own: f64) -> f64 {
        self.ends.iter().flatten().map(|end| (end - own).abs()).fold(0.0, f64::max)
    }

    /// How far a value lies from its own, as a share of that.
    fn distance(&self, value: f64) -> f64 {
        self.input.own.map_or(f64::INFINITY, |own| ((value - own) / own).abs())
    }
}

/// Both ends of an input, and the flip that is nearest to its own value.
type Along = ([Option<f64>; 2], Option<f64>);

/// Points of a range, by their shares.
struct Shares(Vec<f64>);

impl Design for Shares {
    fn at(&self, nth: u32, _: usize) -> f64 {
        self.0[nth as usize]
    }
}

impl Around<'_> {
    /// Asks everything.
    pub(crate) fn look(
        &self,
        inputs: Vec<Input>,
        [strategy, against]: [Option<&str>; 2],
        sampling: Sampling,
    ) -> Result<Found, Failure> {
        let Base { strategies, own, left_out } = self.base()?;
        let decision = Decision::of(&strategies, &own, self.metric, strategy, against)?;
        let rival = decision.rival(&own).filter(|_| decision.is_lead()).map(str::to_owned);
        let here = decision.value(&own).ok_or_else(|| {
            let message =
                format!("{} has no {} in this scenario", decision.strategy(), self.metric.spec().title);
            Failure::usage(&message, "rank by another metric, or ask another --engine")
        })?;
        let axes: Vec<Axis> = inputs.iter().map(|input| input.axis.clone()).collect();
        let design = Saltelli::new(inputs.len(), sampling.rows, self.common.seed).map_err(|error| {
            let most = Saltelli::MOST_INPUTS;
            Failure::usage(&error.to_string(), &format!("vary at most {most} inputs: name them with --vary"))
        })?;
        let morris = Morris::new(inputs.len(), sampling.ways, self.common.seed);
        let values = self.values(&decision, axes.clone(), Box::new(design.clone()), design.points())?;
        let moved = self.values(&decision, axes, Box::new(morris.clone()), morris.points())?;
        let indices = match all(&values).map(|values| design.indices(&values, self.common.seed)) {
            Some(Ok(indices)) => indices.into_iter().map(Some).collect(),
            Some(Err(NoIndices::Constant)) | None => vec![None; inputs.len()],
            Some(Err(error @ NoIndices::NoNumber(_))) => unreachable!("{error}"),
        };
        let effects = match all(&moved) {
            Some(moved) => morris.effects(&moved, self.common.seed).into_iter().map(Some).collect(),
            None => vec![None; inputs.len()],
        };
        let mut of_inputs = vec![];
        for ((input, effects), indices) in inputs.into_iter().zip(effects).zip(indices) {
            let (ends, flip) = self.along(&decision, &input)?;
            of_inputs.push(Of { input, ends, flip, effects, indices });
        }
        let weight = |of: &Of| [of.indices.map_or(0.0, |indices| indices.total.value), of.swing(here)];
        of_inputs.sort_by(|a, b| weight(b).partial_cmp(&weight(a)).unwrap_or(Ordering::Equal));
        // The first point of a row and the last are those of the sample; between them are mixtures.
        let each = of_inputs.len() + 2;
        let sample = values.chunks(each).flat_map(|row| [row[0], row[each - 1]]);
        let known: Vec<f64> = sample.flatten().collect();
        let asked = || values.iter().chain(&moved);
        let found = Found {
            engine: self.engine,
            decision,
            rival,
            own: here,
            sampled: known.len(),
            kept: known.iter().filter(|value| **value >= 0.0).count(),
            points: asked().count(),
            open: asked().filter(|value| value.is_none()).count(),
            inputs: of_inputs,
            flag: None,
            left_out,
        };
        Ok(Found { flag: found.raised(self.least_distance), ..found })
    }

    /// The value of every strategy in the scenario itself.
    fn base(&self) -> Result<Base, Failure> {
        let points = Points::of(vec![], Layout::Grid, None, self.common.seed)?;
        let question = Question::of(self.document, points)?;
        let (asked, left_out) = asked(question, self.engine, &self.played, self.metric)?;
        let strategies = asked.strategies().to_vec();
        let own = values_of(&asked.table(0..1)?, strategies.len(), &strategies, self.metric).remove(0);
        Ok(Base { strategies, own, left_out })
    }

    /// What is decided at every point of a design; none where there is no answer.
    fn values(
        &self,
        decision: &Decision,
        axes: Vec<Axis>,
        design: Box<dyn Design>,
        count: usize,
    ) -> Result<Vec<Option<f64>>, Failure> {
        let question = Question::of(self.document, Points::designed(axes, design, count))?;
        let (asked, _) = asked(question, self.engine, &self.played, self.metric)?;
        let progress = Progress::points(self.common, count as u64);
        let mut values = vec![];
        answer_in_order(&*asked, Blocks::of(count, self.engine), |points, table| {
            let each = asked.strategies().len();
            let found = values_of(&table, each, decision.strategies(), self.metric);
            values.extend(found.iter().map(|found| decision.value(found)));
            progress.at(points.end as u64);
            Ok(())
        })?;
        Ok(values)
    }

    /// Both ends of an input, and the flip that is nearest to its own value.
    fn along(&self, decision: &Decision, input: &Input) -> Result<Along, Failure> {
        let span = input.span();
        let ask = |shares: &[f64]| {
            self.values(decision, vec![input.axis.clone()], Box::new(Shares(shares.to_vec())), shares.len())
        };
        let cut = |from: f64, to: f64| -> Vec<f64> {
            (0..=CUTS).map(|nth| from + (to - from) * nth as f64 / CUTS as f64).collect()
        };
        let mut shares = cut(0.0, 1.0);
        let values = ask(&shares)?;
        let ends = [values[0], values[CUTS]];
        if !decision.is_lead() {
            return Ok((ends, None));
        }
        let distance = |share: f64| input.own.map_or(0.0, |own| (span.at(share) - own).abs());
        let flips = |values: &[Option<f64>]| -> Vec<usize> {
            let behind = |nth: usize| values[nth].map(|value| value < 0.0);
            let flips =
                |nth: &usize| behind(*nth).zip(behind(nth + 1)).is_some_and(|(one, next)| one != next);
            (0..CUTS).filter(flips).collect()
        };
        let near = |found: Vec<usize>, shares: &[f64]| {
            found.into_iter().min_by(|a, b| {
                let from = |nth: usize| distance(shares[nth]).min(distance(shares[nth + 1]));
                from(*a).total_cmp(&from(*b))
            })
        };
        let Some(mut at) = near(flips(&values), &shares) else { return Ok((ends, None)) };
        let mut losing = 0.0;
        for _ in 0..ROUNDS {
            shares = cut(shares[at], shares[at + 1]);
            let values = ask(&shares)?;
            let Some(next) = near(flips(&values), &shares) else { break };
            at = next;
            losing = if values[at].is_some_and(|value| value < 0.0) { shares[at] } else { shares[at + 1] };
        }
        Ok((ends, Some(span.at(losing))))
    }
}

/// All of them, where none is missing.
fn all(values: &[Option<f64>]) -> Option<Vec<f64>> {
    values.iter().copied().collect()
}

/// The metric of some strategies at each point of a table, which has so many rows each.
fn values_of(table: &Table, each: usize, strategies: &[String], metric: Metric) -> Vec<Vec<Option<f64>>> {
    let (names, values) = (table.get("strategy"), table.get(metric.name()));
    let of_point = |point: usize| {
        let mut found = vec![None; strategies.len()];
        for row in point * each..(point + 1) * each {
            let name = names.and_then(|names| names.text(row)).unwrap_or_default();
            if let Some(place) = strategies.iter().position(|known| known == name) {
                found[place] = values.and_then(|values| values.number(row));
            }
        }
        found
    };
    (0..table.rows() / each).map(of_point).collect()
}
