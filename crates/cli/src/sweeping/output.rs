//! Where the rows of a sweep go: CSV or Parquet, in order.

use std::io::{BufWriter, Write};
use std::path::Path;

use frames::{CsvSink, Sink, SinkError, Table};

use crate::failure::Failure;
use crate::files::{Staged, extension, is_stdout};

/// Rows that are written at once, about: a row group of Parquet.
const GROUP: usize = 60_000;

/// Where rows go.
pub(crate) struct Output<'w> {
    sink: Box<dyn Sink + Send + 'w>,
    /// Rows that wait for others, so that files do not depend on how rows came about.
    held: Table,
    path: Option<&'w Path>,
}

impl<'w> Output<'w> {
    /// Refuses a file that nobody could write, before any work is done.
    pub(crate) fn check(path: Option<&Path>) -> Result<(), Failure> {
        match path {
            Some(path) => sink_for(path, std::io::sink()).map(|_| ()),
            None => Ok(()),
        }
    }

    /// Writes a file whole or not at all, or to standard output; `fill` writes its rows.
    pub(crate) fn whole(
        path: Option<&Path>,
        fill: impl FnOnce(&mut Output<'_>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        match path.filter(|path| !is_stdout(path)) {
            None => {
                let sink = Box::new(CsvSink::new(BufWriter::new(std::io::stdout())));
                Output { sink, held: Table::new(), path: None }.filled(fill)
            }
            Some(path) => {
                let mut staged = Staged::beside(path)?;
                let sink = sink_for(path, BufWriter::new(staged.writer()))?;
                Output { sink, held: Table::new(), path: Some(path) }.filled(fill)?;
                staged.commit()
            }
        }
    }

    fn filled(mut self, fill: impl FnOnce(&mut Output<'w>) -> Result<(), Failure>) -> Result<(), Failure> {
        fill(&mut self)?;
        self.flush()?;
        self.sink.finish().map_err(|error| failed(error, self.path))
    }

    /// Adds rows.
    pub(crate) fn write(&mut self, table: Table) -> Result<(), Failure> {
        self.held.append(table);
        if self.held.rows() >= GROUP { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> Result<(), Failure> {
        let held = std::mem::take(&mut self.held);
        if held.rows() == 0 {
            Ok(())
        } else {
            self.sink.write(&held).map_err(|error| failed(error, self.path))
        }
    }
}

/// The sink that a file's extension stands for.
fn sink_for<'w>(path: &Path, writer: impl Write + Send + 'w) -> Result<Box<dyn Sink + Send + 'w>, Failure> {
    match extension(path).as_str() {
        "csv" => Ok(Box::new(CsvSink::new(writer))),
        #[cfg(feature = "frames")]
        "parquet" => Ok(Box::new(frames::ParquetSink::new(writer))),
        #[cfg(not(feature = "frames"))]
        "parquet" => {
            Err(Failure::usage("this build has no Parquet", "build with the feature `frames`, or write .csv"))
        }
        _ => Err(Failure::usage(
            &format!("{} does not say in which format to write", path.display()),
            "end the name in .csv or .parquet",
        )),
    }
}

fn failed(error: SinkError, path: Option<&Path>) -> Failure {
    let path = path.unwrap_or(Path::new("standard output"));
    match error {
        SinkError::Io(error) => Failure::write(path, error),
        other => Failure::usage(&format!("cannot write {}: {other}", path.display()), ""),
    }
}
