//! Judgement: answers held against claims, against the gate, and against an earlier run.

mod advice;
mod baseline;
mod claims;
mod findings;

pub use advice::{Advice, Memory, Profile, Reading, Reason, Rules, advise};
pub use baseline::{Baseline, BaselineError, Move, Tolerances};
pub use claims::{Change, ClaimResult, Verdict, judge_claims};
pub use findings::{Finding, Level, findings};

use evaluation::{Engine, RiskFlag};

use crate::{Report, Section};

/// A flag that the gate denies and a strategy raised.
#[derive(Debug, Clone, PartialEq)]
pub struct Denied {
    /// The strategy that raised it.
    pub strategy: String,
    /// The engine that found it; none where arithmetic settles it.
    pub engine: Option<Engine>,
    /// The flag.
    pub flag: RiskFlag,
}

/// Everything that a check found.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// For each section of the report: its claims, and what its gate denies.
    pub sections: Vec<(Vec<ClaimResult>, Vec<Denied>)>,
    /// What moved against the baseline, where there is one.
    pub moves: Vec<Move>,
    /// Whether an inconclusive claim passes.
    pub allow_inconclusive: bool,
}

impl Judgement {
    /// Judges every section.
    pub fn of(report: &Report, baseline: Option<(&Baseline, &Tolerances)>, allow_inconclusive: bool) -> Self {
        let sections =
            report.sections.iter().map(|section| (judge_claims(section), denied(section))).collect();
        let moves =
            baseline.map_or_else(Vec::new, |(baseline, tolerances)| baseline.moves(report, tolerances));
        Self { sections, moves, allow_inconclusive }
    }

    /// Whether nothing stands against shipping.
    pub fn passes(&self) -> bool {
        let sections = self.sections.iter().all(|(claims, denied)| {
            denied.is_empty() && claims.iter().all(|claim| claim.passes(self.allow_inconclusive))
        });
        sections && self.moves.iter().all(|one| !one.worse)
    }
}

/// Flags that the section's gate denies, in the order of its answers; then those that arithmetic raises and no answer has.
fn denied(section: &Section) -> Vec<Denied> {
    let gate = &section.scenario.gate;
    let answers =
        section.evaluations.iter().filter(|answer| gate.speaks_for(&answer.strategy, answer.engine));
    let raised = answers.flat_map(|answer| answer.risk_flags.iter().map(move |flag| (answer, flag)));
    let raised = raised.map(|(answer, flag)| Denied {
        strategy: answer.strategy.clone(),
        engine: Some(answer.engine),
        flag: flag.clone(),
    });
    let mut denied: Vec<Denied> = raised.filter(|one| gate.deny.contains(&one.flag.code)).collect();
    for (strategy, flag) in section.lints() {
        let known = denied.iter().any(|one| one.strategy == strategy && one.flag.code == flag.code);
        if !known && gate.names(strategy) && gate.deny.contains(&flag.code) {
            denied.push(Denied { strategy: strategy.to_owned(), engine: None, flag });
        }
    }
    denied
}
