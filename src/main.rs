//! The `warmcast` program; everything it does is in the `cli` crate.

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run(std::env::args_os())
}
