//! Arguments of `calibrate`.

use std::path::PathBuf;

use clap::Args as ClapArgs;

use crate::input::ReadArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct CalibrateArgs {
    /// Traces, access logs, counters over time, snapshots of frequencies, predictions, a warmer's log, memcached's metadump: files or `-`
    ///
    /// What a file is shows in its beginning, or is named ahead of it: requests:FILE, counters:FILE, snapshot:FILE,
    /// predictions:FILE, warm-log:FILE, dump:FILE, or FORMAT:FILE as `replay` reads it.
    #[arg(value_name = "INPUT", required = true)]
    pub inputs: Vec<PathBuf>,
    /// Files to write: .toml is the scenario, which must not exist yet; .csv, .json, .md, .txt or .parquet the table; repeat it
    /// for several [default: the table on stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// Scenario to put what was found into; its other keys, their order and its comments stay
    #[arg(long, value_name = "SCENARIO")]
    pub update: Option<PathBuf>,
    /// Share of the keys that is the hot set [default: 1%, at least 10 keys]
    #[arg(long, value_name = "SHARE")]
    pub hot: Option<String>,
    /// How far a predictor looks ahead (5m) [default: the time between its rounds, else 10m]
    #[arg(long, value_name = "DURATION")]
    pub horizon: Option<String>,
    /// Memory for requests; where they need more, those for a share of the keys are kept
    #[arg(long, value_name = "BYTES", default_value = "128MiB")]
    pub max_memory: String,
    /// Capacities of the back-test, as shares of all keys or items
    #[arg(long, value_name = "N,…", value_delimiter = ',', default_value = "1%,5%,10%,30%")]
    pub capacities: Vec<String>,
    #[command(flatten)]
    pub read: ReadArgs,
}
