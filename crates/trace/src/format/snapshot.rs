//! A snapshot of frequencies: how often each key was asked for, and when last. No trace, but what many caches can tell.

use std::io::BufRead;

use rustc_hash::FxHashMap;

use crate::fault::{Fault, Spot, Wrong};
use crate::format::Head;
use crate::format::cells::{End, Texts};
use crate::format::clock::{Clock, Told};
use crate::format::decimal::{scaled, whole};
use crate::format::field::{Field, alike};
use crate::format::quote::quoted;
use crate::format::table::without_mark;
use crate::format::words::absent;
use crate::lines::{Failed, Line, Lines};
use crate::request::Micros;

/// What is known of a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// The key.
    pub key: String,
    /// How often it was asked for; 0 or more, not always whole, for some caches let counts decay.
    pub count: f64,
    /// When it was last asked for.
    pub last_access: Option<Micros>,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Milliseconds that fetching it takes.
    pub fetch_ms: Option<f64>,
}

/// Keys with their counts, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// The keys.
    pub keys: Vec<Counted>,
    /// What was found out, one sentence each.
    pub found: Vec<String>,
}

/// Names of the columns that requests do not have, the likeliest first, in small letters.
const COUNT: &[&str] = &[
    "count",
    "accesscount",
    "requestcount",
    "hitcount",
    "counts",
    "requests",
    "accesses",
    "hits",
    "frequency",
    "freq",
];
const LAST_ACCESS: &[&str] = &[
    "lastaccess",
    "lastaccessed",
    "lastaccessedat",
    "lastaccesstime",
    "lastactivityat",
    "lastactivity",
    "lastseen",
    "lastused",
    "accessedat",
    "la",
];
const FETCH_MS: &[&str] = &["fetchms", "fetchcostms", "fetchlatencyms", "latencyms", "durationms", "missms"];

/// Where each value stands.
#[derive(Debug, Clone, Copy)]
struct Places {
    delimiter: u8,
    key: usize,
    count: usize,
    last_access: Option<usize>,
    size: Option<usize>,
    fetch_ms: Option<usize>,
}

impl Snapshot {
    /// Whether a beginning is that of a snapshot: a header with a key and a count.
    pub fn sniff(head: &Head) -> bool {
        head.lines().next().is_some_and(|line| Places::of(line).is_ok())
    }

    /// Reads a table with a header: `key,count[,last_access][,size][,fetch_ms]`, in any order and among others, separated by
    /// commas, semicolons or tabs.
    ///
    /// # Errors
    /// Where a column is missing, a value cannot be read, or a key comes twice.
    pub fn read(input: Box<dyn BufRead + Send>) -> Result<Self, Fault> {
        let mut rows = Rows { lines: Lines::new(input), record: 0, texts: Texts::default() };
        let places = loop {
            if !rows.next(b',')? {
                return Err(rows.fault(Wrong::new("there is nothing in it", NEEDED)));
            }
            if !rows.lines.text().is_empty() {
                break Places::of(rows.lines.text()).map_err(|wrong| rows.fault(wrong))?;
            }
        };
        rows.record = 0;
        let mut clock = Clock::new(Told::Nowhere);
        let mut seen: FxHashMap<String, u64> = FxHashMap::default();
        let mut keys = vec![];
        while rows.next(places.delimiter)? {
            if rows.lines.text().is_empty() {
                continue;
            }
            let counted = rows.counted(&places, &mut clock).map_err(|wrong| rows.fault(wrong))?;
            let line = rows.lines.begun().0;
            if let Some(earlier) = seen.insert(counted.key.clone(), line) {
                let message =
                    format!("the key {} stands in line {earlier} already", quoted(counted.key.as_bytes()));
                return Err(rows.fault(Wrong::new(message, "add their counts up, or remove one of them")));
            }
            keys.push(counted);
        }
        Ok(Self { keys, found: clock.found().into_iter().collect() })
    }
}

/// What a snapshot has to have.
const NEEDED: &str =
    "a snapshot is a CSV with the columns key and count, and if known last_access, size and fetch_ms";

