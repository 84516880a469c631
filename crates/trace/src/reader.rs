//! What a format does: it turns bytes into blocks of requests.

use std::collections::BTreeMap;
use std::io::BufRead;

use crate::block::Block;
use crate::fault::{Fault, Spot, Wrong};
use crate::lines::{Line, Lines};

/// Turns a source into requests.
pub trait Reader: Send {
    /// Appends requests until the block is full; false where the trace has ended.
    ///
    /// # Errors
    /// Where a record cannot be used. Requests ahead of it are in the block; the next call goes on behind it, unless
    /// the fault is the last.
    fn fill(&mut self, block: &mut Block) -> Result<bool, Fault>;

    /// Where the record that was read last begins.
    fn spot(&self) -> Spot;

    /// What was found out about the input rather than stated, one sentence each: units, time zone, columns.
    fn found(&self) -> Vec<String>;
}

/// How to read, as far as the user says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Column of each field, as `--map` gives them: `time` → `when`. `-` leaves a field out.
    pub map: BTreeMap<String, String>,
    /// Layout of an access log in nginx' `$variable` notation.
    pub log_format: Option<String>,
}

/// A format of one record a line.
pub trait LineFormat: Send {
    /// Takes a line: adds its requests to the block, or none for a comment or header.
    ///
    /// # Errors
    /// Where the line cannot be used.
    fn take(&mut self, line: &[u8], block: &mut Block) -> Result<Taken, Wrong>;

    /// What was found out about the input rather than stated.
    fn found(&self) -> Vec<String> {
        vec![]
    }
}

/// What a line was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// A record.
    Record,
    /// A header, a comment, an empty line.
    Nothing,
    /// The beginning of a record that goes on in the next line.
    Unfinished,
}

/// Reads a format of lines.
pub struct LineReader<F> {
    lines: Lines,
    format: F,
    spot: Spot,
}

impl<F: LineFormat> LineReader<F> {
    /// Reads `format` from `input`.
    pub fn new(input: Box<dyn BufRead + Send>, format: F) -> Self {
        Self { lines: Lines::new(input), format, spot: Spot::default() }
    }

    fn fault(&self, wrong: Wrong, last: bool) -> Fault {
        Fault { spot: self.spot, wrong, last }
    }
}

impl<F: LineFormat> Reader for LineReader<F> {
    fn fill(&mut self, block: &mut Block) -> Result<bool, Fault> {
        while block.has_room() {
            let read = self.lines.next();
            let (line, byte) = self.lines.begun();
            let next = Spot { record: self.spot.record + 1, line: Some(line), byte: Some(byte) };
            block.stands_at(next);
            let mut line = match read {
                Ok(Line::Whole) => self.format.take(self.lines.text(), block),
                Ok(Line::End) => return Ok(false),
                Err(failed) => {
                    self.spot = next;
                    return Err(self.fault(failed.wrong, failed.last));
                }
            };
            while line == Ok(Taken::Unfinished) {
                line = match self.lines.append() {
                    Ok(Line::Whole) => self.format.take(self.lines.text(), block),
                    Ok(Line::End) => Err(Wrong::new(
                        "a quote is opened and never closed",
                        "close it, or write a quote inside a field twice",
                    )),
                    Err(failed) => {
                        self.spot = next;
                        return Err(self.fault(failed.wrong, failed.last));
                    }
                };
            }
            match line {
                Ok(Taken::Record) => self.spot = next,
                Ok(_) => {}
                Err(wrong) => {
                    self.spot = next;
                    return Err(self.fault(wrong, false));
                }
            }
        }
        Ok(true)
    }

    fn spot(&self) -> Spot {
        self.spot
    }

    fn found(&self) -> Vec<String> {
        self.format.found()
    }
}
