//! Delimited text with a header or without: CSV, TSV and their kin.

use crate::block::Block;
use crate::fault::Wrong;
use crate::format::cells::{End, Texts};
use crate::format::columns::Columns;
use crate::format::field::{Field, alike};
use crate::format::key_text::KeyText;
use crate::format::map::Map;
use crate::format::quote::quoted;
use crate::format::rows::{BIN, Cells, EMPTY, QUERY, Rows};
use crate::format::table::{Table, without_mark};
use crate::format::{Format, Head};
use crate::reader::{LineFormat, LineReader, Options, Reader, Taken};

use std::io::BufRead;

/// Bytes that a row may have which goes on over several lines; beyond it, a quote was left open by mistake.
const LONGEST_QUOTE: usize = 1 << 16;

pub(super) const FORMAT: Format = Format {
    name: "csv",
    title: "delimited text: commas, tabs, semicolons or pipes, with a header or without",
    sniff,
    open: |input, options, head| open(input, options, head, None),
};

pub(super) const TSV: Format = Format {
    name: "tsv",
    title: "delimited text with tabs, with a header or without",
    sniff: |_| 0,
    open: |input, options, head| open(input, options, head, Some(b'\t')),
};

/// Sure of a header that names a key; less so of times and keys without names, or of a column `key` alone.
fn sniff(head: &Head) -> u8 {
    let options = Options::default();
    let Ok(map) = Map::of(&options) else { return 0 };
    if !head.is_text() || matches!(without_mark(head.bytes).trim_ascii_start(), [b'{' | b'[', ..]) {
        return 0;
    }
    let Some(table) = Table::of(head, &map, None).filter(Table::is_even) else { return 0 };
    let plain_keys = || {
        let spaced = |row: &Vec<Vec<u8>>| row.get(1).is_some_and(|key| key.contains(&b' '));
        !table.records().iter().any(spaced)
    };
    match (table.width(), table.header, table.columns(&map).is_ok()) {
        (1, true, true) => 30,
        (1, _, _) => 0,
        (_, true, true) => 80,
        (_, false, true) if plain_keys() => 60,
        _ if table.records().len() > 1 => 10,
        _ => 0,
    }
}

fn open(
    input: Box<dyn BufRead + Send>,
    options: &Options,
    head: &Head,
    delimiter: Option<u8>,
) -> Result<Box<dyn Reader>, Wrong> {
    let map = Map::of(options)?;
    // Nothing can be told of a trace without a row, and nothing needs to be.
    let csv = match Table::of(head, &map, delimiter) {
        Some(table) => Csv::new(&table, &table.columns(&map)?),
        None => Csv::new_empty(),
    };
    Ok(Box::new(LineReader::new(input, csv)))
}

struct Csv {
    delimiter: u8,
    /// Slot of each column.
    plan: Vec<usize>,
    /// Lines that come before the first record.
    ahead: u64,
    /// Whether a byte-order mark may come.
    fresh: bool,
    rows: Rows,
    texts: Texts,
}

impl Csv {
    fn new(table: &Table, columns: &Columns) -> Self {
        let slot = |index: usize| match columns.field_at(index) {
            Some(field) => field as usize,
            None if columns.query == Some(index) => QUERY,
            None => BIN,
        };
        let request_line = table.header && columns.of(Field::Key).is_some_and(|key| alike(&key.name, "request"));
        let key = KeyText::new(request_line, false, columns.query.is_some());
        Self {
            delimiter: table.delimiter,
            plan: (0..table.width()).map(slot).collect(),
            ahead: table.ahead,
            fresh: true,
            rows: Rows::new(columns, key),
            texts: Texts::default(),
        }
    }

    fn new_empty() -> Self {
        Self {
            delimiter: b',',
            plan: vec![Field::Key as usize],
            ahead: 0,
            fresh: true,
            rows: Rows::new(&Columns::default(), KeyText::plain()),
            texts: Texts::default(),
        }
    }

    /// Why a row is not taken that has another number of fields than it should.
    #[cold]
    fn uneven(&self, found: usize) -> Wrong {
        let missing = Field::ALL.into_iter().filter(|field| {
            self.plan.iter().position(|slot| *slot == *field as usize).is_some_and(|column| column >= found)
        });
        let missing: Vec<&str> = missing.map(Field::name).collect();
        let mut message = format!("the row has {found} fields, and {} are expected", self.plan.len());
        if !missing.is_empty() {
            message += &format!("; without {}", missing.join(", "));
        }
        Wrong::new(
            message,
            "quote a field that holds a delimiter; `--skip-bad N` passes over up to N such records",
        )
    }
}

impl LineFormat for Csv {
    fn take(&mut self, line: &[u8], block: &mut Block) -> Result<Taken, Wrong> {
        if self.ahead > 0 {
            self.ahead -= 1;
            return Ok(Taken::Nothing);
        }
        let line = if self.fresh { without_mark(line) } else { line };
        if line.is_empty() {
            return Ok(Taken::Nothing);
        }
        let mut cells = EMPTY;
        let mut found = 0;
        if memchr::memchr(b'"', line).is_none() {
            let mut begin = 0;
            for end in memchr::memchr_iter(self.delimiter, line) {
                cells[self.plan.get(found).map_or(BIN, |slot| *slot)] = &line[begin..end];
                begin = end + 1;
                found += 1;
            }
            cells[self.plan.get(found).map_or(BIN, |slot| *slot)] = &line[begin..];
            found += 1;
        } else {
            match self.texts.split(line, self.delimiter) {
                End::Open if line.len() < LONGEST_QUOTE => return Ok(Taken::Unfinished),
                End::Open => return Err(left_open()),
                End::Stray(at) => return Err(stray(line, at)),
                End::Whole => {}
            }
            for text in self.texts.iter() {
                cells[self.plan.get(found).map_or(BIN, |slot| *slot)] = text;
                found += 1;
            }
        }
        self.fresh = false;
        if found != self.plan.len() {
            return Err(self.uneven(found));
        }
        self.rows.add(cells, block)
    }

    fn found(&self) -> Vec<String> {
        self.rows.found()
    }
}

fn left_open() -> Wrong {
    Wrong::new(
        format!("a quote is opened and not closed within {} KiB", LONGEST_QUOTE >> 10),
        "close it, or write a quote inside a field twice",
    )
}

fn stray(line: &[u8], at: usize) -> Wrong {
    Wrong::new(
        format!("text stands behind a closing quote: {}", quoted(&line[at..])),
        "quote the field as a whole, and write a quote inside it twice",
    )
}
