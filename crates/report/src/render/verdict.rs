//! The verdict in one sentence: which strategy is best, by how much.

use evaluation::{Evaluation, Metric};

use crate::Section;

/// `By latency, predictive is best at 59.1 ms; static follows with 72.0 ms (+21.8%), then demand with 80.4 ms (+36.1%).`
pub(super) fn verdict_sentence(section: &Section, objective: Metric) -> String {
    // The first engine's; the others stand beside it in the table.
    let engine = section.evaluations.first().map(|answer| answer.engine);
    let mut answers = section
        .evaluations
        .iter()
        .filter(|answer| Some(answer.engine) == engine)
        .filter_map(|answer| Some((answer, answer.get(objective)?.value)))
        .peekable();
    let Some(&(_, best)) = answers.peek() else {
        return format!("No strategy has an answer for {}.", objective.spec().title);
    };
    let (winners, others): (Vec<_>, Vec<_>) = answers.partition(|(_, value)| *value == best);
    let names = |list: &[(&Evaluation, f64)]| {
        let names: Vec<_> = list.iter().map(|(answer, _)| answer.strategy.as_str()).collect();
        match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => names.concat(),
        }
    };
    let (verb, each) = if winners.len() > 1 { ("are best", " each") } else { ("is best", "") };
    let mut sentence = format!(
        "By {}, {} {verb} at {}{each}",
        objective.spec().title,
        names(&winners),
        amount(objective, best)
    );
    for (nth, (answer, value)) in others.iter().enumerate() {
        let change =
            if best == 0.0 { String::new() } else { format!(" ({:+.1}%)", 100.0 * (value - best) / best) };
        let follows = if nth == 0 { "; " } else { ", then " };
        let verb = if nth == 0 { " follows" } else { "" };
        sentence.push_str(&format!(
            "{follows}{}{verb} with {}{change}",
            answer.strategy,
            amount(objective, *value)
        ));
    }
    sentence + "."
}

/// A value with its unit: `59.1 ms`, `0.55`, `5.30 per minute`.
fn amount(metric: Metric, value: f64) -> String {
    let value = metric.show(value);
    match metric.spec().unit {
        "" => value,
        "/min" => format!("{value} per minute"),
        unit => format!("{value} {unit}"),
    }
}
