//! From replications to an answer: means, differences, intervals.

use std::sync::Arc;

use evaluation::{Difference, Engine, Estimate, Evaluation, Ledger, Metric, Window};
use scenario::{Scenario, Strategy};

use crate::statistics::{Paired, Summary};
use crate::warming::acting::actions;
use crate::warming::curve::{Curve, last_restart};
use crate::warming::flags::{Seen, raised};
use crate::warming::load::Load;
use crate::warming::metrics::estimate;
use crate::warming::outcome::Counts;
use crate::warming::rails::{Acted, Rail};
use crate::warming::series::{Moment, moments};
use crate::warming::setup::Setup;
use crate::warming::windows::{windows, within};

/// What came of a scenario that was played.
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
pub(crate) struct Measured {
    pub(crate) metrics: Vec<(Metric, Option<f64>)>,
    pub(crate) ledger: Ledger,
    pub(crate) rails: [Acted; Rail::ALL.len()],
    pub(crate) overdue: u64,
    pub(crate) series: Vec<Counts>,
    pub(crate) loads: Vec<Load>,
}

/// What was played: the twin without warming, then the strategies that warm; behind them, in the same order, their
/// twins that do not restart, where there are restarts.
pub(crate) struct Cast {
    pub(crate) setups: Vec<Arc<Setup>>,
    /// How many of them are no twins without restarts.
    pub(crate) played: usize,
    /// Which of these each strategy of the scenario is.
    pub(crate) played_as: Vec<usize>,
}

impl Cast {
    pub(crate) fn new(twin: Setup, strategies: Vec<Setup>) -> Self {
        let mut setups = vec![twin];
        let mut played_as = vec![];
        for strategy in strategies {
            if strategy.jobs.is_empty() {
                played_as.push(0);
            } else {
                played_as.push(setups.len());
                setups.push(strategy);
            }
        }
        let played = setups.len();
        if setups.iter().any(|setup| last_restart(setup).is_some()) {
            let unbroken = |setup: &Setup| Setup { restarts: vec![], ..setup.clone() };
            setups.extend(setups.iter().map(unbroken).collect::<Vec<_>>());
        }
        Self { setups: setups.into_iter().map(Arc::new).collect(), played, played_as }
    }

    /// The twin that does not restart.
    fn unbroken(&self, nth: usize) -> Option<usize> {
        Some(nth + self.played).filter(|twin| *twin < self.setups.len())
    }
}

/// Replications of a scenario.
pub(crate) struct Played<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) cast: &'a Cast,
    pub(crate) replications: &'a [Vec<Measured>],
}

