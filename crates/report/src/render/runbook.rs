//! The operational page of a warm-up, as Markdown: every number of it is a text that whoever fills it in has worked out.

use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use serde::Serialize;

use super::PageError;
use super::markdown::escaped;

const TEMPLATE: &str = include_str!("runbook.md");

/// What the page says.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Runbook {
    /// Scenario and variant.
    pub title: String,
    /// What the scenario is about.
    pub description: Option<String>,
    /// By which command it is made again.
    pub command: String,
    /// Version of the program.
    pub version: String,
    /// Digest of the scenario.
    pub digest: Option<String>,
    /// The numbers that matter most.
    pub facts: Vec<Named>,
    /// Steps of a warm-up.
    pub warm_up: Vec<String>,
    /// The safe pace, where it differs by the hour.
    pub hours: Vec<Hours>,
    /// What the scenario's own warmers are set to.
    pub configured: Vec<Configured>,
    /// How to restart a fleet.
    pub deploy: Vec<String>,
    /// How many instances at a time, by the size of the fleet.
    pub fleets: Vec<Fleet>,
    /// What may fail.
    pub failures: Vec<Failing>,
    /// Which profile goes with what is measured of the predictor.
    pub profiles: Profiles,
    /// Flags that may concern this scenario.
    pub flags: Vec<FlagRow>,
    /// What the scenario does not say.
    pub unknown: Vec<String>,
    /// What to type.
    pub commands: Vec<Named>,
}

/// A name and what goes with it.
#[derive(Debug, Clone, Serialize)]
pub struct Named {
    /// What it is.
    pub what: String,
    /// Its value.
    pub value: String,
}

impl Named {
    /// Of two texts.
    pub fn new(what: &str, value: impl Into<String>) -> Self {
        Self { what: what.to_owned(), value: value.into() }
    }
}

/// Hours of the day that are alike.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hours {
    /// From when to when.
    pub when: String,
    /// Requests a second.
    pub requests: String,
    /// Misses a second.
    pub misses: String,
    /// Fetches a second that are safe beside them.
    pub pace: String,
    /// Keys warmed within one such hour.
    pub keys: String,
}

/// A strategy's budget.
#[derive(Debug, Clone, Serialize)]
pub struct Configured {
    /// Its name.
    pub strategy: String,
    /// Fetches a second at most.
    pub pace: String,
    /// How long the list takes at that pace.
    pub takes: String,
    /// How many fetches at a time.
    pub workers: String,
    /// Room of its queue.
    pub queue: String,
    /// How long after its plan a key may be warmed.
    pub deadline: String,
    /// How many instances each warm all keys.
    pub instances: String,
}

/// A fleet of so many instances.
#[derive(Debug, Clone, Serialize)]
pub struct Fleet {
    /// How many.
    pub instances: u64,
    /// Restarted empty.
    pub empty: Rounds,
    /// Restarted with the list loaded before they take traffic.
    pub warmed: Rounds,
}

/// How a fleet restarts, part after part.
#[derive(Debug, Clone, Serialize)]
pub struct Rounds {
    /// Instances at a time.
    pub at_a_time: String,
    /// How often.
    pub rounds: String,
}

/// Something that fails.
#[derive(Debug, Clone, Serialize)]
pub struct Failing {
    /// What.
    pub what: String,
    /// What to do about it.
    pub act: String,
    /// What follows.
    pub then: String,
}

/// Which profile to run.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Profiles {
    /// In words.
    pub texts: Vec<String>,
    /// By what is measured.
    pub rows: Vec<ProfileRow>,
}

/// A limit of a measured value.
#[derive(Debug, Clone, Serialize)]
pub struct ProfileRow {
    /// What is measured.
    pub when: String,
    /// What the scenario states.
    pub now: String,
    /// What may then be run at most.
    pub most: String,
}

/// A flag.
#[derive(Debug, Clone, Serialize)]
pub struct FlagRow {
    /// Its code.
    pub code: &'static str,
    /// Whether it is raised, and by what.
    pub now: String,
    /// Its threshold, with the key.
    pub threshold: String,
    /// What it means.
    pub meaning: &'static str,
    /// What to do.
    pub remedy: &'static str,
    /// Who decides on it.
    pub decides: String,
}

/// The page.
///
/// # Errors
/// Where the template fails.
pub fn runbook(page: &Runbook) -> Result<String, PageError> {
    let mut environment = Environment::new();
    // Braces and hashes belong to Markdown and to what is quoted in it.
    let syntax = SyntaxConfig::builder()
        .block_delimiters("[%", "%]")
        .variable_delimiters("[[", "]]")
        .comment_delimiters("[#", "#]")
        .trim_blocks(true)
        .build()?;
    environment.set_syntax(syntax);
    environment.add_filter("cell", |text: String| escaped(&text));
    environment.add_template("runbook", TEMPLATE)?;
    Ok(environment.get_template("runbook")?.render(Serde(page))?)
}
