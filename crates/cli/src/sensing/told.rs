//! What was found around a scenario, as a table and as a picture.

use evaluation::{Metric, RiskFlag};
use frames::Values;
use plots::{Chart, Mark, Swing, Tornado};
use report::sheet::{Sheet, counted};
use sensitivity::{Indices, Interval};

use super::around::{Found, Of};
use super::inputs::significant;

/// Inputs that a picture shows at most.
const SHOWN: usize = 12;

/// As a table.
pub(crate) fn sheet(name: &str, found: &Found) -> Sheet {
    let inputs = &found.inputs;
    let number = |of: fn(&Of) -> Option<f64>| Values::Number(inputs.iter().map(of).collect());
    let text = |of: fn(&Of) -> String| Values::Text(inputs.iter().map(of).collect());
    let index = |which: fn(&Indices) -> f64| {
        Values::Number(inputs.iter().map(|of| of.indices.map(|indices| which(&indices))).collect())
    };
    let mut sheet = Sheet { title: title(name, found), notes: notes(found), ..Sheet::default() }
        .with("input", "", 0, text(|of| of.input.key.clone()))
        .with("unit", "", 0, text(|of| of.input.axis.unit.clone()))
        .with("own", "", 4, number(|of| of.input.own))
        .with("low", "", 4, number(|of| Some(of.input.span().low)))
        .with("high", "", 4, number(|of| Some(of.input.span().high)))
        .with("at_low", "", 4, number(|of| of.ends[0]))
        .with("at_high", "", 4, number(|of| of.ends[1]))
        .with("flips_at", "", 4, number(|of| of.flip))
        .with("effect", "", 4, number(|of| of.effects.map(|effects| effects.mean)))
        .with("effect_size", "", 4, number(|of| of.effects.map(|effects| effects.size.value)))
        .with("effect_deviation", "", 4, number(|of| of.effects.map(|effects| effects.deviation)))
        .with("first", "", 3, index(|indices| indices.first.value))
        .with("first_low", "", 3, index(|indices| indices.first.low))
        .with("first_high", "", 3, index(|indices| indices.first.high))
        .with("total", "", 3, index(|indices| indices.total.value))
        .with("total_low", "", 3, index(|indices| indices.total.low))
        .with("total_high", "", 3, index(|indices| indices.total.high));
    sheet.parts.push(("flags", flags(found)));
    sheet.people(for_people(found))
}

/// The columns that fit a terminal.
fn for_people(found: &Found) -> Vec<(&'static str, Vec<String>)> {
    let column = |of: &dyn Fn(&Of) -> String| found.inputs.iter().map(of).collect();
    let share = |Interval { value, .. }: Interval| format!("{:.2}", value.max(0.0));
    let absent = || "–".to_owned();
    let mut columns = vec![
        ("input", column(&|of| of.input.key.clone())),
        ("range", column(&range)),
        ("at low", column(&|of| of.ends[0].map_or_else(absent, |end| lead(end, found)))),
        ("at high", column(&|of| of.ends[1].map_or_else(absent, |end| lead(end, found)))),
    ];
    if found.decision.is_lead() {
        columns.push(("flips at", column(&|of| of.flip.map_or_else(absent, |at| of.input.show(at)))));
    }
    columns.push(("share", column(&|of| of.indices.map_or_else(absent, |indices| share(indices.total)))));
    columns
}

/// Flags that are raised, for programs; people read them in the notes.
fn flags(found: &Found) -> Sheet {
    let raised: Vec<&RiskFlag> = found.flag.iter().collect();
    let text =
        |of: fn(&RiskFlag) -> &str| Values::Text(raised.iter().map(|flag| of(flag).to_owned()).collect());
    let number =
        |of: fn(&RiskFlag) -> f64| Values::Number(raised.iter().map(|flag| Some(of(flag))).collect());
    Sheet::default()
        .with("code", "", 0, text(|flag| flag.code.code()))
        .with("observed", "", 3, number(|flag| flag.observed))
        .with("threshold", "", 3, number(|flag| flag.threshold))
        .with("message", "", 0, text(|flag| &flag.message))
        .with("remedy", "", 0, text(|flag| flag.remedy))
}

/// A lead with its sign, or a metric.
fn lead(value: f64, found: &Found) -> String {
    let text = significant(value);
    if found.decision.is_lead() && value > 0.0 { format!("+{text}") } else { text }
}

fn range(of: &Of) -> String {
    let span = of.input.span();
    format!("{}–{}", significant(span.low), of.input.show(span.high))
}

