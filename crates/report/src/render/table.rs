//! The table for a terminal, 80 columns where the terminal is.

use std::ops::Range;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use evaluation::{Engine, Estimate, Evaluation, Flag, Metric};

use super::break_evens::{BreakEvenRow, break_even_rows};
use super::differences::{COMPARED, signed};
use super::fates::fates;
use super::recovery::recovery;
use super::{Style, paragraph};
use crate::judge::{ClaimResult, Denied, Judgement, Move, Verdict};
use crate::{Report, Section, grouped};

/// Metrics that a terminal has room for; the objective joins them where it is another one.
const COLUMNS: [Metric; 4] =
    [Metric::ExpectedLatency, Metric::OpsLoad, Metric::WarmCoverage, Metric::OriginLoad];

/// The same where several engines answer: what all of them tell.
const COMPARABLE: [Metric; 4] =
    [Metric::ExpectedLatency, Metric::OpsLoad, Metric::HitRatio, Metric::OriginLoad];

/// The same where a simulation answers.
const SIMULATED: [Metric; 6] = [
    Metric::ExpectedLatency,
    Metric::LatencyP99,
    Metric::HitRatio,
    Metric::WarmCoverage,
    Metric::OriginLoad,
    Metric::OriginPeak,
];

/// What a narrow terminal does without, the first first.
const SPARE: [Metric; 2] = [Metric::WarmCoverage, Metric::OriginPeak];

/// Those of them whose half-width a terminal has room for.
const WITH_HALF_WIDTH: [Metric; 2] = [Metric::ExpectedLatency, Metric::HitRatio];

pub(super) fn render(report: &Report, style: Style) -> String {
    let mut out = String::new();
    for (nth, section) in report.sections.iter().enumerate() {
        if nth > 0 {
            out.push('\n');
        }
        let judged = report.judgement.as_ref().map(|judgement| (judgement, &judgement.sections[nth]));
        render_section(section, report.objective, judged, style, &mut out);
    }
    if let Some(judgement) = &report.judgement {
        render_verdict(judgement, style, &mut out);
    }
    if style.color { colored(&out) } else { out }
}

type Judged<'a> = (&'a Judgement, &'a (Vec<ClaimResult>, Vec<Denied>));

fn render_section(
    section: &Section,
    objective: Metric,
    judged: Option<Judged<'_>>,
    style: Style,
    out: &mut String,
) {
    let width = style.width.unwrap_or(80);
    let mut engines: Vec<_> = section.evaluations.iter().map(|answer| answer.engine.name()).collect();
    engines.dedup();
    out.push_str(&format!(
        "{} ({}), best first by {}\n\n",
        section.title(),
        engines.join(", "),
        objective.spec().title
    ));
    out.push_str(&strategies(section, objective, style.width));
    let Some((judgement, (claims, denied))) = judged else {
        recovery(section, out);
        differences(section, out);
        findings(section, width, out);
        operations(section, width, out);
        trust(section, width, out);
        return;
    };
    if !claims.is_empty() {
        out.push_str("\nClaims\n");
        for result in claims {
            let word = match (result.verdict, result.passes(judgement.allow_inconclusive)) {
                (Verdict::Inconclusive, true) => "inconclusive, allowed",
                (verdict, _) => verdict.name(),
            };
            let text = format!("{word}: {}: {}", result.claim.id, result.in_words());
            paragraph("  ", "    ", &text, width, out);
            for change in result.changes.iter().flatten() {
                paragraph("    ", "      ", &format!("would hold with {change}"), width, out);
            }
        }
    }
    let lints = grouped(section.lints().into_iter());
    if !lints.is_empty() {
        out.push_str("\nBy arithmetic alone\n");
    }
    for (strategies, flag) in lints {
        let text = format!("{} ({}): {}; {}.", flag.code, strategies.join(", "), flag.message, flag.remedy);
        paragraph("  ", "    ", &text, width, out);
    }
    if !denied.is_empty() {
        out.push('\n');
    }
    for one in denied {
        let text = format!(
            "denied by the gate: {} raises {}: {}; {}",
            one.strategy, one.flag.code, one.flag.message, one.flag.remedy
        );
        paragraph("  ", "    ", &text, width, out);
    }
}

