//! A scenario that there is already, with what telemetry tells put into it; everything else stays as it was written.

use toml_edit::{DocumentMut, Item, Table, TomlError, Value};

use crate::evidence::Evidence;
use crate::parameter::Parameter;
use crate::scenario_text::{lines, said, written};

/// How a comment begins that a calibration wrote, so that the next one replaces it.
const MARK: &str = "# calibrated: ";

/// Keys that say the same in other words, of which a scenario has one: what is found for one of them is not put beside another.
const EITHER: &[&[&str]] = &[
    &["cache.capacity_items", "cache.capacity_bytes", "cache.capacity_fraction"],
    &["workload.hotset_fraction", "workload.zipf_exponent", "workload.popularity_file", "workload.trace"],
    &["workload.keys", "workload.popularity_file", "workload.trace"],
];

/// What was changed, and what was not.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes {
    /// Key, what stood there if anything did, and what stands there now.
    pub set: Vec<(String, Option<String>, String)>,
    /// What was found and not put in, one sentence each.
    pub kept: Vec<String>,
}

/// Puts what was found into a scenario's text: values in their place, new keys at the end of their section, each with a comment
/// above it. What is assumed changes nothing.
///
/// # Errors
/// Where the text is no TOML.
pub fn update(text: &str, evidence: &Evidence) -> Result<(String, Changes), TomlError> {
    let mut document: DocumentMut = text.parse()?;
    let mut changes = Changes::default();
    for parameter in evidence.parameters.iter().filter(|parameter| !parameter.assumed) {
        if let Some(other) = other_word(&document, parameter.key) {
            if evidence.get(other).is_some_and(|found| !found.assumed) {
                continue;
            }
            changes.kept.push(format!(
                "{} = {} was found; {other} stays, which speaks of the same",
                parameter.key,
                written(parameter)
            ));
            continue;
        }
        if let Some(change) = set(&mut document, parameter) {
            changes.set.push(change);
        }
    }
    Ok((document.to_string(), changes))
}

/// The key of the document that says the same as one that it does not have.
fn other_word(document: &DocumentMut, key: &str) -> Option<&'static str> {
    let has = |key: &str| {
        let (section, name) = key.split_once('.').unwrap_or(("", key));
        document.get(section).and_then(|section| section.get(name)).is_some()
    };
    let mut groups = EITHER.iter().filter(|group| group.contains(&key) && !has(key));
    groups.find_map(|group| group.iter().find(|other| has(other)).copied())
}

fn set(document: &mut DocumentMut, parameter: &Parameter) -> Option<(String, Option<String>, String)> {
    let (section, name) = parameter.key.split_once('.')?;
    let new = written(parameter);
    let mut value: Value = new.parse().ok()?;
    let table = document.entry(section).or_insert_with(|| Item::Table(Table::new())).as_table_like_mut()?;
    let mut old = None;
    match table.get_mut(name) {
        Some(item) => {
            let known = item.as_value()?;
            *value.decor_mut() = known.decor().clone();
            old = Some(known.clone().decorated("", "").to_string());
            *item = Item::Value(value);
        }
        None => {
            table.insert(name, Item::Value(value));
        }
    }
    let comment = lines(&said(parameter)).into_iter().enumerate();
    let comment: String = comment
        .map(|(nth, line)| if nth == 0 { format!("{MARK}{line}\n") } else { format!("#   {line}\n") })
        .collect();
    if let Some(mut key) = table.key_mut(name) {
        let before = key.leaf_decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or("").to_owned();
        key.leaf_decor_mut().set_prefix(without_mark(&before) + &comment);
    }
    Some((parameter.key.to_owned(), old, new))
}

/// What stands above a key, without what an earlier calibration said.
fn without_mark(before: &str) -> String {
    let mut out = String::new();
    let mut marked = false;
    for line in before.split_inclusive('\n') {
        marked = line.starts_with(MARK) || marked && line.starts_with("#   ");
        if !marked {
            out.push_str(line);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::estimate::Estimate;

    fn evidence(exponent: f64) -> Evidence {
        let found = |key, value: f64| {
            let estimate = Estimate { value, low: value * 0.9, high: value * 1.1, n: 50 };
            Parameter::found(key, estimate, "counted", "a.csv")
        };
        Evidence {
            parameters: vec![
                found("workload.request_rate_per_minute", 300.0),
                found("workload.zipf_exponent", exponent),
                found("cache.capacity_fraction", 0.5),
                found("origin.warm_cost_ms", 7.5),
                Parameter::assumed("cache.hit_latency_ms", 2.0, "nobody knows"),
            ],
            ..Evidence::default()
        }
    }

    const MINE: &str = "# mine\nname = \"mine\"\n\n[workload] # of the shop\n# per the contract\nrequest_rate_per_minute = \"50/s\" # ask Ann\nkeys = 100\nzipf_exponent = 1.5\n\n[cache]\ncapacity_items = 10\nhit_latency_ms = 9\n\n[[strategy]]\npreset = \"static\"\n";

    #[test]
    fn values_change_in_their_place_and_nothing_else_does() {
        let (text, changes) = update(MINE, &evidence(0.8)).expect("is TOML");
        let expected = "# mine\nname = \"mine\"\n\n[workload] # of the shop\n# per the contract\n\
            # calibrated: 270 to 330, n = 50: counted (a.csv)\nrequest_rate_per_minute = 300 # ask Ann\nkeys = 100\n\
            # calibrated: 0.72 to 0.88, n = 50: counted (a.csv)\nzipf_exponent = 0.8\n\n[cache]\ncapacity_items = 10\n\
            hit_latency_ms = 9\n\n[[strategy]]\npreset = \"static\"\n\n[origin]\n\
            # calibrated: 6.75 to 8.25, n = 50: counted (a.csv)\nwarm_cost_ms = 7.5\n";
        assert_eq!(text, expected);
        assert_eq!(
            changes.set[0],
            ("workload.request_rate_per_minute".to_owned(), Some("\"50/s\"".to_owned()), "300".to_owned())
        );
        assert_eq!(changes.set[2], ("origin.warm_cost_ms".to_owned(), None, "7.5".to_owned()));
        assert_eq!(
            changes.kept,
            ["cache.capacity_fraction = 0.5 was found; cache.capacity_items stays, which speaks of the same"]
        );
    }

    #[test]
    fn a_second_calibration_replaces_what_the_first_one_said() {
        let (once, _) = update(MINE, &evidence(0.8)).expect("is TOML");
        let (twice, _) = update(&once, &evidence(0.8)).expect("is TOML");
        assert_eq!(once, twice);
        let (other, _) = update(&once, &evidence(0.9)).expect("is TOML");
        assert_eq!(
            other,
            once.replace("0.72 to 0.88", "0.81 to 0.99")
                .replace("zipf_exponent = 0.8", "zipf_exponent = 0.9")
        );
    }

    #[test]
    fn what_is_no_toml_is_refused() {
        assert!(update("[workload\n", &evidence(0.8)).is_err());
    }
}
