//! Tables in and out: CSV always, Parquet with the feature `parquet`.
//!
//! A [`Table`] holds named columns of equal length; a [`Sink`] takes tables of one shape, block by block, and
//! turns them into a file. Only this crate knows polars, which makes up most of a clean build.

mod csv_in;
mod sink;

pub use csv_in::{CsvError, read_csv};
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
    /// Counts, some of which are absent.
    CountOrNone(Vec<Option<u64>>),
    /// Text of which there is little: in each row the name at that place.
    Label {
        /// The names.
        names: Vec<String>,
        /// A place among them for each row.
        codes: Vec<u32>,
    },
    /// Yes or no; text in CSV.
    Truth(Vec<bool>),
}

/// What a column holds, as far as a file tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    Text,
    /// Real numbers.
    Number,
    /// Counts.
    Count,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Text, Self::Number, Self::Count];

    /// Its name in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Count => "count",
        }
    }
}

impl Values {
    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Count(values) => values.len(),
            Self::CountOrNone(values) => values.len(),
            Self::Label { codes, .. } => codes.len(),
            Self::Truth(values) => values.len(),
        }
    }

    /// What they are.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Text(_) | Self::Label { .. } | Self::Truth(_) => Kind::Text,
            Self::Number(_) => Kind::Number,
            Self::Count(_) | Self::CountOrNone(_) => Kind::Count,
        }
    }

    /// The text of a row; none where these are no texts.
    pub fn text(&self, row: usize) -> Option<&str> {
        match self {
            Self::Text(values) => values.get(row).map(String::as_str),
            Self::Label { names, codes } => names.get(*codes.get(row)? as usize).map(String::as_str),
            Self::Truth(values) => values.get(row).map(|yes| if *yes { "true" } else { "false" }),
            Self::Number(_) | Self::Count(_) | Self::CountOrNone(_) => None,
        }
    }

    /// The number of a row; none where it is absent, or these are no numbers.
    pub fn number(&self, row: usize) -> Option<f64> {
        match self {
            Self::Number(values) => *values.get(row)?,
            _ => self.count(row).map(|count| count as f64),
        }
    }

    /// The count of a row; none where it is absent, or these are no counts.
    pub fn count(&self, row: usize) -> Option<u64> {
        match self {
            Self::Count(values) => values.get(row).copied(),
            Self::CountOrNone(values) => *values.get(row)?,
            Self::Text(_) | Self::Label { .. } | Self::Truth(_) | Self::Number(_) => None,
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

    /// Adds the rows of a table of the same columns.
    ///
    /// # Panics
    /// Where its columns have other names, or values of another form.
    pub fn append(&mut self, other: Self) {
        if self.columns.is_empty() {
            *self = other;
            return;
        }
        assert_eq!(self.columns.len(), other.columns.len(), "the tables have other columns");
        for (column, more) in self.columns.iter_mut().zip(other.columns) {
            assert_eq!(column.name, more.name, "the tables have other columns");
            match (&mut column.values, more.values) {
                (Values::Text(all), Values::Text(more)) => all.extend(more),
                (Values::Number(all), Values::Number(more)) => all.extend(more),
                (Values::Count(all), Values::Count(more)) => all.extend(more),
                (Values::CountOrNone(all), Values::CountOrNone(more)) => all.extend(more),
                (Values::Truth(all), Values::Truth(more)) => all.extend(more),
                (Values::Label { names, codes }, Values::Label { names: others, codes: more }) => {
                    let place = |name: String| {
                        names.iter().position(|known| *known == name).unwrap_or_else(|| {
                            names.push(name);
                            names.len() - 1
                        })
                    };
                    let places: Vec<usize> = others.into_iter().map(place).collect();
                    codes.extend(more.into_iter().map(|code| places[code as usize] as u32));
                }
                (_, _) => panic!("column {} has values of another form", column.name),
            }
        }
    }

    /// The columns in order.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The values of a column.
    pub fn get(&self, name: &str) -> Option<&Values> {
        self.columns.iter().find(|column| column.name == name).map(|column| &column.values)
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| column.values.len())
    }
}