impl Played<'_> {
    pub(crate) fn answer(&self) -> Answer {
        let names = self.scenario.strategies.iter().map(|strategy| strategy.name.clone());
        let played: Vec<(String, usize)> = names.zip(self.cast.played_as.iter().copied()).collect();
        let differences = match played.split_first() {
            Some((first, others)) => others.iter().map(|other| self.difference(other, first)).collect(),
            None => vec![],
        };
        Answer {
            evaluations: self.evaluations(),
            differences,
            replications: self.replications.len() as u32,
            series: played.iter().map(|(_, nth)| self.moments(*nth)).collect(),
            precise: None,
            certain: false,
        }
    }

    fn moments(&self, nth: usize) -> Vec<Moment> {
        let each: Vec<(&[Counts], &[Load])> =
            self.each(nth).map(|one| (&one.series[..], &one.loads[..])).collect();
        moments(&self.cast.setups[nth], &each)
    }

    fn each(&self, nth: usize) -> impl Iterator<Item = &Measured> {
        self.replications.iter().map(move |worlds| &worlds[nth])
    }

    fn curve(&self, nth: usize) -> Curve<'_> {
        let simulation = &self.scenario.simulation;
        let series = |nth: usize| self.each(nth).map(|one| one.series.as_slice()).collect();
        Curve {
            setup: &self.cast.setups[nth],
            target: simulation.target_hit_ratio.get(),
            tolerance: simulation.tolerance.get(),
            each: series(nth),
            unbroken: self.cast.unbroken(nth).map(series),
        }
    }

    fn ledger(&self, nth: usize) -> Ledger {
        let mut ledger = Ledger::default();
        self.each(nth).for_each(|one| ledger.add(&one.ledger));
        ledger
    }

    fn metrics(&self, nth: usize) -> Vec<(Metric, Estimate)> {
        let mut summaries: Vec<(Metric, Summary)> = vec![];
        for measured in self.each(nth) {
            if summaries.is_empty() {
                summaries = measured.metrics.iter().map(|(metric, _)| (*metric, Summary::new())).collect();
            }
            for ((_, summary), (_, value)) in summaries.iter_mut().zip(&measured.metrics) {
                summary.push(*value);
            }
        }
        let means = summaries.iter().map(|(metric, all)| (*metric, estimate(all)));
        let found = means.chain(self.curve(nth).metrics());
        let mut metrics: Vec<_> = found.filter_map(|(metric, found)| Some((metric, found?))).collect();
        metrics.sort_by_key(|(metric, _)| *metric);
        metrics
    }

    fn evaluations(&self) -> Vec<Evaluation> {
        let unwarmed = self.metrics(0);
        let each = self.scenario.strategies.iter().zip(&self.cast.played_as);
        each.map(|(strategy, nth)| self.evaluation(strategy, *nth, &unwarmed)).collect()
    }

    fn evaluation(&self, strategy: &Strategy, nth: usize, unwarmed: &[(Metric, Estimate)]) -> Evaluation {
        let (setup, metrics, ledger) = (&self.cast.setups[nth], self.metrics(nth), self.ledger(nth));
        let rails: Vec<_> = self.each(nth).map(|one| one.rails).collect();
        let latches = |acted: &[Acted]| acted.iter().any(|one| one.latched);
        let seen = Seen {
            scenario: self.scenario,
            strategy,
            setup,
            metrics: &metrics,
            unwarmed,
            ledger: &ledger,
            curve: &self.curve(nth),
            load: self.load(nth, 0),
            tail: self.tail(nth),
            replications: self.replications.len() as u64,
            overdue: self.each(nth).map(|one| one.overdue).sum(),
            latched: rails.iter().filter(|acted| latches(&acted[..])).count() as u64,
        };
        let risk_flags = raised(&seen);
        Evaluation {
            scenario: self.scenario.name.clone(),
            variant: self.scenario.variant.clone(),
            strategy: strategy.name.clone(),
            engine: Engine::Simulation,
            risk_flags,
            rails: actions(setup, &rails),
            windows: self.windows(nth),
            metrics,
            ledger: Some(ledger),
        }
    }

    fn windows(&self, nth: usize) -> Vec<(Window, Vec<(Metric, Estimate)>)> {
        let each: Vec<&[Counts]> = self.each(nth).map(|one| one.series.as_slice()).collect();
        let windows = windows(&self.scenario.claims).into_iter();
        windows.map(|window| (window, within(&self.cast.setups[nth], window, &each))).collect()
    }

    /// Work in the intervals from one on, all replications together.
    fn load(&self, nth: usize, from: usize) -> Load {
        let mut load = Load::default();
        self.each(nth).flat_map(|one| one.loads.iter().skip(from)).for_each(|one| load.add(one));
        load
    }

    /// Work in the last quarter of the time behind a restart, here and without the restart.
    fn tail(&self, nth: usize) -> Option<[Load; 2]> {
        let (setup, unbroken) = (&self.cast.setups[nth], self.cast.unbroken(nth)?);
        let (restart, until) = (last_restart(setup)?, setup.measure.until);
        let tail = until - (until - restart) / 4;
        let intervals = self.each(nth).map(|one| one.loads.len()).max().unwrap_or(0);
        let first = (0..intervals).find(|interval| setup.begins(*interval) >= tail)?;
        Some([nth, unbroken].map(|nth| self.load(nth, first)))
    }

    fn difference(&self, of: &(String, usize), from: &(String, usize)) -> Difference {
        let mut pairs: Vec<(Metric, Paired)> = vec![];
        for (one, other) in self.each(of.1).zip(self.each(from.1)) {
            if pairs.is_empty() {
                pairs = one.metrics.iter().map(|(metric, _)| (*metric, Paired::new())).collect();
            }
            for (((_, pair), (_, one)), (_, other)) in pairs.iter_mut().zip(&one.metrics).zip(&other.metrics)
            {
                pair.push(*one, *other);
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
}
