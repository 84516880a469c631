//! `warmcast init`: a commented starter scenario.

use crate::Outcome;
use crate::args::InitArgs;
use crate::failure::Failure;
use crate::files::{deliver, print};

/// The starter: the nine numbers with comments, and the strategies.
pub(crate) const STARTER: &str = include_str!("../../../../scenarios/starter.toml");

pub(crate) fn run(args: &InitArgs) -> Result<Outcome, Failure> {
    let Some(path) = &args.output else {
        print(STARTER)?;
        return Ok(Outcome::Answered);
    };
    if path.exists() {
        let message = format!("{} exists already", path.display());
        return Err(Failure::usage(&message, "name another file, or remove this one first"));
    }
    deliver(STARTER, Some(path))?;
    let path = path.display();
    print(&format!("Wrote {path}. Put your numbers in, then: warmcast predict {path}\n"))?;
    Ok(Outcome::Answered)
}
