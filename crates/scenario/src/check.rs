//! Gathers what is wrong with a scenario while it is resolved, each with its place.

use crate::document::Document;
use crate::problem::{Place, Problem};

/// Gathers problems while resolving; whatever returns `None` has said why.
pub(crate) struct Check<'d> {
    pub(crate) document: &'d Document<'d>,
    /// Whether some keys were unsound and are left out: then a key is missing only where it was not written, and
    /// nothing is said of how keys hang together.
    pub(crate) missing_only: bool,
    pub(crate) problems: Vec<Problem>,
}

impl Check<'_> {
    /// Text that goes to terminals and files must not carry control characters.
    pub(crate) fn printable(&mut self, key: &str, text: Option<&str>) {
        if text.is_some_and(|text| text.contains(char::is_control)) {
            self.at(
                key,
                format!("`{key}` holds a control character or a line break"),
                "write one line of plain text",
            );
        }
    }

    /// Whether the file sets a key.
    pub(crate) fn sets(&self, key: &str) -> bool {
        self.document.locate(key).is_some()
    }

    /// A required value, or the complaint that it is missing.
    pub(crate) fn need<T>(&mut self, value: Option<T>, key: &str) -> Option<T> {
        if value.is_none() {
            let manual = crate::manual::key_manual(key);
            let name = key.rsplit('.').next().unwrap_or(key);
            let help =
                manual.map(|manual| format!("{} For example: {name} = {}", manual.meaning, manual.example));
            self.missing(key, &help.unwrap_or_default());
        }
        value
    }

    /// Complains that a key is missing: points at its section, or at the start of the file.
    pub(crate) fn missing(&mut self, key: &str, help: &str) {
        let section = key.rsplit_once('.').map_or("", |(section, _)| section);
        let place = self.document.locate(section);
        if self.document.locate(key).is_none() {
            self.push(place, format!("`{key}` is missing"), help);
        }
    }

    /// Complains about the value of a key.
    pub(crate) fn at(&mut self, key: &str, message: String, help: &str) {
        self.problem(self.document.locate(key), message, help);
    }

    pub(crate) fn problem(&mut self, place: Option<Place>, message: String, help: &str) {
        if !self.missing_only {
            self.push(place, message, help);
        }
    }

    fn push(&mut self, place: Option<Place>, message: String, help: &str) {
        let place = place.or_else(|| Some(self.document.place(0..0)));
        self.problems.push(Problem {
            place,
            message,
            help: Some(help.to_owned()).filter(|help| !help.is_empty()),
        });
    }
}
