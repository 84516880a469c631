//! Lists of keys in files: CSV with a header, one key a row.
//!
//! ```text
//! # what our predictor said on Monday
//! ts,key,score
//! 0,user:17,0.93
//! 60.5,user:4,0.9
//! ```
//!
//! A file without a header has keys in its only column. Key names are those of the trace that is played; a synthetic
//! workload calls its keys by their rank at the beginning, from 1 on.

use std::sync::Arc;

use crate::problem::{Place, Problem, Problems};

/// Keys in the order of the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeyList {
    /// Name of the file in messages.
    pub source: String,
    /// One a row.
    pub rows: Vec<KeyRow>,
}

/// A key, and what its row says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyRow {
    /// Its name.
    pub key: Box<str>,
    /// Seconds from the beginning at which that is known.
    pub ts: Option<f64>,
    /// How good it is, in the file's own unit; the higher the better.
    pub score: Option<f64>,
    /// How often it was asked for.
    pub count: Option<f64>,
    /// Seconds at which it was asked for last.
    pub last_access: Option<f64>,
    /// Bytes.
    pub size: Option<f64>,
}

/// Columns by the names that they may have; the first is ours.
const COLUMNS: [&[&str]; 6] = [
    &["key", "id", "name", "object", "url"],
    &["ts", "ts_s", "time", "time_s", "timestamp", "timestamp_s"],
    &["score", "probability", "weight", "rank_score"],
    &["count", "requests", "hits", "freq", "frequency"],
    &["last_access", "last_access_s", "last", "last_seen"],
    &["size", "bytes", "size_bytes"],
];

impl KeyList {
    /// Reads a list; `source` is the name of the file in messages.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place, up to the tenth.
    pub fn parse(source: &str, text: &str) -> Result<Self, Problems> {
        const TOLD: usize = 10;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let reader = Reading { source: source.into(), text: text.into() };
        let mut lines = lines(text).peekable();
        let Some(first) = lines.peek().copied() else {
            return Err(reader.problem(0..0, format!("{source} has no keys"), "write one a line").into());
        };
        let columns = match reader.columns(first)? {
            Some(columns) => {
                lines.next();
                columns
            }
            None => [Some(0), None, None, None, None, None],
        };
        let (mut rows, mut problems) = (vec![], vec![]);
        for line in lines {
            match reader.row(line, &columns) {
                Ok(row) => rows.push(row),
                Err(problem) => problems.push(problem),
            }
            if problems.len() == TOLD {
                break;
            }
        }
        match (problems.is_empty(), rows.is_empty()) {
            (false, _) => Err(Problems(problems)),
            (true, true) => {
                Err(reader.problem(0..0, format!("{source} has no keys"), "write one a line").into())
            }
            (true, false) => Ok(Self { source: source.to_owned(), rows }),
        }
    }
}

/// Lines that say something, each with where it begins.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    let each = text.split_inclusive('\n').map(move |line| {
        let begin = at;
        at += line.len();
        (begin, line.trim_end_matches(['\n', '\r']))
    });
    each.filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
}

/// A file that is being read.
struct Reading {
    source: Arc<str>,
    text: Arc<str>,
}

/// A cell without its quotes, and where it stands.
type Cell = (std::ops::Range<usize>, String);

impl Reading {
    /// Where each of [`COLUMNS`] stands, if the line is a header.
    fn columns(&self, line: (usize, &str)) -> Result<Option<[Option<usize>; 6]>, Problem> {
        let cells = self.cells(line)?;
        let known = |name: &str| {
            COLUMNS.iter().position(|names| names.iter().any(|one| one.eq_ignore_ascii_case(name)))
        };
        let mut columns = [None; 6];
        for (nth, (span, cell)) in cells.iter().enumerate() {
            let Some(column) = known(cell.trim()) else { continue };
            if columns[column].replace(nth).is_some() {
                let message = format!("two columns hold the {}", COLUMNS[column][0]);
                return Err(self.problem(span.clone(), message, "remove or rename one of them"));
            }
        }
        match (columns[0], cells.len()) {
            (Some(_), _) => Ok(Some(columns)),
            (None, 1) => Ok(None),
            (None, _) => {
                let (span, cell) = &cells[0];
                let message = format!("no column is called key; the first is `{cell}`");
                Err(self.problem(
                    span.clone(),
                    message,
                    "write a header such as key,count or ts,key,score; other columns are passed over",
                ))
            }
        }
    }

