//! `warmcast trace`: what a trace is like, in another format, and what LRU would make of it.

mod convert;
mod mrc;
mod stats;

use trace::{Trace, Wanted};

use crate::Outcome;
use crate::args::{Common, TraceArgs, TraceCommand};
use crate::failure::Failure;
use crate::input::{Opened, ReadArgs, open};

pub(crate) fn run(args: &TraceArgs, common: &Common) -> Result<Outcome, Failure> {
    common.refuse_scenario_keys("trace")?;
    match &args.command {
        TraceCommand::Stats(args) => stats::run(args, common),
        TraceCommand::Convert(args) => convert::run(args, common),
        TraceCommand::Mrc(args) => mrc::run(args, common),
    }?;
    Ok(Outcome::Answered)
}

/// Reads a whole trace, and says how.
pub(crate) fn load(
    path: &std::path::Path,
    read: &ReadArgs,
    wanted: Wanted,
    common: &Common,
) -> Result<(Trace, Opened), Failure> {
    let mut opened = open(path, read, common)?;
    let wanted = Wanted { requests: opened.expected, ..wanted };
    let trace = Trace::load(&mut opened.stream, wanted).map_err(|error| opened.failed(error))?;
    opened.tell(common, &trace.found, &trace.passed);
    opened.refuse_empty(trace.len() as u64)?;
    Ok((trace, opened))
}
