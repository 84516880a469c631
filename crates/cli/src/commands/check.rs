//! `warmcast check`: claims, gate and baseline, for a continuous-integration job.

use std::path::{Path, PathBuf};

use report::Report;
use report::judge::{Baseline, BaselineError, Judgement, Tolerances};
use report::render::{Renderer, audit, code_quality, github_annotations, junit, sarif};

use super::rendered;
use crate::Outcome;
use crate::answer::{Question, answer};
use crate::args::{Allow, Annotations, CheckArgs, Common};
use crate::failure::Failure;
use crate::files::{complain, is_stdout, print, read_text, refuse_twice, write_all_whole};
use crate::load::{Variants, load, refuse_stdin_twice};
use crate::source::Source;
use crate::suggesting::suggest;

pub(crate) fn run(args: &CheckArgs, common: &Common) -> Result<Outcome, Failure> {
    let printed = args.output.iter().find(|path| is_stdout(path)).map(PathBuf::as_path);
    let printed = if args.output.is_empty() { Some(Path::new("-")) } else { printed };
    let printed = printed.map(|path| common.format_for(Some(path))).transpose()?;
    let written: Vec<(&PathBuf, &Renderer)> = args
        .output
        .iter()
        .filter(|path| !is_stdout(path))
        .map(|path| Ok((path, common.format_for(Some(path))?)))
        .collect::<Result<_, Failure>>()?;
    let others = [&args.junit, &args.sarif, &args.code_quality, &args.claims];
    refuse_twice(args.output.iter().chain(others.into_iter().flatten()))?;
    refuse_stdin_twice(args.scenarios.iter().chain(&args.baseline))?;
    let baseline = match &args.baseline {
        Some(path) => {
            let wrong = |error: BaselineError| Failure::usage(&format!("{}: {error}", path.display()), "");
            let baseline = Baseline::parse(&read_text(path)?).map_err(wrong)?;
            let tolerances = Tolerances::parse(args.tolerance.iter().map(String::as_str))
                .map_err(|error| Failure::usage(&format!("--tolerance: {error}"), ""))?;
            Some((baseline, tolerances))
        }
        None => None,
    };
    let input = load(&args.scenarios, common, Variants::All)?;
    let idle =
        |one: &crate::load::Loaded| one.scenario.claims.is_empty() && one.scenario.gate.deny.is_empty();
    let unchecked = args.allow.contains(&Allow::Unchecked);
    if baseline.is_none() && !unchecked && input.scenarios.iter().all(idle) {
        let help = "add a [[claim]], a [gate] that denies flags, or --baseline; `warmcast explain claim` tells how; with \
                    --allow unchecked it is only read";
        return Err(Failure::usage("there is nothing to check: no claim, no denied flag, no baseline", help));
    }
    let mut options: Vec<String> =
        args.tolerance.iter().map(|share| format!("--tolerance {share}")).collect();
    options.extend(args.suggest.then(|| "--suggest".to_owned()));
    let inconclusive = args.allow.contains(&Allow::Inconclusive);
    options.extend(inconclusive.then(|| "--allow inconclusive".to_owned()));
    options.extend(unchecked.then(|| "--allow unchecked".to_owned()));
    let question =
        Question { command: "check", engine: None, objective: args.objective.rank_by, plays: true, options };
    let sources: Vec<Source> = input.scenarios.iter().map(Source::of).collect();
    let mut report = answer(input, &question, common)?;
    if let Some((baseline, _)) = &baseline
        && !baseline.speaks_of(&report)
    {
        let help = "compare with a result of the same scenarios, by name";
        return Err(Failure::usage("the baseline has no answer in common with this run", help));
    }
    let against = baseline.as_ref().map(|(baseline, tolerances)| (baseline, tolerances));
    let judgement = Judgement::of(&report, against, inconclusive);
    let passes = judgement.passes();
    report.judgement = Some(judgement);
    if args.suggest {
        suggest(&mut report, &sources, common)?;
    }

    let mut files = for_machines(&report, args)?;
    for (path, format) in written {
        files.push((path.clone(), rendered(&report, format, common, true).into_bytes()));
    }
    write_all_whole(&files)?;
    let in_actions = || std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    if args.annotations == Annotations::Github || (args.annotations == Annotations::Auto && in_actions()) {
        complain(&github_annotations(&report));
    }
    if let Some(format) = printed {
        let text = rendered(&report, format, common, false);
        // A reader that has seen enough does not change the verdict.
        print(&text).or_else(|failure| if failure.is_broken_pipe() { Ok(()) } else { Err(failure) })?;
    }
    Ok(if passes { Outcome::Answered } else { Outcome::GateFails })
}

/// What other programs read of a check.
fn for_machines(report: &Report, args: &CheckArgs) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
    let mut files = vec![];
    if let Some(path) = &args.junit {
        let xml =
            junit(report).map_err(|error| Failure::usage(&format!("cannot write JUnit XML: {error}"), ""))?;
        files.push((path.clone(), xml.into_bytes()));
    }
    let mut also = |path: &Option<PathBuf>, render: fn(&Report) -> String| {
        files.extend(path.iter().map(|path| (path.clone(), render(report).into_bytes())));
    };
    also(&args.sarif, sarif);
    also(&args.code_quality, code_quality);
    also(&args.claims, audit);
    Ok(files)
}
