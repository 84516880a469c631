//! From a document to typed keys: all errors at once, each at its token.
//!
//! serde stops at the first error. To report every one, the offending key is taken out and the rest is read
//! again; since every key of [`ScenarioFile`] is optional, taking one out breaks nothing else.

use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue, Deserializer};

use crate::document::Document;
use crate::file::ScenarioFile;
use crate::problem::{Problem, Problems, suggest};
use crate::thresholds::Thresholds;

/// Reads the keys of a document, without its variants: those that are sound, and a complaint about every unknown
/// key, wrong type and value out of range.
pub(crate) fn decode(document: &Document<'_>) -> (ScenarioFile, Vec<Problem>) {
    let mut root = document.root.clone();
    root.get_mut().remove("variant");
    let mut problems = Vec::new();
    let file = loop {
        let error = match ScenarioFile::deserialize(Deserializer::from(root.clone())) {
            Ok(file) => break file,
            Err(error) => error,
        };
        let (message, help) = phrase(error.message());
        problems.push(Problem { place: error.span().map(|span| document.place(span)), message, help });
        if !error.span().is_some_and(|span| take_out(root.get_mut(), &span)) {
            break ScenarioFile::default();
        }
    };
    problems.sort_by_key(|problem| problem.place.as_ref().map(|place| place.span.start));
    (file, problems)
}

impl Document<'_> {
    /// The thresholds of a document that may hold nothing else.
    ///
    /// # Errors
    /// As for a scenario, and where other keys are set.
    pub fn thresholds_alone(&self) -> Result<Thresholds, Problems> {
        let (file, problems) = decode(self);
        if !problems.is_empty() {
            return Err(Problems(problems));
        }
        let other = self.root.get_ref().iter().find(|(key, _)| key.get_ref() != "thresholds");
        match other {
            None => Ok(file.thresholds),
            Some((key, _)) => Err(Problem {
                place: Some(self.place(key.span())),
                message: format!("`{}` has no meaning here", key.get_ref()),
                help: Some("only keys of [thresholds] can be set".to_owned()),
            }
            .into()),
        }
    }
}

/// Removes the entry whose key or value was written at `span`.
fn take_out(table: &mut DeTable<'_>, span: &Range<usize>) -> bool {
    let hit = table.iter().find(|(key, value)| key.span() == *span || value.span() == *span);
    if let Some(name) = hit.map(|(key, _)| key.get_ref().clone()) {
        table.remove(name.as_ref());
        return true;
    }
    table.iter_mut().any(|(_, value)| take_out_below(value, span))
}

fn take_out_below(value: &mut Spanned<DeValue<'_>>, span: &Range<usize>) -> bool {
    match value.get_mut() {
        DeValue::Table(inner) => take_out(inner, span),
        DeValue::Array(list) => {
            if let Some(nth) = list.iter().position(|entry| entry.span() == *span) {
                let kept = std::mem::replace(list, DeArray::new())
                    .into_iter()
                    .enumerate()
                    .filter(|(i, _)| *i != nth);
                *list = kept.map(|(_, entry)| entry).collect();
                return true;
            }
            list.iter_mut().any(|entry| take_out_below(entry, span))
        }
        _ => false,
    }
}

/// Says serde's message in the words of a scenario file, and what to do about it.
fn phrase(message: &str) -> (String, Option<String>) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.split_first() {
        Some((typed, known)) if message.starts_with("unknown field") => {
            let elsewhere =
                crate::manual::keys().iter().find(|key| key.key.rsplit('.').next() == Some(typed));
            let help = match elsewhere {
                Some(key) if !known.contains(&key.key.as_str()) => format!("did you mean `{}`?", key.key),
                _ => suggest(typed, known.iter().copied()),
            };
            (format!("unknown key `{typed}`"), Some(help))
        }
        Some((typed, known)) if message.starts_with("unknown variant") => {
            (format!("`{typed}` is not known here"), Some(suggest(typed, known.iter().copied())))
        }
        _ => {
            let message = plain(message);
            match message.split_once("; ") {
                Some((what, help)) => (what.to_owned(), Some(help.to_owned())),
                None => (message, None),
            }
        }
    }
}

/// serde's words for the shapes of data, in TOML's.
fn plain(message: &str) -> String {
    let (found, expected) = message.split_once(", expected ").unwrap_or((message, ""));
    let found = match found.strip_prefix("invalid type: ") {
        Some("map") => "this is a table".to_owned(),
        Some("sequence") => "this is a list".to_owned(),
        Some(value) => format!("this is {}", value.trim_end_matches(" as i128")),
        None => found.to_owned(),
    };
    match expected {
        "" => found,
        "a map" => format!("{found}, expected a table of keys"),
        "a sequence" => format!("{found}, expected a list"),
        _ if expected.starts_with("struct ") => format!("{found}, expected a table of keys"),
        _ => format!("{found}, expected {expected}"),
    }
}
