//! One page for several scenarios: each with its verdict, and the way to its own page.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment};
use serde_json::json;

use super::page::PageError;
use super::verdict_sentence;
use crate::judge::Verdict;
use crate::sheet::counted;
use crate::{Report, Section};

const TEMPLATE: &str = include_str!("index.html");

/// A report on several scenarios as one HTML page; `folders` are where the page of each lies.
///
/// # Errors
/// Where the template fails.
pub fn index(report: &Report, folders: &[String]) -> Result<String, PageError> {
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_template("index", TEMPLATE)?;
    let rows = report.sections.iter().enumerate().zip(folders).map(|((nth, section), folder)| {
        let (fails, counts) = judged(report, nth, section);
        json!({
            "title": section.title(),
            "description": section.scenario.description,
            "folder": folder,
            "verdict": verdict_sentence(section, report.objective),
            "fails": fails,
            "counts": counts,
        })
    });
    let context = json!({
        "rows": rows.collect::<Vec<_>>(),
        "light": plots::css_variables(&plots::LIGHT),
        "dark": plots::css_variables(&plots::DARK),
        "provenance": report.provenance,
    });
    Ok(environment.get_template("index")?.render(Serde(context))?)
}

/// Whether a claim or the gate fails, and how many claims hold and flags are raised.
fn judged(report: &Report, nth: usize, section: &Section) -> (bool, String) {
    let flags = section.raised_flags().len() as u64;
    let Some((claims, denied)) = report.judgement.as_ref().map(|judgement| &judgement.sections[nth]) else {
        return (false, counted(flags, "finding"));
    };
    let count = |verdict: Verdict| claims.iter().filter(|claim| claim.verdict == verdict).count() as u64;
    let (holds, fails) = (count(Verdict::Holds), count(Verdict::Fails));
    let mut text = counted(flags, "finding");
    if !claims.is_empty() {
        text.push_str(&format!(
            "; of {}, {holds} hold and {fails} fail",
            counted(claims.len() as u64, "claim")
        ));
    }
    (fails > 0 || !denied.is_empty(), text)
}
