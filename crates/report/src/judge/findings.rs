//! What a check found, as a list that points at lines: the common ground of SARIF and annotations.

use evaluation::{Evaluation, RiskFlag};
use scenario::{Assertion, Place};

use super::{ClaimResult, Verdict};
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
        for (strategy, flag) in flags(section) {
            let is_denied = denied.iter().any(|one| one.strategy == strategy && one.flag.code == flag.code);
            let driver = flag.code.spec().driver_key;
            let of_strategy = format!("strategy.{strategy}");
            let place = section.places.locate(driver).or_else(|| section.places.locate(&of_strategy));
            let message = format!("{title}, {strategy}: {}; {}", flag.message, flag.remedy);
            let level = if is_denied { Level::Error } else { Level::Warning };
            found.push(finding(flag.code.code(), level, message, place, &section.places));
        }
    }
    if let Some(first) = report.sections.first() {
        for one in &judgement.moves {
            let level = if one.worse { Level::Error } else { Level::Note };
            let message = format!("{}: {} {}", one.answer, one.subject, one.message);
            found.push(finding("baseline-moved", level, message, None, &first.places));
        }
    }
    found
}

/// Flags of the strategies for which the gate speaks: of answers, then of arithmetic where no answer has them.
fn flags(section: &Section) -> Vec<(&str, RiskFlag)> {
    let gate = &section.scenario.gate;
    let answers = section.evaluations.iter();
    let heard = answers.filter(|answer| gate.speaks_for(&answer.strategy, answer.engine));
    let of = |answer: &Evaluation| answer.risk_flags.clone().into_iter();
    let mut flags: Vec<(&str, RiskFlag)> =
        heard.flat_map(|answer| of(answer).map(|flag| (answer.strategy.as_str(), flag))).collect();
    for (strategy, lint) in section.lints() {
        let known = flags.iter().any(|(of, flag)| *of == strategy && flag.code == lint.code);
        if !known && gate.names(strategy) {
            flags.push((strategy, lint));
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
            let found = result.found_in_words();
            format!("{title}: claim `{}` says {subject} is {bound}; found {found}", claim.id)
        }
    };
    Some(finding(rule, level, message, places.locate(&format!("claim.{}", result.nth)), places))
}

fn finding(
    rule: &'static str,
    level: Level,
    message: String,
    place: Option<&Place>,
    places: &Places,
) -> Finding {
    // A value set on the command line has no line in the file.
    let at = place
        .filter(|place| place.source == places.source)
        .map_or((1, 1), |place| (place.line(), place.column()));
    Finding { rule, level, message, source: places.source.to_string(), at }
}
