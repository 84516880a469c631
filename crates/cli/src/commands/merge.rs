//! `warmcast merge`: the shards of a sweep as one file.

use evaluation::Metric;

use crate::Outcome;
use crate::args::{Common, MergeArgs};
use crate::failure::Failure;
use crate::files::{is_stdout, print};
use crate::progress::Progress;
use crate::sweeping::{Output, Parts, Winners};

pub(crate) fn run(args: &MergeArgs, common: &Common) -> Result<Outcome, Failure> {
    common.refuse_scenario_keys("merge")?;
    common.refuse_format("merge")?;
    let output = args.output.as_deref().filter(|path| !is_stdout(path));
    Output::check(output)?;
    let parts = Parts::read(&args.directory)?;
    let winners = join(&parts, args.output.as_deref(), common)?;
    if let Some(path) = output {
        let objective = Metric::named(&parts.manifest.rank_by).unwrap_or(Metric::ExpectedLatency);
        print(&winners.summary(parts.manifest.points, objective, path))?;
    }
    Ok(Outcome::Answered)
}

/// Writes all parts in order, each point and strategy once.
pub(super) fn join(
    parts: &Parts,
    output: Option<&std::path::Path>,
    common: &Common,
) -> Result<Winners, Failure> {
    let complete = parts.complete()?;
    let mut winners = Winners::of(&parts.manifest.strategies);
    let progress = Progress::points(common, parts.manifest.points as u64);
    Output::whole(output, |out| {
        for (points, path) in &complete {
            let table = parts.sound(points, path)?;
            winners.see(&table);
            out.write(table)?;
            progress.at(points.end as u64);
        }
        Ok(())
    })?;
    Ok(winners)
}
