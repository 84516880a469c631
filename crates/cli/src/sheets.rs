//! Sheets and charts into files and onto the terminal.

use std::path::{Path, PathBuf};

use evaluation::Provenance;
use plots::Chart;
use report::render::{Renderer, Style};
use report::sheet::Sheet;

use crate::args::Common;
use crate::failure::Failure;
use crate::files::{extension, is_stdout, print, refuse_twice, write_all_whole};
use crate::input::digest;

/// What a command answers.
pub(crate) struct Answer<'a> {
    pub(crate) sheet: &'a Sheet,
    /// Name of the rows in JSON.
    pub(crate) list: &'a str,
    pub(crate) provenance: Provenance,
    /// The picture of it, if it has one.
    pub(crate) chart: Option<Chart>,
}

/// What an output is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text(&'static str),
    Parquet,
    Svg,
    Png,
}

/// Refuses outputs that nobody could write, before any work is done.
pub(crate) fn check_outputs(outputs: &[PathBuf], common: &Common) -> Result<(), Failure> {
    refuse_twice(outputs)?;
    outputs.iter().try_for_each(|path| kind(path, common).map(|_| ()))
}

/// Where an answer about a trace comes from. The file is read again for its digest only where that is shown.
pub(crate) fn provenance(
    trace: &Path,
    command: String,
    outputs: &[PathBuf],
    common: &Common,
) -> Result<Provenance, Failure> {
    let mut kinds = outputs.iter().filter_map(|path| kind(path, common).ok());
    let shown = common.format.is_some_and(|format| format.name == "json")
        || kinds.any(|kind| kind == Kind::Text("json"));
    Ok(Provenance {
        version: env!("CARGO_PKG_VERSION"),
        seed: common.seed,
        scenario_digest: None,
        trace_digest: if shown { digest(trace)? } else { None },
        command,
    })
}

/// Whether the answer goes to standard output in a format that people read, notes and all.
pub(crate) fn prints_notes(outputs: &[PathBuf], common: &Common) -> bool {
    outputs.is_empty() && common.format.is_none_or(|format| matches!(format.name, "table" | "markdown"))
}

/// Writes the answer to every output, or prints it where there is none.
pub(crate) fn deliver_sheet(
    answer: &Answer<'_>,
    outputs: &[PathBuf],
    common: &Common,
) -> Result<(), Failure> {
    let text = |format: &str, style| answer.sheet.render(format, answer.list, &answer.provenance, style);
    let on_stdout = Style { width: super::commands::stdout_width(), color: false };
    let mut files = vec![];
    for path in outputs {
        let kind = kind(path, common)?;
        if is_stdout(path)
            && let Kind::Text(format) = kind
        {
            print(&text(format, on_stdout))?;
            continue;
        }
        let bytes = match kind {
            Kind::Text(format) => text(format, Style::default()).into_bytes(),
            Kind::Parquet => parquet(answer.sheet, path)?,
            Kind::Svg => {
                plots::svg(chart(answer, path)?).map_err(|error| undrawn(path, &error))?.into_bytes()
            }
            Kind::Png => plots::png(chart(answer, path)?).map_err(|error| undrawn(path, &error))?,
        };
        files.push((path.clone(), bytes));
    }
    write_all_whole(&files)?;
    if outputs.is_empty() {
        let format: &str = common.format.map_or("table", |format: &Renderer| format.name);
        print(&text(format, on_stdout))?;
    }
    Ok(())
}

fn kind(path: &Path, common: &Common) -> Result<Kind, Failure> {
    if let Some(format) = common.format {
        return Ok(Kind::Text(format.name));
    }
    if is_stdout(path) {
        return Ok(Kind::Text("table"));
    }
    match extension(path).as_str() {
        "txt" => Ok(Kind::Text("table")),
        "md" => Ok(Kind::Text("markdown")),
        "csv" => Ok(Kind::Text("csv")),
        "json" => Ok(Kind::Text("json")),
        "parquet" => Ok(Kind::Parquet),
        "svg" => Ok(Kind::Svg),
        "png" => Ok(Kind::Png),
        _ => Err(Failure::usage(
            &format!("{} does not say in which format to write", path.display()),
            "end the name in .txt, .md, .csv, .json, .parquet, .svg or .png",
        )),
    }
}

fn chart<'a>(answer: &'a Answer<'_>, path: &Path) -> Result<&'a Chart, Failure> {
    answer.chart.as_ref().ok_or_else(|| {
        Failure::usage(&format!("there is no picture of this for {}", path.display()), "write .csv or .json")
    })
}

fn undrawn(path: &Path, error: &plots::PlotError) -> Failure {
    Failure::usage(&format!("cannot draw {}: {error}", path.display()), "write .csv and draw it elsewhere")
}

#[cfg(feature = "frames")]
fn parquet(sheet: &Sheet, path: &Path) -> Result<Vec<u8>, Failure> {
    use frames::Sink;
    let mut bytes = vec![];
    let mut sink = Box::new(frames::ParquetSink::new(&mut bytes));
    let written = sink.write(&sheet.table()).and_then(|()| sink.finish());
    written.map_err(|error| Failure::usage(&format!("cannot write {}: {error}", path.display()), ""))?;
    Ok(bytes)
}

#[cfg(not(feature = "frames"))]
fn parquet(_: &Sheet, _: &Path) -> Result<Vec<u8>, Failure> {
    Err(Failure::usage("this build has no Parquet", "build with the feature `frames`, or write .csv"))
}
