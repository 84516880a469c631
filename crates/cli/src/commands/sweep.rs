//! `warmcast sweep`: a scenario at many points, as tidy rows.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use evaluation::Engine;
use rayon::prelude::*;

use super::merge::join;
use crate::Outcome;
use crate::answer::quoted;
use crate::args::{Common, SweepArgs};
use crate::failure::Failure;
use crate::files::{complain, is_stdout, print, shown_name};
use crate::load::{digest_of, refuse_stdin_twice};
use crate::named_files::NamedFiles;
use crate::progress::Progress;
use crate::source::Source;
use crate::sweeping::{
    Asked, Axis, Blocks, Layout, Manifest, Output, Parts, Played, Points, Question, Seen, Shard, Told,
    answer_in_order, asked,
};

pub(crate) fn run(args: &SweepArgs, common: &Common) -> Result<Outcome, Failure> {
    refuse_contradictions(args, common)?;
    let varied = args.vary.iter().map(|text| Axis::parse(text));
    let curves = args.curve.iter().map(|path| Axis::curve(path));
    let axes: Vec<Axis> = varied.chain(curves).collect::<Result<_, _>>()?;
    if !common.quiet {
        say_that_precision_goes_with_recall(&axes);
    }
    let source = Source::open(&args.scenario, "a sweep", common)?;
    source.read(common, |document, inputs, files| {
        let told = told(args, common, &source, &axes, files);
        let points = Points::of(axes, args.design, args.points, common.seed)?;
        let played = Played { inputs: inputs.clone(), seed: common.seed, replications: args.replications };
        let question = Question::of(document, points)?;
        let (asked, left_out) = asked(question, args.engine, &played, args.objective.rank_by)?;
        if let Some(why) = left_out.filter(|_| !common.quiet) {
            complain(&format!("{why}\n"));
        }
        answer(&*asked, told, args, common)
    })
}

/// What decides the bytes of the answer, but for its points.
fn told(args: &SweepArgs, common: &Common, source: &Source, axes: &[Axis], files: &NamedFiles<'_>) -> Told {
    let curves = axes.iter().filter(|axis| axis.keys.len() > 1).map(|axis| format!("{:?}", axis.values));
    let texts: Vec<String> = std::iter::once(source.text().to_owned()).chain(curves).collect();
    Told {
        command: command(args, common, axes),
        seed: common.seed,
        scenario_digest: digest_of(texts.iter().map(String::as_str), files),
        trace_digest: files.trace_digest(),
        rank_by: args.objective.rank_by.name().to_owned(),
    }
}

/// Answers all points, or those of a shard.
fn answer(asked: &dyn Asked, told: Told, args: &SweepArgs, common: &Common) -> Result<Outcome, Failure> {
    let blocks = Blocks::of(asked.points().count, args.engine);
    let manifest = Manifest::of(told, asked.points().count, blocks, asked.strategies(), &asked.table(0..0)?);
    if let Some(shard) = args.shard {
        let directory = args.output.as_deref().unwrap_or(Path::new("."));
        return into_parts(asked, Parts::open(directory, manifest)?, shard, common);
    }
    let command = manifest.command.clone();
    let mut seen = Seen::nothing(asked.strategies(), args.objective.rank_by, &args.found)?;
    let output = args.output.as_deref().filter(|path| !is_stdout(path));
    match output {
        Some(path) if args.engine != Engine::Screening || args.resume => {
            through_parts(asked, manifest, path, &mut seen, args, common)?;
        }
        _ => straight(asked, blocks, output, &mut seen, common)?,
    }
    seen.tell(output, &command, &args.found)?;
    Ok(Outcome::Answered)
}

/// Rows as they come, to a file or standard output.
fn straight(
    asked: &dyn Asked,
    blocks: Blocks,
    output: Option<&Path>,
    seen: &mut Seen,
    common: &Common,
) -> Result<(), Failure> {
    let progress = Progress::points(common, asked.points().count as u64);
    Output::whole(output, |out| {
        answer_in_order(asked, blocks, |points, table| {
            seen.see(&table);
            out.write(table)?;
            progress.at(points.end as u64);
            Ok(())
        })
    })
}

/// Through parts beside the file, which a run that breaks off leaves for the next.
fn through_parts(
    asked: &dyn Asked,
    manifest: Manifest,
    path: &Path,
    seen: &mut Seen,
    args: &SweepArgs,
    common: &Common,
) -> Result<(), Failure> {
    let directory = Parts::beside(path);
    if Parts::exist(&directory) && !args.resume {
        let message = format!("{} holds parts of a run that broke off", directory.display());
        let help = "add --resume to go on with them, or delete that directory to begin anew";
        return Err(Failure::usage(&message, help));
    }
    let parts = Parts::open(&directory, manifest)?;
    fill(asked, &parts, None, common)?;
    join(&parts, Some(path), seen, common)?;
    parts.remove()
}

