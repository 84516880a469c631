//! JUnit XML: one suite a scenario, one case for each claim, denied flag and comparison with the baseline.

use evaluation::Flag;
use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};

use crate::Report;
use crate::judge::{ClaimResult, Denied, Verdict};

/// The check as JUnit XML; without a judgement there are no cases.
///
/// # Errors
/// Where the XML cannot be written.
pub fn junit(report: &Report) -> Result<String, quick_junit::SerializeError> {
    let mut junit = Junit::new("warmcast check");
    let Some(judgement) = &report.judgement else { return junit.to_string() };
    for (section, (claims, denied)) in report.sections.iter().zip(&judgement.sections) {
        let mut suite = TestSuite::new(section.title());
        for result in claims {
            suite.add_test_case(claim_case(result, judgement.allow_inconclusive));
        }
        let gate = &section.scenario.gate;
        for answer in
            section.evaluations.iter().filter(|answer| gate.speaks_for(&answer.strategy, answer.engine))
        {
            for code in &gate.deny {
                let own =
                    |one: &&Denied| one.strategy == answer.strategy && one.engine == Some(answer.engine);
                let found = denied.iter().filter(own).find(|one| one.flag.code == *code);
                suite.add_test_case(gate_case(&answer.strategy, answer.engine.name(), *code, found));
            }
        }
        for one in denied.iter().filter(|one| one.engine.is_none()) {
            suite.add_test_case(gate_case(&one.strategy, "arithmetic", one.flag.code, Some(one)));
        }
        junit.add_test_suite(suite);
    }
    if !judgement.moves.is_empty() {
        let mut suite = TestSuite::new("baseline");
        for one in &judgement.moves {
            let status =
                if one.worse { failure(&one.message, "baseline-moved") } else { TestCaseStatus::success() };
            let mut case = TestCase::new(format!("{}: {}", one.answer(), one.subject), status);
            case.set_classname("baseline");
            suite.add_test_case(case);
        }
        junit.add_test_suite(suite);
    }
    junit.to_string()
}

fn claim_case(result: &ClaimResult, allow_inconclusive: bool) -> TestCase {
    let claim = &result.claim;
    let (subject, bound) = (result.subject_in_words(), result.bound_in_words());
    let message = format!(
        "{subject} is claimed to be {bound}; found {}{}",
        result.found_in_words(),
        result.changes_in_words()
    );
    let status = match result.verdict {
        Verdict::Holds => TestCaseStatus::success(),
        Verdict::Unsupported => skipped(&format!("no engine gives {subject}")),
        Verdict::Inconclusive if allow_inconclusive => skipped(&message),
        Verdict::Fails | Verdict::Inconclusive => failure(&message, result.verdict.name()),
    };
    let judge = match (result.engine, result.found) {
        (Some(engine), _) => engine.name(),
        (None, Some(_)) => "arithmetic",
        (None, None) => "none",
    };
    case(&format!("claim: {}", claim.id), judge, status)
}

fn gate_case(strategy: &str, judge: &str, code: Flag, found: Option<&Denied>) -> TestCase {
    let status = match found {
        None => TestCaseStatus::success(),
        Some(one) => failure(&format!("{}; {}", one.flag.message, one.flag.remedy), code.code()),
    };
    case(&format!("gate: {strategy} must not raise {code}"), judge, status)
}

fn case(name: &str, judge: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(judge);
    case
}

fn failure(message: &str, kind: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_message(message);
    status.set_type(kind);
    status
}

fn skipped(message: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::skipped();
    status.set_message(message);
    status
}
