//! Where tables go, block by block.

use std::io::Write;

use crate::{Table, Values};

/// Why a table could not be written.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The writer failed.
    #[error(transparent)]
    Io(#[from] std::io::Error),
    /// A block has other columns than the first.
    #[error("a block has the columns {found:?}, the first block had {expected:?}")]
    Shape {
        /// Columns of the first block.
        expected: Vec<String>,
        /// Columns of this block.
        found: Vec<String>,
    },
    /// The encoder failed.
    #[error("{0}")]
    Encode(String),
}

/// Takes tables of one shape and turns them into a file.
pub trait Sink {
    /// Appends a block of rows.
    ///
    /// # Errors
    /// Where the writer fails, or the block has other columns than the first.
    fn write(&mut self, table: &Table) -> Result<(), SinkError>;

    /// Completes the file.
    ///
    /// # Errors
    /// Where the writer fails, or the format needs a block and never got one.
    fn finish(self: Box<Self>) -> Result<(), SinkError>;
}

/// Complains where a block does not have the columns of the first.
pub(crate) fn same_shape(expected: &[String], table: &Table) -> Result<(), SinkError> {
    let found: Vec<String> = table.columns().iter().map(|column| column.name.clone()).collect();
    if found == expected { Ok(()) } else { Err(SinkError::Shape { expected: expected.to_vec(), found }) }
}

/// CSV with a header; numbers in the shortest form that reads back to the same bits.
pub struct CsvSink<W: Write> {
    writer: csv::Writer<W>,
    header: Option<Vec<String>>,
}

impl<W: Write> CsvSink<W> {
    /// Writes to `writer`.
    pub fn new(writer: W) -> Self {
        Self { writer: csv::Writer::from_writer(writer), header: None }
    }
}

impl<W: Write> Sink for CsvSink<W> {
    fn write(&mut self, table: &Table) -> Result<(), SinkError> {
        match &self.header {
            Some(header) => same_shape(header, table)?,
            None => {
                let header: Vec<String> = table.columns().iter().map(|column| column.name.clone()).collect();
                self.writer.write_record(&header).map_err(encode)?;
                self.header = Some(header);
            }
        }
        let mut buffer = zmij::Buffer::new();
        for row in 0..table.rows() {
            for column in table.columns() {
                match &column.values {
                    Values::Text(values) => self.writer.write_field(&values[row]),
                    Values::Number(values) => match values[row] {
                        Some(value) => self.writer.write_field(buffer.format(value)),
                        None => self.writer.write_field(""),
                    },
                    Values::Count(values) => self.writer.write_field(values[row].to_string()),
                    Values::CountOrNone(values) => {
                        self.writer.write_field(values[row].map_or(String::new(), |count| count.to_string()))
                    }
                    Values::Label { names, codes } => self.writer.write_field(&names[codes[row] as usize]),
                    Values::Truth(values) => self.writer.write_field(values[row].to_string()),
                }
                .map_err(encode)?;
            }
            self.writer.write_record(None::<&[u8]>).map_err(encode)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), SinkError> {
        Ok(self.writer.flush()?)
    }
}

fn encode(error: csv::Error) -> SinkError {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => SinkError::Io(error),
        other => SinkError::Encode(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        Table::new()
            .with("name", Values::Text(vec!["a,b".into(), "c".into()]))
            .with("value", Values::Number(vec![Some(0.1), None]))
            .with("count", Values::Count(vec![3, 0]))
    }

    #[test]
    fn csv_quotes_text_and_leaves_absent_values_empty() {
        let mut out = vec![];
        let mut sink = Box::new(CsvSink::new(&mut out));
        sink.write(&table()).expect("writes");
        sink.write(&table()).expect("writes");
        sink.finish().expect("finishes");
        let text = String::from_utf8(out).expect("is text");
        assert_eq!(text, "name,value,count\n\"a,b\",0.1,3\nc,,0\n\"a,b\",0.1,3\nc,,0\n");
    }

    #[test]
    fn a_block_of_another_shape_is_refused() {
        let mut sink = CsvSink::new(vec![]);
        sink.write(&table()).expect("writes");
        let other = Table::new().with("name", Values::Text(vec![]));
        assert!(matches!(sink.write(&other), Err(SinkError::Shape { .. })));
    }
}
