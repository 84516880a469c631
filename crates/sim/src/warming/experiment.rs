//! Replications: a scenario played again and again, and what that says of each strategy.

use std::ops::Range;
use std::sync::Arc;

use evaluation::{Difference, Engine, Evaluation, Ledger, Metric};
use rayon::prelude::*;
use scenario::Scenario;

use crate::statistics::{Paired, Progress, Stopping, Summary};
use crate::warming::acting::actions;
use crate::warming::from_scenario::{Unplayable, played};
use crate::warming::inputs::Inputs;
use crate::warming::metrics::{estimate, metrics};
use crate::warming::outcome::{Contradiction, Counts};
use crate::warming::rails::{Acted, Rail};
use crate::warming::remarks::remarks;
use crate::warming::replicate::{Requests, replicate_watched};
use crate::warming::series::{Moment, moments};
use crate::warming::setup::Setup;
use crate::warming::watch::Watch;

/// A scenario, ready to be played.
pub struct Experiment {
    scenario: Scenario,
    requests: Requests,
    /// The twin without warming, then every strategy that warms.
    setups: Vec<Arc<Setup>>,
    /// Which of these each strategy of the scenario is.
    played_as: Vec<usize>,
    seed: u64,
    remarks: Vec<String>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// One for each strategy, in the order of the scenario.
    pub evaluations: Vec<Evaluation>,
    /// Differences from the first strategy, on the same replications; one for each of the others.
    pub differences: Vec<Difference>,
    /// Replications.
    pub replications: u32,
    /// Whether there is one because two came out alike to the last count: nothing in them is random.
    pub certain: bool,
    /// Each interval of each strategy, in the same order.
    pub series: Vec<Vec<Moment>>,
    /// Whether the precision that was asked for is reached, where one was.
    pub precise: Option<bool>,
}

