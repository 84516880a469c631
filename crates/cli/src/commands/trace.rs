//! `warmcast trace`: what a trace is like, in another format, and what LRU would make of it.

use crate::Outcome;
use crate::args::{Common, TraceArgs};
use crate::failure::Failure;

pub(crate) fn run(_: &TraceArgs, _: &Common) -> Result<Outcome, Failure> {
    Err(Failure::usage("not yet", ""))
}
