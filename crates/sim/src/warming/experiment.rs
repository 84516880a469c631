//! Replications: a scenario played again and again.

use std::ops::Range;

use evaluation::Metric;
use rayon::prelude::*;
use scenario::Scenario;

use crate::statistics::{Progress, Stopping};
use crate::warming::answer::{Answer, Cast, Measured, Played};
use crate::warming::from_scenario::{Unplayable, played};
use crate::warming::inputs::Inputs;
use crate::warming::metrics::metrics;
use crate::warming::outcome::{Contradiction, Counts};
use crate::warming::replicate::{Requests, replicate};

/// A scenario, ready to be played.
pub struct Experiment {
    scenario: Scenario,
    requests: Requests,
    cast: Cast,
    seed: u64,
}

impl Experiment {
    /// Prepares a scenario.
    ///
    /// # Errors
    /// Where it cannot be played.
    pub fn new(scenario: &Scenario, seed: u64) -> Result<Self, Unplayable> {
        Self::with(scenario, &Inputs::default(), seed)
    }

    /// Prepares a scenario with what was in the files that it names.
    ///
    /// # Errors
    /// As for [`Self::new`].
    pub fn with(scenario: &Scenario, inputs: &Inputs, seed: u64) -> Result<Self, Unplayable> {
        let (requests, twin, strategies) = played(scenario, inputs)?;
        Ok(Self { scenario: scenario.clone(), requests, cast: Cast::new(twin, strategies), seed })
    }

    /// Plays `replications` of it on all threads; `played` hears of each that is done.
    ///
    /// # Errors
    /// Where two numbers of a run contradict each other: an error in this program.
    pub fn run(&self, replications: u32, played: impl Fn() + Sync) -> Result<Answer, Contradiction> {
        Ok(self.answer(&self.play(0..replications, &played)?))
    }

    /// Plays replications until a metric of every strategy that has it is known precisely enough, or until there are
    /// `most` of them. The metrics are those that a single replication has: see [`Self::tells`].
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub fn run_until(
        &self,
        metric: Metric,
        rule: &Stopping,
        most: u32,
        played: impl Fn() + Sync,
    ) -> Result<Answer, Contradiction> {
        let mut rules = vec![rule.clone(); self.cast.played];
        let mut all: Vec<Vec<Measured>> = vec![];
        loop {
            let done = all.len() as u32;
            let wanted = rules.iter().filter_map(|rule| match rule.progress() {
                // A strategy that does not have the metric never will.
                _ if done > 0 && rule.summary().count() == 0 => None,
                Progress::Done { .. } => None,
                Progress::More { at_least } => Some(at_least),
            });
            let more = wanted.max().unwrap_or(0).min(u64::from(most - done)) as u32;
            if more == 0 {
                let met = rules.iter().all(|rule| {
                    rule.summary().count() == 0 || matches!(rule.progress(), Progress::Done { .. })
                });
                return Ok(Answer { precise: Some(met), ..self.answer(&all) });
            }
            for worlds in self.play(done..done + more, &played)? {
                for (rule, world) in rules.iter_mut().zip(&worlds) {
                    let found = world.metrics.iter().find(|(known, _)| *known == metric);
                    rule.push(found.and_then(|(_, value)| *value));
                }
                all.push(worlds);
            }
        }
    }

    /// Whether a single replication tells a metric; others are told by all of them together.
    pub fn tells(metric: Metric) -> bool {
        !matches!(metric, Metric::TimeToStay | Metric::TimeToRecover | Metric::ExpiryCliff)
    }

    fn play(
        &self,
        replications: Range<u32>,
        played: &(impl Fn() + Sync),
    ) -> Result<Vec<Vec<Measured>>, Contradiction> {
        let each = replications.into_par_iter().map(|replication| {
            let measured = self.replication(replication);
            played();
            measured
        });
        each.collect()
    }

    fn replication(&self, replication: u32) -> Result<Vec<Measured>, Contradiction> {
        let setups = &self.cast.setups;
        let outcomes = replicate(&self.requests, setups, self.seed, replication)?;
        let target = self.scenario.simulation.target_hit_ratio.get();
        let twin = outcomes.first().map_or(Counts::default(), |twin| twin.counts);
        let each = setups.iter().zip(outcomes);
        let measured = each.map(|(setup, outcome)| Measured {
            metrics: metrics(setup, &outcome, &twin, target),
            ledger: outcome.ledger,
            rails: outcome.rails,
            overdue: outcome.overdue,
            series: outcome.series,
            loads: outcome.loads,
        });
        Ok(measured.collect())
    }

    fn answer(&self, replications: &[Vec<Measured>]) -> Answer {
        Played { scenario: &self.scenario, cast: &self.cast, replications }.answer()
    }
}
