//! Parts of a sweep in a directory: whole files only, so that a run may break off, and shards may run anywhere.

use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};

use frames::{CsvSink, Kind, Sink, Table, read_csv};

use super::manifest::Manifest;
use crate::failure::Failure;
use crate::files::{Staged, extension, read_text};

/// Name of the manifest.
const MANIFEST: &str = "sweep.json";

/// One of several processes that share the points of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shard {
    nth: usize,
    of: usize,
}

impl Shard {
    /// Reads `I/N`, from 1.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let form = || "write I/N, from 1/N to N/N".to_owned();
        let (nth, of) = text.split_once('/').ok_or_else(form)?;
        let (nth, of): (usize, usize) = (nth.parse().map_err(|_| form())?, of.parse().map_err(|_| form())?);
        if nth == 0 || nth > of {
            return Err(form());
        }
        Ok(Self { nth: nth - 1, of })
    }

    /// Whether a block is its own.
    pub(crate) fn owns(self, block: usize) -> bool {
        block % self.of == self.nth
    }
}

/// Parts of one sweep.
pub(crate) struct Parts {
    directory: PathBuf,
    pub(crate) manifest: Manifest,
    columns: Vec<(String, Kind)>,
}

impl Parts {
    /// The directory in which the parts of a file are, until it is whole.
    pub(crate) fn beside(output: &Path) -> PathBuf {
        let mut name = OsString::from(output);
        name.push(".parts");
        PathBuf::from(name)
    }

    /// Whether a directory holds parts.
    pub(crate) fn exist(directory: &Path) -> bool {
        directory.join(MANIFEST).exists()
    }

    /// Opens the directory of a sweep, which may hold parts of it already.
    pub(crate) fn open(directory: &Path, manifest: Manifest) -> Result<Self, Failure> {
        if Self::exist(directory) {
            let found = Self::read(directory)?;
            if let Some(difference) = manifest.difference(&found.manifest) {
                let message = format!("{} holds parts of another sweep: {difference}", directory.display());
                return Err(Failure::usage(&message, "name another place, or delete that directory"));
            }
            return Ok(found);
        }
        let mut staged = Staged::beside(&directory.join(MANIFEST))?;
        let written = std::io::Write::write_all(staged.writer(), manifest.text().as_bytes());
        written.map_err(|error| Failure::write(directory, error))?;
        staged.commit()?;
        Self::read(directory)
    }

    /// Reads the manifest of a directory.
    pub(crate) fn read(directory: &Path) -> Result<Self, Failure> {
        let path = directory.join(MANIFEST);
        if !path.exists() {
            let message = format!("{} holds no parts of a sweep: it has no {MANIFEST}", directory.display());
            return Err(Failure::usage(&message, "name the directory that `sweep --shard I/N -o DIR` wrote"));
        }
        let refuse = |message: String| {
            Failure::usage(&format!("{}: {message}", path.display()), "run the sweep into another directory")
        };
        let manifest = Manifest::parse(&read_text(&path)?).map_err(refuse)?;
        let columns = manifest.columns().map_err(refuse)?;
        Ok(Self { directory: directory.to_owned(), manifest, columns })
    }

    fn path(&self, points: &Range<usize>) -> PathBuf {
        self.directory.join(format!("part-{:010}-{:010}.csv", points.start, points.end))
    }

    /// Whether these points are done.
    pub(crate) fn has(&self, points: &Range<usize>) -> bool {
        self.path(points).exists()
    }

    /// Keeps the rows of some points.
    pub(crate) fn keep(&self, points: &Range<usize>, table: &Table) -> Result<(), Failure> {
        let path = self.path(points);
        let mut staged = Staged::beside(&path)?;
        let mut sink = Box::new(CsvSink::new(std::io::BufWriter::new(staged.writer())));
        let written = sink.write(table).and_then(|()| sink.finish());
        written.map_err(|error| Failure::usage(&format!("cannot write {}: {error}", path.display()), ""))?;
        staged.commit()
    }

    /// The parts that are there, by their first point.
    pub(crate) fn found(&self) -> Result<Vec<(u64, PathBuf)>, Failure> {
        let entries = std::fs::read_dir(&self.directory).and_then(Iterator::collect::<Result<Vec<_>, _>>);
        let entries = entries.map_err(|error| Failure::read(&self.directory, error))?;
        let mut paths: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
        let hidden =
            |path: &PathBuf| path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
        paths.retain(|path| extension(path) == "csv" && !hidden(path));
        paths.sort();
        let mut found = vec![];
        for path in paths {
            found.push((self.first_point(&path)?, path));
        }
        found.sort();
        Ok(found)
    }

    fn first_point(&self, path: &Path) -> Result<u64, Failure> {
        let file = std::fs::File::open(path).map_err(|error| Failure::read(path, error))?;
        let record = csv::Reader::from_reader(file).into_records().next();
        let first = record.and_then(Result::ok).and_then(|record| record.get(0)?.parse().ok());
        first.ok_or_else(|| self.broken(path, "it does not begin with the number of a point"))
    }

    /// The rows of a part.
    pub(crate) fn table(&self, path: &Path) -> Result<Table, Failure> {
        let file = std::fs::File::open(path).map_err(|error| Failure::read(path, error))?;
        read_csv(std::io::BufReader::new(file), &self.columns)
            .map_err(|error| self.broken(path, &error.to_string()))
    }

    /// A part that is not what a sweep writes.
    pub(crate) fn broken(&self, path: &Path, what: &str) -> Failure {
        Failure::usage(&format!("{}: {what}", path.display()), "delete the file, and run its shard again")
    }

    /// Removes the directory with what a sweep put there, and nothing else.
    pub(crate) fn remove(self) -> Result<(), Failure> {
        for (_, path) in self.found()? {
            std::fs::remove_file(&path).map_err(|error| Failure::write(&path, error))?;
        }
        let left =
            std::fs::read_dir(&self.directory).map_err(|error| Failure::read(&self.directory, error))?;
        let unfinished =
            left.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(".warmcast-"));
        for entry in unfinished {
            std::fs::remove_file(entry.path()).map_err(|error| Failure::write(&entry.path(), error))?;
        }
        let manifest = self.directory.join(MANIFEST);
        std::fs::remove_file(&manifest).map_err(|error| Failure::write(&manifest, error))?;
        std::fs::remove_dir(&self.directory).map_err(|error| Failure::write(&self.directory, error))
    }
}