/// What one replication says of one strategy.
#[derive(PartialEq)]
struct Measured {
    metrics: Vec<(Metric, Option<f64>)>,
    ledger: Ledger,
    rails: [Acted; Rail::ALL.len()],
    series: Vec<Counts>,
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
        let mut setups = vec![Arc::new(twin)];
        let mut played_as = vec![];
        for strategy in strategies {
            if strategy.jobs.is_empty() {
                played_as.push(0);
            } else {
                played_as.push(setups.len());
                setups.push(Arc::new(strategy));
            }
        }
        let remarks = remarks(scenario, inputs);
        Ok(Self { scenario: scenario.clone(), requests, setups, played_as, seed, remarks })
    }

    /// What a reader of the answer has to know of what was played.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// From when to when a replication is counted, in seconds.
    pub fn counted(&self) -> (f64, f64) {
        let measure = &self.setups[0].measure;
        // As in the series.
        ((measure.from / 1000 * 1000) as f64 / 1e9, measure.until as f64 / 1e9)
    }

    /// Whether every replication plays the same requests.
    pub fn repeats_requests(&self) -> bool {
        matches!(self.requests, Requests::Recorded(_))
    }

    /// Requests of a replication, about.
    pub fn requests(&self) -> f64 {
        self.requests.expected(self.setups[0].measure.until)
    }

    /// Plays `replications` of it on all threads; `played` hears of each that is done.
    ///
    /// # Errors
    /// Where two numbers of a run contradict each other: an error in this program.
    pub fn run(&self, replications: u32, watch: impl Watch) -> Result<Answer, Contradiction> {
        watch.wanted(replications);
        let mut all = self.play(0..replications.min(self.first_look()), &watch)?;
        if let Some(certain) = self.certain(&all, &watch) {
            return Ok(certain);
        }
        all.extend(self.play(all.len() as u32..replications, &watch)?);
        Ok(self.answer(&all))
    }

    /// Replications after which to look whether anything is random: where requests are, something is.
    fn first_look(&self) -> u32 {
        if self.repeats_requests() { 2 } else { u32::MAX }
    }

    /// The answer of one replication, if two have come out alike and nothing could have made them differ but seldom.
    fn certain(&self, played: &[Vec<Measured>], watch: &impl Watch) -> Option<Answer> {
        let seldom = |setup: &Arc<Setup>| {
            let budget = &setup.budget;
            setup.origin.failure_share > 0.0
                || budget.key_match_share < 1.0
                || budget.value_correct_share < 1.0
        };
        let looked = self.repeats_requests() && !self.setups.iter().any(seldom);
        let [one, other] = played else { return None };
        (looked && one == other).then(|| {
            watch.wanted(2);
            Answer { certain: true, ..self.answer(&played[..1]) }
        })
    }

    /// Plays replications until a metric of every strategy that has it is known precisely enough, or until there are
    /// `most` of them.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub fn run_until(
        &self,
        metric: Metric,
        rule: &Stopping,
        most: u32,
        watch: impl Watch,
    ) -> Result<Answer, Contradiction> {
        let mut rules = vec![rule.clone(); self.setups.len()];
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
            watch.wanted(done + more);
            let more = if done == 0 { more.min(self.first_look()) } else { more };
            let worlds = self.play(done..done + more, &watch)?;
            if let Some(certain) = self.certain(&worlds, &watch).filter(|_| done == 0) {
                return Ok(Answer { precise: Some(true), ..certain });
            }
            for worlds in worlds {
                for (rule, world) in rules.iter_mut().zip(&worlds) {
                    let found = world.metrics.iter().find(|(known, _)| *known == metric);
                    rule.push(found.and_then(|(_, value)| *value));
                }
                all.push(worlds);
            }
        }
    }

    fn play(
        &self,
        replications: Range<u32>,
        watch: &impl Watch,
    ) -> Result<Vec<Vec<Measured>>, Contradiction> {
        let each = replications.into_par_iter().map(|replication| {
            let measured = self.replication(replication, watch)?;
            let metrics: Vec<_> = measured.iter().map(|one| one.metrics.as_slice()).collect();
            watch.played(&metrics);
            Ok(measured)
        });
        each.collect()
    }

    fn replication(&self, replication: u32, watch: &impl Watch) -> Result<Vec<Measured>, Contradiction> {
        let served = |requests| watch.served(requests);
        let outcomes = replicate_watched(&self.requests, &self.setups, self.seed, replication, &served)?;
        let target = self.scenario.simulation.target_hit_ratio.get();
        let twin = outcomes.first().map_or(Counts::default(), |twin| twin.counts);
        let each = self.setups.iter().zip(outcomes);
        let measured = each.map(|(setup, outcome)| Measured {
            metrics: metrics(setup, &outcome, &twin, target),
            ledger: outcome.ledger,
            rails: outcome.rails,
            series: outcome.series,
        });
        Ok(measured.collect())
    }

    fn answer(&self, replications: &[Vec<Measured>]) -> Answer {
        let names = self.scenario.strategies.iter().map(|strategy| strategy.name.clone());
        let played: Vec<(String, usize)> = names.zip(self.played_as.iter().copied()).collect();
        let evaluations =
            played.iter().map(|(name, nth)| self.evaluation(name, *nth, replications)).collect();
        let differences = match played.split_first() {
            Some((first, others)) => {
                others.iter().map(|other| difference(other, first, replications)).collect()
            }
            None => vec![],
        };
        let series = played.iter().map(|(_, nth)| self.series(*nth, replications)).collect();
        let replications = replications.len() as u32;
        Answer { evaluations, differences, replications, series, precise: None, certain: false }
    }

    fn series(&self, nth: usize, replications: &[Vec<Measured>]) -> Vec<Moment> {
        let each: Vec<&[Counts]> = replications.iter().map(|worlds| worlds[nth].series.as_slice()).collect();
        moments(&self.setups[nth], &each)
    }

    fn evaluation(&self, strategy: &str, nth: usize, replications: &[Vec<Measured>]) -> Evaluation {
        let mut ledger = Ledger::default();
        let mut summaries: Vec<(Metric, Summary)> = vec![];
        for measured in replications.iter().map(|worlds| &worlds[nth]) {
            ledger.add(&measured.ledger);
            if summaries.is_empty() {
                summaries = measured.metrics.iter().map(|(metric, _)| (*metric, Summary::new())).collect();
            }
            for ((_, summary), (_, value)) in summaries.iter_mut().zip(&measured.metrics) {
                summary.push(*value);
            }
        }
        let rails: Vec<_> = replications.iter().map(|worlds| worlds[nth].rails).collect();
        Evaluation {
            scenario: self.scenario.name.clone(),
            variant: self.scenario.variant.clone(),
            strategy: strategy.to_owned(),
            engine: Engine::Simulation,
            metrics: summaries.iter().filter_map(|(metric, all)| Some((*metric, estimate(all)?))).collect(),
            ledger: Some(ledger),
            risk_flags: vec![],
            rails: actions(&self.setups[nth], &rails),
        }
    }
}

fn difference(of: &(String, usize), from: &(String, usize), replications: &[Vec<Measured>]) -> Difference {
    let mut pairs: Vec<(Metric, Paired)> = vec![];
    for worlds in replications {
        let (of, from) = (&worlds[of.1].metrics, &worlds[from.1].metrics);
        if pairs.is_empty() {
            pairs = of.iter().map(|(metric, _)| (*metric, Paired::new())).collect();
        }
        for (((_, pair), (_, of)), (_, from)) in pairs.iter_mut().zip(of).zip(from) {
            pair.push(*of, *from);
        }
    }
    let metrics = pairs.iter();
    let ratio = pairs.iter().find(|(metric, _)| *metric == Metric::HitRatio);
    Difference {
        strategy: of.0.clone(),
        from: from.0.clone(),
        metrics: metrics
            .filter_map(|(metric, pair)| Some((*metric, estimate(&pair.difference())?)))
            .collect(),
        variance_ratio: ratio.and_then(|(_, pair)| pair.variance_ratio()),
    }
}
