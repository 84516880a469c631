//! What a check found, as a list that points at lines: the common ground of SARIF and annotations.

use evaluation::{Engine, Evaluation, RiskFlag};
use scenario::{Assertion, Place};

use super::{ClaimResult, Move, Verdict};
use crate::{Places, Report, Section};

/// How a finding is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For information.
    Note,
    /// Does not stop a check.
    Warning,
    /// Stops a check.
    Error,
}

/// One thing that a check found.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Flag code, or `claim-fails`, `claim-inconclusive`, `claim-unsupported`, `baseline-moved`.
    pub rule: &'static str,
    /// Scenario, strategy or claim, and engine: what stays the same while numbers change.
    pub subject: String,
    /// How it is shown.
    pub level: Level,
    /// What was found and what to do about it.
    pub message: String,
    /// File that it belongs to.
    pub source: String,
    /// Line and column in that file, counted from 1.
    pub at: (usize, usize),
}

/// Everything worth annotating, in the order of the report; empty where nothing was judged.
pub fn findings(report: &Report) -> Vec<Finding> {
    let Some(judgement) = &report.judgement else { return vec![] };
    let mut found = vec![];
    for (section, (claims, denied)) in report.sections.iter().zip(&judgement.sections) {
        let title = section.title();
        for result in claims {
            found.extend(claim_finding(result, &title, &section.places, judgement.allow_inconclusive));
        }
        for (strategy, engine, flag) in flags(section) {
            let is_denied = denied.iter().any(|one| one.strategy == strategy && one.flag.code == flag.code);
            let subject = format!("{title}/{strategy} by {}", judge(engine));
            let place = section.places.locate_driver(flag.code.spec().driver_key, strategy);
            let message = format!("{title}, {strategy}: {}; {}", flag.message, flag.remedy);
            let level = if is_denied { Level::Error } else { Level::Warning };
            found.push(finding(flag.code.code(), subject, level, message, place, &section.places));
        }
    }
    found.extend(judgement.moves.iter().filter_map(|one| moved(one, report)));
    found
}

/// Flags of the strategies for which the gate speaks: of answers, then of arithmetic where no answer has them.
fn flags(section: &Section) -> Vec<(&str, Option<Engine>, RiskFlag)> {
    let gate = &section.scenario.gate;
    let answers = section.evaluations.iter();
    let heard = answers.filter(|answer| gate.speaks_for(&answer.strategy, answer.engine));
    let of = |answer: &Evaluation| answer.risk_flags.clone().into_iter();
    let mut flags: Vec<(&str, Option<Engine>, RiskFlag)> = heard
        .flat_map(|answer| of(answer).map(|flag| (answer.strategy.as_str(), Some(answer.engine), flag)))
        .collect();
    for (strategy, lint) in section.lints() {
        let known = flags.iter().any(|(of, _, flag)| *of == strategy && flag.code == lint.code);
        if !known && gate.names(strategy) {
            flags.push((strategy, None, lint));
        }
    }
    flags
}

fn claim_finding(
    result: &ClaimResult,
    title: &str,
    places: &Places,
    allow_inconclusive: bool,
) -> Option<Finding> {
    let (rule, level) = match result.verdict {
        Verdict::Holds => return None,
        Verdict::Fails => ("claim-fails", Level::Error),
        Verdict::Inconclusive if allow_inconclusive => ("claim-inconclusive", Level::Note),
        Verdict::Inconclusive => ("claim-inconclusive", Level::Error),
        Verdict::Unsupported => ("claim-unsupported", Level::Warning),
    };
    let claim = &result.claim;
    let (subject, bound) = (result.subject_in_words(), result.bound_in_words());
    let message = match result.verdict {
        Verdict::Unsupported => {
            match claim.text.as_ref().filter(|_| claim.assertion == Assertion::Unmeasured) {
                Some(text) => {
                    format!("{title}: no metric tells of “{text}”, so claim `{}` cannot be judged", claim.id)
                }
                None => {
                    format!("{title}: no engine gives {subject}, so claim `{}` cannot be judged", claim.id)
                }
            }
        }
        _ => {
            let (found, changes) = (result.found_in_words(), result.changes_in_words());
            format!("{title}: claim `{}` says {subject} is {bound}; found {found}{changes}", claim.id)
        }
    };
    let subject = format!("{title}/{} by {}", claim.id, judge(result.engine));
    Some(finding(rule, subject, level, message, places.locate(&format!("claim.{}", result.nth)), places))
}

/// Points at the strategy that moved, where the scenario still has it.
fn moved(one: &Move, report: &Report) -> Option<Finding> {
    let named = |section: &&Section| section.scenario.name == one.scenario;
    let same = |section: &&Section| named(section) && section.scenario.variant == one.variant;
    let sections = || report.sections.iter();
    let section = sections().find(same).or_else(|| sections().find(named)).or(report.sections.first())?;
    let place = section.places.locate(&format!("strategy.{}", one.strategy));
    let place = place.filter(|_| named(&section));
    let level = if one.worse { Level::Error } else { Level::Note };
    let message = format!("{}: {} {}", one.answer(), one.subject, one.message);
    let subject = format!("{} {}", one.answer(), one.subject);
    Some(finding("baseline-moved", subject, level, message, place, &section.places))
}

/// Who found it.
fn judge(engine: Option<Engine>) -> &'static str {
    engine.map_or("arithmetic", Engine::name)
}

fn finding(
    rule: &'static str,
    subject: String,
    level: Level,
    message: String,
    place: Option<&Place>,
    places: &Places,
) -> Finding {
    // A value set on the command line has no line in the file.
    let at = place
        .filter(|place| place.source == places.source)
        .map_or((1, 1), |place| (place.line(), place.column()));
    Finding { rule, subject, level, message, source: places.source.to_string(), at }
}
