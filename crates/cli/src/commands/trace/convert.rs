//! `warmcast trace convert`.

use std::io::{BufWriter, Write};
use std::path::Path;

use trace::write::{self, WriteError};
use trace::{Keys, Trace, Wanted};

use super::load;
use crate::args::{Common, ConvertArgs};
use crate::failure::Failure;
use crate::files::{Staged, complain};
use crate::input::refuse_overwriting;

/// Formats that can be written, by the end of the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    OracleGeneral,
    Csv,
    Keys,
    Parquet,
}

/// How the bytes are packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Packing {
    None,
    Gzip,
    Zstd,
}

pub(super) fn run(args: &ConvertArgs, common: &Common) -> Result<(), Failure> {
    common.refuse_format("trace convert")?;
    refuse_overwriting(&args.trace, std::slice::from_ref(&args.output))?;
    let (kind, packing) = kind(&args.output)?;
    let (trace, opened) = load(&args.trace, &args.read, Wanted { times: true, ..Wanted::default() }, common)?;
    let lost = !matches!(trace.keys, Keys::Numbers(_)) && kind == Kind::OracleGeneral;
    if lost && !common.quiet {
        complain(&format!(
            "{}: its keys are text; the binary holds their order of first appearance\n",
            opened.name
        ));
    }
    if trace.detailed && !common.quiet {
        complain(&format!(
            "{}: operations, times to live, hits, latencies and costs are not written\n",
            opened.name
        ));
    }
    let failed = |error: WriteError| match error {
        WriteError::Io(error) => Failure::write(&args.output, error),
        unfit => Failure::usage(&format!("{} cannot be written so: {unfit}", opened.name), "write .csv"),
    };
    let mut staged = Staged::beside(&args.output)?;
    let mut out = BufWriter::with_capacity(1 << 18, staged.writer());
    if kind == Kind::Parquet {
        parquet(&trace, &mut out, &args.output)?;
    } else {
        packed(&trace, kind, packing, &mut out).map_err(failed)?;
    }
    out.flush().map_err(|error| Failure::write(&args.output, error))?;
    drop(out);
    staged.commit()
}

fn packed(trace: &Trace, kind: Kind, packing: Packing, out: &mut impl Write) -> Result<(), WriteError> {
    match packing {
        Packing::None => written(trace, kind, out),
        Packing::Gzip => {
            let mut packed = flate2::write::GzEncoder::new(out, flate2::Compression::default());
            written(trace, kind, &mut packed)?;
            packed.finish().map(|_| ()).map_err(WriteError::from)
        }
        Packing::Zstd => {
            let mut packed = zstd::stream::write::Encoder::new(out, 0)?;
            written(trace, kind, &mut packed)?;
            packed.finish().map(|_| ()).map_err(WriteError::from)
        }
    }
}

fn written(trace: &Trace, kind: Kind, out: &mut impl Write) -> Result<(), WriteError> {
    match kind {
        Kind::OracleGeneral => write::oracle_general(trace, out),
        Kind::Csv | Kind::Parquet => write::csv(trace, out),
        Kind::Keys => write::keys(trace, out),
    }
}

fn kind(path: &Path) -> Result<(Kind, Packing), Failure> {
    let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default();
    let (name, packing) = match (name.strip_suffix(".gz"), name.strip_suffix(".zst")) {
        (Some(name), _) => (name, Packing::Gzip),
        (_, Some(name)) => (name, Packing::Zstd),
        _ => (name.as_str(), Packing::None),
    };
    let kind = [
        (".oraclegeneral", Kind::OracleGeneral),
        (".oraclegeneral.bin", Kind::OracleGeneral),
        (".csv", Kind::Csv),
        (".keys", Kind::Keys),
        (".parquet", Kind::Parquet),
    ];
    let kind = kind.into_iter().find(|(end, _)| name.ends_with(end)).map(|(_, kind)| kind);
    match (kind, packing) {
        (Some(Kind::Parquet), Packing::Gzip | Packing::Zstd) => {
            Err(Failure::usage("Parquet is packed within", "end the name in .parquet alone"))
        }
        (Some(kind), packing) => Ok((kind, packing)),
        (None, _) => Err(Failure::usage(
            &format!("{} does not say in which format to write", path.display()),
            "end the name in .oracleGeneral, .csv, .keys or .parquet; .gz or .zst behind it packs the first three",
        )),
    }
}

#[cfg(feature = "frames")]
fn parquet(trace: &Trace, out: &mut (impl Write + Send), path: &Path) -> Result<(), Failure> {
    use frames::{ParquetSink, Sink, Table, Values};
    /// Requests in a row group.
    const ROWS: usize = 1 << 20;
    let failed = |error| Failure::usage(&format!("cannot write {}: {error}", path.display()), "");
    let mut sink = Box::new(ParquetSink::new(out));
    for from in (0..trace.len()).step_by(ROWS) {
        let rows = from..(from + ROWS).min(trace.len());
        let keys = &trace.requests[rows.clone()];
        let mut table = Table::new();
        if let Some(times) = trace.times.get(rows.clone()) {
            let seconds = times.iter().map(|time| Some(*time as f64 / 1e6)).collect();
            table = table.with("timestamp_s", Values::Number(seconds));
        }
        table = table.with(
            "key",
            match &trace.keys {
                Keys::Numbers(numbers) => {
                    Values::Count(keys.iter().map(|key| numbers[*key as usize]).collect())
                }
                Keys::Texts { .. } => Values::Text(
                    keys.iter()
                        .map(|key| String::from_utf8_lossy(&trace.keys.text(*key)).into_owned())
                        .collect(),
                ),
            },
        );
        if trace.bytes.is_some() {
            let sizes = rows.zip(keys).filter_map(|(nth, key)| trace.sizes.of(nth, *key)).collect();
            table = table.with("size", Values::Count(sizes));
        }
        sink.write(&table).map_err(failed)?;
    }
    sink.finish().map_err(failed)
}

#[cfg(not(feature = "frames"))]
fn parquet(_: &Trace, _: &mut (impl Write + Send), _: &Path) -> Result<(), Failure> {
    Err(Failure::usage("this build has no Parquet", "build with the feature `frames`, or write .csv"))
}
