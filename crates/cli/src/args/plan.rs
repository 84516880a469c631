//! Arguments of `plan`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, ValueEnum};

use crate::input::ReadArgs;

#[derive(Debug, ClapArgs)]
pub(crate) struct PlanArgs {
    /// Scenario (.toml), trace, or snapshot: a CSV with the columns key and count, and if known last_access, size, fetch_ms
    #[arg(value_name = "INPUT", required_unless_present_any = ["trace", "snapshot"])]
    pub input: Option<PathBuf>,
    /// Trace whose keys to plan, with the cache and the origin of a scenario
    #[arg(long, value_name = "FILE", conflicts_with = "snapshot")]
    pub trace: Option<PathBuf>,
    /// Snapshot whose keys to plan, with the cache and the origin of a scenario
    #[arg(long, value_name = "FILE")]
    pub snapshot: Option<PathBuf>,
    /// Keys to plan, or `all` that fit [default: up to the knee, where the next saves less than the average]
    #[arg(long, value_name = "N")]
    pub keys: Option<String>,
    /// Keys to load first [default: coldest where keys are evicted, so that the hottest stay longest; else hottest]
    #[arg(long, value_enum, value_name = "WHICH")]
    pub first: Option<First>,
    /// Hour of the day in which the warm-up begins
    #[arg(long, value_name = "HOUR", default_value_t = 0, value_parser = clap::value_parser!(u8).range(0..24))]
    pub from_hour: u8,
    /// Time after the warm-up beyond which uses do not count (1h) [default: until a cache filled by misses is as warm]
    #[arg(long, value_name = "DURATION")]
    pub horizon: Option<String>,
    /// Share of the origin that traffic and warming may use together
    #[arg(long, value_name = "SHARE", default_value = "0.8")]
    pub utilization: String,
    /// Hit ratio of the traffic beside the warm-up [default: that of a warm cache, by closed form]
    #[arg(long, value_name = "SHARE")]
    pub hit_ratio: Option<String>,
    /// Leave out keys not asked for within this time of the latest request (1d)
    #[arg(long, value_name = "DURATION")]
    pub max_age: Option<String>,
    /// Files to write; .csv, .json, .parquet hold the plan, .txt and .md the summary [default: CSV on stdout]
    #[arg(long, short, value_name = "FILE")]
    pub output: Vec<PathBuf>,
    /// In place of the plan the operational page of its scenario, Markdown: pace, deploys, failures, profiles, flags
    #[arg(long)]
    pub runbook: bool,
    #[command(flatten)]
    pub known: Known,
    #[command(flatten)]
    pub read: ReadArgs,
}

/// What a trace or a snapshot does not tell.
#[derive(Debug, ClapArgs)]
#[command(next_help_heading = "What only a scenario knows; without one")]
pub(crate) struct Known {
    /// Room of the cache: objects (1000), bytes (1GiB), or a share of all keys (10%)
    #[arg(long, value_name = "N")]
    pub capacity: Option<String>,
    /// Time to live (5m)
    #[arg(long, value_name = "DURATION")]
    pub ttl: Option<String>,
    /// Most fetches that the origin begins (100/s)
    #[arg(long, value_name = "RATE")]
    pub origin_cap: Option<String>,
    /// Time of a warm fetch at the origin (5ms)
    #[arg(long, value_name = "DURATION")]
    pub fetch: Option<String>,
    /// Time that a miss takes beyond a hit (80ms)
    #[arg(long, value_name = "DURATION")]
    pub miss: Option<String>,
    /// Requests for all keys together (300/s) [default: what the trace shows]
    #[arg(long, value_name = "RATE")]
    pub request_rate: Option<String>,
    /// Time in which the requests of a snapshot were counted (1h), in place of --request-rate
    #[arg(long, value_name = "DURATION", conflicts_with = "request_rate")]
    pub window: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum First {
    Coldest,
    Hottest,
}

impl First {
    /// As it is typed.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Coldest => "coldest",
            Self::Hottest => "hottest",
        }
    }
}
