//! The claims audit: every claim of several scenarios, in all variants side by side, as Markdown.

use super::markdown::escaped;
use crate::judge::{ClaimResult, Verdict};
use crate::{Report, Section, grouped};

/// What stands behind the tables; whatever is above it needs no search.
pub const CHANGES: &str = "## What would make them hold";

/// Claims, verdicts and what arithmetic alone says; then the changes that were searched for.
pub fn audit(report: &Report) -> String {
    let mut out = "# Claims\n\nWhat was said of each system, in its own words, and what follows from its configuration: `holds`, `fails`,\n`inconclusive` where the interval straddles the bound, `unsupported` where no metric tells. ± is half of a 95 % interval.\n".to_owned();
    let scenarios = by_scenario(report);
    counts(&scenarios, &mut out);
    for sections in &scenarios {
        claims(sections, &mut out);
    }
    changes(&scenarios, &mut out);
    out
}

type Judged<'a> = (&'a Section, &'a [ClaimResult]);

/// Variants of one scenario together.
fn by_scenario(report: &Report) -> Vec<Vec<Judged<'_>>> {
    let Some(judgement) = &report.judgement else { return vec![] };
    let mut found: Vec<Vec<Judged<'_>>> = vec![];
    for (section, (claims, _)) in report.sections.iter().zip(&judgement.sections) {
        match found.last_mut() {
            Some(last) if last[0].0.scenario.name == section.scenario.name => last.push((section, claims)),
            _ => found.push(vec![(section, claims)]),
        }
    }
    found
}

const VERDICTS: [Verdict; 4] = [Verdict::Holds, Verdict::Fails, Verdict::Inconclusive, Verdict::Unsupported];

fn counts(scenarios: &[Vec<Judged<'_>>], out: &mut String) {
    out.push_str(
        "\n| scenario | variant | holds | fails | inconclusive | unsupported |\n|---|---|--:|--:|--:|--:|\n",
    );
    for (section, claims) in scenarios.iter().flatten() {
        let count = |verdict| claims.iter().filter(|claim| claim.verdict == verdict).count().to_string();
        let numbers = VERDICTS.map(count).join(" | ");
        let variant = section.scenario.variant.as_deref().unwrap_or("–");
        out.push_str(&format!(
            "| {} | {} | {numbers} |\n",
            escaped(&section.scenario.name),
            escaped(variant)
        ));
    }
}

fn claims(sections: &[Judged<'_>], out: &mut String) {
    let (first, listed) = sections[0];
    out.push_str(&format!("\n## {}\n", escaped(&first.scenario.name)));
    for text in [&first.scenario.description, &first.scenario.source].into_iter().flatten() {
        out.push_str(&format!("\n{}\n", escaped(text)));
    }
    out.push_str("\n| claim | asserted |");
    for (section, _) in sections {
        out.push_str(&format!(" {} |", escaped(section.scenario.variant.as_deref().unwrap_or("found"))));
    }
    out.push_str(&format!("\n|---|---|{}\n", "---|".repeat(sections.len())));
    // A claim that several engines judge is one row.
    for result in listed.chunk_by(|one, next| one.nth == next.nth).map(|same| &same[0]) {
        let said = result.claim.text.as_ref().unwrap_or(&result.claim.id);
        out.push_str(&format!("| {} | {} |", escaped(said), asserted(sections, result)));
        for (_, claims) in sections {
            out.push_str(&format!(" {} |", cell(claims, &result.claim.id)));
        }
        out.push('\n');
    }
    let lints = sections.iter().flat_map(|(section, _)| section.lints());
    let mut lines: Vec<String> = grouped(lints)
        .into_iter()
        .map(|(strategies, flag)| {
            format!("- `{}` ({}): {}\n", flag.code, escaped(&strategies.join(", ")), escaped(&flag.message))
        })
        .collect();
    lines.dedup();
    if !lines.is_empty() {
        out.push_str("\nBy arithmetic alone:\n\n");
        lines.iter().for_each(|line| out.push_str(line));
    }
}

/// What is asserted, in each variant that asserts something else.
fn asserted(sections: &[Judged<'_>], result: &ClaimResult) -> String {
    let mut bounds: Vec<String> = vec![];
    for (_, claims) in sections {
        let own = claims.iter().find(|one| one.claim.id == result.claim.id);
        let bound = own.map(ClaimResult::bound_in_words).filter(|bound| !bounds.contains(bound));
        bounds.extend(bound);
    }
    match result.kind() {
        "unmeasured" => "–".to_owned(),
        _ => format!("{} {}", escaped(&result.subject_in_words()), escaped(&bounds.join(", "))),
    }
}

/// What a variant makes of a claim; by each engine that judges it, where these are several.
fn cell(claims: &[ClaimResult], id: &str) -> String {
    let own: Vec<&ClaimResult> = claims.iter().filter(|one| one.claim.id == id).collect();
    let engines = own.len() > 1;
    let each = own.iter().map(|one| {
        let verdict = match one.verdict {
            Verdict::Holds => "holds".to_owned(),
            other => format!("**{}**", other.name()),
        };
        let engine = one.engine.filter(|_| engines).map_or(String::new(), |engine| format!(" ({engine})"));
        match one.verdict {
            Verdict::Unsupported => verdict,
            _ => format!("{verdict}{engine}: {}", escaped(&one.found_in_words())),
        }
    });
    each.collect::<Vec<_>>().join("; ")
}

fn changes(scenarios: &[Vec<Judged<'_>>], out: &mut String) {
    let results =
        scenarios.iter().flatten().flat_map(|(section, claims)| claims.iter().map(move |one| (section, one)));
    let mut searched =
        results.filter_map(|(section, one)| Some((section, one, one.changes.as_ref()?))).peekable();
    if searched.peek().is_none() {
        return;
    }
    out.push_str(&format!(
        "\n{CHANGES}\n\nOne key, changed as little as it takes, and what is found then; all others as they are.\n\n| scenario | claim | any of these |\n|---|---|---|\n"
    ));
    for (section, result, changes) in searched {
        let said = result.claim.text.as_ref().unwrap_or(&result.claim.id);
        let each: Vec<String> = changes
            .iter()
            .map(|one| format!("`{} = {}` ({})", one.key, one.value, escaped(&one.found)))
            .collect();
        let each = if each.is_empty() { "no single key that was tried".to_owned() } else { each.join(", ") };
        out.push_str(&format!("| {} | {} | {each} |\n", escaped(&section.title()), escaped(said)));
    }
}