/// A shard, for others to join.
fn into_parts(asked: &dyn Asked, parts: Parts, shard: Shard, common: &Common) -> Result<Outcome, Failure> {
    let (points, there) = fill(asked, &parts, Some(shard), common)?;
    let kept = if there > 0 { format!(", {there} of them from before") } else { String::new() };
    print(&format!("{points} of {} points are there{kept}\n", parts.manifest.points))?;
    Ok(Outcome::Answered)
}

/// Answers the points of a shard, or all, that are not there yet; says how many it has, and how many were there before.
fn fill(
    asked: &dyn Asked,
    parts: &Parts,
    shard: Option<Shard>,
    common: &Common,
) -> Result<(usize, usize), Failure> {
    let blocks = parts.manifest.blocks();
    let own = (0..blocks.len()).filter(|nth| shard.is_none_or(|shard| shard.owns(*nth)));
    let own: Vec<_> = own.map(|nth| blocks.range(nth)).collect();
    let count = |ranges: &[std::ops::Range<usize>]| ranges.iter().map(ExactSizeIterator::len).sum::<usize>();
    let (there, open): (Vec<_>, Vec<_>) = own.iter().cloned().partition(|points| parts.has(points));
    let progress = Progress::points(common, count(&open) as u64);
    let done = AtomicUsize::new(0);
    open.into_par_iter().try_for_each(|points| {
        parts.keep(&points, &asked.table(points.clone())?)?;
        progress.at((done.fetch_add(points.len(), Ordering::Relaxed) + points.len()) as u64);
        Ok::<(), Failure>(())
    })?;
    Ok((count(&own), count(&there)))
}

/// Of two keys that a predictor has on one curve.
fn say_that_precision_goes_with_recall(axes: &[Axis]) {
    let on = |key: &str| axes.iter().position(|axis| axis.keys.iter().any(|one| one == key));
    if let (Some(precision), Some(recall)) = (on("predictor.precision"), on("predictor.recall"))
        && precision != recall
    {
        complain(
            "precision and recall are varied as though each were free; a predictor trades one for the other: put the \
             pairs it can reach into a CSV for --curve\n",
        );
    }
}

fn refuse_contradictions(args: &SweepArgs, common: &Common) -> Result<(), Failure> {
    let inputs = args.curve.iter().chain([&args.scenario]);
    refuse_stdin_twice(inputs)?;
    if common.format.is_some_and(|format| format.name != "csv") {
        let help = "leave out --format; -o FILE.csv or FILE.parquet chooses";
        return Err(Failure::usage("a sweep answers in CSV or Parquet", help));
    }
    if args.replications.is_some() && args.engine != Engine::Simulation {
        let message = format!("--replications is of no use to {}", args.engine);
        return Err(Failure::usage(&message, "add --engine simulation, or leave it out"));
    }
    if args.shard.is_some() && args.found.findings.is_some() {
        return Err(Failure::usage(
            "a shard sees a part of the rows",
            "write --findings where they are merged",
        ));
    }
    let output = args.output.as_deref().filter(|path| !is_stdout(path));
    match (args.shard, output) {
        (Some(_), None) => Err(Failure::usage("a shard needs a directory", "write -o DIR")),
        (Some(_), Some(path)) if path.is_file() => Err(Failure::usage(
            &format!("{} is a file", path.display()),
            "with --shard, -o names a directory",
        )),
        (Some(_), Some(_)) => Ok(()),
        (None, None) if args.resume => Err(Failure::usage(
            "--resume needs a file to go on with",
            "name it with -o FILE.csv or -o FILE.parquet",
        )),
        (None, output) => {
            if common.format.is_some() && output.is_some_and(|path| crate::files::extension(path) != "csv") {
                return Err(Failure::usage("--format and -o ask for two formats", "leave out --format"));
            }
            Output::check(output)
        }
    }
}

/// The command with only what changes the answer, in one fixed order.
fn command(args: &SweepArgs, common: &Common, axes: &[Axis]) -> String {
    let mut words = vec!["warmcast sweep".to_owned(), quoted(&shown_name(&args.scenario))];
    words.extend(common.variant.iter().map(|variant| format!("--variant {variant}")));
    words.extend(common.set.iter().map(|assignment| format!("--set {}", quoted(assignment))));
    words.extend(
        axes.iter()
            .filter_map(|axis| axis.typed.split_once(' '))
            .map(|(option, what)| format!("{option} {}", quoted(what))),
    );
    if args.design != Layout::Grid {
        words.push(format!("--design {}", args.design.name()));
    }
    words.extend(args.points.map(|points| format!("--points {points}")));
    words.push(format!("--engine {}", args.engine));
    words.extend(args.replications.map(|count| format!("--replications {count}")));
    words.push(format!("--rank-by {}", args.objective.rank_by.spec().short));
    words.join(" ")
}
