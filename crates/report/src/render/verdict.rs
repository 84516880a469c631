//! The verdict in one sentence: which strategy is best, by how much.

use evaluation::{Engine, Evaluation, Metric};

use crate::Section;

/// `By latency, predictive is best at 59.1 ms; static follows with 72.0 ms (+21.8%), then demand with 80.4 ms (+36.1%).`
pub(super) fn verdict_sentence(section: &Section, objective: Metric) -> String {
    let engine = speaking(section);
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
    sentence.push('.');
    sentence.push_str(&others_say(section, engine, objective));
    sentence
}

/// The engine that answers for most strategies, of equals the first: it speaks, and the others are heard behind it.
fn speaking(section: &Section) -> Option<Engine> {
    let count = |engine: Engine| section.evaluations.iter().filter(|answer| answer.engine == engine).count();
    let engines = Engine::ALL.iter().copied().filter(|engine| count(*engine) > 0);
    engines.fold(None, |best: Option<Engine>, engine| match best {
        Some(best) if count(best) >= count(engine) => Some(best),
        _ => Some(engine),
    })
}

/// Which strategy the other engines put first.
fn others_say(section: &Section, spoken: Option<Engine>, objective: Metric) -> String {
    let mut said = vec![];
    for engine in Engine::ALL.iter().copied().filter(|engine| Some(*engine) != spoken) {
        let best = section.evaluations.iter().find(|answer| answer.engine == engine);
        if let Some((answer, found)) = best.and_then(|answer| Some((answer, answer.get(objective)?))) {
            let width =
                found.half_width.map_or(String::new(), |width| format!(" ± {}", objective.show(width)));
            let value = format!("{}{width}", objective.show(found.value));
            said.push(format!("{engine} {} at {}", answer.strategy, with_unit(objective, &value)));
        }
    }
    match spoken {
        Some(spoken) if !said.is_empty() => format!(" So says {spoken}; first for {}.", said.join(", for ")),
        _ => String::new(),
    }
}

/// A value with its unit: `59.1 ms`, `0.55`, `5.30 per minute`.
fn amount(metric: Metric, value: f64) -> String {
    with_unit(metric, &metric.show(value))
}

fn with_unit(metric: Metric, value: &str) -> String {
    match metric.spec().unit {
        "" => value.to_owned(),
        "/min" => format!("{value} per minute"),
        unit => format!("{value} {unit}"),
    }
}
