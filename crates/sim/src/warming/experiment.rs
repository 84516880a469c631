//! Replications: a scenario played again and again.

use std::ops::Range;
use std::sync::Arc;

use evaluation::Metric;
use rayon::prelude::*;
use scenario::Scenario;

use crate::statistics::{Progress, Stopping};
use crate::warming::answer::{Answer, Cast, Measured, Played};
use crate::warming::costs::cost_metrics;
use crate::warming::from_scenario::{Unplayable, played};
use crate::warming::inputs::Inputs;
use crate::warming::metrics::metrics;
use crate::warming::outcome::{Contradiction, Counts};
use crate::warming::remarks::remarks;
use crate::warming::replicate::{Requests, replicate_watched};
use crate::warming::setup::Setup;
use crate::warming::steady::{Unsettled, steady_from};
use crate::warming::watch::Watch;

/// A scenario, ready to be played.
pub struct Experiment {
    scenario: Scenario,
    requests: Requests,
    cast: Cast,
    seed: u64,
    remarks: Vec<String>,
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
        let remarks = remarks(scenario, inputs);
        let cast = Cast::new(twin, strategies);
        Ok(Self { scenario: scenario.clone(), requests, cast, seed, remarks })
    }

    /// Counts from when on the hit ratio is steady, where that was asked for.
    ///
    /// # Errors
    /// Where it is not steady soon enough.
    pub fn settle(mut self) -> Result<Self, Unsettled> {
        if !self.scenario.simulation.steady_state {
            return Ok(self);
        }
        let from = steady_from(&self.requests, &self.cast.setups, self.seed)?;
        for setup in &mut self.cast.setups {
            Arc::make_mut(setup).measure.from = from;
        }
        self.remarks.push(format!(
            "Counted from {} s on, when the hit ratio of every strategy is steady: by MSER-5, in five replications that \
             are not counted.",
            from as f64 / 1e9
        ));
        Ok(self)
    }

    /// What a reader of the answer has to know of what was played.
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// From when to when a replication is counted, in seconds.
    pub fn counted(&self) -> (f64, f64) {
        let measure = &self.cast.setups[0].measure;
        // As in the series.
        ((measure.from / 1000 * 1000) as f64 / 1e9, measure.until as f64 / 1e9)
    }

    /// Whether every replication plays the same requests.
    pub fn repeats_requests(&self) -> bool {
        matches!(self.requests, Requests::Recorded(_))
    }

    /// Requests of a replication, about.
    pub fn requests(&self) -> f64 {
        self.requests.expected(self.cast.setups[0].measure.until)
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
        let looked = self.repeats_requests() && !self.cast.setups.iter().any(seldom);
        let [one, other] = played else { return None };
        (looked && one == other).then(|| {
            watch.wanted(2);
            Answer { certain: true, ..self.answer(&played[..1]) }
        })
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
        watch: impl Watch,
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

    /// Whether a simulation may answer with a metric; the others belong to a formula.
    pub fn answers(metric: Metric) -> bool {
        let of_formulas = [
            Metric::Score,
            Metric::RiskFlags,
            Metric::BreakEvenPrecisionLatency,
            Metric::BreakEvenPrecisionScore,
            Metric::BreakEvenRecallLatency,
            Metric::BreakEvenRecallScore,
        ];
        !of_formulas.contains(&metric)
    }

    /// Whether a single replication tells a metric; others are told by all of them together.
    pub fn tells(metric: Metric) -> bool {
        !matches!(metric, Metric::TimeToStay | Metric::TimeToRecover | Metric::ExpiryCliff)
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
        let (setups, served) = (&self.cast.setups, |requests| watch.served(requests));
        let outcomes = replicate_watched(&self.requests, setups, self.seed, replication, &served)?;
        let target = self.scenario.simulation.target_hit_ratio.get();
        let twin = outcomes.first().map_or(Counts::default(), |twin| twin.counts);
        let with_costs = |mut metrics: Vec<_>, counts: &Counts, setup: &Setup| {
            metrics.extend(self.scenario.costs.iter().flat_map(|costs| cost_metrics(costs, setup, counts)));
            metrics
        };
        let each = setups.iter().zip(outcomes);
        let measured = each.map(|(setup, outcome)| Measured {
            metrics: with_costs(metrics(setup, &outcome, &twin, target), &outcome.counts, setup),
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
