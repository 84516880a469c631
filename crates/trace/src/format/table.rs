//! What the head of delimited text tells: delimiter, header, and what its columns are.

use crate::fault::Wrong;
use crate::format::Head;
use crate::format::cells::{End, Texts};
use crate::format::clock::{Clock, Told};
use crate::format::columns::Columns;
use crate::format::date;
use crate::format::decimal::scaled;
use crate::format::field::{Field, alike};
use crate::format::map::{Map, Wish};
use crate::format::quote::quoted;

/// What may stand between columns; of equally good ones the first is taken.
const DELIMITERS: [(u8, &str); 4] =
    [(b',', "commas"), (b'\t', "tabs"), (b';', "semicolons"), (b'|', "pipes")];

/// Rows that are looked at.
const SAMPLE: usize = 64;

/// What separates the columns of a table that has one; it stands within quotes alone.
const NOTHING: u8 = b'\n';

/// The shape of a table.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) delimiter: u8,
    /// Whether the first row holds names.
    pub(super) header: bool,
    /// Lines ahead of the first record: comments and the header.
    pub(super) ahead: u64,
    /// The first rows, a header included.
    rows: Vec<Vec<Vec<u8>>>,
}

impl Table {
    /// Looks at a head; none where there is no row in it.
    pub(super) fn of(head: &Head, map: &Map, forced: Option<u8>) -> Option<Self> {
        let shape = |delimiter: u8| Self::split_by(delimiter, head, map);
        if let Some(delimiter) = forced {
            return shape(delimiter);
        }
        let tables = DELIMITERS.iter().filter_map(|(delimiter, _)| shape(*delimiter));
        let mut tables: Vec<Self> = tables.filter(|table| table.width() > 1).collect();
        tables.retain(|table| table.is_even() || table.known_names(map) > 0);
        // The last of the largest, so that the first delimiter wins a tie.
        let best = tables
            .into_iter()
            .rev()
            .max_by_key(|table| (table.is_even(), table.known_names(map), table.width()));
        best.or_else(|| shape(NOTHING))
    }

    fn split_by(delimiter: u8, head: &Head, map: &Map) -> Option<Self> {
        let mut table = Self { delimiter, header: false, ahead: 0, rows: vec![] };
        let mut texts = Texts::default();
        let mut row: Vec<u8> = vec![];
        let mut lines = 0;
        for line in head.lines() {
            let line = if lines == 0 { without_mark(line) } else { line };
            lines += 1;
            if row.is_empty() && table.rows.is_empty() && (line.is_empty() || is_comment(line, delimiter)) {
                table.ahead = lines;
                continue;
            }
            row.extend_from_slice(line);
            match texts.split(&row, delimiter) {
                End::Open => {
                    row.push(b'\n');
                    continue;
                }
                End::Whole if !row.is_empty() => table.rows.push(texts.iter().map(<[u8]>::to_vec).collect()),
                End::Whole | End::Stray(_) => {}
            }
            row.clear();
            if table.rows.len() == 1 && !table.header && table.first_is_header(map, head, lines) {
                table.header = true;
                table.ahead = lines;
            }
            if table.rows.len() == SAMPLE {
                break;
            }
        }
        (!table.rows.is_empty()).then_some(table)
    }

    /// Whether the first row holds names: no number among them, and a name that is known, or a number below.
    fn first_is_header(&self, map: &Map, head: &Head, lines: u64) -> bool {
        let Some(first) = self.rows.first() else { return false };
        if first.iter().any(is_number) {
            return false;
        }
        let below = || {
            let mut texts = Texts::default();
            let next = head.lines().nth(lines as usize).filter(|_| first.len() > 1)?;
            texts.split(next, self.delimiter);
            texts.iter().any(is_number).then_some(())
        };
        self.known_names(map) > 0 || below().is_some()
    }

    /// Cells of the first row that are names of fields, or that the user names.
    fn known_names(&self, map: &Map) -> usize {
        let known = |text: &&Vec<u8>| {
            let text = String::from_utf8_lossy(text);
            Field::ALL.iter().any(|field| field.fits(&text).is_some())
                || map.named().any(|name| alike(name, &text))
        };
        self.rows.first().map_or(0, |first| first.iter().filter(known).count())
    }