fn strategies(section: &Section, objective: Metric, width: Option<usize>) -> String {
    let simulated = section.evaluations.iter().all(|answer| answer.engine == Engine::Simulation);
    let screened = section.evaluations.iter().all(|answer| answer.engine == Engine::Screening);
    let mut metrics = match (simulated, screened) {
        (true, _) => SIMULATED.to_vec(),
        (_, true) => COLUMNS.to_vec(),
        _ => COMPARABLE.to_vec(),
    };
    if !metrics.contains(&objective) {
        metrics.push(objective);
    }
    let mut spare = SPARE.into_iter().filter(|metric| simulated && *metric != objective);
    loop {
        let drawn = strategies_by(section, &metrics, width);
        let fits = width.is_none_or(|width| drawn.lines().all(|line| line.chars().count() <= width));
        match spare.next().filter(|_| !fits) {
            Some(spared) => metrics.retain(|metric| *metric != spared),
            None => return drawn,
        }
    }
}

fn strategies_by(section: &Section, metrics: &[Metric], width: Option<usize>) -> String {
    let simulated = section.evaluations.iter().all(|answer| answer.engine == Engine::Simulation);
    let engines = section.evaluations.iter().any(|answer| answer.engine != section.evaluations[0].engine);
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let mut header = vec!["".to_owned(), "strategy".to_owned()];
    if engines {
        header.push("engine".to_owned());
    }
    header.extend(metrics.iter().map(|metric| titled(*metric)));
    let numbers = 2 + usize::from(engines)..header.len();
    if !simulated {
        header.push("risk flags".to_owned());
    }
    table.set_header(header);
    // What the other columns leave, with two spaces between.
    let names = section.evaluations.iter().map(|answer| answer.strategy.chars().count()).max().unwrap_or(0);
    let taken = 6 + names.max(8) + if engines { 11 } else { 0 } + 10 * metrics.len();
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(taken).max(13));
    for (answer, rank) in section.ranked() {
        let mut row = vec![rank.to_string(), answer.strategy.clone()];
        if engines {
            row.push(answer.engine.name().to_owned());
        }
        row.extend(metrics.iter().map(|metric| cell(answer, *metric)));
        if !simulated {
            row.push(flag_cell(answer, room));
        }
        table.add_row(row);
    }
    aligned_right(&mut table, numbers);
    drawn(&table)
}

/// What a table tells of a metric.
pub(super) fn cell(answer: &Evaluation, metric: Metric) -> String {
    match answer.get(metric) {
        Some(Estimate { value, half_width: Some(half) }) if WITH_HALF_WIDTH.contains(&metric) => {
            format!("{} ±{}", metric.show(value), metric.show(half))
        }
        Some(found) => metric.show(found.value),
        None => "–".to_owned(),
    }
}

/// Title of a metric with its unit below it.
fn titled(metric: Metric) -> String {
    match metric.spec().unit {
        "" => metric.spec().title.to_owned(),
        unit => format!("{}\n{unit}", metric.spec().title),
    }
}

