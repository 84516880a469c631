//! Options of every command.

use std::io::IsTerminal;
use std::path::Path;

use clap::{Args as ClapArgs, ValueEnum};
use report::render::{RENDERERS, Renderer};

use super::format;
use crate::failure::Failure;
use crate::files::{extension, is_stdout};

/// Options of every command.
#[derive(Debug, Clone, ClapArgs)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Common {
    /// Override a scenario key, with the same checks as in the file
    #[arg(long = "set", value_name = "KEY=VALUE", global = true)]
    pub set: Vec<String>,
    /// Variant of the scenario, or `all` [default: the first; `check`: all]
    #[arg(long, value_name = "NAME", global = true)]
    pub variant: Option<String>,
    /// Format of the answer [default: table, or by the extension of --output]
    #[arg(long, value_parser = format(), global = true)]
    pub format: Option<&'static Renderer>,
    /// Master seed of everything random
    #[arg(long, default_value_t = 1, global = true)]
    pub seed: u64,
    /// Threads to use [default: one per core]
    #[arg(long, value_name = "N", global = true)]
    pub threads: Option<usize>,
    /// No progress on stderr
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// Colour: on a terminal, always or never
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true)]
    pub color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

impl Common {
    /// Whether stdout takes colour.
    pub(crate) fn color_on_stdout(&self) -> bool {
        self.colored(std::io::stdout().is_terminal())
    }

    /// Whether stderr takes colour.
    pub(crate) fn color_on_stderr(&self) -> bool {
        self.colored(std::io::stderr().is_terminal())
    }

    fn colored(&self, terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            // https://no-color.org
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }

    /// Refuses the options that speak of scenarios and answers, for a command that has neither.
    pub(crate) fn refuse_scenario_options(&self, command: &str) -> Result<(), Failure> {
        let given = [
            ("--set", !self.set.is_empty()),
            ("--variant", self.variant.is_some()),
            ("--format", self.format.is_some()),
        ];
        match given.iter().find(|(_, given)| *given) {
            Some((option, _)) => {
                Err(Failure::usage(&format!("`{command}` has no use for {option}"), "leave it out"))
            }
            None => Ok(()),
        }
    }

    /// Refuses the options that speak of scenarios, for a command that reads none.
    pub(crate) fn refuse_scenario_keys(&self, command: &str) -> Result<(), Failure> {
        let given = [("--set", !self.set.is_empty()), ("--variant", self.variant.is_some())];
        match given.iter().find(|(_, given)| *given) {
            Some((option, _)) => {
                Err(Failure::usage(&format!("`{command}` has no use for {option}"), "leave it out"))
            }
            None => Ok(()),
        }
    }

    /// Refuses --format for a command whose output file says it all.
    pub(crate) fn refuse_format(&self, command: &str) -> Result<(), Failure> {
        match self.format {
            Some(_) => Err(Failure::usage(&format!("`{command}` has no use for --format"), "leave it out")),
            None => Ok(()),
        }
    }

    /// Whether to draw a progress bar.
    pub(crate) fn progress(&self) -> bool {
        !self.quiet && std::io::stderr().is_terminal()
    }

    /// Limits the threads that parallel work uses.
    pub(crate) fn use_threads(&self) -> Result<(), Failure> {
        let Some(threads) = self.threads else { return Ok(()) };
        if threads == 0 {
            return Err(Failure::usage("--threads 0 leaves nothing to work with", "write 1 or more"));
        }
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
        pool.map_err(|error| {
            Failure::usage(&format!("cannot start {threads} threads: {error}"), "write fewer")
        })
    }

    /// The format asked for, or the one that the extension of the output file stands for.
    pub(crate) fn format_for(&self, output: Option<&Path>) -> Result<&'static Renderer, Failure> {
        if let Some(format) = self.format {
            return Ok(format);
        }
        let Some(path) = output.filter(|path| !is_stdout(path)) else { return Ok(&RENDERERS[0]) };
        let extension = extension(path);
        RENDERERS.iter().find(|one| one.extensions.contains(&extension.as_str())).ok_or_else(|| {
            let known: Vec<_> = RENDERERS.iter().flat_map(|one| one.extensions).copied().collect();
            Failure::usage(
                &format!("{} does not say in which format to write", path.display()),
                &format!("use --format, or one of the extensions {}", known.join(", ")),
            )
        })
    }
}
