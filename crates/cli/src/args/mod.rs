//! The command line as types; help, completions and the manual page are made from them.

mod calibrate;
mod common;
mod plan;
mod replay;
mod sweep;

pub(crate) use calibrate::CalibrateArgs;
pub(crate) use common::Common;
pub(crate) use plan::{First, Known, PlanArgs};
pub(crate) use replay::{ConvertArgs, MrcArgs, ReplayArgs, StartArg, StatsArgs, TraceArgs, TraceCommand};
pub(crate) use sweep::{FindingsArgs, MergeArgs, SensitivityArgs, SweepArgs};

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use evaluation::{Better, Engine, Metric};
use report::render::{RENDERERS, Renderer, renderer};

use crate::input::ReadArgs;

const AFTER_HELP: &str = "First steps:
  warmcast report              the built-in example
  warmcast init -o mine.toml   a starter to put your numbers in
  warmcast predict mine.toml   its strategies compared

Exit codes: 0 answered, 1 a gate of `check` fails, 2 no answer (bad input or usage).";

/// Forecasts what cache warming buys before you ship it: latency, load and risk of warming strategies
#[derive(Debug, Parser)]
#[command(name = "warmcast", version, propagate_version = true, max_term_width = 100, after_help = AFTER_HELP)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub command: Command,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Write a commented starter scenario
    Init(InitArgs),
    /// Compare strategies: HTML page, Markdown, plots and data. Without a scenario: the built-in example
    Report(ReportArgs),
    /// Forecast scenarios, or a batch of rows, by closed forms
    Predict(PredictArgs),
    /// Play scenarios in virtual time: cache, origin and warmer, with random numbers
    Simulate(SimulateArgs),
    /// Vary keys of a scenario, and ask an engine at every point
    Sweep(SweepArgs),
    /// Join the shards of a sweep: the same bytes as one run, or an error where a row is amiss
    Merge(MergeArgs),
    /// Which input would change the decision: ranges, flips, shares of the spread
    Sensitivity(SensitivityArgs),
    /// Play a trace to caches: policies by capacities
    Replay(ReplayArgs),
    /// Which keys to warm first, how many are worth it, how fast it is safe; CSV for a warmer
    Plan(Box<PlanArgs>),
    /// Statistics, conversion and miss-ratio curve of a trace
    Trace(TraceArgs),
    /// Read a scenario off telemetry: each value with its interval and source, and a back-test
    Calibrate(CalibrateArgs),
    /// Judge claims, risk flags and regressions; exit 1 where one fails
    Check(CheckArgs),
    /// Say which profile to run now, by what was measured of the predictor; JSON for an orchestrator
    Advise(AdviseArgs),
    /// Hold formulas against simulation on random scenarios: quantiles of the error, and the worst case
    Validate(ValidateArgs),
    /// Explain a scenario key, a risk flag, a strategy or a metric; `scenario` prints every key
    Explain(ExplainArgs),
    /// Print the JSON Schema of scenario files
    Schema,
    /// Print a completion script
    Completions {
        /// Shell to complete for
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

impl Command {
    /// Its name, as typed.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Init(_) => "init",
            Self::Report(_) => "report",
            Self::Predict(_) => "predict",
            Self::Simulate(_) => "simulate",
            Self::Sweep(_) => "sweep",
            Self::Merge(_) => "merge",
            Self::Sensitivity(_) => "sensitivity",
            Self::Replay(_) => "replay",
            Self::Plan(_) => "plan",
            Self::Trace(_) => "trace",
            Self::Calibrate(_) => "calibrate",
            Self::Check(_) => "check",
            Self::Advise(_) => "advise",
            Self::Validate(_) => "validate",
            Self::Explain(_) => "explain",
            Self::Schema => "schema",
            Self::Completions { .. } => "completions",
            Self::Man => "man",
        }
    }
}

