//! Files that scenarios name: read where they are named, each once.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use report::sheet::counted;
use scenario::{Document, FileContents, FileKind, KeyList, NamedFile, Problem, Problems};
use sha2::{Digest, Sha256};
use sim::warming::{Inputs, Recording};
use trace::{Trace, Wanted};

use crate::args::Common;
use crate::failure::Failure;
use crate::files::{complain, is_stdin, read_text};
use crate::input::{Ops, ReadArgs, below, digest, open_all};

/// Files that scenarios name, as they are read.
pub(crate) struct NamedFiles<'a> {
    common: &'a Common,
    read: ReadArgs,
    /// A trace in place of those that are named, and what that writes into a scenario.
    instead: Option<String>,
    traces: BTreeMap<PathBuf, Arc<Recording>>,
    lists: BTreeMap<PathBuf, Arc<KeyList>>,
    /// SHA-256 of each trace, in the order of their paths.
    digests: BTreeMap<PathBuf, String>,
}

impl<'a> NamedFiles<'a> {
    /// Nothing is read so far; traces will be read in this way.
    pub(crate) fn new(common: &'a Common, read: &ReadArgs) -> Self {
        let (traces, lists, digests) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { common, read: read.clone(), instead: None, traces, lists, digests }
    }

    /// Takes this trace, if any, in place of those that scenarios name.
    pub(crate) fn in_place_of(mut self, trace: Option<&Path>) -> Result<Self, Failure> {
        let Some(trace) = trace else { return Ok(self) };
        let Some(text) = trace.to_str() else {
            let message = format!("--trace {} is not UTF-8", trace.display());
            return Err(Failure::usage(&message, "give the file another name"));
        };
        // Text in JSON is text in TOML.
        self.instead = Some(format!("workload.trace={}", serde_json::Value::from(text)));
        Ok(self)
    }

    /// What is set in every scenario.
    pub(crate) fn trace_key(&self) -> Option<String> {
        self.instead.clone()
    }

    /// Reads every file that a document names, and attaches what a scenario has to know of it; what is played comes
    /// back.
    pub(crate) fn attach(&mut self, document: &mut Document<'_>) -> Result<Inputs, Problems> {
        let (mut inputs, mut problems) = (Inputs::default(), vec![]);
        for file in document.files() {
            let path = path_of(&file);
            match self.contents(&file, &path) {
                Ok(contents) => document.attach(&file, contents),
                Err(failure) => problems.extend(at_its_key(failure, &file)),
            }
            if file.kind == FileKind::Trace {
                inputs.recording = self.traces.get(&path).cloned();
            }
        }
        if problems.is_empty() { Ok(inputs) } else { Err(Problems(problems)) }
    }

    fn contents(&mut self, file: &NamedFile, path: &Path) -> Result<FileContents, Failure> {
        match file.kind {
            FileKind::Trace => Ok(FileContents::Trace(Arc::new(self.trace(path)?.facts()))),
            FileKind::Keys => Ok(FileContents::Keys(self.list(path)?)),
        }
    }

    fn trace(&mut self, path: &Path) -> Result<Arc<Recording>, Failure> {
        if let Some(known) = self.traces.get(path) {
            return Ok(known.clone());
        }
        let mut opened = open_all(path, &self.read, self.common)?;
        let wanted = Wanted { times: true, ops: true, requests: opened.expected, ..Wanted::default() };
        let trace = Trace::load(&mut opened.stream, wanted).map_err(|error| opened.failed(error))?;
        opened.tell(self.common, &trace.found, &trace.passed);
        let recording = Arc::new(Recording::of(trace, self.read.ops == Ops::All));
        opened.refuse_empty(recording.requests() as u64)?;
        if recording.updates() > 0 && !self.common.quiet {
            complain(&format!("  {} of keys\n", counted(recording.updates() as u64, "update")));
        }
        if let Some(digest) = digest(path)? {
            self.digests.insert(path.to_owned(), digest);
        }
        self.traces.insert(path.to_owned(), recording.clone());
        Ok(recording)
    }

    fn list(&mut self, path: &Path) -> Result<Arc<KeyList>, Failure> {
        if let Some(known) = self.lists.get(path) {
            return Ok(known.clone());
        }
        let text = read_text(path)?;
        let list = Arc::new(KeyList::parse(&path.display().to_string(), &text)?);
        let digest: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        self.digests.insert(path.to_owned(), digest);
        self.lists.insert(path.to_owned(), list.clone());
        Ok(list)
    }

    /// SHA-256 of the traces, one behind the other; none where there is none.
    pub(crate) fn trace_digest(&self) -> Option<String> {
        let traces = self.digests.iter().filter(|(path, _)| self.traces.contains_key(*path));
        let digests: Vec<&str> = traces.map(|(_, digest)| digest.as_str()).collect();
        (!digests.is_empty()).then(|| digests.join(","))
    }

    /// Lets the digest of the scenarios know of the lists of keys that they name, whatever these are called.
    pub(crate) fn add_to(&self, digest: &mut Sha256) {
        let mut lists: Vec<&str> = self
            .digests
            .iter()
            .filter(|(path, _)| self.lists.contains_key(*path))
            .map(|(_, digest)| digest.as_str())
            .collect();
        lists.sort_unstable();
        lists.iter().for_each(|list| digest.update(list));
    }
}

/// Where a file is: relative to the folder of the scenario that names it, or to the working directory where the command
/// line does.
fn path_of(file: &NamedFile) -> PathBuf {
    let source = Path::new(&*file.place.source);
    let folder = match &*file.place.source {
        "<stdin>" => Path::new(""),
        option if option.starts_with("--") => Path::new(""),
        _ => source.parent().unwrap_or(Path::new("")),
    };
    match file.kind {
        FileKind::Trace => below(folder, Path::new(&file.path)),
        FileKind::Keys => folder.join(&file.path),
    }
}

/// What is wrong with a file as a whole is told at the key that names it; what is wrong in it, there.
fn at_its_key(failure: Failure, file: &NamedFile) -> Vec<Problem> {
    let place = Some(file.place.clone());
    match failure {
        Failure::Input(problems) => problems
            .0
            .into_iter()
            .map(|problem| Problem { place: problem.place.or_else(|| place.clone()), ..problem })
            .collect(),
        Failure::Io { what, error } => {
            let help = match is_stdin(Path::new(&file.path)) {
                true => "name a file",
                false => {
                    "a file is named relative to the folder of the scenario; in --set, to the working directory"
                }
            };
            vec![Problem { place, message: format!("{what}: {error}"), help: Some(help.to_owned()) }]
        }
    }
}
