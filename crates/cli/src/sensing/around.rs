//! A scenario asked around its own values.

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
    /// Points of the sample, and at how many of them the strategy is not behind.
    pub(crate) sampled: usize,
    pub(crate) kept: usize,
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
    /// The lead, or the metric, at both ends of its range, all others as they are.
    pub(crate) ends: [f64; 2],
    /// Where the decision flips, nearest to its own value.
    pub(crate) flip: Option<f64>,
    pub(crate) effects: Effects,
    /// None where nothing varies.
    pub(crate) indices: Option<Indices>,
}

impl Of {
    /// How far a value lies from its own, as a share of that.
    fn distance(&self, value: f64) -> f64 {
        self.input.own.map_or(f64::INFINITY, |own| ((value - own) / own).abs())
    }
}

/// Points of a range, by their shares.
struct Along(Vec<f64>);

impl Design for Along {
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
        let indices = match design.indices(&values, self.common.seed) {
            Ok(indices) => indices.into_iter().map(Some).collect(),
            Err(NoIndices::Constant) => vec![None; inputs.len()],
            Err(error @ NoIndices::NoNumber(_)) => unreachable!("{error}"),
        };
        let effects = morris.effects(&moved, self.common.seed);
        let mut of_inputs = vec![];
        for ((input, effects), indices) in inputs.into_iter().zip(effects).zip(indices) {
            let (ends, flip) = self.along(&decision, &input)?;
            of_inputs.push(Of { input, ends, flip, effects, indices });
        }
        let weight = |of: &Of| of.indices.map_or(0.0, |indices| indices.total.value);
        of_inputs.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
        // The first point of a row and the last are those of the sample; between them are mixtures.
        let each = of_inputs.len() + 2;
        let sample = values.chunks(each).flat_map(|row| [row[0], row[each - 1]]);
        let (sampled, kept) = (2 * sampling.rows as usize, sample.filter(|value| *value >= 0.0).count());
        let (engine, inputs) = (self.engine, of_inputs);
        let found = Found { engine, decision, rival, own: here, sampled, kept, inputs, flag: None, left_out };
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

    /// What is decided at every point of a design.
    fn values(
        &self,
        decision: &Decision,
        axes: Vec<Axis>,
        design: Box<dyn Design>,
        count: usize,
    ) -> Result<Vec<f64>, Failure> {
        let question = Question::of(self.document, Points::designed(axes, design, count))?;
        let (asked, _) = asked(question, self.engine, &self.played, self.metric)?;
        let progress = Progress::points(self.common, count as u64);
        let mut values = vec![];
        answer_in_order(&*asked, Blocks::of(count, self.engine), |points, table| {
            for (nth, found) in points.clone().zip(values_of(
                &table,
                asked.strategies().len(),
                decision.strategies(),
                self.metric,
            )) {
                values.push(decision.value(&found).ok_or_else(|| {
                    let laid_out = asked.points();
                    self.no_answer(decision, &laid_out.assignments(&laid_out.at(nth)).join(", "))
                })?);
            }
            progress.at(points.end as u64);
            Ok(())
        })?;
        Ok(values)
    }

    /// Both ends of an input, and the flip that is nearest to its own value.
    fn along(&self, decision: &Decision, input: &Input) -> Result<([f64; 2], Option<f64>), Failure> {
        let span = input.span();
        let ask = |shares: &[f64]| {
            self.values(decision, vec![input.axis.clone()], Box::new(Along(shares.to_vec())), shares.len())
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
        let flips = |values: &[f64]| -> Vec<usize> {
            (0..CUTS).filter(|nth| (values[*nth] < 0.0) != (values[nth + 1] < 0.0)).collect()
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
            losing = if values[at] < 0.0 { shares[at] } else { shares[at + 1] };
        }
        Ok((ends, Some(span.at(losing))))
    }

    fn no_answer(&self, decision: &Decision, point: &str) -> Failure {
        let (engine, title) = (self.engine, self.metric.spec().title);
        let message = format!("{engine} has no {title} of {} at {point}", decision.strategy());
        Failure::usage(
            &message,
            "narrow the ranges, or ask another engine; `warmcast predict --set` says why",
        )
    }
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
