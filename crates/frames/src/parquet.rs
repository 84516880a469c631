//! Parquet through polars, one row group a block.

use std::io::Write;

use polars::io::parquet::write::BatchedWriter;
use polars::prelude::{DataFrame, Float64Chunked, IntoColumn, IntoSeries, NamedFrom, ParquetWriter, Series};

use crate::sink::same_shape;
use crate::{Sink, SinkError, Table, Values};

/// Parquet with zstd compression; one row group for each block.
pub struct ParquetSink<W: Write + Send> {
    /// The writer until the first block brings a schema.
    waiting: Option<W>,
    open: Option<Open<W>>,
}

struct Open<W: Write + Send> {
    header: Vec<String>,
    writer: BatchedWriter<W>,
}

impl<W: Write + Send> ParquetSink<W> {
    /// Writes to `writer`.
    pub fn new(writer: W) -> Self {
        Self { waiting: Some(writer), open: None }
    }
}

impl<W: Write + Send> Sink for ParquetSink<W> {
    fn write(&mut self, table: &Table) -> Result<(), SinkError> {
        let frame = frame(table)?;
        if let Some(writer) = self.waiting.take() {
            let header = table.columns().iter().map(|column| column.name.clone()).collect();
            let writer = ParquetWriter::new(writer).batched(frame.schema()).map_err(encode)?;
            self.open = Some(Open { header, writer });
        }
        let open =
            self.open.as_mut().ok_or_else(|| SinkError::Encode("the first block failed".to_owned()))?;
        same_shape(&open.header, table)?;
        open.writer.write_batch(&frame).map_err(encode)
    }

    fn finish(self: Box<Self>) -> Result<(), SinkError> {
        match self.open {
            Some(open) => open.writer.finish().map(|_| ()).map_err(encode),
            None => {
                Err(SinkError::Encode("a Parquet file needs at least one block for its schema".to_owned()))
            }
        }
    }
}

fn frame(table: &Table) -> Result<DataFrame, SinkError> {
    let columns = table.columns().iter().map(|column| {
        let name = column.name.as_str().into();
        let series = match &column.values {
            Values::Text(values) => Series::new(name, values),
            Values::Number(values) => match values.iter().copied().collect::<Option<Vec<f64>>>() {
                Some(all) => Float64Chunked::from_vec(name, all).into_series(),
                None => Series::new(name, values),
            },
            Values::Count(values) => Series::new(name, values),
            Values::CountOrNone(values) => Series::new(name, values),
            Values::Truth(values) => Series::new(name, values),
            Values::Label { names, codes } => {
                let texts: Vec<&str> = codes.iter().map(|code| names[*code as usize].as_str()).collect();
                Series::new(name, texts)
            }
        };
        series.into_column()
    });
    DataFrame::new(table.rows(), columns.collect()).map_err(encode)
}

fn encode(error: polars::error::PolarsError) -> SinkError {
    SinkError::Encode(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use polars::prelude::{ParquetReader, SerReader};

    #[test]
    fn what_is_written_in_blocks_reads_back_as_one_table() {
        let block = |from: u64| {
            Table::new()
                .with("strategy", Values::Text(vec!["static".into(), "demand".into()]))
                .with("latency_ms", Values::Number(vec![Some(72.0), None]))
                .with("point", Values::Count(vec![from, from + 1]))
        };
        let mut out = vec![];
        let mut sink = Box::new(ParquetSink::new(&mut out));
        sink.write(&block(0)).expect("writes");
        sink.write(&block(2)).expect("writes");
        sink.finish().expect("finishes");
        let frame = ParquetReader::new(std::io::Cursor::new(out)).finish().expect("reads");
        assert_eq!(frame.shape(), (4, 3));
        let latency = frame.column("latency_ms").expect("is there").f64().expect("is a number");
        assert_eq!(latency.to_vec(), [Some(72.0), None, Some(72.0), None]);
        let points = frame.column("point").expect("is there").u64().expect("is a count");
        assert_eq!(points.to_vec(), [Some(0), Some(1), Some(2), Some(3)]);
    }
}