impl Places {
    fn of(header: &[u8]) -> Result<Self, Wrong> {
        let header = without_mark(header);
        let delimiters = [b',', b'\t', b';'];
        let counted = |delimiter: &u8| header.iter().filter(|byte| *byte == delimiter).count();
        // The last of the largest, so that the comma wins a tie.
        let delimiter = delimiters.into_iter().rev().max_by_key(counted).unwrap_or(b',');
        let mut texts = Texts::default();
        texts.split(header, delimiter);
        let names: Vec<String> =
            texts.iter().map(|text| String::from_utf8_lossy(text.trim_ascii()).into_owned()).collect();
        let best = |rank: &dyn Fn(&str) -> Option<usize>| {
            let ranks = names.iter().enumerate().filter_map(|(at, name)| Some((rank(name)?, at)));
            ranks.min().map(|(_, at)| at)
        };
        let among = |known: &'static [&str]| move |name: &str| known.iter().position(|one| alike(one, name));
        let field = |field: Field| move |name: &str| field.fits(name).map(|(rank, _)| rank);
        let missing = |what: &str| {
            let names = names.iter().map(|name| quoted(name.as_bytes())).collect::<Vec<_>>().join(", ");
            Wrong::new(format!("the header has no column for the {what}, but {names}"), NEEDED)
        };
        Ok(Self {
            delimiter,
            key: best(&field(Field::Key)).ok_or_else(|| missing("key"))?,
            count: best(&among(COUNT)).ok_or_else(|| missing("count"))?,
            last_access: best(&among(LAST_ACCESS)),
            size: best(&field(Field::Size)),
            fetch_ms: best(&among(FETCH_MS)),
        })
    }
}

/// Rows one by one.
struct Rows {
    lines: Lines,
    record: u64,
    texts: Texts,
}

impl Rows {
    /// Reads the next row; false at the end.
    fn next(&mut self, delimiter: u8) -> Result<bool, Fault> {
        let failed = |failed: Failed| failed.wrong;
        if self.lines.next().map_err(failed).map_err(|wrong| self.fault(wrong))? == Line::End {
            return Ok(false);
        }
        self.record += u64::from(!self.lines.text().is_empty());
        loop {
            match self.texts.split(self.lines.text(), delimiter) {
                End::Whole => return Ok(true),
                End::Stray(_) => {
                    let wrong =
                        Wrong::new("text stands behind a closing quote", "double a quote that is text");
                    return Err(self.fault(wrong));
                }
                End::Open => {
                    let more = self.lines.append().map_err(failed).map_err(|wrong| self.fault(wrong))?;
                    if more == Line::End {
                        let wrong = Wrong::new("a quote is opened and never closed", "close it");
                        return Err(self.fault(wrong));
                    }
                }
            }
        }
    }

    fn fault(&self, wrong: Wrong) -> Fault {
        let (line, _) = self.lines.begun();
        Fault { spot: Spot { record: self.record, line: Some(line), byte: None }, wrong, last: true }
    }

    fn counted(&self, places: &Places, clock: &mut Clock) -> Result<Counted, Wrong> {
        let cells: Vec<&[u8]> = self.texts.iter().collect();
        let cell = |at: usize, what: &str| {
            cells.get(at).copied().ok_or_else(|| {
                let message = format!("there are {} fields, and none for the {what}", cells.len());
                Wrong::new(message, "give the row as many fields as the header has")
            })
        };
        // What is not known may be left empty.
        let known = |at: Option<usize>| {
            let text = at.and_then(|at| cells.get(at)).map(|text| text.trim_ascii());
            text.filter(|text| !absent(text))
        };
        let key = String::from_utf8(cell(places.key, "key")?.to_vec()).map_err(|error| {
            Wrong::new(
                format!("the key {} is not UTF-8 text", quoted(error.as_bytes())),
                "a plan names keys as text: encode it",
            )
        })?;
        if key.is_empty() {
            return Err(Wrong::new("there is no key", "every row needs one"));
        }
        let count = cell(places.count, "count")?.trim_ascii();
        let count = number(count).ok_or_else(|| {
            Wrong::new(
                format!("`count`: {} is no number of 0 or more", quoted(count)),
                "write how often the key was asked for",
            )
        })?;
        let size = |text: &[u8]| {
            whole(text).ok_or_else(|| {
                let message = format!("`size`: {} is no size in bytes", quoted(text));
                Wrong::new(message, "write a whole number, or leave it empty where it is not known")
            })
        };
        let fetch = |text: &[u8]| {
            number(text).filter(|cost| *cost > 0.0).ok_or_else(|| {
                let message = format!("`fetch_ms`: {} is no time above 0 ms", quoted(text));
                Wrong::new(message, "write milliseconds, or leave it empty where it is not known")
            })
        };
        Ok(Counted {
            key,
            count,
            last_access: known(places.last_access).map(|text| clock.read(text)).transpose()?,
            size: known(places.size).map(size).transpose()?,
            fetch_ms: known(places.fetch_ms).map(fetch).transpose()?,
        })
    }
}

