//! Findings in the Code Quality format, which GitLab shows at their lines in a merge request.
//!
//! Format: the part of the Code Climate specification that GitLab reads, "Code Quality report format", GitLab Docs.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::Report;
use crate::judge::{Finding, Level, findings};

/// The check as a Code Quality report.
pub fn code_quality(report: &Report) -> String {
    let issues: Vec<Value> = findings(report).iter().map(issue).collect();
    let mut text = serde_json::to_string_pretty(&issues).unwrap_or_else(|error| unreachable!("{error}"));
    text.push('\n');
    text
}

fn issue(finding: &Finding) -> Value {
    let severity = match finding.level {
        Level::Note => "info",
        Level::Warning => "minor",
        Level::Error => "major",
    };
    let path = finding.source.replace('\\', "/");
    json!({
        "description": finding.message,
        "check_name": finding.rule,
        "fingerprint": fingerprint(&path, finding),
        "severity": severity,
        "location": { "path": path.strip_prefix("./").unwrap_or(&path), "lines": { "begin": finding.at.0 } },
    })
}

/// By this one finding is told from another, and known again in the next run.
fn fingerprint(path: &str, finding: &Finding) -> String {
    let mut sum = Sha256::new();
    for part in [path, finding.rule, &finding.subject] {
        sum.update(part);
        sum.update([0]);
    }
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
