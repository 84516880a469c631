//! Arguments of `sweep`, `merge` and `sensitivity`.

use std::path::PathBuf;

use clap::Args as ClapArgs;
use evaluation::Engine;

use super::{Objective, engine};
use crate::sweeping::{Layout, Shard};

#[derive(Debug, ClapArgs)]
pub(crate) struct SweepArgs {
    /// Scenario file, or `-` for standard input
    #[arg(value_name = "SCENARIO")]
    pub scenario: PathBuf,
    /// Key and its values: A:B:STEP or A:B:xFACTOR with both ends, or v1,v2,...; A:B or A:B:log for a sample. Repeat it
    #[arg(long, value_name = "KEY=VALUES", required_unless_present = "curve")]
    pub vary: Vec<String>,
    /// CSV whose columns are keys that vary together, such as predictor.precision with predictor.recall; repeat it
    #[arg(long, value_name = "CSV")]
    pub curve: Vec<PathBuf>,
    /// How the points are laid out
    #[arg(long, value_enum, default_value_t = Layout::Grid)]
    pub design: Layout,
    /// How many points a sample has
    #[arg(long, value_name = "N")]
    pub points: Option<u32>,
    /// Engine to ask
    #[arg(long, value_parser = engine(Engine::ALL), default_value = Engine::Screening.name())]
    pub engine: Engine,
    /// How often the simulation plays each point [default: simulation.replications]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub replications: Option<u32>,
    #[command(flatten)]
    pub objective: Objective,
    #[command(flatten)]
    pub found: FindingsArgs,
    /// Go on where a run broke off: points that are finished are kept in FILE.parts until FILE is whole
    #[arg(long)]
    pub resume: bool,
    /// Answer the points of one shard of N, into the directory that -o names; `warmcast merge` joins them
    #[arg(long, value_name = "I/N", value_parser = Shard::parse, requires = "output")]
    pub shard: Option<Shard>,
    /// File to write, .csv or .parquet; with --shard a directory [default: CSV on stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What is to be found in the rows of a sweep.
#[derive(Debug, ClapArgs)]
pub(crate) struct FindingsArgs {
    /// Directory for what the rows say: who wins where, break-evens, what nothing beats in latency and load; text,
    /// pictures and data
    #[arg(long, value_name = "DIR")]
    pub findings: Option<PathBuf>,
    /// Two strategies whose break-even is looked for [default: predictive,static]
    #[arg(long, value_name = "A,B", value_parser = pair, requires = "findings")]
    pub between: Option<(String, String)>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SensitivityArgs {
    /// Scenario file, or `-` for standard input
    #[arg(value_name = "SCENARIO")]
    pub scenario: PathBuf,
    /// Input and its range, A:B or A:B:log; repeat it [default: every number of workload, cache, origin and predictor]
    #[arg(long, value_name = "KEY=A:B")]
    pub vary: Vec<String>,
    /// How far inputs may be off that have no range of their own
    #[arg(long, value_name = "SHARE", default_value = "20%", value_parser = share, conflicts_with = "vary")]
    pub within: f64,
    /// Look at the metric of this strategy, or its lead with --against, in place of the lead of the best one over all others
    #[arg(long, value_name = "NAME")]
    pub strategy: Option<String>,
    /// Hold it against this strategy alone
    #[arg(long, value_name = "NAME")]
    pub against: Option<String>,
    /// Engine to ask [default: renewal where it has an answer for every strategy, else screening]
    #[arg(long, value_parser = engine(Engine::ALL))]
    pub engine: Option<Engine>,
    /// Rows of the sample for the shares, each of as many points as there are inputs, and two; best a power of two
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = clap::value_parser!(u32).range(2..=1_048_576))]
    pub samples: u32,
    /// How often the simulation plays each point [default: simulation.replications]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub replications: Option<u32>,
    #[command(flatten)]
    pub objective: Objective,
    /// File to write: .csv, .json, .parquet, .md, .svg, .png and more; repeat it for several [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct MergeArgs {
    /// Directory that the shards of a sweep wrote to
    #[arg(value_name = "DIR")]
    pub directory: PathBuf,
    #[command(flatten)]
    pub found: FindingsArgs,
    /// File to write, .csv or .parquet [default: CSV on stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// Two names.
fn pair(text: &str) -> Result<(String, String), String> {
    let form = || "write two strategies, such as predictive,static".to_owned();
    let (one, other) = text.split_once(',').ok_or_else(form)?;
    let (one, other) = (one.trim().to_owned(), other.trim().to_owned());
    if one.is_empty() || other.is_empty() || one == other { Err(form()) } else { Ok((one, other)) }
}

/// A share above 0 and below 1, as a fraction or in percent.
fn share(text: &str) -> Result<f64, String> {
    let (number, of) = text.strip_suffix('%').map_or((text, 1.0), |number| (number, 100.0));
    let share = number.trim().parse::<f64>().map(|number| number / of).unwrap_or(f64::NAN);
    match share > 0.0 && share < 1.0 {
        true => Ok(share),
        false => Err("write a share above 0 and below 1, such as 20% or 0.2".to_owned()),
    }
}