#[derive(Debug, ClapArgs)]
pub(crate) struct InitArgs {
    /// File to write; it must not exist yet [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ReportArgs {
    /// Scenario files, folders of them, or `-` for standard input [default: the built-in example, a published memo]
    #[arg(value_name = "SCENARIO")]
    pub scenarios: Vec<PathBuf>,
    /// Directory to write to; each scenario gets a folder in it
    #[arg(long, short, value_name = "DIR", default_value = "reports")]
    pub output: PathBuf,
    /// How often to play each scenario, for what happens over time; 0 plays none [default: simulation.replications, where
    /// that is at most 50 million requests]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=100_000))]
    pub replications: Option<u32>,
    #[command(flatten)]
    pub objective: Objective,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct PredictArgs {
    /// Scenario files, or `-` for standard input
    #[arg(value_name = "SCENARIO", required_unless_present = "batch")]
    pub scenarios: Vec<PathBuf>,
    /// CSV with one point a row, or `-`; answers one row a point and strategy (static, predictive, demand)
    ///
    /// Columns, in any order: request_rate_per_minute, hotset_fraction, cache_capacity_fraction, churn_per_hour,
    /// hit_latency_ms, miss_penalty_ms, warm_cost_ms, predictive_recall, predictive_precision. Others are carried
    /// through.
    #[arg(long, value_name = "CSV", conflicts_with_all = ["scenarios", "variant"])]
    pub batch: Option<PathBuf>,
    /// Engine to ask [default: every closed form that applies]
    #[arg(long, value_parser = engine(Engine::CLOSED_FORMS))]
    pub engine: Option<Engine>,
    #[command(flatten)]
    pub objective: Objective,
    /// File to write [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct SimulateArgs {
    /// Scenario files, or `-` for standard input
    #[arg(value_name = "SCENARIO", required = true)]
    pub scenarios: Vec<PathBuf>,
    /// Trace whose requests are played in place of the scenario's workload: a file, FORMAT:FILE, or `-`; what it answers
    /// of the workload need not be stated
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// How often to play each [default: simulation.replications]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub replications: Option<u32>,
    /// Play until half of the 95 % interval of a metric is as small as that, in its unit (hit-ratio=0.005) or as a
    /// share of its mean (latency=2%)
    #[arg(long, value_name = "METRIC=X", conflicts_with = "replications")]
    pub half_width: Option<String>,
    /// File for the time series of every strategy: .csv, .json, .parquet, .svg, .png and more; repeat it for several
    #[arg(long, value_name = "FILE")]
    pub series: Vec<PathBuf>,
    #[command(flatten)]
    pub objective: Objective,
    /// File to write [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub read: ReadArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Objective {
    /// Metric to rank strategies by: latency, ops-load, origin-load, warm-coverage, hit-ratio, risk-flags, score
    #[arg(long, value_name = "METRIC", default_value = "latency", value_parser = metric)]
    pub rank_by: Metric,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct CheckArgs {
    /// Scenario files, or `-` for standard input
    #[arg(value_name = "SCENARIO", required = true)]
    pub scenarios: Vec<PathBuf>,
    /// JSON of an earlier run to compare with
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// How far a metric may move against the baseline: 2%, 0.02, or METRIC=2% [default: 1e-9]
    #[arg(long, value_name = "SHARE", requires = "baseline")]
    pub tolerance: Vec<String>,
    /// Write JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Write SARIF 2.1.0
    #[arg(long, value_name = "FILE")]
    pub sarif: Option<PathBuf>,
    /// Write a Code Quality report, as GitLab reads it
    #[arg(long, value_name = "FILE")]
    pub code_quality: Option<PathBuf>,
    /// Write the claims audit, Markdown: all variants side by side
    #[arg(long, value_name = "FILE")]
    pub claims: Option<PathBuf>,
    /// What does not fail the check; repeat it for both
    #[arg(long, value_enum)]
    pub allow: Vec<Allow>,
    /// Search for a change of one key that would make each claim hold that does not; takes minutes with long simulations
    #[arg(long)]
    pub suggest: bool,
    /// Annotations on stderr; `auto` writes them where GITHUB_ACTIONS is `true`
    #[arg(long, value_enum, default_value_t = Annotations::Auto)]
    pub annotations: Annotations,
    #[command(flatten)]
    pub objective: Objective,
    /// File to write, repeat it for several; `-` is stdout [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct AdviseArgs {
    /// Scenario file
    #[arg(value_name = "SCENARIO")]
    pub scenario: PathBuf,
    /// What was measured, JSON, or `-`: precision, recall, churn_per_hour, n, and `previous`, the last answer
    #[arg(long, value_name = "FILE")]
    pub state: PathBuf,
    /// Engine that compares profiles [default: renewal where it has an answer for all of them, else screening]
    #[arg(long, value_parser = engine(Engine::CLOSED_FORMS))]
    pub engine: Option<Engine>,
    #[command(flatten)]
    pub objective: Objective,
    /// File to write [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ValidateArgs {
    /// How many random scenarios
    #[arg(long, value_name = "N", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    pub scenarios: u64,
    /// File for every comparison, one row each; repeat it for several
    #[arg(long, value_name = "FILE")]
    pub points: Vec<PathBuf>,
    /// File to write, repeat it for several [default: a table on stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Allow {
    /// Claims whose bound lies within the interval found
    Inconclusive,
    /// Scenarios without a claim or a denied flag: they are only read, and their arithmetic is told
    Unchecked,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Annotations {
    Auto,
    Github,
    None,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ExplainArgs {
    /// `scenario`, a key, a section, a flag, a strategy, a metric or a column title [default: all names]
    #[arg(value_name = "WHAT")]
    pub what: Vec<String>,
}

/// A renderer by its name.
fn format() -> impl TypedValueParser<Value = &'static Renderer> {
    let names = PossibleValuesParser::new(RENDERERS.iter().map(|renderer| renderer.name));
    names.try_map(|name| renderer(&name).ok_or("no such format"))
}

/// An engine by its name.
fn engine(engines: &[Engine]) -> impl TypedValueParser<Value = Engine> {
    let names = PossibleValuesParser::new(engines.iter().map(|engine| engine.name()));
    names.try_map(|name| Engine::named(&name).ok_or("no such engine"))
}

fn metric(name: &str) -> Result<Metric, String> {
    let ranks = |metric: &Metric| metric.spec().better != Better::Neither;
    Metric::named(name).filter(ranks).ok_or_else(|| {
        let known: Vec<_> =
            Metric::ALL.iter().filter(|one| ranks(one)).map(|metric| metric.spec().short).collect();
        format!("nothing to rank by; write one of {}", known.join(", "))
    })
}
