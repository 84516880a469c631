//! SARIF 2.1.0: findings at their lines, for code scanning.
//!
//! Format: OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 2020.

use evaluation::Flag;
use serde_json::{Value, json};

use crate::Report;
use crate::judge::{Finding, Level, findings};

/// Findings that are not flags.
const OTHER_RULES: [(&str, &str); 4] = [
    ("claim-fails", "A claim lies outside what the engines found."),
    ("claim-inconclusive", "The interval found straddles the bound of a claim."),
    ("claim-unsupported", "No engine has an answer for a claim."),
    ("baseline-moved", "An answer moved against the baseline."),
];

/// The check as SARIF.
pub fn sarif(report: &Report) -> String {
    let flags = Flag::ALL.iter().map(|flag| (flag.code(), flag.spec().meaning, flag.spec().remedy));
    let others = OTHER_RULES.iter().map(|(rule, meaning)| (*rule, *meaning, ""));
    let rules: Vec<Value> =
        flags.chain(others).map(|(id, meaning, remedy)| rule(id, meaning, remedy)).collect();
    let results: Vec<Value> = findings(report).iter().map(result).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": "warmcast", "version": report.provenance.version, "rules": rules } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    let mut text = serde_json::to_string_pretty(&log).unwrap_or_else(|error| unreachable!("{error}"));
    text.push('\n');
    text
}

fn rule(id: &str, meaning: &str, remedy: &str) -> Value {
    let mut rule = json!({ "id": id, "shortDescription": { "text": meaning } });
    if !remedy.is_empty() {
        rule["help"] = json!({ "text": remedy });
    }
    rule
}

fn result(finding: &Finding) -> Value {
    let level = match finding.level {
        Level::Note => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let (line, column) = finding.at;
    json!({
        "ruleId": finding.rule,
        "level": level,
        "message": { "text": finding.message },
        "locations": [{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&finding.source) },
                "region": { "startLine": line, "startColumn": column },
            },
        }],
    })
}

/// A path as a relative URI reference: what RFC 3986 does not leave as it is becomes percent escapes.
fn uri(path: &str) -> String {
    let path = path.replace('\\', "/");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
