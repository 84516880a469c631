//! `warmcast sweep`: a scenario at every point of a grid, as tidy rows.

use std::io::{BufWriter, Write};
use std::path::Path;

use evaluation::Metric;
use frames::{CsvSink, Sink, SinkError};
use rayon::prelude::*;
use scenario::{Document, Strategy};

use crate::Outcome;
use crate::args::{Common, SweepArgs};
use crate::failure::Failure;
use crate::files::{Staged, extension, is_stdout, print, read_text, shown_name};
use crate::grid::Grid;
use crate::input::ReadArgs;
use crate::load::prepared;
use crate::named_files::NamedFiles;
use crate::progress::Progress;
use crate::vary::Axis;

/// Points in a block of rows.
const BLOCK: usize = 16_384;

pub(crate) fn run(args: &SweepArgs, common: &Common) -> Result<Outcome, Failure> {
    let axes: Vec<Axis> = args.vary.iter().map(|text| Axis::parse(text)).collect::<Result<_, _>>()?;
    if let Some(twice) =
        axes.iter().enumerate().find(|(nth, axis)| axes[..*nth].iter().any(|one| one.key == axis.key))
    {
        return Err(Failure::usage(
            &format!("--vary names {} twice", twice.1.key),
            "write all its values in one --vary",
        ));
    }
    let count = axes.iter().try_fold(1usize, |count, axis| count.checked_mul(axis.values.len()));
    let count = count
        .ok_or_else(|| Failure::usage("the grid has more points than can be counted", "vary fewer keys"))?;
    if common.variant.as_deref() == Some("all") {
        return Err(Failure::usage(
            "a sweep takes one variant",
            "name it with --variant, and run once for each",
        ));
    }
    let text = read_text(&args.scenario)?;
    let name = shown_name(&args.scenario);
    let document = Document::parse(&name, &text)?;
    let variant = common.variant.clone().or_else(|| document.variants().into_iter().next());
    let mut document = prepared(&document, variant.as_deref(), &common.set)?;
    NamedFiles::new(common, &ReadArgs::default()).attach(&mut document)?;
    let output = args.output.as_deref().filter(|path| !is_stdout(path));
    let wanted = output.map_or_else(|| "csv".to_owned(), extension);
    if common.format.is_some_and(|format| format.name != "csv" || wanted != "csv") {
        let help = "leave out --format; -o FILE.csv or FILE.parquet chooses";
        return Err(Failure::usage("a sweep answers in CSV or Parquet", help));
    }
    let grid = Grid::of(&document, &axes)?;

    let mut winners = vec![0_u64; grid.strategies.len()];
    let mut write_all = |sink: &mut dyn Sink| -> Result<(), Failure> {
        let progress = Progress::points(common, count as u64);
        for start in (0..count).step_by(BLOCK) {
            let end = (start + BLOCK).min(count);
            let points: Result<Vec<_>, _> =
                (start..end).into_par_iter().map(|nth| grid.point(nth, args.objective.rank_by)).collect();
            let points = points?;
            for point in &points {
                winners[point.rows[0].strategy] += 1;
            }
            sink.write(&grid.table(start, &points, args.engine))
                .map_err(|error| sink_failure(error, output))?;
            progress.at(end as u64);
        }
        Ok(())
    };
    match output {
        None => {
            let mut sink = Box::new(CsvSink::new(BufWriter::new(std::io::stdout().lock())));
            write_all(&mut *sink)?;
            sink.finish().map_err(|error| sink_failure(error, None))?;
        }
        Some(path) => {
            let mut staged = Staged::beside(path)?;
            let mut sink = sink_for(path, BufWriter::new(staged.writer()))?;
            write_all(&mut *sink)?;
            sink.finish().map_err(|error| sink_failure(error, output))?;
            staged.commit()?;
            print(&summary(&grid.strategies, &winners, count, args.objective.rank_by, path))?;
        }
    }
    Ok(Outcome::Answered)
}

/// The sink that a file's extension stands for.
fn sink_for<'w>(path: &Path, writer: impl Write + Send + 'w) -> Result<Box<dyn Sink + 'w>, Failure> {
    match extension(path).as_str() {
        "csv" => Ok(Box::new(CsvSink::new(writer))),
        #[cfg(feature = "frames")]
        "parquet" => Ok(Box::new(frames::ParquetSink::new(writer))),
        #[cfg(not(feature = "frames"))]
        "parquet" => {
            Err(Failure::usage("this build has no Parquet", "build with the feature `frames`, or write .csv"))
        }
        _ => Err(Failure::usage(
            &format!("{} does not say in which format to write", path.display()),
            "end the name in .csv or .parquet",
        )),
    }
}

fn sink_failure(error: SinkError, output: Option<&Path>) -> Failure {
    let path = output.unwrap_or(Path::new("standard output"));
    match error {
        SinkError::Io(error) => Failure::write(path, error),
        other => Failure::usage(&format!("cannot write {}: {other}", path.display()), ""),
    }
}

fn summary(strategies: &[Strategy], winners: &[u64], count: usize, objective: Metric, path: &Path) -> String {
    let mut text = format!("{count} points in {}; best by {}:\n", path.display(), objective.spec().title);
    for (strategy, won) in strategies.iter().zip(winners) {
        let share = 100.0 * *won as f64 / count as f64;
        text.push_str(&format!("  {:<20} {won:>10} points {share:>6.2} %\n", strategy.name));
    }
    text
}
