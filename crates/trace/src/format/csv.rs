//! Delimited text with a header or without: CSV, TSV and their kin.

use std::io::BufRead;

use crate::block::Block;
use crate::fault::Wrong;
use crate::format::cells::{End, Texts};
use crate::format::columns::Columns;
use crate::format::field::{Field, alike};
use crate::format::key_text::KeyText;
use crate::format::map::Map;
use crate::format::quote::quoted;
use crate::format::rows::{BIN, EMPTY, QUERY, Rows};
use crate::format::table::{Table, without_mark};
use crate::format::{Format, Head};
use crate::reader::{LineFormat, LineReader, Options, Reader, Taken};

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
    let Some(table) = Table::of(head, &map, None) else { return 0 };
    // Rows that do not fit a header are faults to be told; without a header they say that this is no table.
    let named = table.header && table.width() > 1 && table.columns(&map).is_ok();
    if !named && !table.is_even() {
        return 0;
    }
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
    /// Whether nothing but comments was seen, and more may come.
    comments: bool,
    rows: Rows,
    texts: Texts,
    /// Bytes of a row that was found to be open: only a quote behind them can close it.
    open: usize,
}

impl Csv {
    fn new(table: &Table, columns: &Columns) -> Self {
        let slot = |index: usize| match columns.field_at(index) {
            Some(field) => field as usize,
            None if columns.query == Some(index) => QUERY,
            None => BIN,
        };
        let request_line =
            table.header && columns.of(Field::Key).is_some_and(|key| alike(&key.name, "request"));
        let key = KeyText::new(request_line, false, columns.query.is_some());
        Self {
            delimiter: table.delimiter,
            plan: (0..table.width()).map(slot).collect(),
            ahead: table.ahead,
            fresh: true,
            comments: false,
            rows: Rows::new(columns, key),
            texts: Texts::default(),
            open: 0,
        }
    }

