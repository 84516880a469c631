//! Annotations in the form that GitHub Actions reads from a job's output.

use crate::Report;
use crate::judge::{Finding, Level, findings};

/// One workflow command a finding, each on its line.
pub fn github_annotations(report: &Report) -> String {
    findings(report).iter().map(annotation).collect()
}

fn annotation(finding: &Finding) -> String {
    let level = match finding.level {
        Level::Note => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let (line, column) = finding.at;
    let (file, title) = (property(&finding.source), property(finding.rule));
    format!("::{level} file={file},line={line},col={column},title={title}::{}\n", data(&finding.message))
}

/// The escapes of a workflow command's message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The escapes of a workflow command's properties.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
