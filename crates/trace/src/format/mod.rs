//! The registry of formats, and how one is recognised.

mod access_log;
mod cells;
mod clock;
mod cloudfront;
mod columnar;
mod columns;
mod csv;
mod date;
mod decimal;
mod field;
mod instants;
mod jsonl;
mod key_text;
mod keys;
mod known_layouts;
mod layout;
mod map;
mod ncsa;
mod oracle_general;
mod quote;
mod redis_commands;
mod redis_monitor;
mod rows;
mod snapshot;
mod table;
mod tail;
mod twitter;
mod unit;
mod words;

use std::io::BufRead;

use crate::fault::Wrong;
use crate::reader::{Options, Reader};

pub use columnar::Columnar;
pub use instants::{Instants, names_keys};
pub use oracle_general::RECORD as ORACLE_GENERAL_RECORD;
pub use snapshot::{Counted, Snapshot};

/// The beginning of a trace.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    /// Its first bytes, after decompression.
    pub bytes: &'a [u8],
    /// Whether that is all of it.
    pub whole: bool,
    /// File name, or empty.
    pub name: &'a str,
}

impl<'a> Head<'a> {
    /// Its lines, without one that is cut off by the end of the head.
    pub fn lines(&self) -> impl Iterator<Item = &'a [u8]> {
        let end = if self.whole { self.bytes.len() } else { memchr::memrchr(b'\n', self.bytes).unwrap_or(0) };
        self.bytes[..end].split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// Whether it reads as text: no byte that text does not have.
    pub fn is_text(&self) -> bool {
        !self.bytes.iter().any(|byte| matches!(byte, 0..=8 | 14..=31))
    }
}

/// Starts to read an input whose beginning is known.
pub type Open = fn(Box<dyn BufRead + Send>, &Options, &Head) -> Result<Box<dyn Reader>, Wrong>;

/// A format of traces.
pub struct Format {
    /// Its name, as in `csv:FILE`.
    pub name: &'static str,
    /// What it is, in a few words.
    pub title: &'static str,
    /// How sure it is that this beginning is one of its own, 0 to 100. Formats without marks of their own, such as
    /// one key a line, answer low.
    pub sniff: fn(&Head) -> u8,
    /// Starts to read.
    pub open: Open,
}

/// Every format; of equally sure ones the first is taken.
pub const FORMATS: &[Format] = &[
    oracle_general::FORMAT,
    cloudfront::FORMAT,
    redis_monitor::FORMAT,
    access_log::FORMAT,
    jsonl::FORMAT,
    twitter::FORMAT,
    csv::FORMAT,
    csv::TSV,
    keys::FORMAT,
];

/// A format by its name.
pub fn named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The format that is surest of a beginning.
pub fn sniffed(head: &Head) -> Option<&'static Format> {
    let sure = FORMATS.iter().map(|format| ((format.sniff)(head), format)).filter(|(sure, _)| *sure > 0);
    sure.rev().max_by_key(|(sure, _)| *sure).map(|(_, format)| format)
}
