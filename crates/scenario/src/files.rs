//! Files that a scenario names: which keys name one, and what was in it.
//!
//! Nothing here opens a file: a caller asks a document which it names, reads them, and attaches their contents before
//! the scenario is resolved. A file is named relative to the folder of the scenario.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::check::Check;
use crate::document::Document;
use crate::key_list::KeyList;
use crate::problem::Place;
use crate::recorded::Recorded;

/// What a file is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Requests, in any format of a trace.
    Trace,
    /// Keys, as CSV.
    Keys,
}

/// Keys that name files; `*` stands for every entry of a list.
const NAMING: &[(&str, FileKind)] = &[
    ("workload.trace", FileKind::Trace),
    ("workload.popularity_file", FileKind::Keys),
    ("strategy.*.job.*.file", FileKind::Keys),
];

/// A file that a scenario names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// Key that names it, with the indices of lists: `strategy.0.job.1.file`.
    pub key: String,
    /// Its path, as it is written.
    pub path: String,
    /// What it is to hold.
    pub kind: FileKind,
    /// Where it is named.
    pub place: Place,
}

/// What was in a file.
#[derive(Debug, Clone, PartialEq)]
pub enum FileContents {
    /// What there is to know of a trace; its requests are for those who play them.
    Trace(Arc<Recorded>),
    /// Keys.
    Keys(Arc<KeyList>),
}

/// FileContents by the key that names the file and the path that is written there.
pub(crate) type Attached = BTreeMap<(String, String), FileContents>;

impl Document<'_> {
    /// Every file that the document names.
    pub fn files(&self) -> Vec<NamedFile> {
        let named = NAMING.iter().flat_map(|(pattern, kind)| {
            self.matching(pattern).into_iter().filter_map(|key| {
                let path = self.text_at(&key)?.to_owned();
                let place = self.locate(&key)?;
                Some(NamedFile { key, path, kind: *kind, place })
            })
        });
        named.collect()
    }

    /// Brings what was in a file that the document names.
    pub fn attach(&mut self, file: &NamedFile, contents: FileContents) {
        self.attached.insert((file.key.clone(), file.path.clone()), contents);
    }
}

impl Check<'_> {
    /// What was in the trace that a key names; `None` has said why, where a file is named.
    pub(crate) fn trace(&mut self, key: &str, path: Option<&str>) -> Option<Arc<Recorded>> {
        match self.contents(key, path?)? {
            FileContents::Trace(recorded) => Some(recorded),
            FileContents::Keys(_) => None,
        }
    }

    /// What was in the list of keys that a key names; `None` has said why, where a file is named.
    pub(crate) fn key_list(&mut self, key: &str, path: Option<&str>) -> Option<Arc<KeyList>> {
        match self.contents(key, path?)? {
            FileContents::Keys(list) => Some(list),
            FileContents::Trace(_) => None,
        }
    }

    fn contents(&mut self, key: &str, path: &str) -> Option<FileContents> {
        let found = self.document.attached.get(&(key.to_owned(), path.to_owned())).cloned();
        if found.is_none() {
            let message = format!("the file {path} was not read");
            self.at(key, message, "read it, and attach its contents to the document (`Document::files`)");
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scenario;

    #[test]
    fn a_file_is_named_at_its_place_and_needs_to_be_read() {
        let text = "[workload]\ntrace = \"day.csv\"\n";
        let mut document = Document::parse("x.toml", text).expect("parses");
        let files = document.files();
        assert_eq!(files.len(), 1);
        assert_eq!((files[0].key.as_str(), files[0].path.as_str()), ("workload.trace", "day.csv"));
        assert_eq!(files[0].place.to_string(), "x.toml:2:9");
        let unread = Scenario::resolve(&document, None).expect_err("was not read").to_string();
        assert!(unread.contains("x.toml:2:9: the file day.csv was not read"), "{unread}");
        document.set("workload.trace=night.csv").expect("sets");
        assert_eq!(document.files()[0].path, "night.csv");
        assert_eq!(&*document.files()[0].place.source, "--set");
    }

    #[test]
    fn every_key_that_names_a_file_is_in_the_manual() {
        for (pattern, _) in NAMING {
            let key = pattern.replace(".*", "");
            assert!(crate::key_manual(&key).is_some(), "{key}");
        }
    }
}