    fn new_empty() -> Self {
        Self {
            delimiter: b',',
            plan: vec![Field::Key as usize],
            ahead: 0,
            fresh: true,
            comments: true,
            rows: Rows::new(&Columns::default(), KeyText::plain()),
            texts: Texts::default(),
            open: 0,
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
        if line.is_empty() || self.comments && line.starts_with(b"#") {
            return Ok(Taken::Nothing);
        }
        let mut cells = EMPTY;
        let mut found = 0;
        let mut begin = 0;
        let mut quoted = false;
        for end in memchr::memchr2_iter(self.delimiter, b'"', line) {
            if line[end] == b'"' {
                quoted = true;
                break;
            }
            cells[self.plan.get(found).map_or(BIN, |slot| *slot)] = &line[begin..end];
            begin = end + 1;
            found += 1;
        }
        if !quoted {
            cells[self.plan.get(found).map_or(BIN, |slot| *slot)] = &line[begin..];
            found += 1;
        } else {
            (cells, found) = (EMPTY, 0);
            // A row that goes on has a line break where it was left. Looking at what is new alone keeps a quote that
            // stays open from costing the square of what follows.
            let goes_on = self.open > 0 && line.get(self.open) == Some(&b'\n');
            let closed = !goes_on || memchr::memchr(b'"', &line[self.open..]).is_some();
            match if closed { self.texts.split(line, self.delimiter) } else { End::Open } {
                End::Open if line.len() < LONGEST_QUOTE => {
                    self.open = line.len();
                    return Ok(Taken::Unfinished);
                }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::block::Rules;
    use crate::request::{Key, Op};
    use std::io::Cursor;

    /// The requests, then what else was said: faults, then what was found out.
    fn read(
        format: &Format,
        map: &[(&str, &str)],
        text: &str,
    ) -> Result<(Block, Vec<Wrong>, Vec<String>), Wrong> {
        let map = map.iter().map(|(field, column)| ((*field).to_owned(), (*column).to_owned())).collect();
        let options = Options { map, log_format: None };
        let head = Head { bytes: text.as_bytes(), whole: true, name: "" };
        let mut reader = (format.open)(Box::new(Cursor::new(text.as_bytes().to_vec())), &options, &head)?;
        let mut block = Block::new(Rules::ALL);
        let mut faults = vec![];
        loop {
            match reader.fill(&mut block) {
                Ok(false) => return Ok((block, faults, reader.found())),
                Ok(true) => {}
                Err(fault) => faults.push(fault.wrong),
            }
        }
    }

    fn keys(block: &Block) -> Vec<String> {
        let text = |key: Key| match key {
            Key::Number(number) => number.to_string(),
            Key::Text(text) => String::from_utf8_lossy(text).into_owned(),
        };
        (0..block.len()).map(|nth| text(block.key(nth))).collect()
    }

    #[test]
    fn quoted_fields_hold_delimiters_quotes_and_line_breaks() {
        let text = "ts,url\r\n1,\"a,b\"\r\n2,\"say \"\"x\"\"\"\n3,\"two\nlines\"\n4,d\n";
        let (block, faults, _) = read(&FORMAT, &[], text).expect("opens");
        assert_eq!(
            (keys(&block), faults),
            (["a,b", "say \"x\"", "two\nlines", "d"].map(str::to_owned).to_vec(), vec![])
        );
        assert_eq!(block.times, [1_000_000, 2_000_000, 3_000_000, 4_000_000]);
    }

    #[test]
    fn a_quote_left_open_spoils_only_so_much() {
        let mut text = "ts,key\n1,\"a\n".to_owned();
        text.push_str(&"2,b\n".repeat(20_000));
        let (block, faults, _) = read(&FORMAT, &[], &text).expect("opens");
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].message, "a quote is opened and not closed within 64 KiB");
        assert!(block.len() > 3000);
        let (_, faults, _) = read(&FORMAT, &[], "ts,key\n1,\"a\n2,b\n").expect("opens");
        assert_eq!(faults[0].message, "a quote is opened and never closed");
        let (_, faults, _) = read(&FORMAT, &[], "ts,key\n1,\"a\" b\n2,b\n").expect("opens");
        assert_eq!(faults[0].message, "text stands behind a closing quote: ` b`");
    }

    #[test]
    fn a_row_of_another_width_says_what_is_missing() {
        let text = "ts,key,size,note\n1,a,5,x\n1,a\n1,a,5\n1,a,5,x,y\n1\n";
        let (block, faults, _) = read(&FORMAT, &[], text).expect("opens");
        assert_eq!(block.len(), 1);
        let messages: Vec<&str> = faults.iter().map(|wrong| wrong.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "the row has 2 fields, and 4 are expected; without size",
                "the row has 3 fields, and 4 are expected",
                "the row has 5 fields, and 4 are expected",
                "the row has 1 fields, and 4 are expected; without key, size",
            ]
        );
    }

    #[test]
    fn a_map_overrules_names_and_order() {
        let text = "when,what,how_much\n1700000000000,a,5\n";
        let map = [("time", "when:ms"), ("key", "2"), ("size", "how much")];
        let (block, _, _) = read(&FORMAT, &map, text).expect("opens");
        assert_eq!((block.times[0], block.sizes[0]), (1_700_000_000_000_000, 5));
        let (block, _, _) = read(&FORMAT, &[("key", "3"), ("size", "-")], "1,a,b\n2,a,c\n").expect("opens");
        assert_eq!((keys(&block), block.sizes.len()), (vec!["b".to_owned(), "c".to_owned()], 0));
        let wrong = read(&FORMAT, &[("time", "whn")], text).expect_err("is refused");
        assert_eq!(wrong.message, "`--map`: there is no column `whn`");
        assert!(wrong.help.starts_with("there are, the closest first: `when`, "));
    }

    #[test]
    fn what_was_assumed_is_said() {
        let (_, _, found) =
            read(&FORMAT, &[], "1700000000\ta\t5\t-1\n1700000001\tb\t5\t-1\n").expect("opens");
        assert_eq!(
            found,
            [
                "there is no header: column 1 is the time, column 2 is the key, column 3 is the size; `--map` says otherwise",
                "columns are separated by tabs",
                "times are in seconds, told by their 10 digits",
            ]
        );
        let (_, _, found) =
            read(&FORMAT, &[], "ts,date,key,latency\n2026-11-20 15:20:06,x,a,5\n").expect("opens");
        assert_eq!(
            found,
            [
                "`ts` is taken as the time, and `date` left aside; `--map time=COLUMN` takes another",
                "latencies are read as milliseconds: `latency` names no unit",
                "times without a zone are read as UTC",
            ]
        );
    }

    #[test]
    fn tabs_can_be_insisted_on() {
        let text = "time\tkey,of,commas\tsize\n1\ta,b,c\t5\n";
        let (block, _, _) = read(&TSV, &[("key", "2")], text).expect("opens");
        assert_eq!(keys(&block), ["a,b,c"]);
    }

    #[test]
    fn one_column_is_the_key_with_a_name_or_without() {
        for text in ["key\na\n\nb\n", "a\nb\n", "\u{feff}a\nb"] {
            let (block, faults, _) = read(&FORMAT, &[], text).expect("opens");
            assert_eq!((keys(&block), faults), (vec!["a".to_owned(), "b".to_owned()], vec![]), "{text:?}");
        }
    }

    #[test]
    fn request_lines_and_query_strings_become_keys() {
        let text = "time,request,status\n1,PUT /a?b HTTP/1.1,200\n2,-,408\n3,GET /c HTTP/1.1,200\n";
        let (block, faults, found) = read(&FORMAT, &[], text).expect("opens");
        assert_eq!((keys(&block), faults), (vec!["/a?b".to_owned(), "/c".to_owned()], vec![]));
        assert_eq!(block.details[0].op, Op::Write);
        assert_eq!(
            found.last().map(String::as_str),
            Some("1 line without a request, logged as `-`, is passed over")
        );
        let (block, _, _) = read(&FORMAT, &[], "time,uri,query_string\n1,/a,x=1\n2,/a,-\n").expect("opens");
        assert_eq!(keys(&block), ["/a?x=1", "/a"]);
    }

    #[test]
    fn a_table_without_rows_has_no_requests() {
        for text in ["", "\n", "time,key\n", "# nothing\n"] {
            let (block, faults, _) = read(&FORMAT, &[], text).expect("opens");
            assert_eq!((block.len(), faults), (0, vec![]), "{text:?}");
        }
    }
}
