//! Everything that is told of rows as they go by.

use std::path::{Path, PathBuf};

use evaluation::Metric;
use frames::Table;

use super::findings::{Findings, Told, text};
use crate::args::FindingsArgs;
use crate::failure::Failure;
use crate::files::{csv, print, write_all_whole};

/// What is seen in the rows of a sweep.
pub(crate) struct Seen {
    findings: Findings,
    objective: Metric,
}

impl Seen {
    /// Nothing so far; refuses strategies that there are not.
    pub(crate) fn nothing(
        strategies: &[String],
        objective: Metric,
        args: &FindingsArgs,
    ) -> Result<Self, Failure> {
        if let Some((one, other)) = &args.between
            && let Some(unknown) = [one, other].into_iter().find(|name| !strategies.contains(name))
        {
            let message = format!("--between: there is no strategy `{unknown}` that has an answer");
            return Err(Failure::usage(&message, &format!("name two of {}", strategies.join(", "))));
        }
        let findings = match &args.findings {
            Some(_) => Findings::of(strategies, objective, args.between.clone()),
            None => Findings::brief(strategies),
        };
        Ok(Self { findings, objective })
    }

    /// Takes more rows, in the order of the points.
    pub(crate) fn see(&mut self, table: &Table) {
        self.findings.see(table);
    }

    /// Writes findings, and says in short who wins where the rows went to a file.
    pub(crate) fn tell(
        &self,
        output: Option<&Path>,
        command: &str,
        args: &FindingsArgs,
    ) -> Result<(), Failure> {
        let winners = &self.findings.winners;
        if let Some(directory) = &args.findings {
            let told = self.findings.told();
            let mut files =
                vec![(directory.join("findings.md"), text(command, winners.points(), &told).into_bytes())];
            for finding in &told {
                files.extend(drawn(directory, finding)?);
            }
            write_all_whole(&files)?;
        }
        match output {
            Some(path) => print(&winners.summary(self.objective, path)),
            None => Ok(()),
        }
    }
}

/// The files of a finding.
fn drawn(directory: &Path, finding: &Told) -> Result<Vec<(PathBuf, Vec<u8>)>, Failure> {
    let at = |end: &str| directory.join(format!("{}.{end}", finding.name));
    let mut files = vec![];
    if finding.table.rows() > 0 {
        files.push((at("csv"), csv(finding.name, &finding.table)?));
    }
    if let Some(chart) = &finding.chart {
        let failed =
            |error: plots::PlotError| Failure::usage(&format!("cannot draw {}: {error}", finding.name), "");
        files.push((at("svg"), plots::svg(chart).map_err(failed)?.into_bytes()));
        files.push((at("png"), plots::png(chart).map_err(failed)?));
    }
    Ok(files)
}
