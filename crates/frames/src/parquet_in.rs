//! Parquet in, some rows of some columns at a time.

use std::fs::File;

use polars::prelude::{AnyValue, ParquetReader, SerReader};

/// Why Parquet cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ParquetError(String);

/// A Parquet file.
pub struct ParquetSource {
    file: File,
    names: Vec<String>,
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
        Ok(Self { file, names, rows })
    }

    /// Names of the columns.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Some rows of some columns as text, column by column; an absent value is empty.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn texts(
        &self,
        columns: &[usize],
        from: usize,
        count: usize,
    ) -> Result<Vec<Vec<String>>, ParquetError> {
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
    match value {
        AnyValue::Null => String::new(),
        AnyValue::String(text) => (*text).to_owned(),
        AnyValue::Binary(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        AnyValue::Float32(number) => zmij::Buffer::new().format(*number).trim_end_matches(".0").to_owned(),
        AnyValue::Float64(number) => zmij::Buffer::new().format(*number).trim_end_matches(".0").to_owned(),
        other => other.to_string(),
    }
}

fn wrong(error: impl std::fmt::Display) -> ParquetError {
    ParquetError(error.to_string())
}
