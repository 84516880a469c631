//! The warmcast command line: arguments, files, commands.
//!
//! Only this crate touches disk, environment and terminal; everything else is a function of its arguments.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "this crate is the IO boundary")]

mod answer;
mod args;
mod batch;
mod batch_row;
mod charts;
mod chunks;
mod commands;
mod failure;
mod files;
mod halves;
mod input;
mod load;
mod named_files;
#[cfg(feature = "frames")]
mod parquet_trace;
mod playing;
mod progress;
mod quotes;
mod replay_chart;
mod replay_plan;
mod replaying;
mod sensing;
mod series;
mod sheets;
mod source;
mod spans;
mod suggesting;
mod sweeping;
mod watching;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use failure::Failure;

/// How a run ended; the exit code is part of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// 0: answered.
    Answered,
    /// 1: a gate of `check` fails.
    GateFails,
}

/// Runs one command line, program name first, and reports its failure on stderr.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => {
            // Help and version are answers; everything else is wrong usage.
            let code = if error.use_stderr() { 2 } else { 0 };
            return if error.print().is_ok() { ExitCode::from(code) } else { ExitCode::from(2) };
        }
    };
    files::clean_up_when_interrupted();
    match dispatch(&args) {
        Ok(Outcome::Answered) => ExitCode::SUCCESS,
        Ok(Outcome::GateFails) => ExitCode::from(1),
        Err(failure) if failure.is_broken_pipe() => ExitCode::SUCCESS,
        Err(failure) => {
            failure.print(args.common.color_on_stderr());
            ExitCode::from(2)
        }
    }
}

fn dispatch(args: &Args) -> Result<Outcome, Failure> {
    let common = &args.common;
    common.use_threads()?;
    if let Command::Init(_)
    | Command::Explain(_)
    | Command::Schema
    | Command::Completions { .. }
    | Command::Man = args.command
    {
        common.refuse_scenario_options(args.command.name())?;
    }
    match &args.command {
        Command::Init(args) => commands::init::run(args),
        Command::Report(args) => commands::report::run(args, common),
        Command::Predict(args) => commands::predict::run(args, common),
        Command::Simulate(args) => commands::simulate::run(args, common),
        Command::Sweep(args) => commands::sweep::run(args, common),
        Command::Merge(args) => commands::merge::run(args, common),
        Command::Sensitivity(args) => commands::sensitivity::run(args, common),
        Command::Replay(args) => commands::replay::run(args, common),
        Command::Plan(args) => commands::plan::run(args, common),
        Command::Trace(args) => commands::trace::run(args, common),
        Command::Calibrate(args) => commands::calibrate::run(args, common),
        Command::Check(args) => commands::check::run(args, common),
        Command::Advise(args) => commands::advise::run(args, common),
        Command::Validate(args) => commands::validate::run(args, common),
        Command::Explain(args) => commands::explain::run(args),
        Command::Schema => commands::describe::schema(),
        Command::Completions { shell } => commands::describe::completions(*shell),
        Command::Man => commands::describe::man(),
    }
}
