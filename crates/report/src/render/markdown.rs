//! Markdown, for a pull request or a repository.

use evaluation::Metric;

use super::break_evens::{BreakEvenRow, break_even_rows};
use super::differences::{COMPARED, signed};
use super::fates::fates;
use super::recovery::Recovery;
use super::{Alike, Style, alike, told};
use crate::{Report, Section};

pub(super) fn render(report: &Report, _: Style) -> String {
    let mut out = String::new();
    for (nth, section) in report.sections.iter().enumerate() {
        if nth > 0 {
            out.push('\n');
        }
        render_section(report, section, &mut out);
        if let Some(judgement) = &report.judgement {
            let (claims, denied) = &judgement.sections[nth];
            render_claims(claims, &mut out);
            for one in denied {
                let (code, message, remedy) = (one.flag.code, &one.flag.message, one.flag.remedy);
                out.push_str(&format!(
                    "\n**Denied by the gate:** {} raises `{code}`: {message}; {remedy}.\n",
                    escaped(&one.strategy)
                ));
            }
        }
    }
    for asked in report.sections.iter().filter_map(|section| section.sensitivity.as_ref()) {
        out.push_str(&format!("\n### Which input decides\n\n{}\n", asked.sheet.markdown_body()));
    }
    if let Some(judgement) = &report.judgement
        && !judgement.moves.is_empty()
    {
        out.push_str("\n### Against the baseline\n\n");
        for one in &judgement.moves {
            out.push_str(&format!("- {}: `{}` {}\n", one.answer(), one.subject, one.message));
        }
    }
    let provenance = &report.provenance;
    out.push_str(&format!("\n---\nwarmcast {}, seed {}", provenance.version, provenance.seed));
    if let Some(digest) = &provenance.scenario_digest {
        out.push_str(&format!(", scenario {}", digest.get(..19).unwrap_or(digest)));
    }
    out.push_str(&format!(", `{}`\n", provenance.command));
    out
}

fn render_section(report: &Report, section: &Section, out: &mut String) {
    out.push_str(&format!("## {}\n\n", escaped(&section.title())));
    if let Some(description) = &section.scenario.description {
        out.push_str(&format!("{}\n\n", escaped(description)));
    }
    out.push_str(&format!("{}\n\n", escaped(&super::verdict_sentence(section, report.objective))));
    let metrics = super::shown_metrics(section);
    out.push_str("| | strategy | engine |");
    metrics.iter().for_each(|metric| out.push_str(&format!(" {} |", heading(*metric))));
    out.push_str(" risk flags |\n|--:|---|---|");
    out.push_str(&"--:|".repeat(metrics.len()));
    out.push_str("---|\n");
    for (answer, rank) in section.ranked() {
        out.push_str(&format!("| {rank} | {} | {} |", escaped(&answer.strategy), answer.engine));
        for metric in &metrics {
            out.push_str(&format!(" {} |", told(answer, *metric)));
        }
        let flags: Vec<_> = answer.risk_flags.iter().map(|flag| format!("`{}`", flag.code)).collect();
        out.push_str(&format!(
            " {} |\n",
            if flags.is_empty() { "none".to_owned() } else { flags.join(", ") }
        ));
    }
    render_recovery(section, out);
    for Alike { code, messages, remedy } in alike(section) {
        let each = messages.iter().map(|(names, message)| format!("({}): {message}.", escaped(names)));
        let each: Vec<String> = each.collect();
        out.push_str(&format!("\n**`{code}`** {} To mend it: {remedy}.\n", each.join(" ")));
    }
    for (strategy, rail) in section.acting_rails() {
        out.push_str(&format!("\n**Rail `{}`** ({}): {}.\n", rail.rail, escaped(strategy), rail.message));
    }
    render_differences(section, out);
    for (nth, (strategy, sums)) in fates(section).enumerate() {
        if nth == 0 {
            out.push_str("\n### Warm operations, all replications together\n\n");
        }
        out.push_str(&format!("- {}: {sums}\n", escaped(strategy)));
    }
    if !section.break_evens.is_empty() {
        out.push_str("\n### Break-even\n\nWhere predictive beats static, all other inputs as they are.\n\n| engine | by | precision | recall |\n|---|---|---|---|\n");
        for BreakEvenRow { engine, by, wins: [precision, recall] } in break_even_rows(section) {
            out.push_str(&format!("| {engine} | {by} | {precision} | {recall} |\n"));
        }
    }
    if !section.scenario.assumptions.is_empty() {
        out.push_str("\n### Not measured\n\n");
        for one in &section.scenario.assumptions {
            out.push_str(&format!(
                "- `{} = {}` is {}: {}\n",
                one.key,
                one.value,
                one.confidence.name(),
                escaped(&one.why)
            ));
        }
    }
    if !section.notes.is_empty() {
        out.push_str("\n### How far to trust it\n\n");
        for (engine, note) in &section.notes {
            let number = if note.number == 0 { String::new() } else { format!(" {}", note.number) };
            out.push_str(&format!("- {engine}{number}: {}\n", escaped(&note.text)));
        }
    }
}

