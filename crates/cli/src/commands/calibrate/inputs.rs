//! What each input is, by its beginning or because it is named.

use std::path::{Path, PathBuf};

use calibrate::{Dump, Series, WarmLog};
use trace::Wrong;
use trace::format::{Head, Snapshot};

use crate::failure::Failure;
use crate::files::is_stdin;
use crate::input::{names_format, source};

/// What an input can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Requests,
    Counters,
    Snapshot,
    Predictions,
    WarmLog,
    Dump,
}

impl Kind {
    /// Every kind, with the name that stands ahead of a file: `predictions:FILE`.
    const ALL: &[(Self, &str)] = &[
        (Self::Requests, "requests"),
        (Self::Counters, "counters"),
        (Self::Snapshot, "snapshot"),
        (Self::Predictions, "predictions"),
        (Self::WarmLog, "warm-log"),
        (Self::Dump, "dump"),
    ];

    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }
}

/// An input, before it is read.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub(super) kind: Kind,
    /// The file, with the format ahead of it if one is named.
    pub(super) path: PathBuf,
}

/// Names of the column of scores, in small letters.
const SCORE: &[&str] = &["score", "probability", "confidence", "weight", "rank_score", "prob"];

impl Input {
    /// `KIND:PATH`, `FORMAT:PATH` or `PATH`.
    pub(super) fn of(named: &Path) -> Result<Self, Failure> {
        let split = named.to_str().and_then(|text| text.split_once(':'));
        let kind = split.and_then(|(name, path)| {
            Kind::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| (*kind, PathBuf::from(path)))
        });
        if let Some((kind, path)) = kind {
            return Ok(Self { kind, path });
        }
        let path = named.to_owned();
        // What is named as a trace is one, and standard input cannot be looked at and read.
        if names_format(named) || is_stdin(named) || path.is_dir() {
            return Ok(Self { kind: Kind::Requests, path });
        }
        let (source, name) = source(named)?;
        if source.head.trim_ascii().is_empty() && source.whole {
            return Err(Failure::usage(&format!("{name} is empty"), "name a file with something in it"));
        }
        Ok(Self { kind: sniffed(&source.head, source.whole, &name), path })
    }
}

fn sniffed(bytes: &[u8], whole: bool, name: &str) -> Kind {
    let head = Head { bytes, whole, name };
    let file =
        Path::new(name).file_name().map_or(String::new(), |file| file.to_string_lossy().to_lowercase());
    if Series::sniff(bytes) {
        return Kind::Counters;
    }
    if Dump::sniff(bytes) {
        return Kind::Dump;
    }
    if WarmLog::sniff(bytes) {
        return Kind::WarmLog;
    }
    if score_column(bytes).is_some() || file.contains("predict") {
        return Kind::Predictions;
    }
    if Snapshot::sniff(&head) { Kind::Snapshot } else { Kind::Requests }
}

/// The name of the column that holds scores, where a header has one.
pub(super) fn score_column(head: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(head);
    let mut names = text.lines().next()?.split([',', ';', '\t']).map(|name| name.trim().trim_matches('"'));
    names.find(|name| SCORE.contains(&name.to_lowercase().as_str())).map(str::to_owned)
}

/// What is wrong with a file, with its name.
pub(super) fn wrong(name: &str, wrong: &Wrong) -> Failure {
    Failure::usage(&format!("{name}: {}", wrong.message), &wrong.help)
}