fn title(name: &str, found: &Found) -> String {
    let (strategy, spec, engine) = (found.decision.strategy(), found.decision.metric.spec(), found.engine);
    let (title, value) = (spec.title, significant(found.own));
    let unit = if spec.unit.is_empty() { String::new() } else { format!(" {}", spec.unit) };
    match &found.rival {
        Some(rival) if found.own != 0.0 => {
            let where_it_is = if found.own > 0.0 { "ahead of" } else { "behind" };
            let by = significant(found.own.abs());
            format!("{name}: {strategy} is {where_it_is} {rival} by {by}{unit} of {title}, says {engine}")
        }
        Some(rival) => format!("{name}: {strategy} and {rival} have the same {title}, says {engine}"),
        None => format!("{name}: {strategy} has {value}{unit} of {title}, says {engine}"),
    }
}

fn notes(found: &Found) -> Vec<String> {
    let mut notes = vec![];
    let strategy = found.decision.strategy();
    if found.decision.is_lead() {
        let share = 100.0 * found.kept as f64 / found.sampled.max(1) as f64;
        let sample = counted(found.sampled as u64, "point");
        let all = if found.open > 0 { " that have an answer" } else { "" };
        notes.push(format!(
            "With all inputs free within their ranges {strategy} stays ahead, or level, at {share:.1} % of {sample}{all}, says {}.",
            found.engine
        ));
        notes.push(match found.nearest() {
            Some((of, flip)) => {
                let own = of.input.own.map_or(String::new(), |own| format!(", it is {}", of.input.show(own)));
                format!("Nearest flip, all else as it is: {} at {}{own}.", of.input.key, of.input.show(flip))
            }
            None => "No input changes the decision by itself within its range.".to_owned(),
        });
        notes.push(format!(
            "At both ends: by how much {strategy} is ahead (+) or behind (-), all else as it is."
        ));
    }
    let constant = found.open == 0 && found.inputs.iter().all(|of| of.indices.is_none());
    let shares = "Share: of the variance, what would be left if all other inputs were known (total Sobol index). CSV and JSON \
                  have 95 % intervals, first-order indices and Morris' effects.";
    notes.push(match (found.open, constant) {
        (0, true) => "Nothing varies within these ranges.".to_owned(),
        (0, false) => shares.to_owned(),
        (open, _) => without_answer(open, found),
    });
    let flag = found.flag.iter();
    notes.extend(flag.map(|flag| format!("{}: {}. To mend it: {}.", flag.code, flag.message, flag.remedy)));
    notes.extend(found.left_out.clone());
    notes
}

/// That some points have no answer, and which inputs alone lead there.
fn without_answer(open: usize, found: &Found) -> String {
    let share = 100.0 * open as f64 / found.points as f64;
    let alone =
        found.inputs.iter().flat_map(|of| of.silent_ends().map(|end| format!("{} at {end}", of.input.key)));
    let alone: Vec<String> = alone.collect();
    let alone = match alone.is_empty() {
        true => "no input leads there by itself".to_owned(),
        false => format!("{} leads there by itself", alone.join(", or ")),
    };
    format!(
        "{} has no {} of {} at {share:.1} % of all points, so that there are no shares: {alone}. `warmcast predict --set` says why; \
         narrower ranges, or another engine, have answers everywhere.",
        found.engine,
        found.decision.metric.spec().title,
        found.decision.strategy()
    )
}

/// As a picture: what each input does by itself; none where no input does anything.
pub(crate) fn chart(name: &str, found: &Found) -> Option<Chart> {
    let size = |of: &Of| of.swing(found.own);
    let mut inputs: Vec<&Of> = found.inputs.iter().filter(|of| size(of) > 0.0).collect();
    inputs.sort_by(|a, b| size(b).total_cmp(&size(a)));
    let swing = |of: &&Of| {
        let silent: String = of.silent_ends().map(|end| format!("; no answer at {end}")).collect();
        let ends = of.ends.map(|end| end.unwrap_or(found.own));
        Swing { name: format!("{}: {}{silent}", of.input.key, range(of)), ends }
    };
    let swings: Vec<Swing> = inputs.iter().take(SHOWN).map(swing).collect();
    if swings.is_empty() {
        return None;
    }
    let strategy = found.decision.strategy();
    let mut marks = vec![Mark { x: found.own, label: "this scenario".to_owned() }];
    let behind = swings.iter().any(|swing| swing.ends.iter().any(|end| *end < 0.0));
    if found.decision.is_lead() && behind && found.own > 0.0 {
        marks.insert(0, Mark { x: 0.0, label: format!("{strategy} falls behind") });
    }
    let metric = with_unit(found.decision.metric);
    let x_label = match found.decision.is_lead() {
        true => format!("lead of {strategy}: {metric}"),
        false => format!("{metric} of {strategy}"),
    };
    let title = format!("{name}: what each input does by itself");
    Some(Chart::Tornado(Tornado { title, x_label, own: found.own, swings, marks }))
}

fn with_unit(metric: Metric) -> String {
    let spec = metric.spec();
    if spec.unit.is_empty() { spec.title.to_owned() } else { format!("{}, {}", spec.title, spec.unit) }
}
