//! Tables in and out: CSV always, Parquet with the feature `parquet`.
//!
//! A [`Table`] holds named columns of equal length; a [`Sink`] takes tables of one shape, block by block, and
//! turns them into a file. Only this crate knows polars, which makes up most of a clean build.

mod sink;

pub use sink::{CsvSink, Sink, SinkError};

#[cfg(feature = "parquet")]
mod parquet;
#[cfg(feature = "parquet")]
mod parquet_in;
#[cfg(feature = "parquet")]
pub use parquet::ParquetSink;
#[cfg(feature = "parquet")]
pub use parquet_in::{ParquetError, ParquetSource};

/// Named columns of equal length.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Table {
    columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, unique in the table.
    pub name: String,
    /// Its values.
    pub values: Values,
}

/// Values of a column. An absent value is empty, never 0.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Text.
    Text(Vec<String>),
    /// Real numbers.
    Number(Vec<Option<f64>>),
    /// Counts.
    Count(Vec<u64>),
}

impl Values {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Count(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Table {
    /// A table without columns.
    pub fn new() -> Self {
        Self::default()
    }

    /// The table with one more column.
    ///
    /// # Panics
    /// Where the column's length differs from the others, or its name is taken.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, values: Values) -> Self {
        let name = name.into();
        if let Some(first) = self.columns.first() {
            assert_eq!(
                first.values.len(),
                values.len(),
                "column {name} has another length than {}",
                first.name
            );
        }
        assert!(self.columns.iter().all(|column| column.name != name), "two columns are called {name}");
        self.columns.push(Column { name, values });
        self
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }
}
