//! Parquet in, some rows of some columns at a time.

use std::fs::File;

use polars::prelude::{AnyValue, ParquetReader, SerReader, TimeUnit};

/// Why Parquet cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ParquetError(String);

/// Kinds of columns that are not built in, by how their names begin.
const UNREADABLE: [&str; 9] =
    ["Decimal", "List", "LargeList", "FixedSizeList", "Struct", "Map", "Time32", "Time64", "Duration"];

/// A Parquet file.
pub struct ParquetSource {
    file: File,
    names: Vec<String>,
    /// What is stored in each column.
    kinds: Vec<String>,
    rows: usize,
}

impl ParquetSource {
    /// Reads the schema.
    ///
    /// # Errors
    /// Where the file is no Parquet, or has columns of a kind that is not built in.
    pub fn open(file: File) -> Result<Self, ParquetError> {
        let mut reader = ParquetReader::new(file.try_clone().map_err(wrong)?);
        let rows = reader.num_rows().map_err(wrong)?;
        let schema = reader.schema().map_err(wrong)?;
        let names = schema.iter_names().map(|name| name.to_string()).collect();
        let kinds = schema.iter_values().map(|field| format!("{:?}", field.dtype)).collect();
        Ok(Self { file, names, kinds, rows })
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Some rows of some columns as text, column by column; an absent value is empty, an instant is in seconds since 1970.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn texts(
        &self,
        columns: &[usize],
        from: usize,
        count: usize,
    ) -> Result<Vec<Vec<String>>, ParquetError> {
        for column in columns {
            let kind = &self.kinds[*column];
            if UNREADABLE.iter().any(|start| kind.starts_with(start)) {
                return Err(ParquetError(format!(
                    "column `{}` holds {kind}, which is not read",
                    self.names[*column]
                )));
            }
        }
        let names: Vec<String> = columns.iter().map(|column| self.names[*column].clone()).collect();
        let reader = ParquetReader::new(self.file.try_clone().map_err(wrong)?);
        let frame = reader
            .with_columns(Some(names.clone()))
            .with_slice(Some((from, count)))
            .finish()
            .map_err(wrong)?;
        let column = |name: &String| {
            let series = frame.column(name).map_err(wrong)?.as_materialized_series();
            Ok(series.iter().map(|value| text(&value)).collect())
        };
        names.iter().map(column).collect()
    }
}

fn text(value: &AnyValue<'_>) -> String {
    if let Some(text) = value.get_str() {
        return text.to_owned();
    }
    match value {
        AnyValue::Null => String::new(),
        AnyValue::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        AnyValue::Float32(number) => zmij::Buffer::new().format(*number).trim_end_matches(".0").to_owned(),
        AnyValue::Float64(number) => zmij::Buffer::new().format(*number).trim_end_matches(".0").to_owned(),
        AnyValue::Datetime(ticks, unit, _) | AnyValue::DatetimeOwned(ticks, unit, _) => {
            seconds(*ticks, *unit)
        }
        AnyValue::Date(days) => (i64::from(*days) * 86_400).to_string(),
        other => other.to_string(),
    }
}

/// An instant as seconds since 1970, with as many decimals as its unit has.
fn seconds(ticks: i64, unit: TimeUnit) -> String {
    let (second, decimals) = match unit {
        TimeUnit::Nanoseconds => (1_000_000_000, 9),
        TimeUnit::Microseconds => (1_000_000, 6),
        TimeUnit::Milliseconds => (1_000, 3),
    };
    let sign = if ticks < 0 { "-" } else { "" };
    let ticks = ticks.unsigned_abs();
    format!("{sign}{}.{:0decimals$}", ticks / second, ticks % second)
}

fn wrong(error: impl std::fmt::Display) -> ParquetError {
    ParquetError(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_seconds_with_the_decimals_of_their_unit() {
        assert_eq!(seconds(1_767_225_600_500_000, TimeUnit::Microseconds), "1767225600.500000");
        assert_eq!(seconds(-1, TimeUnit::Milliseconds), "-0.001");
    }
}
