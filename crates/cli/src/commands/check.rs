//! `warmcast check`: claims, gate and baseline, for a continuous-integration job.

use report::judge::{Baseline, BaselineError, Judgement, Tolerances};
use report::render::{audit, github_annotations, junit, sarif};

use super::rendered;
use crate::Outcome;
use crate::answer::{Question, answer};
use crate::args::{Allow, Annotations, CheckArgs, Common};
use crate::failure::Failure;
use crate::files::{complain, is_stdout, print, read_text, resolved, write_all_whole};
use crate::load::{Variants, load, refuse_stdin_twice};
use crate::suggesting::{Source, suggest};

pub(crate) fn run(args: &CheckArgs, common: &Common) -> Result<Outcome, Failure> {
    let output = args.output.as_deref();
    let format = common.format_for(output)?;
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
    if baseline.is_none() && input.scenarios.iter().all(idle) {
        let help =
            "add a [[claim]], a [gate] that denies flags, or --baseline; `warmcast explain claim` tells how";
        return Err(Failure::usage("there is nothing to check: no claim, no denied flag, no baseline", help));
    }
    let mut options: Vec<String> =
        args.tolerance.iter().map(|share| format!("--tolerance {share}")).collect();
    options.extend(args.suggest.then(|| "--suggest".to_owned()));
    options.extend(args.allow.map(|_| "--allow inconclusive".to_owned()));
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
    let judgement = Judgement::of(&report, against, args.allow == Some(Allow::Inconclusive));
    let passes = judgement.passes();
    report.judgement = Some(judgement);
    if args.suggest {
        suggest(&mut report, &sources, common)?;
    }

    let mut files = vec![];
    if let Some(path) = &args.junit {
        let xml = junit(&report)
            .map_err(|error| Failure::usage(&format!("cannot write JUnit XML: {error}"), ""))?;
        files.push((path.clone(), xml.into_bytes()));
    }
    if let Some(path) = &args.sarif {
        files.push((path.clone(), sarif(&report).into_bytes()));
    }
    if let Some(path) = &args.claims {
        files.push((path.clone(), audit(&report).into_bytes()));
    }
    let text = rendered(&report, format, common, output.is_some());
    let printed = match output.filter(|path| !is_stdout(path)) {
        Some(path) => {
            files.push((path.to_owned(), text.into_bytes()));
            None
        }
        None => Some(text),
    };
    let targets: Vec<_> = files.iter().map(|(path, _)| resolved(path)).collect();
    if let Some((nth, path)) = targets.iter().enumerate().find(|(nth, path)| targets[..*nth].contains(path)) {
        let message =
            format!("{} and another output are one file, {}", files[nth].0.display(), path.display());
        return Err(Failure::usage(&message, "name two files"));
    }
    write_all_whole(&files)?;
    let in_actions = || std::env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true");
    if args.annotations == Annotations::Github || (args.annotations == Annotations::Auto && in_actions()) {
        complain(&github_annotations(&report));
    }
    if let Some(text) = printed {
        // A reader that has seen enough does not change the verdict.
        print(&text).or_else(|failure| if failure.is_broken_pipe() { Ok(()) } else { Err(failure) })?;
    }
    Ok(if passes { Outcome::Answered } else { Outcome::GateFails })
}
