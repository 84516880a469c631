//! `predict --batch`: a CSV of points in, a CSV of answers out, in constant memory.
//!
//! One thread reads records in blocks; all threads turn blocks into text; blocks are written in order. A regular
//! file whose answers go to standard output is read twice, so that nothing is written where a row is bad.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, Write};
use std::path::Path;

use csv::ByteRecord;
use evaluation::Metric;
use model::screening::{Bounds, Outcomes, PRESETS, RANKABLE, evaluate_columns};
use rayon::prelude::*;
use scenario::{Document, Thresholds};

use crate::args::Common;
use crate::batch_row::{Layout, Numbers, write_answers};
use crate::failure::Failure;
use crate::files::{Staged, extension, is_stdin, is_stdout, shown_name};
use crate::progress::Progress;
use crate::quotes::QuoteWatch;

/// Rows in a block.
const BLOCK: usize = 2048;
/// Bytes of input after which a block ends before it has all its rows.
const BLOCK_BYTES: usize = 1 << 19;
/// Blocks in flight for each thread.
const BLOCKS_PER_THREAD: usize = 4;

/// Answers every row of `input` for the memo's three strategies.
pub(crate) fn run(
    input: &Path,
    output: Option<&Path>,
    objective: Metric,
    common: &Common,
) -> Result<(), Failure> {
    let output = output.filter(|path| !is_stdout(path));
    let to_csv = output.is_none_or(|path| extension(path) == "csv");
    if common.format.is_some_and(|format| format.name != "csv") || !to_csv {
        return Err(Failure::usage("a batch answers in CSV", "leave out --format, and write to a .csv file"));
    }
    if !RANKABLE.contains(&objective) {
        let message = format!("a batch has no {objective} to rank by");
        let known: Vec<_> = RANKABLE.iter().map(|metric| metric.spec().short).collect();
        return Err(Failure::usage(&message, &format!("rank by one of {}", known.join(", "))));
    }
    let bounds = Bounds::from(&thresholds(common)?);
    let name = shown_name(input);
    let batch = Batch { name: &name, bounds, objective };
    if is_stdin(input) {
        let stdin = std::io::stdin().lock();
        return match output {
            None => batch.copy(stdin, stdout(), None),
            Some(path) => batch.copy_to_file(stdin, path, None),
        };
    }
    if input.is_dir() {
        return Err(Failure::usage(&format!("{name} is a directory"), "name a CSV file"));
    }
    let mut file = File::open(input).map_err(|error| Failure::read(input, error))?;
    let metadata = file.metadata().map_err(|error| Failure::read(input, error))?;
    let progress = Progress::bytes(common, metadata.len());
    match output {
        Some(path) => batch.copy_to_file(&file, path, Some(&progress)),
        None => {
            if metadata.is_file() {
                batch.validate(&file)?;
                file.rewind().map_err(|error| Failure::read(input, error))?;
            }
            batch.copy(&file, stdout(), Some(&progress))
        }
    }
}

fn stdout() -> BufWriter<std::io::StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 20, std::io::stdout().lock())
}

/// A batch has no scenario; of its keys only thresholds can be set.
fn thresholds(common: &Common) -> Result<Thresholds, Failure> {
    let mut document = Document::parse("--set", "")?;
    for assignment in &common.set {
        document.set(assignment)?;
    }
    Ok(document.thresholds_alone()?)
}

struct Batch<'a> {
    name: &'a str,
    bounds: Bounds,
    objective: Metric,
}

