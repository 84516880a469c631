//! The manual of scenario keys, read from `scenarios/reference.toml`, and the JSON Schema that carries it.
//!
//! What a key means is written once, in the comment above it in that file. `explain`, the schema's
//! descriptions and the help of error messages all read it from there.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::file::ScenarioFile;

/// `scenarios/reference.toml`: every key with its meaning, range and default.
pub const MANUAL: &str = include_str!("../../../scenarios/reference.toml");

/// What the manual says of one key or section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyManual {
    /// Full path without indices: `strategy.rails.clamp_share`.
    pub key: String,
    /// What it means.
    pub meaning: String,
    /// Its range, and its default or that it is required; empty for a section.
    pub range: String,
    /// Value in the manual, as written; empty for a section.
    pub example: String,
}

/// Every key and section, in the order of the manual.
pub fn keys() -> &'static [KeyManual] {
    static KEYS: LazyLock<Vec<KeyManual>> = LazyLock::new(read_manual);
    &KEYS
}

/// What the manual says of a key.
pub fn key_manual(key: &str) -> Option<&'static KeyManual> {
    keys().iter().find(|manual| manual.key == key)
}

/// Reads the comments above each key and section header.
fn read_manual() -> Vec<KeyManual> {
    let mut found: Vec<KeyManual> = vec![];
    let (mut section, mut comment) = (String::new(), vec![]);
    for line in MANUAL.lines() {
        // `#key = value` stands for a key that cannot stand beside the others.
        let left_out =
            line.strip_prefix('#').filter(|rest| rest.starts_with(|c: char| c.is_ascii_lowercase()));
        if let Some(text) = line.strip_prefix('#').filter(|_| left_out.is_none()) {
            comment.push(text.trim());
            continue;
        }
        let line = left_out.unwrap_or(line);
        let (key, example) = match (line.strip_prefix('['), line.split_once(" = ")) {
            (Some(header), _) => {
                section = header.trim_matches(['[', ']']).to_owned();
                (section.split(".documented").next().unwrap_or_default().to_owned(), "")
            }
            (None, Some((key, example))) if section.is_empty() => (key.to_owned(), example),
            (None, Some((key, example))) => (format!("{section}.{key}"), example),
            (None, None) => {
                comment.clear();
                continue;
            }
        };
        let range_at =
            comment.iter().position(|line| line.starts_with("Range:") || line.starts_with("Default:"));
        let (meaning, range) = comment.split_at(range_at.unwrap_or(comment.len()));
        if !comment.is_empty() {
            found.push(KeyManual {
                key,
                meaning: meaning.join(" "),
                range: range.join(" "),
                example: example.to_owned(),
            });
        }
        comment = vec![];
    }
    found
}

/// JSON Schema (draft 2020-12) of a scenario file, with the manual's text as descriptions.
pub fn json_schema() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<ScenarioFile>().to_value();
    schema["description"] = json!("A warmcast scenario: what is asked about.");
    schema["properties"]["variant"] =
        json!({ "type": "object", "additionalProperties": { "type": "object" } });
    for manual in keys() {
        if let Some(property) = property_mut(&mut schema, &manual.key) {
            property["description"] = json!(format!("{} {}", manual.meaning, manual.range).trim());
        }
        if manual.range.ends_with("Required.") {
            require(&mut schema, &manual.key);
        }
    }
    schema
}

/// Marks a key as required in its table, and the table, unless it is an entry of a list, in the file.
fn require(schema: &mut Value, path: &str) {
    let Some((section, name)) = path.rsplit_once('.') else { return };
    let entry = property_mut(schema, section).is_some_and(|property| property.get("items").is_some());
    if let Some(property) = property_mut(schema, section) {
        let table = if entry { &mut property["items"] } else { property };
        add_required(table, name);
    }
    if !entry {
        add_required(schema, section);
    }
}

fn add_required(table: &mut Value, name: &str) {
    match table.get_mut("required").and_then(Value::as_array_mut) {
        Some(list) if list.iter().any(|known| known == name) => {}
        Some(list) => list.push(json!(name)),
        None => table["required"] = json!([name]),
    }
}

/// The schema of the key at `path`, through tables and lists.
fn property_mut<'s>(schema: &'s mut Value, path: &str) -> Option<&'s mut Value> {
    path.split('.').try_fold(schema, |node, step| {
        let table = if node.get("items").is_some() { &mut node["items"] } else { node };
        table.get_mut("properties")?.get_mut(step)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, Scenario};

    /// Paths of all keys of the schema, sections included.
    fn schema_keys(node: &Value, prefix: &str, into: &mut Vec<String>) {
        let table = node.get("items").unwrap_or(node);
        for (name, below) in table.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
            into.push(path.clone());
            schema_keys(below, &path, into);
        }
    }

    #[test]
    fn the_manual_documents_exactly_the_keys_that_exist() {
        let mut existing = vec![];
        schema_keys(&json_schema(), "", &mut existing);
        let mut documented: Vec<_> = keys().iter().map(|manual| manual.key.clone()).collect();
        existing.sort();
        documented.sort();
        assert_eq!(documented, existing);
    }

    #[test]
    fn every_key_states_its_range_and_whether_it_is_required_or_what_it_defaults_to() {
        for manual in keys().iter().filter(|manual| !manual.example.is_empty()) {
            assert!(manual.meaning.ends_with('.'), "{}: {}", manual.key, manual.meaning);
            assert!(manual.range.starts_with("Range: "), "{}: {}", manual.key, manual.range);
            let settled = manual.range.contains("Default: ") || manual.range.contains("Required");
            assert!(settled, "{}: {}", manual.key, manual.range);
        }
    }

    #[test]
    fn the_manual_is_itself_a_scenario() {
        let scenario =
            Scenario::from_toml("reference.toml", MANUAL).unwrap_or_else(|problems| panic!("{problems}"));
        assert_eq!(scenario.variant.as_deref(), Some("documented"));
        let document = Document::parse("reference.toml", MANUAL).expect("parses");
        let pessimistic = document.variant("pessimistic").expect("exists");
        let pessimistic = Scenario::resolve(&pessimistic, None).expect("resolves");
        assert_eq!(pessimistic.predictor.map(|p| p.precision.get()), Some(0.76));
    }

    /// The defaults that the manual states are the ones that an absent key gets.
    #[test]
    fn stated_defaults_are_the_defaults_in_force() {
        let stated = |key: &str| {
            let range = &key_manual(key).unwrap_or_else(|| panic!("{key} is documented")).range;
            let (_, default) =
                range.rsplit_once("Default: ").unwrap_or_else(|| panic!("{key} has a default"));
            default.trim_end_matches('.').to_owned()
        };
        let in_force = serde_json::to_value(crate::Thresholds::default()).expect("serialises");
        let rails = crate::Rails::default();
        let of_hybrid = json!({
            "clamp_below_precision": rails.clamp_below_precision.get(),
            "clamp_above_churn_per_hour": rails.clamp_above_churn_per_hour.get(),
            "clamp_share": rails.clamp_share.get(),
            "stop_below_precision": rails.stop_below_precision.get(),
        });
        let mut checked = 0;
        for (section, defaults) in [("thresholds", in_force), ("strategy.rails", of_hybrid)] {
            for (key, value) in defaults.as_object().expect("a table") {
                let path = format!("{section}.{key}");
                assert_eq!(stated(&path).parse::<f64>().ok(), value.as_f64(), "{path}");
                assert_eq!(key_manual(&path).and_then(|m| m.example.parse().ok()), value.as_f64(), "{path}");
                checked += 1;
            }
        }
        assert_eq!(checked, 38);
    }
}
