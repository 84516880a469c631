//! Counters and gauges over time, from a table or from dumps.

use std::collections::BTreeMap;
use std::io::BufRead;

use trace::format::{Instants, names_keys};
use trace::{Micros, Wrong};

use super::info;
use super::role::{Role, base};
use crate::evidence::counted;

/// Columns of a table at most: what has more is no table of counters.
const MOST_COLUMNS: usize = 4096;
const NEEDED: &str = "a table of counters has a column of times and one named hits, misses or requests, or as redis_exporter names them";

/// Series of one source, by what they tell.
#[derive(Debug, Clone, Default)]
pub struct Series {
    /// When each row was taken.
    pub(crate) times: Vec<Micros>,
    /// What each row says; absent where it says nothing.
    pub(crate) columns: Vec<Column>,
    /// What was repaired.
    pub(crate) repairs: Vec<String>,
    /// What was found out, one sentence each.
    pub(crate) found: Vec<String>,
}

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) role: Role,
    pub(crate) values: Vec<Option<f64>>,
}

impl Series {
    /// Whether a beginning is that of such a table: a header with a time, a known counter and no key; or dumps of Redis.
    pub fn sniff(head: &[u8]) -> bool {
        let text = String::from_utf8_lossy(head);
        let Some(line) = text.lines().find(|line| !line.trim().is_empty()) else { return false };
        if info::is_dump(&text) {
            return true;
        }
        let names: Vec<&str> = split(line).map(|name| name.trim_matches('"')).collect();
        let told = names.iter().any(|name| Role::of(name).is_some_and(Role::counts));
        let long = names
            .iter()
            .any(|name| ["metric", "series", "name", "__name__"].contains(&name.to_lowercase().as_str()));
        names.len() > 1
            && !names.iter().any(|name| names_keys(name))
            && names.iter().any(|name| Instants::named(name))
            && (told || long && names.len() <= 8)
    }

    /// Reads a table with a header, wide or long (time, metric, value), or dumps of Redis' INFO one behind the other.
    ///
    /// # Errors
    /// Where there is no time, no counter that is known, or a value that is no number.
    ///
    /// `names` are columns that have other names, such as `hits` → `found` or `time` → `when:ms`.
    pub fn read(mut input: impl BufRead, renamed: &BTreeMap<String, String>) -> Result<Self, Wrong> {
        let mut head = String::new();
        let failed =
            |error: std::io::Error| Wrong::new(format!("it cannot be read: {error}"), "look at the file");
        while head.trim().is_empty() {
            head.clear();
            if input.read_line(&mut head).map_err(failed)? == 0 {
                return Err(Wrong::new("there is nothing in it", NEEDED));
            }
        }
        let head = head.trim_start_matches('\u{feff}').to_owned();
        let count = split(&head).count();
        if count > MOST_COLUMNS {
            let message = format!("it has {count} columns, more than {MOST_COLUMNS}");
            return Err(Wrong::new(message, "leave out those that tell nothing of a cache"));
        }
        if count < 2 || info::is_dump(&head) {
            return info::read(&head, input);
        }
        let delimiter = delimiter(&head);
        let input = std::io::Read::chain(std::io::Cursor::new(head.into_bytes()), input);
        let mut rows = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(input);
        let names: Vec<String> = match rows.headers() {
            Ok(names) => names.iter().map(|name| name.trim().to_owned()).collect(),
            Err(error) => return Err(broken(&error)),
        };
        let names = rename(names, renamed)?;
        let time = names.iter().position(|name| Instants::named(name));
        let Some(time) = time else {
            return Err(Wrong::new("no column is known to be the time", NEEDED));
        };
        let metric = names.iter().position(|name| {
            ["metric", "series", "name", "__name__"].contains(&name.to_lowercase().as_str())
        });
        let value = names.iter().position(|name| name.eq_ignore_ascii_case("value"));
        let mut table = Table { instants: Instants::of(&names[time]), width: names.len(), time, short: 0 };
        let mut series = match (metric, value) {
            (Some(metric), Some(value)) => table.long(&mut rows, metric, value)?,
            _ => table.wide(&mut rows, &names)?,
        };
        series.found.extend(table.instants.found());
        if table.short > 0 {
            let short = counted(table.short, "row");
            series.repairs.push(format!("{short} without a time, or with too few cells, left out"));
        }
        series.refuse_unknown(&names)?;
        Ok(series.sorted())
    }

    pub(super) fn refuse_unknown(&self, names: &[String]) -> Result<(), Wrong> {
        let told = self.columns.iter().any(|column| column.role.counts());
        if told && !self.times.is_empty() {
            return Ok(());
        }
        if self.times.is_empty() {
            return Err(Wrong::new("no row has a time", NEEDED));
        }
        let shown: Vec<&str> = names.iter().take(12).map(String::as_str).collect();
        Err(Wrong::new(
            format!("no column is a counter that is known; there are {}", shown.join(", ")),
            NEEDED,
        ))
    }