pub(super) fn aligned_right(table: &mut Table, columns: Range<usize>) {
    for column in columns {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
}

pub(super) fn drawn(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// Codes one below the other; a long one is broken after a hyphen where the terminal is narrow.
fn flag_cell(answer: &Evaluation, room: usize) -> String {
    if answer.risk_flags.is_empty() {
        return "none".to_owned();
    }
    let mut lines = vec![];
    for flag in &answer.risk_flags {
        let mut line = String::new();
        for part in flag.code.code().split_inclusive('-') {
            if !line.is_empty() && line.len() + part.len() > room {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(part);
        }
        lines.push(line);
    }
    lines.join("\n")
}

/// Flags with their remedies, rails that acted, and break-evens.
fn findings(section: &Section, width: usize, out: &mut String) {
    for (strategies, flag) in section.raised_flags() {
        out.push('\n');
        let text = format!("{} ({}): {}.", flag.code, strategies.join(", "), flag.message);
        paragraph("", "  ", &text, width, out);
        paragraph("  ", "  ", &format!("To mend it: {}.", flag.remedy), width, out);
    }
    for (strategy, rail) in section.acting_rails() {
        out.push('\n');
        paragraph("", "  ", &format!("rail {} ({strategy}): {}.", rail.rail, rail.message), width, out);
    }
    if !section.break_evens.is_empty() {
        out.push_str("\nBreak-even: where predictive beats static, all other inputs as they are\n");
        out.push_str(&format!("  {:<11}{:<13}{:<26}recall\n", "engine", "by", "precision"));
        for BreakEvenRow { engine, by, wins: [precision, recall] } in break_even_rows(section) {
            out.push_str(&format!("  {engine:<11}{by:<13}{precision:<26}{recall}\n"));
        }
    }
}

/// How strategies differ from the first one.
fn differences(section: &Section, out: &mut String) {
    let Some(first) = section.differences.first() else { return };
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    let titles = COMPARED.iter().map(|metric| titled(*metric));
    let header = ["strategy".to_owned()].into_iter().chain(titles).chain(["variance\nratio".to_owned()]);
    table.set_header(header);
    for one in &section.differences {
        let cell =
            |metric: &Metric| one.get(*metric).map_or("–".to_owned(), |found| signed(*metric, found));
        let ratio = one.variance_ratio.map_or("–".to_owned(), |ratio| format!("{ratio:.1}"));
        table.add_row([one.strategy.clone()].into_iter().chain(COMPARED.iter().map(cell)).chain([ratio]));
    }
    aligned_right(&mut table, 1..COMPARED.len() + 2);
    out.push_str(&format!("\nAgainst {}, on the same requests\n", first.from));
    out.push_str(&drawn(&table));
}

/// What became of warm operations.
fn operations(section: &Section, width: usize, out: &mut String) {
    for (nth, (strategy, sums)) in fates(section).enumerate() {
        if nth == 0 {
            out.push_str("\nWarm operations, all replications together\n");
        }
        paragraph("  ", "    ", &format!("{strategy}: {sums}"), width, out);
    }
}

/// What is inferred or assumed, and the notes of the engines.
fn trust(section: &Section, width: usize, out: &mut String) {
    if !section.scenario.assumptions.is_empty() {
        out.push_str("\nNot measured\n");
        for one in &section.scenario.assumptions {
            paragraph(
                "  ",
                "    ",
                &format!("{} = {} {}: {}", one.key, one.value, one.confidence.name(), one.why),
                width,
                out,
            );
        }
    }
    if !section.notes.is_empty() {
        out.push_str("\nHow far to trust it\n");
        for (engine, note) in &section.notes {
            let number = if note.number == 0 { String::new() } else { format!(" {}", note.number) };
            paragraph("  ", "    ", &format!("{engine}{number}: {}", note.text), width, out);
        }
    }
}

fn render_verdict(judgement: &Judgement, style: Style, out: &mut String) {
    let width = style.width.unwrap_or(80);
    if !judgement.moves.is_empty() {
        out.push_str("\nMoved against the baseline, beyond the tolerance\n");
        for one in &judgement.moves {
            paragraph(
                "  ",
                "    ",
                &format!("{}: {} {}", one.answer(), one.subject, one.message),
                width,
                out,
            );
        }
    }
    let claims = || judgement.sections.iter().flat_map(|(claims, _)| claims);
    let count = |verdict| claims().filter(|claim| claim.verdict == verdict).count();
    let denied: usize = judgement.sections.iter().map(|(_, denied)| denied.len()).sum();
    let mut worse: Vec<_> = judgement.moves.iter().filter(|one| one.worse).map(Move::answer).collect();
    worse.dedup();
    let worse = worse.len();
    let verdict = if judgement.passes() { "passes" } else { "fails" };
    let counts = [
        (count(Verdict::Holds), "claim holds", "claims hold"),
        (count(Verdict::Fails), "claim fails", "claims fail"),
        (count(Verdict::Inconclusive), "claim is inconclusive", "claims are inconclusive"),
        (count(Verdict::Unsupported), "claim is unsupported", "claims are unsupported"),
        (denied, "flag is denied", "flags are denied"),
        (worse, "answer moved for the worse", "answers moved for the worse"),
    ];
    let said = counts.iter().filter(|(count, ..)| *count > 0);
    let said: Vec<_> =
        said.map(|(n, one, many)| format!("{n} {}", if *n == 1 { one } else { many })).collect();
    let text = format!(
        "check {verdict}: {}",
        if said.is_empty() { "nothing to object".to_owned() } else { said.join(", ") }
    );
    out.push('\n');
    paragraph("", "  ", &text, width, out);
}

/// Flags in yellow, verdicts in their colour; done last, so that no width is miscounted.
fn colored(text: &str) -> String {
    let paint =
        |text: String, word: &str, code: &str| text.replace(word, &format!("\x1b[{code}m{word}\x1b[0m"));
    let text = Flag::ALL.iter().fold(text.to_owned(), |text, flag| paint(text, flag.code(), "33"));
    let words = [
        ("holds:", "32"),
        ("fails:", "1;31"),
        ("denied by the gate:", "1;31"),
        ("inconclusive:", "33"),
        ("check passes", "1;32"),
        ("check fails", "1;31"),
    ];
    words.iter().fold(text, |text, (word, code)| paint(text, word, code))
}
