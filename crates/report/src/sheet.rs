//! A table of anything: columns with names for programs and titles for people, drawn in every format.

use comfy_table::{CellAlignment, ContentArrangement, Table as Drawn, presets};
use evaluation::Provenance;
use frames::{CsvSink, Kind, Sink, Table, Values};
use serde_json::{Map, Value, json};

use crate::render::{JSON_SCHEMA, Style, paragraph};

/// A table, and what there is to say about it.
#[derive(Debug, Clone, Default)]
pub struct Sheet {
    /// What it shows.
    pub title: String,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Columns for people alone, in place of the others where there are any: title and cells, texts but for the second.
    pub people: Vec<(&'static str, Vec<String>)>,
    /// Further tables: drawn behind it for people, beside it in JSON under these names; CSV and Parquet leave them out.
    pub parts: Vec<(&'static str, Sheet)>,
    /// Pairs of columns of numbers that are one list of two in JSON, null where both are absent: its name, and those of the two.
    pub pairs: Vec<(&'static str, [&'static str; 2])>,
    /// What to say under it, one paragraph each.
    pub notes: Vec<String>,
}

/// A column of a sheet.
#[derive(Debug, Clone)]
pub struct Column {
    /// Name in CSV, Parquet and JSON.
    pub name: &'static str,
    /// Title for people; empty leaves it out of what people read.
    pub title: &'static str,
    /// Digits behind the point that people read, of numbers.
    pub decimals: usize,
    /// Its values.
    pub values: Values,
}

impl Sheet {
    /// Adds a column.
    #[must_use]
    pub fn with(mut self, name: &'static str, title: &'static str, decimals: usize, values: Values) -> Self {
        self.columns.push(Column { name, title, decimals, values });
        self
    }

    /// Shows people other columns than programs get.
    #[must_use]
    pub fn people(mut self, columns: Vec<(&'static str, Vec<String>)>) -> Self {
        self.people = columns;
        self
    }

    /// Its values as a table for CSV and Parquet.
    pub fn table(&self) -> Table {
        self.columns.iter().fold(Table::new(), |table, column| table.with(column.name, column.values.clone()))
    }

    /// As text in a format of `--format`.
    pub fn render(&self, format: &str, list: &str, provenance: &Provenance, style: Style) -> String {
        match format {
            "csv" => self.csv(),
            "json" => self.json(list, provenance),
            "markdown" => self.markdown(),
            _ => self.terminal(style),
        }
    }

    fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }

    fn csv(&self) -> String {
        let mut out = vec![];
        let mut sink = Box::new(CsvSink::new(&mut out));
        let written = sink.write(&self.table()).and_then(|()| sink.finish());
        written.unwrap_or_else(|error| unreachable!("memory does not fail to write: {error}"));
        String::from_utf8(out).unwrap_or_else(|error| unreachable!("only text was written: {error}"))
    }

    /// Its rows as JSON.
    fn records(&self) -> Value {
        let rows = (0..self.rows()).map(|row| {
            let cells = self.columns.iter().filter_map(|column| {
                let pair = self.pairs.iter().find(|(_, parts)| parts.contains(&column.name));
                match pair {
                    Some((name, parts)) if parts[0] == column.name => {
                        Some(((*name).to_owned(), self.list(*parts, row)))
                    }
                    Some(_) => None,
                    None => Some((column.name.to_owned(), column.json(row))),
                }
            });
            Value::Object(cells.collect::<Map<_, _>>())
        });
        Value::Array(rows.collect())
    }

    /// Two columns as one list.
    fn list(&self, parts: [&str; 2], row: usize) -> Value {
        let of = |name: &str| self.columns.iter().find(|column| column.name == name);
        let values = parts.map(|name| of(name).map_or(Value::Null, |column| column.json(row)));
        if values.iter().all(Value::is_null) { Value::Null } else { json!(values) }
    }

    fn json(&self, list: &str, provenance: &Provenance) -> String {
        let mut root = Map::new();
        root.insert("schema".to_owned(), json!(JSON_SCHEMA));
        root.insert("provenance".to_owned(), json!(provenance));
        root.insert(list.to_owned(), self.records());
        root.extend(self.parts.iter().map(|(name, part)| ((*name).to_owned(), part.records())));
        root.insert("notes".to_owned(), json!(self.notes));
        let text = serde_json::to_string_pretty(&Value::Object(root));
        text.unwrap_or_else(|error| unreachable!("{error}")) + "\n"
    }

    fn markdown(&self) -> String {
        format!("## {}", self.markdown_body())
    }

    /// Title, tables and notes, for a heading above them.
    pub(crate) fn markdown_body(&self) -> String {
        let mut out = format!("{}\n", escaped(&self.title));
        let tables = std::iter::once(self).chain(self.parts.iter().map(|(_, part)| part));
        tables.for_each(|table| table.markdown_table(&mut out));
        for note in &self.notes {
            out.push_str(&format!("\n{}\n", escaped(note)));
        }
        out
    }

