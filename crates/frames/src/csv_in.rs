//! CSV in, where the columns are known.

use std::io::Read;

use crate::{Kind, Table, Values};

/// Why CSV cannot be read as a table.
#[derive(Debug, thiserror::Error)]
pub enum CsvError {
    /// It is no CSV.
    #[error("{0}")]
    Format(#[from] csv::Error),
    /// It has other columns.
    #[error("it has the columns {found}, and {expected} are expected")]
    Columns {
        /// Columns that it should have.
        expected: String,
        /// Columns that it has.
        found: String,
    },
    /// A value is of another kind.
    #[error("line {line}: `{value}` in column {column} is no {}", kind.name())]
    Value {
        /// Where.
        line: u64,
        /// In which column.
        column: String,
        /// What stands there.
        value: String,
        /// What should stand there.
        kind: Kind,
    },
}

/// Reads a table that was written as CSV: numbers come back to the same bits, and absent values are absent.
///
/// # Errors
/// Where it is no CSV, has other columns, or values of other kinds.
pub fn read_csv(reader: impl Read, columns: &[(String, Kind)]) -> Result<Table, CsvError> {
    let mut reader = csv::Reader::from_reader(reader);
    let found: Vec<&str> = reader.headers()?.iter().collect();
    let expected: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    if found != expected {
        return Err(CsvError::Columns { expected: expected.join(", "), found: found.join(", ") });
    }
    let mut values: Vec<Values> = columns.iter().map(|(_, kind)| none_of(*kind)).collect();
    let mut record = csv::StringRecord::new();
    while reader.read_record(&mut record)? {
        let line = record.position().map_or(0, csv::Position::line);
        for (((name, kind), values), field) in columns.iter().zip(&mut values).zip(&record) {
            push(values, field).ok_or_else(|| CsvError::Value {
                line,
                column: name.clone(),
                value: field.to_owned(),
                kind: *kind,
            })?;
        }
    }
    let named = columns.iter().zip(values);
    Ok(named.fold(Table::new(), |table, ((name, _), values)| table.with(name, values)))
}

fn none_of(kind: Kind) -> Values {
    match kind {
        Kind::Text => Values::Text(vec![]),
        Kind::Number => Values::Number(vec![]),
        Kind::Count => Values::CountOrNone(vec![]),
    }
}

/// Appends what a field says; none where it does not say that.
fn push(values: &mut Values, field: &str) -> Option<()> {
    match values {
        Values::Text(values) => values.push(field.to_owned()),
        Values::Number(values) if field.is_empty() => values.push(None),
        Values::Number(values) => values.push(Some(field.parse().ok()?)),
        Values::CountOrNone(values) if field.is_empty() => values.push(None),
        Values::CountOrNone(values) => values.push(Some(field.parse().ok()?)),
        Values::Count(_) | Values::Label { .. } | Values::Truth(_) => return None,
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CsvSink, Sink};

    fn columns() -> Vec<(String, Kind)> {
        let names = ["name", "value", "count"];
        names.into_iter().map(str::to_owned).zip([Kind::Text, Kind::Number, Kind::Count]).collect()
    }

    fn written(table: &Table) -> Vec<u8> {
        let mut out = vec![];
        let mut sink = Box::new(CsvSink::new(&mut out));
        sink.write(table).expect("writes");
        sink.finish().expect("finishes");
        out
    }

    #[test]
    fn what_is_written_reads_back_and_is_written_alike() {
        let values = [0.1, f64::MIN_POSITIVE, 1e300, -0.0, 1.0 / 3.0];
        let table = Table::new()
            .with(
                "name",
                Values::Label { names: vec!["a,\"b".into(), String::new()], codes: vec![0, 1, 0, 0, 1, 0] },
            )
            .with("value", Values::Number(values.into_iter().map(Some).chain([None]).collect()))
            .with("count", Values::CountOrNone(vec![Some(u64::MAX), None, Some(0), None, None, Some(7)]));
        let first = written(&table);
        let read = read_csv(&first[..], &columns()).expect("reads");
        assert_eq!(written(&read), first);
        assert_eq!(
            (read.get("value").and_then(|of| of.number(3)).map(f64::to_bits)),
            Some((-0.0_f64).to_bits())
        );
    }

    #[test]
    fn what_is_no_such_table_is_told_with_its_place() {
        let told = |text: &str| read_csv(text.as_bytes(), &columns()).expect_err("is refused").to_string();
        assert_eq!(
            told("name,value\na,1\n"),
            "it has the columns name, value, and name, value, count are expected"
        );
        assert_eq!(told("name,value,count\na,1,1\nb,x,1\n"), "line 3: `x` in column value is no number");
        assert_eq!(told("name,value,count\na,1,-1\n"), "line 2: `-1` in column count is no count");
        assert!(told("name,value,count\na,1\n").contains("line: 2"), "{}", told("name,value,count\na,1\n"));
    }
}