/// A number of 0 or more, below 9e15: every whole number up to that is exact.
fn number(text: &[u8]) -> Option<f64> {
    // Decides what a number is; words such as `inf` are none.
    scaled(text, 0)?;
    let number: f64 = fast_float2::parse(text).ok()?;
    (0.0..=9e15).contains(&number).then_some(number + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Result<Snapshot, String> {
        Snapshot::read(Box::new(text.as_bytes())).map_err(|fault| fault.to_string())
    }

    fn counted(key: &str, count: f64) -> Counted {
        Counted { key: key.to_owned(), count, last_access: None, size: None, fetch_ms: None }
    }

    #[test]
    fn columns_go_by_many_names_in_any_order() {
        let first = Counted {
            last_access: Some(1_700_000_000_000_000),
            size: Some(512),
            fetch_ms: Some(2.5),
            ..counted("a,b", 7.0)
        };
        let second = counted("c", 0.5);
        for text in [
            "key,count,last_access,size,fetch_ms\n\"a,b\",7,1700000000,512,2.5\nc,0.5,,,\n",
            "\u{feff}Last Seen;Hits;latency_ms;Bytes;Object-ID;x\r\n1700000000;7;2.5;512;a,b;1\r\n\r\n-;0.5;;;c;2\n",
        ] {
            assert_eq!(read(text).expect("reads").keys, [first.clone(), second.clone()], "{text}");
        }
        assert_eq!(read("access_count\tkey\n3\tk\n").expect("reads").keys, [counted("k", 3.0)]);
        assert_eq!(read("key,count\n").expect("reads").keys, []);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (text, message) in [
            ("", "record 0, line 1: there is nothing in it"),
            (
                "key,size\na,1\n",
                "record 1, line 1: the header has no column for the count, but `key`, `size`",
            ),
            ("count\n1\n", "record 1, line 1: the header has no column for the key, but `count`"),
            ("key,count\na,1\nb,-2\n", "record 2, line 3: `count`: `-2` is no number of 0 or more"),
            ("key,count\na,NaN\n", "record 1, line 2: `count`: `NaN` is no number of 0 or more"),
            ("key,count\na,inf\n", "record 1, line 2: `count`: `inf` is no number of 0 or more"),
            ("key,count\na,\n", "record 1, line 2: `count`: `` is no number of 0 or more"),
            ("key,count\na\n", "record 1, line 2: there are 1 fields, and none for the count"),
            ("key,count\na,1\nb,1\n\na,2\n", "record 3, line 5: the key `a` stands in line 2 already"),
            ("key,count,size\na,1,-5\n", "record 1, line 2: `size`: `-5` is no size in bytes"),
            ("key,count,fetch_ms\na,1,0\n", "record 1, line 2: `fetch_ms`: `0` is no time above 0 ms"),
            ("key,count,last_access\na,1,soon\n", "record 1, line 2: `soon` is no time"),
            ("key,count\n,1\n", "record 1, line 2: there is no key"),
            ("key,count\n\"a,1\nb,2\n", "record 1, line 2: a quote is opened and never closed"),
            ("key,count\n\"a\"b,1\n", "record 1, line 2: text stands behind a closing quote"),
        ] {
            assert_eq!(read(text), Err(message.to_owned()), "{text:?}");
        }
    }

    #[test]
    fn a_trace_is_no_snapshot() {
        let sniff = |text: &str| Snapshot::sniff(&Head { bytes: text.as_bytes(), whole: true, name: "" });
        assert!(sniff("key,count\na,1\n") && sniff("url;hits;size\n"));
        assert!(!sniff("timestamp,key,size\n1,a,5\n") && !sniff("a\nb\n") && !sniff(""));
    }
}
