//! Arguments of the commands that read traces.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use crate::input::ReadArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct ReplayArgs {
    /// Trace: a file, FORMAT:FILE, or `-` for standard input; gzip and zstd are unpacked
    #[arg(value_name = "TRACE")]
    pub trace: PathBuf,
    /// Eviction policies, NAME:KEY=VALUE:…; `explain policies` lists them [default: fifo, lru, s3-fifo, and belady]
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub policies: Vec<String>,
    /// Capacities: items, or bytes with --bytes (1GiB), or a share of all keys of the trace [default: 1%, 3%, 10%, 30%]
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    pub capacities: Vec<String>,
    /// Count capacity in bytes
    #[arg(long)]
    pub bytes: bool,
    /// First request that counts, as a number or as a share of all (50%)
    #[arg(long, value_name = "N", default_value = "0")]
    pub measure_from: String,
    /// How caches are when counting starts
    #[arg(long, value_enum, default_value_t = StartArg::Warm)]
    pub start: StartArg,
    /// One row for every so many requests (10000) or so much time (5m)
    #[arg(long, value_name = "N")]
    pub interval: Option<String>,
    /// Time to live (5m), or `trace` for what each request says
    #[arg(long, value_name = "DURATION")]
    pub ttl: Option<String>,
    /// A hit starts the time to live anew
    #[arg(long, requires = "ttl")]
    pub sliding: bool,
    /// Keep nothing but keys, and refuse what needs the whole trace [default for one cache, and for standard input]
    #[arg(long, conflicts_with = "load")]
    pub stream: bool,
    /// Hold the trace in memory, 4 bytes a request and more [default for several caches, and what needs the whole]
    #[arg(long)]
    pub load: bool,
    /// Files to write; .csv, .json, .md, .txt, .parquet, .svg or .png says what [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    #[command(flatten)]
    pub read: ReadArgs,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum StartArg {
    /// As the requests before have left them
    Warm,
    /// Empty
    Cold,
    /// Preloaded with the keys asked for most before
    StaticTop,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct TraceArgs {
    #[command(subcommand)]
    pub command: TraceCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum TraceCommand {
    /// Requests, keys, popularity, churn, reuse
    Stats(StatsArgs),
    /// Write a trace in another format
    Convert(ConvertArgs),
    /// Hit ratio of LRU at every capacity
    Mrc(MrcArgs),
}

#[derive(Debug, ClapArgs)]
pub(crate) struct StatsArgs {
    /// Trace: a file, FORMAT:FILE, or `-`
    #[arg(value_name = "TRACE")]
    pub trace: PathBuf,
    /// Length of the windows whose hot sets are compared, as time (5m) or requests [default: a tenth of the trace]
    #[arg(long, value_name = "N")]
    pub window: Option<String>,
    /// Share of the keys that is the hot set [default: 1%, at least 10 keys]
    #[arg(long, value_name = "SHARE")]
    pub hot: Option<String>,
    /// Files to write [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    #[command(flatten)]
    pub read: ReadArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct ConvertArgs {
    /// Trace: a file, FORMAT:FILE, or `-`
    #[arg(value_name = "TRACE")]
    pub trace: PathBuf,
    /// File to write: .oracleGeneral, .csv, .keys or .parquet, the first three also with .gz or .zst behind
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
    #[command(flatten)]
    pub read: ReadArgs,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct MrcArgs {
    /// Trace: a file, FORMAT:FILE, or `-`
    #[arg(value_name = "TRACE")]
    pub trace: PathBuf,
    /// Look at this share of the keys alone, and say how far that may be off (SHARDS)
    #[arg(long, value_name = "SHARE")]
    pub sample: Option<String>,
    /// Hit ratio to find the least capacity for; repeat it for several
    #[arg(long, value_name = "SHARE")]
    pub target: Vec<String>,
    /// Capacities to give, items or shares of all keys [default: some forty, evenly by their logarithm]
    #[arg(long, value_name = "N,…", value_delimiter = ',')]
    pub capacities: Vec<String>,
    /// Files to write [default: stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    #[command(flatten)]
    pub read: ReadArgs,
}