    fn row(&self, line: (usize, &str), columns: &[Option<usize>; 6]) -> Result<KeyRow, Problem> {
        let cells = self.cells(line)?;
        let key = columns[0].and_then(|at| cells.get(at)).filter(|(_, cell)| !cell.is_empty());
        let whole = line.0..line.0 + line.1.len();
        let Some((_, key)) = key else {
            return Err(self.problem(
                whole,
                "this row names no key".to_owned(),
                "write it, or remove the row",
            ));
        };
        let number = |column: usize| {
            let cell = columns[column].and_then(|at| cells.get(at));
            let Some((span, cell)) = cell.filter(|(_, cell)| !cell.trim().is_empty()) else {
                return Ok(None);
            };
            let number = cell.trim().parse::<f64>().ok().filter(|number| number.is_finite());
            let signed = COLUMNS[column][0] == "score";
            match number.filter(|number| signed || *number >= 0.0) {
                Some(number) => Ok(Some(number)),
                None => {
                    let range = if signed { "a number" } else { "a number of 0 or more" };
                    let message = format!("{} `{cell}` is not {range}", COLUMNS[column][0]);
                    Err(self.problem(span.clone(), message, "write a bare number, or leave the cell empty"))
                }
            }
        };
        Ok(KeyRow {
            key: key.as_str().into(),
            ts: number(1)?,
            score: number(2)?,
            count: number(3)?,
            last_access: number(4)?,
            size: number(5)?,
        })
    }

    /// The cells of a line; quotes may hold commas, and `""` is a quote in them.
    fn cells(&self, (begin, line): (usize, &str)) -> Result<Vec<Cell>, Problem> {
        let mut cells = vec![];
        let mut rest = line;
        loop {
            let start = begin + line.len() - rest.len();
            let (cell, after) = match rest.strip_prefix('"') {
                None => {
                    let end = rest.find(',').unwrap_or(rest.len());
                    (rest[..end].to_owned(), &rest[end..])
                }
                Some(quoted) => quoted_cell(quoted).ok_or_else(|| {
                    let span = start..begin + line.len();
                    let help = "end it with \" ahead of the comma, and write \"\" for a quote in it";
                    self.problem(span, "this quote does not end with the cell".to_owned(), help)
                })?,
            };
            cells.push((start..begin + line.len() - after.len(), cell));
            match after.strip_prefix(',') {
                Some(next) => rest = next,
                None => return Ok(cells),
            }
        }
    }

    fn problem(&self, span: std::ops::Range<usize>, message: String, help: &str) -> Problem {
        let place = Place { source: self.source.clone(), text: self.text.clone(), span };
        Problem { place: Some(place), message, help: Some(help.to_owned()) }
    }
}

/// A cell behind its opening quote, and what follows its closing one.
fn quoted_cell(quoted: &str) -> Option<(String, &str)> {
    let (mut cell, mut rest) = (String::new(), quoted);
    loop {
        let end = rest.find('"')?;
        cell.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                cell.push('"');
                rest = more;
            }
            None => return (rest.is_empty() || rest.starts_with(',')).then_some((cell, rest)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> String {
        KeyList::parse("keys.csv", text).expect_err("refused").to_string()
    }

    #[test]
    fn columns_are_known_by_several_names_in_any_order_and_others_passed_over() {
        let text = "\u{feff}# counted on Monday\nFrequency,owner,Id,bytes\r\n12,me,user:1,300\r\n\n7,you,\"a,\"\"b\"\"\",\r\n";
        let list = KeyList::parse("keys.csv", text).expect("reads");
        let [first, second] = list.rows.as_slice() else { panic!("{list:?}") };
        assert_eq!(
            (&*first.key, first.count, first.size, first.ts),
            ("user:1", Some(12.0), Some(300.0), None)
        );
        assert_eq!((&*second.key, second.count, second.size), ("a,\"b\"", Some(7.0), None));
    }

    #[test]
    fn a_list_without_a_header_holds_keys() {
        let list = KeyList::parse("keys.txt", "user:1\nuser:2\n").expect("reads");
        assert_eq!(list.rows.iter().map(|row| &*row.key).collect::<Vec<_>>(), ["user:1", "user:2"]);
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_a_remedy() {
        assert!(told("").contains("keys.csv has no keys"));
        assert!(told("key,count\n").contains("keys.csv has no keys"));
        let list = told("ts,key\n# a remark\n1,a\nx,b\n2,\n-1,c\n");
        let lines: Vec<&str> = list.lines().collect();
        assert_eq!(
            lines[0],
            "keys.csv:4:1: ts `x` is not a number of 0 or more; write a bare number, or leave the cell empty"
        );
        assert_eq!(lines[1], "keys.csv:5:1: this row names no key; write it, or remove the row");
        assert!(lines[2].starts_with("keys.csv:6:1: ts `-1`"), "{list}");
        assert!(told("what,count\na,1\n").starts_with("keys.csv:1:1: no column is called key"));
        assert!(told("key,id\na,b\n").starts_with("keys.csv:1:5: two columns hold the key"));
        assert!(told("key\n\"a\n").starts_with("keys.csv:2:1: this quote does not end"));
    }
}