    /// Columns.
    pub(super) fn width(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    /// Whether most rows have as many columns as the first.
    pub(super) fn is_even(&self) -> bool {
        let even = self.rows.iter().filter(|row| row.len() == self.width()).count();
        even * 3 >= self.rows.len() * 2
    }

    /// Rows that are looked at, without the header.
    pub(super) fn records(&self) -> &[Vec<Vec<u8>>] {
        &self.rows[usize::from(self.header).min(self.rows.len())..]
    }

    /// What its columns are.
    ///
    /// # Errors
    /// Where that cannot be told, or a column that the user names is not there.
    pub(super) fn columns(&self, map: &Map) -> Result<Columns, Wrong> {
        let mut columns = if self.header {
            let names = self.rows.first().into_iter().flatten();
            let names: Vec<String> =
                names.map(|name| String::from_utf8_lossy(name.trim_ascii()).into_owned()).collect();
            Columns::named(&names, map)?
        } else {
            Columns::unnamed(self.width(), map, self.assumed(map)?)?
        };
        let delimiter = DELIMITERS.iter().skip(1).find(|(delimiter, _)| *delimiter == self.delimiter);
        columns.notes.extend(delimiter.map(|(_, name)| format!("columns are separated by {name}")));
        Ok(columns)
    }

    /// The order of columns without names: that of libCacheSim, if the first tells times.
    fn assumed(&self, map: &Map) -> Result<&'static [Field], Wrong> {
        let order = &[Field::Time, Field::Key, Field::Size][..];
        match self.width() {
            1 => Ok(&order[1..2]),
            width if self.begins_with_times() => Ok(&order[..width.min(3)]),
            _ if map.wish(Field::Key) != Wish::Open => Ok(&[]),
            _ => {
                let first = self.rows.first().and_then(|row| row.first()).map_or(&b""[..], |text| text);
                Err(Wrong::new(
                    format!(
                        "the columns have no names, and the first, {}, tells no times that rise",
                        quoted(first)
                    ),
                    "`--map key=NUMBER` says which column is the key, counted from 1; so for time and size",
                ))
            }
        }
    }

    fn begins_with_times(&self) -> bool {
        let mut clock = Clock::new(Told::Nowhere);
        let mut last = None;
        self.rows.iter().filter(|row| row.len() == self.width()).all(|row| {
            let time = clock.read(row[0].trim_ascii()).ok();
            let rises = time.is_some() && time >= last;
            last = time;
            rises
        })
    }
}

/// A line without the mark that says its text is UTF-8.
pub(super) fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}

fn is_number(text: impl AsRef<[u8]>) -> bool {
    let text = text.as_ref().trim_ascii();
    scaled(text, -9).is_some() || date::iso(text).is_some() || date::log(text).is_some()
}

/// Whether a line that begins with `#` is a comment, and not a header.
fn is_comment(line: &[u8], delimiter: u8) -> bool {
    let names_a_key = || {
        let mut texts = Texts::default();
        texts.split(line, delimiter);
        let fits = |text: &[u8]| Field::Key.fits(&String::from_utf8_lossy(text)).is_some();
        texts.len() > 1 && texts.iter().any(fits)
    };
    line.starts_with(b"#") && !names_a_key()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reader::Options;

    fn table(text: &str) -> Table {
        let head = Head { bytes: text.as_bytes(), whole: true, name: "" };
        Table::of(&head, &Map::of(&Options::default()).expect("is empty"), None).expect("has rows")
    }

    fn fields(text: &str) -> Result<Vec<Option<Field>>, Wrong> {
        let table = table(text);
        let columns = table.columns(&Map::of(&Options::default()).expect("is empty"))?;
        Ok((0..table.width()).map(|index| columns.field_at(index)).collect())
    }

    #[test]
    fn the_delimiter_is_the_one_that_makes_even_rows() {
        for (text, delimiter, width) in [
            ("a,b\n1,2\n", b',', 2),
            ("a\tb,c\n1\t2\n", b'\t', 2),
            ("1,5;x;3\n2,5;y;4\n", b';', 3),
            ("time|key\n1|a\n", b'|', 2),
            ("time,url|x\n1,a|b\n", b',', 2),
            ("/a,b\n/a\n/c,d,e\n", NOTHING, 1),
            ("time,key\n1,a,b\n2,c,d\n3,e,f\n", b',', 2),
        ] {
            let table = table(text);
            assert_eq!((table.delimiter, table.width()), (delimiter, width), "{text:?}");
        }
    }

    #[test]
    fn a_header_is_told_from_a_record() {
        for (text, header, ahead) in [
            ("time,key\n1,a\n", true, 1),
            ("1,a\n2,b\n", false, 0),
            ("when,what\n1,a\n", true, 1),
            ("17,key,512\n", false, 0),
            ("# made by me\n\ntime,key\n1,a\n", true, 3),
            ("#time,key\n1,a\n", true, 1),
            ("\u{feff}time,key\n1,a\n", true, 1),
            ("time,\"key\nof it\"\n1,a\n", true, 2),
            ("key\nabc\n", true, 1),
            ("abc\nkey\n", false, 0),
            ("abc,x\ndef,y\n", false, 0),
        ] {
            let table = table(text);
            assert_eq!((table.header, table.ahead), (header, ahead), "{text:?}");
        }
    }

    #[test]
    fn columns_without_names_are_those_of_libcachesim() {
        use Field::{Key, Size, Time};
        for (text, want) in [
            ("a\nb\n", vec![Some(Key)]),
            ("1,a\n2,b\n", vec![Some(Time), Some(Key)]),
            ("1,a,5\n1,b,6\n", vec![Some(Time), Some(Key), Some(Size)]),
            ("1,a,5,9\n", vec![Some(Time), Some(Key), Some(Size), None]),
            ("2026-11-20 15:20:06,a,5\n", vec![Some(Time), Some(Key), Some(Size)]),
        ] {
            assert_eq!(fields(text), Ok(want), "{text:?}");
        }
        for text in ["2,a,5\n1,b,6\n", "a,b\nc,d\n"] {
            let wrong = fields(text).expect_err("cannot be told");
            assert!(wrong.message.contains("tells no times that rise"), "{text:?}");
        }
    }
}
