//! Traces in Parquet, read some rows at a time; it needs a file, since its index stands at the end.

use std::fs::File;

use frames::ParquetSource;
use trace::format::Columnar;
use trace::{Block, Fault, Options, Reader, Spot, Wrong};

/// Rows read at once.
const ROWS: usize = 1 << 16;

/// Whether a file begins as Parquet does.
pub(crate) fn sniff(head: &[u8]) -> bool {
    head.starts_with(b"PAR1")
}

/// Starts to read.
pub(crate) fn open(file: File, options: &Options) -> Result<Box<dyn Reader>, Wrong> {
    let help = "is it whole, and are its columns numbers and text?";
    let source = ParquetSource::open(file).map_err(|error| Wrong::new(error.to_string(), help))?;
    let columns = Columnar::new(source.names(), options)?;
    let wanted = columns.wanted().collect();
    Ok(Box::new(ParquetTrace { source, columns, wanted, batch: vec![], from: 0, at: 0 }))
}

struct ParquetTrace {
    source: ParquetSource,
    columns: Columnar,
    wanted: Vec<usize>,
    /// Texts of rows that were read, column by column.
    batch: Vec<Vec<String>>,
    /// The row of the file with which the batch begins.
    from: usize,
    /// The row of the file that comes next.
    at: usize,
}

impl Reader for ParquetTrace {
    fn fill(&mut self, block: &mut Block) -> Result<bool, Fault> {
        while block.has_room() {
            if self.at == self.source.rows() {
                return Ok(false);
            }
            let read = self.batch.first().map_or(0, Vec::len);
            if self.at >= self.from + read {
                self.from = self.at;
                self.batch = self.source.texts(&self.wanted, self.at, ROWS).map_err(|error| {
                    let wrong = Wrong::new(
                        format!("cannot read on: {error}"),
                        "store the column as a number or as text, or leave it out with `--map FIELD=-`",
                    );
                    Fault { spot: self.spot_of(self.at), wrong, last: true }
                })?;
            }
            let row = self.at - self.from;
            let texts =
                self.batch.iter().map(|column| column.get(row).map_or(&b""[..], |text| text.as_bytes()));
            self.at += 1;
            block.stands_at(self.spot_of(self.at - 1));
            if let Err(wrong) = self.columns.add(texts, block) {
                return Err(Fault { spot: self.spot(), wrong, last: false });
            }
        }
        Ok(true)
    }

    fn spot(&self) -> Spot {
        self.spot_of(self.at.saturating_sub(1))
    }

    fn found(&self) -> Vec<String> {
        self.columns.found()
    }
}

impl ParquetTrace {
    fn spot_of(&self, row: usize) -> Spot {
        Spot { record: row as u64 + 1, line: None, byte: None }
    }
}