    /// In order of time, each instant once.
    pub(super) fn sorted(mut self) -> Self {
        let mut order: Vec<usize> = (0..self.times.len()).collect();
        order.sort_by_key(|row| self.times[*row]);
        let moved = order.iter().enumerate().filter(|(nth, row)| nth != *row).count();
        let count = order.len();
        order.dedup_by_key(|row| self.times[*row]);
        if moved > 0 {
            self.repairs.push("rows out of order, sorted by time".to_owned());
        }
        if order.len() < count {
            self.repairs.push(format!(
                "{} at a time that an earlier one has, left out",
                counted(count - order.len(), "row")
            ));
        }
        self.times = order.iter().map(|row| self.times[*row]).collect();
        for column in &mut self.columns {
            column.values = order.iter().map(|row| column.values[*row]).collect();
        }
        self
    }
}

/// A table while it is read.
struct Table {
    instants: Instants,
    width: usize,
    time: usize,
    /// Rows that were passed over.
    short: usize,
}

impl Table {
    fn wide(
        &mut self,
        rows: &mut csv::Reader<impl std::io::Read>,
        names: &[String],
    ) -> Result<Series, Wrong> {
        let mut series = Series::default();
        let known: Vec<(usize, Role)> =
            names.iter().enumerate().filter_map(|(nth, name)| Some((nth, Role::of(name)?))).collect();
        series.columns = known
            .iter()
            .map(|(nth, role)| Column { name: names[*nth].clone(), role: *role, values: vec![] })
            .collect();
        for row in rows.records() {
            let row = row.map_err(|error| broken(&error))?;
            let Some(time) = self.time_of(&row)? else { continue };
            series.times.push(time);
            for ((nth, _), column) in known.iter().zip(&mut series.columns) {
                column.values.push(number(row.get(*nth).unwrap_or(""), &column.name, &row)?);
            }
        }
        Ok(series)
    }

    fn long(
        &mut self,
        rows: &mut csv::Reader<impl std::io::Read>,
        metric: usize,
        value: usize,
    ) -> Result<Series, Wrong> {
        let mut cells: BTreeMap<String, BTreeMap<Micros, Option<f64>>> = BTreeMap::new();
        let mut times = std::collections::BTreeSet::new();
        for row in rows.records() {
            let row = row.map_err(|error| broken(&error))?;
            let Some(time) = self.time_of(&row)? else { continue };
            let name = row.get(metric).unwrap_or("").trim();
            if Role::of(name).is_some() {
                let value = number(row.get(value).unwrap_or(""), name, &row)?;
                cells.entry(name.to_owned()).or_default().insert(time, value);
                times.insert(time);
            }
        }
        let mut series = Series { times: times.iter().copied().collect(), ..Series::default() };
        for (name, values) in cells {
            let Some(role) = Role::of(&name) else { continue };
            let values = times.iter().map(|time| values.get(time).copied().flatten()).collect();
            series.columns.push(Column { name, role, values });
        }
        Ok(series)
    }

    /// When a row was taken; none where it has no time.
    fn time_of(&mut self, row: &csv::StringRecord) -> Result<Option<Micros>, Wrong> {
        let text = row.get(self.time).unwrap_or("").trim();
        if text.is_empty() || row.len() < self.width.min(2) {
            self.short += 1;
            return Ok(None);
        }
        self.instants.read(text.as_bytes()).map(Some).map_err(|wrong| at(row, wrong))
    }
}

/// Gives columns the names that the user says they have; a unit behind a colon goes to the end of a name.
fn rename(mut names: Vec<String>, renamed: &BTreeMap<String, String>) -> Result<Vec<String>, Wrong> {
    for (field, column) in renamed {
        let (column, unit) = match column.rsplit_once(':').filter(|_| !names.contains(column)) {
            Some((column, unit)) => (column, format!("_{unit}")),
            None => (column.as_str(), String::new()),
        };
        let Some(name) = names.iter_mut().find(|name| *name == column) else {
            return Err(Wrong::new(
                format!("--map {field}={column} names no column"),
                format!(
                    "there are {}",
                    names.iter().take(12).map(String::as_str).collect::<Vec<_>>().join(", ")
                ),
            ));
        };
        *name = format!("{field}{unit}");
    }
    Ok(names)
}

fn number(text: &str, name: &str, row: &csv::StringRecord) -> Result<Option<f64>, Wrong> {
    let text = text.trim();
    if ["", "-", "null", "nan", "none", "n/a", "undefined"].contains(&text.to_lowercase().as_str()) {
        return Ok(None);
    }
    match text.parse::<f64>() {
        Ok(value) => Ok(Some(value).filter(|value| value.is_finite())),
        Err(_) => Err(at(
            row,
            Wrong::new(
                format!("`{text}` in column {} is no number", base(name)),
                "write a bare number, or leave the cell empty",
            ),
        )),
    }
}

fn at(row: &csv::StringRecord, wrong: Wrong) -> Wrong {
    match row.position() {
        Some(position) => Wrong::new(format!("line {}: {}", position.line(), wrong.message), wrong.help),
        None => wrong,
    }
}

fn broken(error: &csv::Error) -> Wrong {
    Wrong::new(format!("it is no table: {error}"), "write it as CSV in UTF-8, one row a line")
}

fn delimiter(line: &str) -> u8 {
    let count = |delimiter: &u8| line.bytes().filter(|byte| byte == delimiter).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(count).unwrap_or(b',')
}

/// The cells of a header, whose quotes may hold commas.
fn split(line: &str) -> impl Iterator<Item = &str> {
    let delimiter = delimiter(line) as char;
    let mut open = false;
    line.trim_end_matches(['\r', '\n']).split(move |letter: char| {
        open ^= letter == '"';
        !open && letter == delimiter
    })
}