fn render_recovery(section: &Section, out: &mut String) {
    let Some(Recovery { title, metrics, answers, .. }) = Recovery::of(section) else { return };
    out.push_str(&format!("\n{title}.\n\n| strategy | engine |"));
    metrics.iter().for_each(|metric| out.push_str(&format!(" {} |", heading(*metric))));
    out.push_str(&format!("\n|---|---|{}\n", "--:|".repeat(metrics.len())));
    for answer in answers {
        out.push_str(&format!("| {} | {} |", escaped(&answer.strategy), answer.engine));
        for metric in &metrics {
            out.push_str(&format!(" {} |", told(answer, *metric)));
        }
        out.push('\n');
    }
}

fn render_differences(section: &Section, out: &mut String) {
    let Some(first) = section.differences.first() else { return };
    let metrics: Vec<_> =
        first.metrics.iter().map(|(metric, _)| *metric).filter(|m| COMPARED.contains(m)).collect();
    out.push_str(&format!("\n### Against {}, on the same requests\n\n| strategy |", escaped(&first.from)));
    metrics.iter().for_each(|metric| out.push_str(&format!(" {} |", heading(*metric))));
    out.push_str(&format!(" variance ratio |\n|---|{}\n", "--:|".repeat(metrics.len() + 1)));
    for one in &section.differences {
        out.push_str(&format!("| {} |", escaped(&one.strategy)));
        for metric in &metrics {
            out.push_str(&format!(
                " {} |",
                one.get(*metric).map_or("–".to_owned(), |found| signed(*metric, found))
            ));
        }
        out.push_str(&format!(
            " {} |\n",
            one.variance_ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.1}"))
        ));
    }
}

fn render_claims(claims: &[crate::judge::ClaimResult], out: &mut String) {
    if claims.is_empty() {
        return;
    }
    out.push_str("\n### Claims\n\n| claim | strategy | metric | bound | found | engine | verdict |\n|---|---|---|---|---|---|---|\n");
    for result in claims {
        out.push_str(&format!(
            "| {} | {} | {}{} | {} | {}{} | {} | {} |\n",
            escaped(result.claim.text.as_ref().unwrap_or(&result.claim.id)),
            escaped(result.claim.strategy.as_deref().unwrap_or("–")),
            result.subject(),
            result.window_in_words(),
            result.bound_in_words(),
            result.found_in_words(),
            escaped(&result.changes_in_words()),
            result.engine.map_or("–", |engine| engine.name()),
            result.verdict.name()
        ));
    }
}

/// Title of a metric with its unit.
fn heading(metric: Metric) -> String {
    match metric.spec().unit {
        "" => metric.spec().title.to_owned(),
        unit => {
            format!("{}, {}", metric.spec().title, unit.trim_start_matches('/').replace("min", "per min"))
        }
    }
}

/// Text that must not become a column or a tag.
pub(super) fn escaped(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "&lt;").replace('\n', " ")
}
