//! What the parts of a sweep belong to.

use frames::{Kind, Table};
use serde::{Deserialize, Serialize};

use super::blocks::Blocks;

/// Version of its own form.
const FORM: u32 = 1;

/// Everything that decides the bytes of a sweep's parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    form: u32,
    version: String,
    pub(crate) command: String,
    pub(crate) seed: u64,
    pub(crate) scenario_digest: String,
    pub(crate) trace_digest: Option<String>,
    pub(crate) rank_by: String,
    pub(crate) points: usize,
    block: usize,
    pub(crate) strategies: Vec<String>,
    /// Name and kind of each column.
    columns: Vec<(String, String)>,
}

/// What a sweep is told by.
pub(crate) struct Told {
    pub(crate) command: String,
    pub(crate) seed: u64,
    pub(crate) scenario_digest: String,
    pub(crate) trace_digest: Option<String>,
    pub(crate) rank_by: String,
}

impl Manifest {
    /// Of a sweep whose tables look like `table`.
    pub(crate) fn of(
        told: Told,
        points: usize,
        blocks: Blocks,
        strategies: &[String],
        table: &Table,
    ) -> Self {
        let Told { command, seed, scenario_digest, trace_digest, rank_by } = told;
        let columns = table.columns().iter();
        Self {
            form: FORM,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            command,
            seed,
            scenario_digest,
            trace_digest,
            rank_by,
            points,
            block: blocks.each(),
            strategies: strategies.to_vec(),
            columns: columns
                .map(|column| (column.name.clone(), column.values.kind().name().to_owned()))
                .collect(),
        }
    }

    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let manifest: Self = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if manifest.form != FORM {
            return Err(format!("form {} is not known, only {FORM}", manifest.form));
        }
        if manifest.block == 0 || manifest.strategies.is_empty() {
            return Err("it has no points or no strategies".to_owned());
        }
        Ok(manifest)
    }

    pub(crate) fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_else(|error| unreachable!("{error}")) + "\n"
    }

    pub(crate) fn blocks(&self) -> Blocks {
        Blocks::by(self.points, self.block)
    }

    /// Name and kind of each column.
    pub(crate) fn columns(&self) -> Result<Vec<(String, Kind)>, String> {
        let kind = |name: &str| Kind::ALL.into_iter().find(|kind| kind.name() == name);
        let each = self.columns.iter();
        let columns = each.map(|(column, name)| {
            kind(name)
                .map(|kind| (column.clone(), kind))
                .ok_or_else(|| format!("column {column} is of no known kind"))
        });
        columns.collect()
    }

    /// In what another sweep differs, for people.
    pub(crate) fn difference(&self, other: &Self) -> Option<String> {
        let told = |what: &str, here: &str, there: &str| {
            (here != there).then(|| format!("{what} {there} there, {here} here"))
        };
        let trace = |manifest: &Self| manifest.trace_digest.clone().unwrap_or_else(|| "none".to_owned());
        told("warmcast", &self.version, &other.version)
            .or_else(|| told("command", &format!("`{}`", self.command), &format!("`{}`", other.command)))
            .or_else(|| told("seed", &self.seed.to_string(), &other.seed.to_string()))
            .or_else(|| told("scenario", &self.scenario_digest, &other.scenario_digest))
            .or_else(|| told("trace", &trace(self), &trace(other)))
            .or_else(|| (self != other).then(|| "the columns or the points".to_owned()))
    }
}