impl Batch<'_> {
    fn copy_to_file(
        &self,
        input: impl Read,
        path: &Path,
        progress: Option<&Progress>,
    ) -> Result<(), Failure> {
        let mut staged = Staged::beside(path)?;
        let writer = BufWriter::with_capacity(1 << 20, staged.writer());
        self.copy(input, writer, progress)?;
        staged.commit()
    }

    /// Reads everything and answers nothing: finds the first bad row.
    fn validate(&self, input: impl Read) -> Result<(), Failure> {
        let (mut reader, layout) = self.open(input)?;
        self.for_each_group(&mut reader, |group, _| {
            let checked: Vec<_> =
                group.par_iter().map(|block| self.numbers(block, &layout).map(|_| ())).collect();
            checked.into_iter().collect()
        })
    }

    fn copy(
        &self,
        input: impl Read,
        mut output: impl Write,
        progress: Option<&Progress>,
    ) -> Result<(), Failure> {
        let cannot = |error| Failure::Io { what: "cannot write the answers".to_owned(), error };
        let (mut reader, layout) = self.open(input)?;
        output.write_all(&layout.header).map_err(cannot)?;
        self.for_each_group(&mut reader, |group, position| {
            let answered: Vec<_> = group.par_iter().map(|block| self.answer(block, &layout)).collect();
            for text in answered {
                output.write_all(&text?).map_err(cannot)?;
            }
            if let Some(progress) = progress {
                progress.at(position);
            }
            Ok(())
        })?;
        output.flush().map_err(cannot)
    }

    fn open<R: Read>(&self, input: R) -> Result<(csv::Reader<QuoteWatch<R>>, Layout), Failure> {
        let mut reader =
            csv::ReaderBuilder::new().buffer_capacity(1 << 20).from_reader(QuoteWatch::new(input));
        let header = reader.byte_headers().map_err(|error| self.broken(error))?.clone();
        let layout = Layout::of(&header)
            .map_err(|(message, help)| Failure::usage(&format!("{}: {message}", self.name), &help))?;
        Ok((reader, layout))
    }

    /// Calls `work` with groups of blocks, in order, and the position in the input after each.
    fn for_each_group<R: Read>(
        &self,
        reader: &mut csv::Reader<QuoteWatch<R>>,
        mut work: impl FnMut(&[Vec<ByteRecord>], u64) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut group: Vec<Vec<ByteRecord>> = vec![];
        let most = BLOCKS_PER_THREAD * rayon::current_num_threads();
        loop {
            let (mut filled, mut end) = (0, End::Full);
            while filled < most && matches!(end, End::Full) {
                if group.len() == filled {
                    group.push(vec![]);
                }
                end = fill(reader, &mut group[filled]);
                filled += usize::from(!group[filled].is_empty());
            }
            if reader.get_ref().ended_open() {
                return Err(self.left_open(&end, &group[..filled]));
            }
            work(&group[..filled], reader.position().byte())?;
            match end {
                End::Full => {}
                End::OfInput => return Ok(()),
                End::Broken(error) => return Err(self.broken(error)),
            }
        }
    }

    /// A quote that was never closed: its row is the one that did not parse, or else the last one.
    fn left_open(&self, end: &End, group: &[Vec<ByteRecord>]) -> Failure {
        let position = match end {
            End::Broken(error) => error.position(),
            End::Full | End::OfInput => group.last().and_then(|block| block.last()?.position()),
        };
        let line = position.map_or(1, csv::Position::line);
        let message = format!("{}, line {line}: a quote is opened and never closed", self.name);
        Failure::usage(&message, "close it, or double it where it is text")
    }

    fn answer(&self, block: &[ByteRecord], layout: &Layout) -> Result<Vec<u8>, Failure> {
        let numbers = self.numbers(block, layout)?;
        let mut outcomes = [Outcomes::default(), Outcomes::default(), Outcomes::default()];
        evaluate_columns(&numbers.columns(), &self.bounds, &mut outcomes);
        Ok(write_answers(block, &numbers, &outcomes, &PRESETS, self.objective))
    }

    fn numbers(&self, block: &[ByteRecord], layout: &Layout) -> Result<Numbers, Failure> {
        layout.numbers(block).map_err(|(record, message)| {
            let line = record.position().map_or(0, csv::Position::line);
            Failure::usage(&format!("{}, line {line}: {message}", self.name), "correct the row, or remove it")
        })
    }

    fn broken(&self, error: csv::Error) -> Failure {
        let line = error.position().map(csv::Position::line);
        match error.into_kind() {
            csv::ErrorKind::Io(error) => Failure::Io { what: format!("cannot read {}", self.name), error },
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                let line = line.unwrap_or_default();
                let message =
                    format!("{}, line {line}: {len} fields, but the header has {expected_len}", self.name);
                Failure::usage(
                    &message,
                    "give the row as many fields as the header, quoting those with commas",
                )
            }
            other => Failure::usage(&format!("{}: {other:?}", self.name), "the file is not CSV"),
        }
    }
}

/// Why a block ended.
enum End {
    Full,
    OfInput,
    Broken(csv::Error),
}

/// Reads records until the block is full, in rows or in bytes.
fn fill<R: Read>(reader: &mut csv::Reader<R>, records: &mut Vec<ByteRecord>) -> End {
    let (mut rows, mut bytes, mut end) = (0, 0, End::Full);
    while rows < BLOCK && bytes < BLOCK_BYTES {
        if records.len() == rows {
            records.push(ByteRecord::new());
        }
        match reader.read_byte_record(&mut records[rows]) {
            Ok(true) => {
                bytes += records[rows].as_slice().len();
                rows += 1;
            }
            Ok(false) => {
                end = End::OfInput;
                break;
            }
            Err(error) => {
                end = End::Broken(error);
                break;
            }
        }
    }
    records.truncate(rows);
    end
}
