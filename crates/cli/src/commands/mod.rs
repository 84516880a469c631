//! The commands, one file each.

pub(crate) mod advise;
pub(crate) mod calibrate;
pub(crate) mod check;
pub(crate) mod describe;
pub(crate) mod explain;
pub(crate) mod init;
pub(crate) mod merge;
pub(crate) mod plan;
pub(crate) mod predict;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod sensitivity;
pub(crate) mod simulate;
pub(crate) mod sweep;
pub(crate) mod trace;
pub(crate) mod validate;

use ::report::render::{Renderer, Style};

use crate::args::Common;

/// The report in a format, in the style of where it goes.
fn rendered(report: &::report::Report, format: &Renderer, common: &Common, to_file: bool) -> String {
    let width = stdout_width();
    let style = match to_file {
        true => Style::default(),
        false => Style { width, color: common.color_on_stdout() },
    };
    (format.render)(report, style)
}

/// Columns of the terminal that stdout is; none where it is no terminal, 80 where the terminal does not tell.
pub(crate) fn stdout_width() -> Option<usize> {
    use std::io::IsTerminal;
    let told = terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    told.or(std::io::stdout().is_terminal().then_some(80))
}