    fn markdown_table(&self, out: &mut String) {
        let shown = self.shown();
        if shown.is_empty() {
            return;
        }
        out.push('\n');
        let titles: Vec<_> = shown.iter().map(|column| column.title).collect();
        out.push_str(&format!("| {} |\n", titles.join(" | ")));
        let rule: Vec<_> = shown.iter().map(|column| if column.right { "--:" } else { "---" }).collect();
        out.push_str(&format!("|{}|\n", rule.join("|")));
        for row in 0..self.rows() {
            let cells: Vec<_> = shown.iter().map(|column| escaped(&column.cells[row])).collect();
            out.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
    }

    fn terminal(&self, style: Style) -> String {
        let width = style.width.unwrap_or(80);
        let mut out = String::new();
        paragraph("", "", &self.title, width, &mut out);
        let tables = std::iter::once(self).chain(self.parts.iter().map(|(_, part)| part));
        tables.for_each(|table| table.terminal_table(&mut out));
        for note in &self.notes {
            out.push('\n');
            paragraph("", "", note, width, &mut out);
        }
        out
    }

    fn terminal_table(&self, out: &mut String) {
        let shown = self.shown();
        if shown.is_empty() {
            return;
        }
        out.push('\n');
        let mut drawn = Drawn::new();
        drawn.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        drawn.set_header(shown.iter().map(|column| column.title.replace(", ", "\n")));
        for row in 0..self.rows() {
            drawn.add_row(shown.iter().map(|column| &column.cells[row]));
        }
        for (nth, column) in shown.iter().enumerate() {
            if let Some(drawn) = drawn.column_mut(nth).filter(|_| column.right) {
                drawn.set_cell_alignment(CellAlignment::Right);
            }
        }
        for line in drawn.lines() {
            out.push_str(line.trim_end());
            out.push('\n');
        }
    }

    /// What people see.
    fn shown(&self) -> Vec<Shown> {
        if !self.people.is_empty() {
            let columns = self.people.iter().enumerate();
            let shown =
                columns.map(|(nth, (title, cells))| Shown { title, right: nth == 1, cells: cells.clone() });
            return shown.collect();
        }
        let columns = self.columns.iter().filter(|column| !column.title.is_empty());
        let shown = columns.map(|column| Shown {
            title: column.title,
            right: column.values.kind() != Kind::Text,
            cells: (0..self.rows()).map(|row| column.cell(row)).collect(),
        });
        shown.collect()
    }
}

/// A column as people see it.
struct Shown {
    title: &'static str,
    /// Whether it is set to the right.
    right: bool,
    cells: Vec<String>,
}

impl Column {
    fn json(&self, row: usize) -> Value {
        match &self.values {
            Values::Text(values) => json!(values[row]),
            Values::Number(values) => json!(values[row]),
            Values::Count(values) => json!(values[row]),
            Values::CountOrNone(values) => json!(values[row]),
            Values::Label { names, codes } => json!(names[codes[row] as usize]),
            Values::Truth(values) => json!(values[row]),
        }
    }

    fn cell(&self, row: usize) -> String {
        let values = &self.values;
        let shown = match values.kind() {
            Kind::Text => values.text(row).map(str::to_owned),
            Kind::Count => values.count(row).map(grouped),
            Kind::Number => values.number(row).map(|value| format!("{value:.*}", self.decimals)),
        };
        shown.unwrap_or_else(|| "–".to_owned())
    }
}

/// So many of something, such as `1 request` or `2,000 requests`.
pub fn counted(count: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(count), if count == 1 { "" } else { "s" })
}

/// A count with a comma at every thousand.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (nth, digit) in digits.chars().enumerate() {
        if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_thousands() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn a_sheet_reads_the_same_in_every_format() {
        let sheet =
            Sheet { title: "two rows".to_owned(), notes: vec!["a note".to_owned()], ..Sheet::default() }
                .with("policy", "policy", 0, Values::Text(vec!["a|b".into(), "c".into()]))
                .with("misses", "misses", 0, Values::Count(vec![1234, 5]))
                .with("ratio", "hit ratio", 3, Values::Number(vec![Some(0.5), None]));
        let provenance = Provenance {
            version: "0",
            seed: 1,
            scenario_digest: None,
            trace_digest: None,
            command: String::new(),
        };
        let draw = |format| sheet.render(format, "rows", &provenance, Style::default());
        assert_eq!(draw("csv"), "policy,misses,ratio\na|b,1234,0.5\nc,5,\n");
        assert_eq!(
            draw("markdown"),
            "## two rows\n\n| policy | misses | hit ratio |\n|---|--:|--:|\n| a\\|b | 1,234 | 0.500 |\n| c | 5 | – |\n\na note\n"
        );
        assert_eq!(
            draw("table"),
            "two rows\n\n policy  misses  hit ratio\n a|b      1,234      0.500\n c            5          –\n\na note\n"
        );
        let json: Value = serde_json::from_str(&draw("json")).expect("is JSON");
        assert_eq!(json["rows"][1], json!({"policy": "c", "misses": 5, "ratio": null}));
    }

    #[test]
    fn a_part_is_drawn_behind_the_table_and_stands_beside_it_in_json() {
        let part = Sheet::default().with("hour", "hour", 0, Values::Count(vec![7]));
        let mut sheet =
            Sheet { title: "a day".to_owned(), notes: vec!["a note".to_owned()], ..Sheet::default() }.with(
                "key",
                "",
                0,
                Values::Text(vec!["a".into(), "b".into()]),
            );
        sheet.parts.push(("hours", part));
        let provenance = Provenance {
            version: "0",
            seed: 1,
            scenario_digest: None,
            trace_digest: None,
            command: String::new(),
        };
        let draw = |format| sheet.render(format, "rows", &provenance, Style::default());
        assert_eq!(draw("csv"), "key\na\nb\n");
        assert_eq!(draw("table"), "a day\n\n hour\n    7\n\na note\n", "no column for people in the first");
        assert_eq!(draw("markdown"), "## a day\n\n| hour |\n|--:|\n| 7 |\n\na note\n");
        let json: Value = serde_json::from_str(&draw("json")).expect("is JSON");
        assert_eq!((&json["rows"][1], &json["hours"][0]), (&json!({"key": "b"}), &json!({"hour": 7})));
    }
}
