//! Evaluations to judgement, and judgement to text, tables and pages.
//!
//! A [`Report`] holds what the engines answered, one [`Section`] for each scenario and variant. [`judge`] holds
//! the answers against claims, the gate and a baseline; [`render`] draws a report in every format. Nothing here
//! touches the disk, the clock or the environment: renderers return text or bytes.

mod disagreement;
pub mod judge;
mod near_flip;
pub mod render;
pub mod sheet;

pub use disagreement::flag_disagreement;
pub use near_flip::{flag_near_flip, near_flip};

use std::sync::Arc;

use crate::sheet::Sheet;
use evaluation::{BreakEven, Difference, Engine, Evaluation, Metric, Note, Provenance, RailAction, RiskFlag};
use scenario::{Document, Place, Scenario, lints};

/// What was asked and what was answered.
#[derive(Debug, Clone)]
pub struct Report {
    /// Where the answers come from.
    pub provenance: Provenance,
    /// Metric by which strategies are ranked.
    pub objective: Metric,
    /// One for each scenario and variant.
    pub sections: Vec<Section>,
    /// Verdicts on claims, gate and baseline, where they were asked for.
    pub judgement: Option<judge::Judgement>,
}

/// One scenario, in one variant, and its answers.
#[derive(Debug, Clone)]
pub struct Section {
    /// What was asked.
    pub scenario: Scenario,
    /// Where keys of the scenario were written, for messages that point at them.
    pub places: Places,
    /// Answers, engine by engine, best first by the report's objective.
    pub evaluations: Vec<Evaluation>,
    /// How strategies differ on the same replications.
    pub differences: Vec<Difference>,
    /// Where one strategy starts to beat another.
    pub break_evens: Vec<BreakEven>,
    /// How far the answers may be trusted, by engine.
    pub notes: Vec<(Engine, Note)>,
    /// Which input decides, where that was asked.
    pub sensitivity: Option<Asked>,
}

/// Which input decides, as somebody asked around a scenario.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The strategy that was asked about.
    pub strategy: String,
    /// What was found; its first note says how firmly that strategy is ahead.
    pub sheet: Sheet,
}

impl Section {
    /// `name`, or `name (variant)`.
    pub fn title(&self) -> String {
        match &self.scenario.variant {
            Some(variant) => format!("{} ({variant})", self.scenario.name),
            None => self.scenario.name.clone(),
        }
    }

    /// Answers with their ranks among those of the same engine.
    pub fn ranked(&self) -> impl Iterator<Item = (&Evaluation, usize)> {
        let groups = self.evaluations.chunk_by(|one, next| one.engine == next.engine);
        groups.flat_map(|group| group.iter().zip(1..))
    }

    /// Flags that arithmetic on the scenario raises, whichever engine answers, with their strategies.
    pub fn lints(&self) -> Vec<(&str, RiskFlag)> {
        let of = |strategy| lints(&self.scenario, strategy).into_iter();
        let strategies = self.scenario.strategies.iter();
        strategies.flat_map(|one| of(one).map(|flag| (one.name.as_str(), flag))).collect()
    }

    /// Every raised flag once, with the strategies that raised it in the same words, best first; then those that
    /// arithmetic raises of strategies of which no engine has said so.
    pub fn raised_flags(&self) -> Vec<(Vec<&str>, RiskFlag)> {
        let answered = self
            .evaluations
            .iter()
            .flat_map(|answer| answer.risk_flags.iter().map(|flag| (answer.strategy.as_str(), flag.clone())));
        let answers = |strategy: &str| {
            self.evaluations
                .iter()
                .any(|answer| answer.strategy == strategy && answer.engine != Engine::Screening)
        };
        let open = self.lints().into_iter().filter(|(strategy, flag)| {
            let said = self.evaluations.iter().filter(|answer| answer.strategy == *strategy);
            !answers(strategy) && !said.into_iter().any(|answer| answer.raises(flag.code))
        });
        grouped(answered.chain(open))
    }

    /// Every rail that acted, with its strategy.
    pub fn acting_rails(&self) -> impl Iterator<Item = (&str, &RailAction)> {
        self.evaluations
            .iter()
            .flat_map(|answer| answer.rails.iter().map(|rail| (answer.strategy.as_str(), rail)))
    }
}

/// Flags in the same words once, with the strategies that raise them.
pub(crate) fn grouped<'a>(
    raised: impl Iterator<Item = (&'a str, RiskFlag)>,
) -> Vec<(Vec<&'a str>, RiskFlag)> {
    let mut found: Vec<(Vec<&str>, RiskFlag)> = vec![];
    for (strategy, flag) in raised {
        match found.iter_mut().find(|(_, known)| known.code == flag.code && known.message == flag.message) {
            Some((strategies, _)) if strategies.contains(&strategy) => {}
            Some((strategies, _)) => strategies.push(strategy),
            None => found.push((vec![strategy], flag)),
        }
    }
    found
}

/// Finds where keys of a scenario were written, without keeping the parsed document.
#[derive(Debug, Clone)]
pub struct Places {
    /// File name as given on the command line.
    pub source: Arc<str>,
    keys: Vec<(String, Place)>,
}

impl Places {
    /// Remembers where the keys that findings point at were written.
    pub fn of(document: &Document<'_>, scenario: &Scenario) -> Self {
        let strategies = scenario.strategies.iter().map(|strategy| format!("strategy.{}", strategy.name));
        let claims = (0..scenario.claims.len()).map(|nth| format!("claim.{nth}"));
        let documented = scenario::keys().iter().map(|manual| manual.key.clone());
        // A key of all strategies stands in each of them.
        let own = scenario.strategies.iter().flat_map(|strategy| {
            let below = scenario::keys().iter().filter_map(|manual| manual.key.strip_prefix("strategy."));
            below.map(|rest| format!("strategy.{}.{rest}", strategy.name))
        });
        let keys = strategies.chain(claims).chain(documented).chain(own);
        let keys = keys.filter_map(|key| document.locate(&key).map(|place| (key, place))).collect();
        Self { source: document.source().into(), keys }
    }

    /// Where a key is written that drives what was found of a strategy: in that strategy, or for all; else the strategy.
    pub fn locate_driver(&self, driver: &str, strategy: &str) -> Option<&Place> {
        let own = driver.strip_prefix("strategy.").map(|rest| format!("strategy.{strategy}.{rest}"));
        let written = own.and_then(|key| self.locate(&key)).or_else(|| self.locate(driver));
        written.or_else(|| self.locate(&format!("strategy.{strategy}")))
    }

    /// Where a key was written, if it was.
    pub fn locate(&self, key: &str) -> Option<&Place> {
        self.keys.iter().find(|(known, _)| known == key).map(|(_, place)| place)
    }
}
